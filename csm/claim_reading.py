"""How numbers, amounts, dates and links are recognised in a text, and what they mean."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Final

from csm.number_words import SCALE_WORDS, SHORT_SCALES, number_of, small
from csm.units import CURRENCY_MARK, PERCENT, PERCENT_MARK, currency_of, unit_after


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number as it was written. `step` is what its last written digit is worth; `sign` is "",
    "+" or "-"; `unit` and `currency` are "" where none was stated."""

    size: Decimal
    step: Decimal
    sign: str = ""
    unit: str = ""
    currency: str = ""


@dataclass(frozen=True, slots=True)
class Day:
    """A date, or the part of one that was written."""

    year: int | None = None
    month: int | None = None
    day: int | None = None


_YEAR_ROUND: Final = (
    "january february march april may june july august september october november december"
)
MONTHS: Final = _YEAR_ROUND.split()
_MONTH: Final = "|".join([*MONTHS, *(rf"{month[:3]}\.?" for month in MONTHS), r"sept\.?"])
_WEEKDAY: Final = "(?:mon|tues|wednes|thurs|fri|satur|sun)day"
_TH: Final = "(?:st|nd|rd|th)?"

# A scheme and all that follows; a numeric address; or letters after a dot.
LINK: Final = re.compile(
    r"(?:[a-z][a-z0-9+.-]*://|www\.|mailto:|tel:|javascript:|data:)[^\s<>\"]+"
    r"|(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}[^\s<>\"]*"
    r"|(?<![\w@.+-])(?:[^\W_][\w-]*[.。．｡])+[^\W\d_]{2,}(?![\w@])(?:[:/?#][^\s<>\"]*)?",
    re.IGNORECASE,
)
EMAIL: Final = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+")

_YEAR: Final = r"(?:,? (?P<year>\d{4}))"
WRITTEN_DAYS: Final = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"(?<![\w-])(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})(?![\w-])",
        rf"\b(?P<day>\d{{1,2}}){_TH}(?: of)? (?P<month>{_MONTH}){_YEAR}?(?!\w)",
        rf"\b(?P<month>{_MONTH}) (?P<day>\d{{1,2}}){_TH}{_YEAR}?(?![\w%])",
        rf"\b(?P<month>{_MONTH}){_YEAR}(?!\w)",
    )
)
# "3/4/2026" may be in March or April, and "2026-02-31" is no day at all: taken as they stand.
UNCLEAR_DAY: Final = re.compile(r"(?<![\w./-])\d{1,4}([-/.])\d{1,2}\1\d{1,4}(?![\w/-]|\.\d)")
# A month by itself. "May" and "march" are words too: they are months with a capital, but not at
# the beginning of a text, or after a word such as "in", as are the short forms.
MONTH_ALONE: Final = re.compile(
    rf"\b(?i:(?P<month>{'|'.join(m for m in MONTHS if m not in {'march', 'may'})}))\b"
)
MONTH_OR_WORD: Final = re.compile(r"(?<=\S )(?P<month>March|May|MARCH|MAY)\b")
_TIMES: Final = (
    *("in", "since", "until", "till", "during", "before", "after", "throughout"),
    *("early", "late", "mid", "year"),
)
_BEFORE_TIME: Final = "|".join(rf"(?<=\b{word}[ -])" for word in _TIMES)
_BEFORE_MONTH: Final = "|".join(
    rf"(?<=\b{word}[ -])" for word in (*_TIMES, "of", "by", "from", "this", "next", "last", "for")
)
SHORT_MONTH: Final = re.compile(
    rf"(?:{_BEFORE_MONTH})(?P<month>{_MONTH})(?!\w)",
    re.IGNORECASE,
)
# A year by itself: "in 2026", but not "2026".
YEAR_ALONE: Final = re.compile(
    rf"(?:{_BEFORE_TIME})(?P<year>(?:19|20)\d\d)(?!\w|[.,'’ ]\d|[ \u00a0]?{CURRENCY_MARK})",
    re.IGNORECASE,
)
_SPAN: Final = "(?:minute|hour|day|week|weekend|month|quarter|year)"
_VAGUE: Final = (
    "(?:just |about |under |over |less than |more than )?(?:an?|the|(?:a )?few|several|many|some"
    "|a couple of|half an?)"
)
GERMAN_WEEKDAY: Final = "(?:(?:mon|diens|donners|frei|sams|sonn)tags?|mittwochs?|sonnabends?)"
_GERMAN_MONTH: Final = "(?:januar|februar|märz|juni|juli|oktober|dezember)"
_GERMAN_SPAN: Final = (
    "(?:woche|wochenende|monate?s?|quartals?|jahr(?:es)?|frühjahr|frühling|sommers?|herbst"
    "|winters?)"
)
# "Mai" alone is a word of other languages, too; "Morgen" is a part of the day as well.
_GERMAN_DAY: Final = (
    r"heute|gestern|vorgestern|übermorgen|(?<!guten )(?<!am )(?<!jeden )morgen"
    rf"|(?:nächste|letzte|kommende|vergangene|vorige|diese)[nrsm]? (?:{_GERMAN_SPAN}"
    rf"|{GERMAN_WEEKDAY}|{_GERMAN_MONTH}|mai)"
    rf"|(?:ende|anfang|mitte|bis|im|am) (?:(?:der|des|dieser|dieses) )?(?:{_GERMAN_SPAN}|mai)"
    r"|(?:(?:er|zwei|drit|vier|fünf)s?ten|\d\.|ab|seit) mai"
    r"|in (?:eine[rm]|zwei|drei|vier|wenigen|einigen|ein paar) (?:tage?n?|wochen?|monate?n?)"
    rf"|{GERMAN_WEEKDAY}|{_GERMAN_MONTH}"
)
RELATIVE_DAY: Final = re.compile(
    r"\b(?:today|tomorrow|yesterday|tonight|overnight|fortnights?|christmas|easter"
    rf"|{_SPAN}[- ]end|end of (?:the |this )?{_SPAN}"
    rf"|(?:in|within|after) (?:{_VAGUE}) {_SPAN}s?(?: or (?:so|two))?"
    rf"|(?:{_VAGUE}) {_SPAN}s? (?:ago|from now|later|earlier|left|before|away|old|overdue|late)"
    r"|(?:next|last|this|past|previous|coming) (?:week|weekend|month|quarter|year|spring|summer"
    rf"|autumn|fall|winter|{_WEEKDAY}|{_MONTH})|{_WEEKDAY}s?|{_GERMAN_DAY})\b",
    re.IGNORECASE,
)

_SHORT_MONTHS: Final = [*(month[:3] for month in MONTHS), "sept"]
# One of these words is in every day that is written with the name of its month, and in every
# relative one.
MONTH_WORDS: Final = frozenset([*MONTHS, *_SHORT_MONTHS])
_RELATIVE: Final = """
today tomorrow yesterday tonight overnight fortnight fortnights christmas easter minute hour day
week weekend month quarter year minutes hours days weeks weekends months quarters years spring
summer autumn fall winter monday tuesday wednesday thursday friday saturday sunday mondays tuesdays
wednesdays thursdays fridays saturdays sundays
heute gestern vorgestern übermorgen morgen montag montags dienstag dienstags mittwoch mittwochs
donnerstag donnerstags freitag freitags samstag samstags sonntag sonntags sonnabend sonnabends
januar februar märz mai juni juli oktober dezember woche wochen wochenende monat monats monate
monaten monates quartal quartals jahr jahres frühjahr frühling sommer sommers herbst winters tage
tagen tag
"""
RELATIVE_WORDS: Final = MONTH_WORDS.union(_RELATIVE.split())

_SCALES: Final = SCALE_WORDS | SHORT_SCALES
_SCALE: Final = "|".join(sorted(_SCALES, key=len, reverse=True))
# What may stand between the digits of one number besides commas and full stops.
_GAP: Final = "[ \u00a0\u2000-\u200a\u202f\u205f\u3000'’‘ʼ′`´·]"


def _number(currency: str) -> re.Pattern[str]:
    return re.compile(
        rf"(?P<sign>(?<![\w.,])[-+−–])?(?:(?P<before>{currency})[ \u00a0]?)?(?<![\w.,])"
        rf"(?P<whole>\d{{1,3}}(?:(?:,|{_GAP})\d{{3}})+|\d+)(?:\.(?P<part>\d+))?"
        rf"(?P<scales>(?:[ \u00a0-]?(?:{_SCALE})(?![^\W\d_]))*)(?!\w|[.,]\d)"
        rf"(?:[ \u00a0]?(?:(?P<percent>{PERCENT_MARK})|(?P<after>{currency})(?!\w)))?",
        re.IGNORECASE,
    )


NUMBER: Final = _number(CURRENCY_MARK)
# The same in a line without any currency: it has many names, and each is tried.
NUMBER_WITHOUT_CURRENCY: Final = _number("(?!)")
# Digits with gaps that do not part thousands, and so may be one number or several: "3 1".
_DIGITS: Final = r"\d+(?:[.,]\d+)*"
BROKEN_NUMBER: Final = re.compile(rf"(?<![\w.,]){_DIGITS}(?:{_GAP}{_DIGITS})+(?!\w)")
# A word with a digit in it, or anything but ASCII, which may be another numeral.
ODD_WORD: Final = re.compile(r"(?<![^\s\0])[^\s\0\d\x80-\U0010ffff]*+[^\s\0]+")
# Pictures of numbers that Unicode does not count among the numbers.
_PICTURES: Final = "🔟💯🔢"
_MARK_AFTER: Final = re.compile(rf"[ \u00a0-]({CURRENCY_MARK})", re.IGNORECASE)


def read_day(match: re.Match[str]) -> Day | None:
    """The date that was matched; None when there is no such day."""
    parts = match.groupdict()
    month = parts["month"]
    number = int(month) if month.isdecimal() else _month_number(month)
    year = int(parts["year"]) if parts.get("year") else None
    day = int(parts["day"]) if parts.get("day") else None
    try:
        date(year or 2000, number, day or 1)  # 2000 has a 29th of February
    except ValueError:
        return None
    return Day(year, number, day)


def read_number(match: re.Match[str]) -> Quantity:
    """The number that was matched, its currency or that it is per cent."""
    return _quantity(*match.group("sign", "whole", "part", "scales", "percent", "before", "after"))


@lru_cache(maxsize=4096)
def _quantity(
    sign: str | None,
    whole: str,
    part: str | None,
    scales: str,
    percent: str | None,
    before: str | None,
    after: str | None,
) -> Quantity:
    """From what NUMBER found. Kept, since a text repeats the numbers of its facts."""
    scale = sum(_SCALES[word] for word in re.findall(r"[a-z]+", small(scales))) if scales else 0
    digits = re.sub(r"\D", "", whole)
    mark = before or after
    return Quantity(
        size=Decimal(f"{digits}.{part or '0'}").scaleb(scale),
        step=Decimal(1).scaleb(scale - len(part or "")),
        sign={None: "", "": "", "+": "+"}.get(sign, "-"),
        unit=PERCENT if percent else "",
        currency=currency_of(mark) if mark else "",
    )


def read_number_words(match: re.Match[str]) -> Quantity:
    """The number that was matched, written in words."""
    after = _MARK_AFTER.match(match.string, match.end())
    currency = currency_of(after[1]) if after else ""
    return Quantity(Decimal(number_of(match[0])), Decimal(1), currency=currency)


def read_broken_number(match: re.Match[str]) -> str | None:
    """The digits as they stand, unless the gaps part thousands."""
    return None if NUMBER.fullmatch(match[0].rstrip(".,")) else match[0]


def read_year(match: re.Match[str]) -> Day | None:
    """The year that was matched; None where something is counted: "since 2026 users"."""
    return None if unit_after(match.string, match.end()) else Day(year=int(match["year"]))


def read_odd_number(match: re.Match[str]) -> str | None:
    """The word, where it has a number in it in any way: "Q3", "3rd", "24h", "½", "Ⅻ", "1.2.3"."""
    return match[0] if any(_is_numeral(letter) for letter in match[0]) else None


def _is_numeral(letter: str) -> bool:
    """Chinese and Japanese numbers are left out: they are words, and parts of names."""
    if letter in _PICTURES:
        return True
    return unicodedata.numeric(letter, None) is not None and unicodedata.category(letter) != "Lo"


def _month_number(name: str) -> int:
    short = small(name)[:3]
    return next(number for number, month in enumerate(MONTHS, 1) if month.startswith(short))
