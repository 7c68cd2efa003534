"""Names that were made ready for being looked for, kept for as long as none of them changes."""

from collections.abc import Callable, Iterable
from enum import IntEnum
from threading import Lock
from weakref import WeakKeyDictionary

import sqlalchemy as sa

from csm.customer_names import CustomerNames


class Names(IntEnum):
    """Whose names: the id of their row in the table that counts changes."""

    ACCOUNTS = 1
    CONTACTS = 2


_kept: WeakKeyDictionary[sa.Engine, dict[Names, tuple[int, CustomerNames]]] = WeakKeyDictionary()
_one_at_a_time = Lock()


def prepared_names(
    engine: sa.Engine, whose: Names, revision: int, read: Callable[[], Iterable[tuple[str, str]]]
) -> CustomerNames:
    """The names as of that revision. `read` gives (account's key, name), and is asked only where
    another revision was kept."""
    with _one_at_a_time:
        by_kind = _kept.setdefault(engine, {})
        kept = by_kind.get(whose)
        if kept is None or kept[0] != revision:
            kept = by_kind[whose] = (revision, CustomerNames(read()))
        return kept[1]
