"""Numbers and shares that are written out in English or German words."""

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
    "hundert": 2, "tausend": 3, "millionen": 6, "milliarde": 9, "milliarden": 9,
}  # fmt: skip
# The same, but only right after a number: "five grand", "5k", "5 mn".
SHORT_SCALES: Final = {
    "k": 3, "grand": 3, "m": 6, "mm": 6, "mn": 6, "mil": 6, "mio": 6, "mill": 6, "cr": 7,
    "b": 9, "bn": 9, "bil": 9, "bln": 9, "mrd": 9, "t": 12, "tn": 12, "trn": 12, "lakhs": 5,
    "crores": 7,
}  # fmt: skip
# "Null" is left out: it is a word of programs, too.
_GERMAN_ONES: Final = "eins zwei drei vier fünf sechs sieben acht neun"
_GERMAN_TEENS: Final = (
    "zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn siebzehn achtzehn neunzehn"
)
_GERMAN_TENS: Final = "zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig"
_WITHOUT_UMLAUTS: Final = str.maketrans({"ü": "ue", "ö": "oe", "ß": "ss"})


def _german() -> dict[str, int]:
    """German writes numbers as one word: "einundzwanzig", "zweihundert"."""
    ones, teens = _GERMAN_ONES.split(), _GERMAN_TEENS.split()
    values = {word: value for value, word in enumerate((*ones, *teens), 1)}
    parts = ["ein", *ones[1:]]
    for tens, ten in enumerate(_GERMAN_TENS.split(), 2):
        values[ten] = 10 * tens
        values |= {f"{one}und{ten}": 10 * tens + value for value, one in enumerate(parts, 1)}
    values |= {f"{one}hundert": 100 * value for value, one in enumerate(parts, 1)}
    values |= {f"{one}tausend": 1000 * value for value, one in enumerate((*parts, *teens), 1)}
    # As they are written, as they are compared, and without the letters beyond ASCII.
    return {way: value for word, value in values.items() for way in _written(word)}


def _written(word: str) -> tuple[str, str, str]:
    return word, word.casefold(), word.translate(_WITHOUT_UMLAUTS)


_VALUES: Final = {
    **{word: value for value, word in enumerate(_TO_TWENTY.split())},
    **{word: 10 * value for value, word in enumerate(_FROM_THIRTY.split(), 3)},
    **_german(),
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

# How German numbers end, and the blank after them.
_NUMBER_ENDS: Final = (
    "zig |ßig |sig |ehn |elf |ölf |ins |wei |rei |ier |ünf |chs |ben |cht |eun |ert "
)
_GERMAN_SHARES: Final = """
hälfte hälften haelfte halbiert halbierte halbieren halbierung drittel viertel fünftel zehntel
doppelt doppelte doppelten doppelter doppeltes verdoppelt verdoppelte verdoppeln verdoppelung
verdopplung verdreifacht verdreifachen vervierfacht vervierfachen dutzend dutzende dutzenden
hunderte hunderten tausende tausenden zweifach dreifach vierfach fünffach zehnfach
"""
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
    r"|halv(?:e|ed|es|ing)|[a-z]+fold|dozens?|hundreds|thousands|millions|billions)\b"
    rf"|\b(?:{'|'.join(_GERMAN_SHARES.split())})\b"
    # After a number in words that is read in no other way.
    rf"|(?<=[^\W\d_] )(?<!{_NUMBER_ENDS})(?:prozent|procent|pour ?cent|por ?ciento)\b",
    re.IGNORECASE,
)

# One of these words is in everything that NUMBER_WORDS finds, and in everything that SHARE_WORDS
# finds but words with "illion" or "fold" in them.
NUMBER_SIGNS: Final = frozenset((*_VALUES, *SCALE_WORDS))
_SHARES: Final = """
half halves third thirds quarter quarters fifth fifths sixth seventh eighth ninth tenth tenths
twice thrice double doubled doubles doubling triple tripled triples tripling quadruple quadrupled
quadruples quadrupling halve halved halves halving dozen dozens hundreds thousands
"""
_PERCENT_WORDS: Final = "prozent procent pourcent cent porciento ciento"
SHARE_SIGNS: Final = frozenset(f"{_SHARES} {_GERMAN_SHARES} {_PERCENT_WORDS}".split())


def small(words: str) -> str:
    """In the letters a to z, as patterns compare letters in any case: "ſ" is an "s" to them."""
    return words.casefold().replace("i\u0307", "i").replace("ı", "i")


def number_of(words: str) -> int:
    """The value of what NUMBER_WORDS found, e.g. "one hundred and twenty-five"."""
    total = part = 0
    for word in re.findall(r"[^\W\d_]+", small(words)):
        if word in _VALUES:
            part += _VALUES[word]
        elif word in {"hundred", "hundert"}:
            part = max(part, 1) * 100
        elif scale := SCALE_WORDS.get(word) or SHORT_SCALES.get(word):
            # "one million million" multiplies, "one million two thousand" adds.
            factor = 10**scale
            total = total * factor if total and not part else total + max(part, 1) * factor
            part = 0
    return total + part
