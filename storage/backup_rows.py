"""What a row of a backup must be, whoever wrote the file: a list with a value for each column, each
of its column's kind, and written as `storage.backup` writes them.

What a database says no to by itself, such as a word that an enum does not know, is left to it: this
finds what makes a driver fail, and what SQLite would keep without a word.
"""

import json
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from math import isfinite
from typing import Any, Final

from pydantic_core import from_json

from csm.backup import Column, ColumnKind, TableLayout

Row = list[Any]

_SMALLEST, _LARGEST = -(2**63), 2**63 - 1
_TYPES: Final[dict[ColumnKind, type]] = {
    ColumnKind.TEXT: str,
    ColumnKind.WHOLE: int,
    ColumnKind.NUMBER: float,
    ColumnKind.TRUTH: bool,
    ColumnKind.DAY: str,
    ColumnKind.INSTANT: str,
    ColumnKind.JSON: str,
}


class WrongRow(Exception):
    """The text says which line and what is wrong with it, without what is in it."""


class _Wrong(Exception):
    """The same of a value."""


def decoded(lines: Sequence[bytes], before: int) -> list[Any]:
    """What lines say that come after so many others. Raises WrongRow."""
    rows = []
    for line in lines:
        try:
            rows.append(from_json(line))
        except ValueError as error:
            reason = str(error).partition(" at line ")[0]
            raise WrongRow(f"line {before + len(rows) + 1:,} is no JSON ({reason})") from error
    return rows


def check_rows(layout: TableLayout, rows: Sequence[Any], before: int) -> None:
    """Raises WrongRow at the first of them that the table cannot hold."""
    width = len(layout.columns)
    for number, row in enumerate(rows, before + 1):
        if type(row) is not list:
            raise WrongRow(f"line {number:,} is no list of values")
        if len(row) != width:
            raise WrongRow(f"line {number:,} has {len(row):,} values, not {width:,}")
    # A column at a time: that is what makes it fast. Rows one by one only to find the wrong one.
    try:
        for column, values in zip(layout.columns, zip(*rows, strict=True), strict=False):
            _check(column, values)
    except _Wrong:
        _blame(layout, rows, before)


def _blame(layout: TableLayout, rows: Sequence[Row], before: int) -> None:
    for number, row in enumerate(rows, before + 1):
        for column, value in zip(layout.columns, row, strict=True):
            try:
                _check(column, (value,))
            except _Wrong as wrong:
                raise WrongRow(f"line {number:,}: {column.name} {wrong}") from wrong


def _check(column: Column, values: Sequence[Any]) -> None:
    known = values
    if None in values:
        if not column.nullable:
            raise _Wrong("has no value")
        known = [value for value in values if value is not None]
    if not set(map(type, known)) <= {_TYPES[column.kind]}:
        raise _Wrong(f"is of the wrong kind: {column.kind} is wanted")
    if known:
        _RULES[column.kind](column, known)


def _text(column: Column, values: Sequence[str]) -> None:
    if "\x00" in "".join(values):
        raise _Wrong("has a NUL in it")
    longest = max(map(len, values))
    if column.length is not None and longest > column.length:
        raise _Wrong(f"has {longest:,} characters, and {column.length:,} fit")


def _whole(_column: Column, values: Sequence[int]) -> None:
    if not _SMALLEST <= min(values) <= max(values) <= _LARGEST:
        raise _Wrong("is too large a number")


def _number(_column: Column, values: Sequence[float]) -> None:
    if not all(map(isfinite, values)):
        raise _Wrong("is no finite number")


def _truth(_column: Column, _values: Sequence[bool]) -> None:
    """Either will do."""


def _day(_column: Column, values: Sequence[str]) -> None:
    for text in set(values):
        if _written(text, lambda text: date.fromisoformat(text).isoformat()) != text:
            raise _Wrong("is no day such as 2026-03-09")


def _instant(_column: Column, values: Sequence[str]) -> None:
    for text in values:
        if _written(text, _again) != text:
            raise _Wrong("is no instant such as 2026-03-09T12:00:00.000000+00:00")


def _again(text: str) -> str:
    return datetime.fromisoformat(text).astimezone(UTC).isoformat(timespec="microseconds")


def _written(text: str, write: Callable[[str], str]) -> str | None:
    try:
        return write(text)
    except (ValueError, OverflowError):
        return None


def _json(_column: Column, values: Sequence[str]) -> None:
    for text in values:
        try:
            json.loads(text)  # by which the records read it
        except (ValueError, RecursionError) as error:
            raise _Wrong("is no JSON") from error


_RULES: Final[dict[ColumnKind, Callable[[Column, Sequence[Any]], None]]] = {
    ColumnKind.TEXT: _text,
    ColumnKind.WHOLE: _whole,
    ColumnKind.NUMBER: _number,
    ColumnKind.TRUTH: _truth,
    ColumnKind.DAY: _day,
    ColumnKind.INSTANT: _instant,
    ColumnKind.JSON: _json,
}
