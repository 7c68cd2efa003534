"""Numbers and shares that are written out in English words."""

import re
from typing import Final

_TO_TWENTY: Final = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen twenty"
)
_FROM_THIRTY: Final = "thirty forty fifty sixty seventy eighty ninety"
_SCALES: Final = {"thousand": 1_000, "million": 1_000_000, "billion": 1_000_000_000}
_VALUES: Final = {
    **{word: value for value, word in enumerate(_TO_TWENTY.split())},
    **{word: 10 * value for value, word in enumerate(_FROM_THIRTY.split(), 3)},
}
_WORD: Final = "|".join(sorted((*_VALUES, "hundred", *_SCALES), key=len, reverse=True))

# "no one", "one another", "the one", "one of": "one" that counts nothing.
NUMBER_WORDS: Final = re.compile(
    r"\b(?!(?:(?<=\bno )|(?<=\bany )|(?<=\bthis )|(?<=\bthat )|(?<=\bthe ))one\b)"
    r"(?!one (?:of|another|who|that)\b)"
    rf"(?:{_WORD})(?:[ -](?:and )?(?:{_WORD}))*\b",
    re.IGNORECASE,
)

# Shares, multiples and rough counts. They are too loose to work out, so only the same words in a
# fact back them. A "quarter" or a "third" counts as a share only before "of".
SHARE_WORDS: Final = re.compile(
    r"\b(?:(?:a|one|two|three|four|five)[ -])?"
    r"(?:half|halves|thirds|quarters|fifths|tenths|(?:third|quarter|fifth|tenth)(?= of\b))\b"
    r"|\b(?:twice|thrice|doubl(?:e|ed|es|ing)|tripl(?:e|ed|es|ing)|quadrupl(?:e|ed|es|ing)"
    r"|halv(?:e|ed|es|ing)|[a-z]+fold|dozens?|hundreds|thousands|millions|billions)\b",
    re.IGNORECASE,
)


def number_of(words: str) -> int:
    """The value of what NUMBER_WORDS found, e.g. "one hundred and twenty-five"."""
    total = part = 0
    for word in re.findall(r"[a-z]+", words.lower()):
        if word in _VALUES:
            part += _VALUES[word]
        elif word == "hundred":
            part = max(part, 1) * 100
        elif word in _SCALES:
            total += max(part, 1) * _SCALES[word]
            part = 0
    return total + part
