"""One cell of text -> one value, or the reason why not.

This is the authority on what is allowed; `sources.casts` is the fast path for whole columns and
comes here with every cell that it is not sure of.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from typing import Any, Final
from zoneinfo import available_timezones

from csm.wording import plural
from sources.layout import FIRST_YEAR, LAST_YEAR, Column, ValueType

# In a list of date formats: what the import understands without being told.
ISO: Final = "iso"

TRUE_WORDS: Final = ("true", "yes", "y", "t", "1")
FALSE_WORDS: Final = ("false", "no", "n", "f", "0")

_PLAIN_NUMBER: Final = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)", re.ASCII)
_LONGEST_NUMBER: Final = 400


class UnfitError(Exception):
    """The cell cannot become a value; the text is the reason, to be read after the value."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How the cells of a column are to be understood.

    `formats` are tried in order on dates and instants; `scale` multiplies numbers; `decimals` is
    how many an amount's currency has.
    """

    formats: tuple[str, ...] = (ISO,)
    scale: Decimal | None = None
    decimals: int = 2


@dataclass(frozen=True, slots=True)
class Shape:
    """A text column that allows only some texts."""

    fits: Callable[[str], bool]
    tidy: Callable[[str], str]
    reason: str


@cache
def _time_zones() -> frozenset[str]:
    return frozenset(available_timezones())


def _matches(pattern: str) -> Callable[[str], bool]:
    compiled = re.compile(pattern)
    return lambda text: compiled.fullmatch(text) is not None


_EMAIL: Final = Shape(_matches(r"[^@\s]+@[^@\s]+"), str.lower, "is not an e-mail address")
_SHAPES: Final = {
    "currency": Shape(
        _matches("[A-Z]{3}"), str.upper, "is not a three-letter currency code such as EUR"
    ),
    "country": Shape(
        _matches("[A-Z]{2}"), str.upper, "is not a two-letter country code such as GB"
    ),
    "time_zone": Shape(
        lambda text: text in _time_zones(), str.strip, "is not a time zone such as Europe/Berlin"
    ),
    "email": _EMAIL,
    "contact_email": _EMAIL,
    "csm_email": _EMAIL,
}


def shape_of(column: Column) -> Shape | None:
    return _SHAPES.get(column.name)


def parse(column: Column, text: str, manner: Manner) -> Any:
    """The value of a cell that is not blank. Instants come naive, in UTC.

    Raises UnfitError with the reason.
    """
    return _PARSERS[column.type](column, text, manner)


def _text(column: Column, text: str, _manner: Manner) -> str:
    if "\x00" in text:
        raise UnfitError("contains a NUL character; the file may be damaged")
    if len(text) < column.shortest:
        raise UnfitError(f"is shorter than {column.shortest} characters")
    if column.longest is not None and len(text) > column.longest:
        raise UnfitError(f"has {len(text):,} characters; at most {column.longest:,} are allowed")
    shape = shape_of(column)
    if shape is None:
        return text
    tidy = shape.tidy(text)
    if not shape.fits(tidy):
        raise UnfitError(shape.reason)
    return tidy


def _decimal(text: str, scale: Decimal | None) -> Decimal:
    if len(text) > _LONGEST_NUMBER or not _PLAIN_NUMBER.fullmatch(text):
        raise UnfitError(
            "is not a plain number such as 1234.50 (no thousands separators, no units)"
        )
    return Decimal(text) * (1 if scale is None else scale)


def _within(column: Column, number: Decimal, unit: int = 1) -> Decimal:
    if column.low is not None and number < Decimal(column.low):
        raise UnfitError(f"is below {column.low / unit:,.0f}, the least allowed")
    if column.high is not None and number > Decimal(column.high):
        raise UnfitError(f"is above {column.high / unit:,.0f}, the most allowed")
    return number


def _whole(column: Column, text: str, manner: Manner) -> int:
    number = _decimal(text, manner.scale)
    if manner.scale is not None:
        number = number.to_integral_value(ROUND_HALF_UP)
    _within(column, number)
    if number != int(number):
        raise UnfitError("is not a whole number")
    return int(number)


def _number(column: Column, text: str, manner: Manner) -> float:
    return float(_within(column, _decimal(text, manner.scale)))


def _money(column: Column, text: str, manner: Manner) -> int:
    unit: int = 10**manner.decimals
    minor = _within(column, _decimal(text, manner.scale) * unit, unit)
    if minor != int(minor):
        raise UnfitError(
            f"has too many decimals: its currency has {plural(manner.decimals, 'decimal')}"
        )
    return int(minor)


def _yes_no(_column: Column, text: str, _manner: Manner) -> bool:
    word = text.lower()
    if word not in TRUE_WORDS + FALSE_WORDS:
        raise UnfitError("is neither true nor false")
    return word in TRUE_WORDS


def _choice(column: Column, text: str, _manner: Manner) -> str:
    word = text.lower()
    if word not in column.choices:
        raise UnfitError(f"is not one of {', '.join(column.choices)}")
    return word


def _moment(column: Column, text: str, manner: Manner) -> datetime:
    for pattern in manner.formats:
        try:
            found = (
                datetime.fromisoformat(text) if pattern == ISO else datetime.strptime(text, pattern)  # noqa: DTZ007 - zoned just below
            )
        except ValueError:
            continue
        if not FIRST_YEAR <= found.year <= LAST_YEAR:
            raise UnfitError(f"lies outside the years {FIRST_YEAR} to {LAST_YEAR}")
        return found
    if manner.formats != (ISO,):
        raise UnfitError(f"fits none of the date formats {', '.join(manner.formats)}")
    example = "2024-05-31" if column.type is ValueType.DAY else "2024-05-31T14:30:00Z"
    raise UnfitError(
        f"is not a date such as {example}; name other formats under date_formats "
        "in a mapping file (--mapping)"
    )


def _instant(column: Column, text: str, manner: Manner) -> datetime:
    found = _moment(column, text, manner)
    return found.astimezone(UTC).replace(tzinfo=None) if found.tzinfo else found


def _day(column: Column, text: str, manner: Manner) -> date:
    return _moment(column, text, manner).date()


_PARSERS: Final[dict[ValueType, Callable[[Column, str, Manner], Any]]] = {
    ValueType.TEXT: _text,
    ValueType.WHOLE: _whole,
    ValueType.NUMBER: _number,
    ValueType.YES_NO: _yes_no,
    ValueType.DAY: _day,
    ValueType.INSTANT: _instant,
    ValueType.CHOICE: _choice,
    ValueType.MONEY: _money,
}
