"""Typed columns -> the plain rows that storage writes."""

from collections.abc import Collection, Iterator, Sequence
from datetime import UTC, date, datetime
from typing import Any, Final

import polars as pl

from csm.ports import Table
from sources.layout import Column, ValueType, columns_of

_ROWS_AT_ONCE: Final = 50_000

# The columns that tell how far the data of a kind reaches.
_REACH: Final = {
    "usage": ("day",),
    "tickets": ("opened_at", "closed_at"),
    "surveys": ("answered_on",),
    "interactions": ("at",),
    "invoices": ("issued_on", "paid_on"),
}


class FrameRows:
    """Rows of a frame as tuples, made in chunks; can be gone through more than once."""

    def __init__(self, columns: Sequence[Column], frame: pl.DataFrame) -> None:
        self._columns = columns
        self._frame = frame.select([column.name for column in self._columns])
        # One date object a calendar day, however many rows share it: faster, and smaller.
        self._days: dict[Any, date | None] = {None: None}
        for column in self._columns:
            if column.type is ValueType.DAY:
                distinct = self._frame[column.name].unique()
                days = zip(distinct.to_physical().to_list(), distinct.to_list(), strict=True)
                self._days.update(days)

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        for start in range(0, self._frame.height, _ROWS_AT_ONCE):
            part = self._frame.slice(start, _ROWS_AT_ONCE)
            cells = (self._plain(c.type, part[c.name]) for c in self._columns)
            yield from zip(*cells, strict=True)

    def _plain(self, value_type: ValueType, values: pl.Series) -> list[Any]:
        if value_type is ValueType.DAY:
            return [self._days[day] for day in values.to_physical().to_list()]
        if value_type is ValueType.INSTANT:
            return [at and at.replace(tzinfo=UTC) for at in values.to_list()]
        return values.to_list()


def table_of(kind: str, frame: pl.DataFrame, given: Collection[str]) -> Table:
    """A table of checked rows, of the columns that were given: what a source does not speak of
    keeps the value that is known, or gets its default in a new record."""
    columns = [column for column in columns_of(kind) if column.name in given]
    return Table(
        kind=kind,
        columns=tuple(column.name for column in columns),
        rows=FrameRows(columns, frame),
        count=frame.height,
        newest=newest_day([frame[name].max() for name in _REACH.get(kind, ())]),
    )


def reach_columns(kind: str) -> tuple[str, ...]:
    """The columns whose newest day tells how far the data of a kind reaches; may be none."""
    return _REACH.get(kind, ())


def newest_day(moments: list[Any]) -> date | None:
    """The latest of some days and instants, as a day; None when there is none."""
    days = [m.date() if isinstance(m, datetime) else m for m in moments if isinstance(m, date)]
    return max(days, default=None)
