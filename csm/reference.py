"""The id that ties together what one event set off: the turn or firing, its lines in the log, and
the messages that came of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

REFERENCE: Final[ContextVar[str]] = ContextVar("reference", default="")


def current_reference() -> str:
    """That of the turn or firing that we are in; empty outside of any."""
    return REFERENCE.get()


@contextmanager
def under(reference: str) -> Iterator[None]:
    """The block belongs to what that reference stands for."""
    token = REFERENCE.set(reference)
    try:
        yield
    finally:
        REFERENCE.reset(token)
