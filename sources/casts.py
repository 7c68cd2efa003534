"""Whole columns of text -> typed columns, fast, with a reason for every cell that does not fit."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import polars as pl

from sources.layout import FIRST_YEAR, LAST_YEAR, Column, ValueType
from sources.values import (
    FALSE_WORDS,
    ISO,
    TRUE_WORDS,
    Manner,
    UnfitError,
    parse,
    shape_of,
)

DTYPES: Final[dict[ValueType, pl.DataType]] = {
    ValueType.TEXT: pl.String(),
    ValueType.CHOICE: pl.String(),
    ValueType.WHOLE: pl.Int64(),
    ValueType.MONEY: pl.Int64(),
    ValueType.NUMBER: pl.Float64(),
    ValueType.YES_NO: pl.Boolean(),
    ValueType.DAY: pl.Date(),
    ValueType.INSTANT: pl.Datetime("us"),
}

# Directives that mean the same to Python and to polars.
_SHARED_DIRECTIVES: Final = frozenset("YmdyHMSbB")
_TIME_DIRECTIVES: Final = frozenset("HMS")


@dataclass(frozen=True, slots=True)
class Cast:
    """Typed values, null for blank or unfit; `unfit` gives the reason by position."""

    values: pl.Series
    unfit: dict[int, str] = field(default_factory=dict)


def cast(column: Column, texts: pl.Series, manners: Sequence[Manner] | Manner) -> Cast:
    """Cast one column. `manners` is one for all cells, or one a cell (amounts: by currency)."""
    fast = (
        _FAST[column.type](column, texts, manners)
        if isinstance(manners, Manner) and manners.scale is None and column.type in _FAST
        else pl.Series([None], dtype=DTYPES[column.type]).new_from_index(0, len(texts))
    )
    unsure = (fast.is_null() & (texts != "")).arg_true()
    if unsure.is_empty():
        return Cast(fast)
    values: dict[int, Any] = {}
    unfit: dict[int, str] = {}
    for position, text in zip(unsure.to_list(), texts.gather(unsure).to_list(), strict=True):
        manner = manners if isinstance(manners, Manner) else manners[position]
        try:
            values[position] = parse(column, text, manner)
        except UnfitError as error:
            unfit[position] = str(error)
    found = pl.Series(list(values.values()), dtype=DTYPES[column.type], strict=False)
    where = pl.Series(list(values), dtype=pl.UInt32)
    return Cast(fast.scatter(where, found) if values else fast, unfit)


def _text(column: Column, texts: pl.Series, _manner: Manner) -> pl.Series:
    length = pl.col("t").str.len_chars()
    fits = ~pl.col("t").str.contains("\x00", literal=True)
    fits &= length.is_between(max(column.shortest, 1), column.longest or 2**31)
    if shape_of(column) is not None:
        # Few different values, but tidied and looked at one by one.
        return _by_distinct(column, texts)
    return texts.to_frame("t").select(pl.when(fits).then(pl.col("t"))).to_series()


def _by_distinct(column: Column, texts: pl.Series) -> pl.Series:
    """Parse each different value once."""
    known: dict[str, Any] = {}
    for text in texts.unique().to_list():
        try:
            known[text] = parse(column, text, Manner())
        except UnfitError:
            known[text] = None
    dtype = DTYPES[column.type]
    return texts.replace_strict(list(known), list(known.values()), return_dtype=dtype)


def _numeric(column: Column, texts: pl.Series, _manner: Manner) -> pl.Series:
    numbers = texts.cast(DTYPES[column.type], strict=False)
    low = float("-inf") if column.low is None else column.low
    high = float("inf") if column.high is None else column.high
    within = numbers.is_between(low, high) & numbers.is_finite()
    return numbers.set(~within, None)


def _yes_no(_column: Column, texts: pl.Series, _manner: Manner) -> pl.Series:
    words = dict.fromkeys(TRUE_WORDS, True) | dict.fromkeys(FALSE_WORDS, False)
    return texts.str.to_lowercase().replace_strict(words, default=None, return_dtype=pl.Boolean)


def _choice(column: Column, texts: pl.Series, _manner: Manner) -> pl.Series:
    words = texts.str.to_lowercase()
    return words.set(~words.is_in(column.choices), None)


def _days(_column: Column, texts: pl.Series, manner: Manner) -> pl.Series:
    return _moments(texts, manner).dt.date()


def _instants(_column: Column, texts: pl.Series, manner: Manner) -> pl.Series:
    return _moments(texts, manner).cast(pl.Datetime("us"))


def _moments(texts: pl.Series, manner: Manner) -> pl.Series:
    """Dates or datetimes where one of the formats fits, tried in order."""
    found = pl.Series([None], dtype=pl.Datetime("us")).new_from_index(0, len(texts))
    for pattern in manner.formats:
        form = "%Y-%m-%d" if pattern == ISO else pattern
        directives = {form[i + 1] for i, c in enumerate(form[:-1]) if c == "%"}
        if not directives <= _SHARED_DIRECTIVES:
            # A later format must not win over one that polars does not know.
            break
        if directives & _TIME_DIRECTIVES:
            these = texts.str.to_datetime(form, strict=False, time_unit="us")
        else:
            these = texts.str.to_date(form, strict=False).cast(pl.Datetime("us"))
        found = found.zip_with(found.is_not_null(), these)
        if pattern == ISO:
            # Other ISO forms are left to the slow path, and come before the formats after.
            break
    return found.set(~found.dt.year().is_between(FIRST_YEAR, LAST_YEAR), None)


_FAST: Final[dict[ValueType, Callable[[Column, pl.Series, Manner], pl.Series]]] = {
    ValueType.TEXT: _text,
    ValueType.CHOICE: _choice,
    ValueType.WHOLE: _numeric,
    ValueType.NUMBER: _numeric,
    ValueType.YES_NO: _yes_no,
    ValueType.DAY: _days,
    ValueType.INSTANT: _instants,
}
