"""Checked rows of imported records into the tables."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any, Final, NamedTuple

import sqlalchemy as sa
from pydantic_core import PydanticUndefined

from csm.account import Feature
from csm.errors import InvalidInput
from csm.naming import fold
from csm.ports import Table, Written
from storage import tables
from storage.bulk import Counts, Target, replace, upsert
from storage.columns import Row
from storage.encoding import Encoder, each
from storage.prepared_names import Names
from storage.tables_record import KIND_ROWS

# Addresses are compared, so they are kept in lower case.
_EMAIL_COLUMNS: Final = frozenset({"csm_email", "email", "contact_email"})
_KEYED_BY_THEMSELVES: Final = frozenset({"accounts", "features"})


class _Layout(NamedTuple):
    """Where a table's rows go, and what is done to the values of some columns on the way."""

    target: Target
    resolve: dict[str, Encoder]


def write_table(
    connection: sa.Connection,
    table: Table,
    reaches_to: date | None,
    progress: Callable[[int], None],
) -> Written:
    """Insert or update the rows by their natural key and move the feed forward.

    Raises InvalidInput when a row names an account that does not exist.
    """
    layout = _layout(connection, table)
    counts = upsert(connection, layout.target, table.rows, progress, layout.resolve)
    if table.kind == "accounts":
        _keep_names(connection)
    if table.kind == "contacts" and counts.inserted + counts.updated:
        count_change_of_names(connection, Names.CONTACTS)
    if reaches_to is not None:
        _move_feed(connection, table.kind, reaches_to)
    return _written(table, counts)


def _written(table: Table, counts: Counts) -> Written:
    kind = table.kind
    unchanged = table.count - counts.inserted - counts.updated
    return Written({kind: counts.inserted}, {kind: counts.updated}, {kind: unchanged})


def _layout(connection: sa.Connection, table: Table) -> _Layout:
    resolve: dict[str, Encoder] = {}
    stored: list[str] = []
    for name in table.columns:
        match name:
            case "account_key":
                stored.append("account_id")
                resolve["account_id"] = _account_ids(connection)
            case "feature" if table.kind == "usage":
                stored.append("feature_id")
                resolve["feature_id"] = _FeatureIds(connection)
            case _:
                stored.append(name)
                if name in _EMAIL_COLUMNS:
                    resolve[name] = each(str.lower)
    target = Target(
        tables.KIND_TABLES[table.kind],
        tuple(stored),
        _natural_key(table.kind),
        _defaults(KIND_ROWS[table.kind], stored),
    )
    return _Layout(target, resolve)


def _natural_key(kind: str) -> tuple[str, ...]:
    if kind == "usage":
        return "account_id", "day", "feature_id"
    return ("key",) if kind in _KEYED_BY_THEMSELVES else ("account_id", "key")


def _defaults(row: type[Row], given: Iterable[str]) -> dict[str, Any]:
    """What the domain says of fields that a table leaves out."""
    return {
        name: field.default
        for name, field in row.model_fields.items()
        if name not in {"id", *given} and field.default is not PydanticUndefined
    }


def _account_ids(connection: sa.Connection) -> Encoder:
    account = tables.account.c
    ids = {row.key: row.id for row in connection.execute(sa.select(account.key, account.id))}

    def resolve(keys: Sequence[str]) -> Iterable[int]:
        try:
            return [ids[key] for key in keys]
        except KeyError as error:
            raise InvalidInput(
                f"There is no account {error.args[0]!r}. Import the accounts first."
            ) from error

    return resolve


class _FeatureIds:
    """Ids of features by key; a feature that nobody described is made, as a key feature."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection
        self._ids = self._read()

    def __call__(self, keys: Sequence[str]) -> Iterable[int]:
        unknown = dict.fromkeys(keys).keys() - self._ids.keys()
        if unknown:
            new = [Feature(key=key).model_dump() for key in sorted(unknown)]
            self._connection.execute(sa.insert(tables.feature), new)
            self._ids = self._read()
        return map(self._ids.__getitem__, keys)

    def _read(self) -> dict[str, int]:
        feature = tables.feature.c
        rows = self._connection.execute(sa.select(feature.key, feature.id))
        return {row.key: row.id for row in rows}


def _keep_names(connection: sa.Connection) -> None:
    """Make the names of all accounts anew: an account may also have lost one."""
    account, name = tables.account.c, tables.account_name
    accounts = connection.execute(
        sa.select(account.id, account.key, account.name, account.aliases, account.domain)
    )
    wanted = {
        (row.id, folded): shown
        for row in accounts
        for folded, shown in _names(row.key, row.name, row.aliases, row.domain).items()
    }
    known = {(row.account_id, row.folded) for row in connection.execute(sa.select(name))}
    if known != wanted.keys():
        count_change_of_names(connection, Names.ACCOUNTS)
    gone = [{"an_id": number, "a_name": folded} for number, folded in known - wanted.keys()]
    if gone:
        connection.execute(
            sa.delete(name).where(
                name.c.account_id == sa.bindparam("an_id"), name.c.folded == sa.bindparam("a_name")
            ),
            gone,
        )
    target = Target(name, ("account_id", "folded", "name"), ("account_id", "folded"))
    replace(connection, target, ((*key, shown) for key, shown in wanted.items()))


def count_change_of_names(connection: sa.Connection, whose: Names) -> None:
    state = tables.names_state
    changed = sa.update(state).where(state.c.id == whose).values(revision=state.c.revision + 1)
    if connection.execute(changed).rowcount == 0:
        replace(connection, Target(state, ("id", "revision"), ("id",)), [(int(whose), 1)])


def _names(key: str, name: str, aliases: str, domain: str) -> dict[str, str]:
    """Ways to call an account, by their folded form; the most telling one is the one shown."""
    label = domain.partition(".")[0]
    shown: dict[str, str] = {}
    for text in (name, *aliases.split("|"), key, domain, label):
        folded = fold(text)
        if folded:
            shown.setdefault(folded, text.strip())
    return shown


def _move_feed(connection: sa.Connection, kind: str, reaches_to: date) -> None:
    feed = tables.feed
    known = connection.execute(sa.select(feed.c.reaches_to).where(feed.c.kind == kind)).scalar()
    if known is None or known < reaches_to:
        target = Target(feed, ("kind", "reaches_to"), ("kind",))
        replace(connection, target, [(kind, reaches_to)])
