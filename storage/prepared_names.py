"""Customers' names that were made ready, kept for as long as none of them changes."""

from collections.abc import Callable, Iterable
from threading import Lock
from weakref import WeakKeyDictionary

import sqlalchemy as sa

from csm.customer_names import CustomerNames

_kept: WeakKeyDictionary[sa.Engine, tuple[int, CustomerNames]] = WeakKeyDictionary()
_one_at_a_time = Lock()


def prepared_names(
    engine: sa.Engine, revision: int, read: Callable[[], Iterable[tuple[str, str]]]
) -> CustomerNames:
    """The names as of that revision. `read` gives (account's key, name), and is asked only where
    another revision was kept."""
    with _one_at_a_time:
        kept = _kept.get(engine)
        if kept is None or kept[0] != revision:
            kept = _kept[engine] = (revision, CustomerNames(read()))
        return kept[1]
