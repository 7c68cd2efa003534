"""Numbers and shares that are written out in English words."""

import re
from typing import Final

_TO_TWENTY: Final = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen twenty"
)
_FROM_THIRTY: Final = "thirty forty fifty sixty seventy eighty ninety"
# What a word multiplies by, as a power of ten.
SCALE_WORDS: Final = {
    "hundred": 2, "thousand": 3, "lakh": 5, "lac": 5, "million": 6, "crore": 7,
    "billion": 9, "trillion": 12, "quadrillion": 15,
}  # fmt: skip
# The same, but only right after a number: "five grand", "5k", "5 mn".
SHORT_SCALES: Final = {
    "k": 3, "grand": 3, "m": 6, "mm": 6, "mn": 6, "mil": 6, "mio": 6, "mill": 6, "cr": 7,
    "b": 9, "bn": 9, "bil": 9, "bln": 9, "mrd": 9, "t": 12, "tn": 12, "trn": 12, "lakhs": 5,
    "crores": 7,
}  # fmt: skip
_VALUES: Final = {
    **{word: value for value, word in enumerate(_TO_TWENTY.split())},
    **{word: 10 * value for value, word in enumerate(_FROM_THIRTY.split(), 3)},
}
_WORD: Final = "|".join(sorted((*_VALUES, *SCALE_WORDS), key=len, reverse=True))
_SCALE: Final = "|".join(sorted(SHORT_SCALES, key=len, reverse=True))

# "no one", "one another", "the one", "one of": "one" that counts nothing.
NUMBER_WORDS: Final = re.compile(
    r"\b(?!(?:(?<=\bno )|(?<=\bany )|(?<=\bthis )|(?<=\bthat )|(?<=\bthe ))one\b)"
    r"(?!one (?:of|another|who|that)\b)"
    rf"(?:{_WORD})(?:[ -](?:and )?(?:{_WORD}))*(?:[ -](?:{_SCALE}))?\b",
    re.IGNORECASE,
)

# Shares, multiples and rough counts. They are too loose to work out, so only the same words in a
# fact back them. A "quarter" or a "third" counts as a share before "of" or after "a", but not in
# "once a quarter". Made-up multiples ("zillion") are here too.
SHARE_WORDS: Final = re.compile(
    r"\b(?:(?:a|one|two|three|four|five)[ -])?"
    r"(?:half|halves|thirds|quarters|fifths|tenths|(?:third|quarter|fifth|tenth)(?= of\b))\b"
    r"|(?<!once )(?<!twice )(?<!times )\b(?:a|one)[ -](?:third|quarter|fifth|sixth|seventh|eighth"
    r"|ninth|tenth)\b"
    r"|\b(?!(?:m|b|tr|quadr)illion\b)[a-z]{1,12}illions?\b"
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
        elif scale := SCALE_WORDS.get(word) or SHORT_SCALES.get(word):
            # "one million million" multiplies, "one million two thousand" adds.
            factor = 10**scale
            total = total * factor if total and not part else total + max(part, 1) * factor
            part = 0
    return total + part
