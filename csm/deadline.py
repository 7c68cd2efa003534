"""A limit to what is going on, which work that has passed it cannot get around: it can no longer
begin or end a unit of work on the records."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import timedelta
from typing import Final


class Overdue(Exception):
    """The work has gone on for longer than it may, or is not wanted any more."""


class Limit:
    """How long a block may take, by a clock that nobody sets."""

    def __init__(self, limit: timedelta) -> None:
        self._ends = time.monotonic() + limit.total_seconds()
        self._is_cancelled = False

    @property
    def is_over(self) -> bool:
        return time.monotonic() > self._ends

    @property
    def is_cancelled(self) -> bool:
        return self._is_cancelled

    def cancel(self) -> None:
        """Have the block end before its time; any thread may say so."""
        self._is_cancelled = True


_LIMIT: Final[ContextVar[Limit | None]] = ContextVar("limit", default=None)


@contextmanager
def within(limit: timedelta) -> Iterator[Limit]:
    """The block may take as long as that."""
    begun = Limit(limit)
    token = _LIMIT.set(begun)
    try:
        yield begun
    finally:
        _LIMIT.reset(token)


def check() -> None:
    """Raises Overdue where the time is over, or was cut short."""
    limit = _LIMIT.get()
    if limit is not None and (limit.is_over or limit.is_cancelled):
        raise Overdue
