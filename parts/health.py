"""What has to be well before work is sent to a process."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from storage.database import Database, SchemaState

if TYPE_CHECKING:
    from bot.web_health import Check

_SCHEMAS: Final = {
    SchemaState.NEW: "It has no tables yet: run digital-csm db upgrade.",
    SchemaState.BEHIND: "Its schema is of an earlier version: run digital-csm db upgrade.",
    SchemaState.UNKNOWN: (
        "Its schema is not one that this version knows: install the newer version that made it."
    ),
}


def checks(
    database: Database,
    clock: "Check | None",
    broker: Callable[[], object] | None,
) -> "dict[str, Check]":
    """By the name of the part. `clock`: what is wrong with the clock of the jobs; None where
    there is none. `broker` asks the broker for something, and raises Unavailable; None where
    none is set."""
    found: dict[str, Check] = {"database": lambda: _SCHEMAS.get(database.schema_state())}
    if clock is not None:
        found["scheduler"] = clock
    if broker is not None:
        found["broker"] = lambda: _ask(broker)
    return found


def _ask(broker: Callable[[], object]) -> None:
    broker()
