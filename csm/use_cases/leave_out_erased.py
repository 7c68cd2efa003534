"""Whoever was erased does not come back by the next import."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from typing import Any, Final

from csm.ports import Table
from csm.privacy import Erased
from csm.wording import listing, plural

# The column by which each kind of record is about a person.
_ADDRESS: Final = {
    "contacts": "email",
    "surveys": "contact_email",
    "interactions": "contact_email",
    "trainings": "contact_email",
}


def leave_out_erased(tables: Sequence[Table], erased: Erased) -> tuple[list[Table], list[str]]:
    """The tables without the rows of erased people, and what to say of those."""
    if not erased.marks:
        return list(tables), []
    kept = [_without(table, erased) for table in tables]
    gone = [
        plural(before.count - after.count, "row") + f" of {before.kind}"
        for before, after in zip(tables, kept, strict=True)
        if after.count < before.count
    ]
    if not gone:
        return kept, []
    return kept, [f"{listing(gone)} left out: these people were erased."]


def _without(table: Table, erased: Erased) -> Table:
    if table.kind not in _ADDRESS:
        return table
    is_theirs = _test(table, erased)
    rows = [row for row in table.rows if not is_theirs(row)]
    return replace(table, rows=rows, count=len(rows))


def _test(table: Table, erased: Erased) -> Callable[[tuple[Any, ...]], bool]:
    """Whether a row is of somebody who was erased. An address is looked up once: a timeline has the
    same few thousand times."""
    is_address = cache(erased.is_address)
    at = {name: place for place, name in enumerate(table.columns)}
    address = at.get(_ADDRESS[table.kind])
    account, key = at["account_key"], at["key"]

    def is_theirs(row: tuple[Any, ...]) -> bool:
        if address is not None and row[address] and is_address(row[address]):
            return True
        return table.kind == "contacts" and erased.is_contact(row[account], row[key])

    return is_theirs
