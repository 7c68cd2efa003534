"""How numbers, amounts, dates and links are recognised in a text, and what they mean."""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from csm.number_words import number_of
from csm.units import CURRENCY_MARK, PERCENT, currency_of


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
EMAIL: Final = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")

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
# A month by itself, but not "May" at the beginning of a text.
MONTH_ALONE: Final = re.compile(
    rf"(?<=\S )(?P<month>{'|'.join(month.capitalize() for month in MONTHS)})\b"
)
RELATIVE_DAY: Final = re.compile(
    r"\b(?:tomorrow|yesterday|tonight"
    r"|(?:next|last|this|past|previous|coming) (?:week|weekend|month|quarter|year|spring|summer"
    rf"|autumn|fall|winter|{_WEEKDAY}|{_MONTH})|{_WEEKDAY}s?)\b",
    re.IGNORECASE,
)

_SCALES: Final = {"k": 3, "thousand": 3, "m": 6, "million": 6, "b": 9, "bn": 9, "billion": 9}
NUMBER: Final = re.compile(
    rf"(?P<sign>(?<![\w.,])[-+−–])?(?:(?P<before>{CURRENCY_MARK})[ \u00a0]?)?(?<![\w.,])"
    r"(?P<whole>\d{1,3}(?:[,\u00a0\u202f]\d{3})+|\d+)(?:\.(?P<part>\d+))?"
    r"(?:[ \u00a0]?(?P<long>thousand|million|billion)|(?P<short>k|m|bn|b))?(?!\w|[.,]\d)"
    rf"(?:[ \u00a0]?(?:(?P<percent>%|per ?cent\b)|(?P<after>{CURRENCY_MARK})(?!\w)))?",
    re.IGNORECASE,
)
# Whatever else has a digit in it, written in any way: "Q3", "3rd", "24h", "½", "1.2.3".
ANY_DIGITS: Final = re.compile(r"[^\s\0]*[\d¼-¾⅐-⅞²³¹⁰-₉①-⑳][^\s\0]*")


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
    parts = match.groupdict(default="")
    scale = _SCALES.get((parts["long"] or parts["short"]).lower(), 0)
    whole = re.sub(r"\D", "", parts["whole"])
    size = Decimal(f"{whole}.{parts['part'] or '0'}").scaleb(scale)
    mark = parts["before"] or parts["after"]
    return Quantity(
        size=size,
        step=Decimal(1).scaleb(scale - len(parts["part"])),
        sign={"": "", "+": "+"}.get(parts["sign"], "-"),
        unit=PERCENT if parts["percent"] else "",
        currency=currency_of(mark) if mark else "",
    )


def read_number_words(match: re.Match[str]) -> Quantity:
    """The number that was matched, written in words."""
    return Quantity(Decimal(number_of(match[0])), Decimal(1))


def _month_number(name: str) -> int:
    short = name.lower()[:3]
    return next(number for number, month in enumerate(MONTHS, 1) if month.startswith(short))
