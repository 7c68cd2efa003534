"""Many rows at once: insert what is new, change what differs, touch nothing else.

SQLite is fed by the driver's own `executemany`, PostgreSQL by COPY into a temporary table.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.sql.compiler import IdentifierPreparer

from storage.encoding import (
    Chunks,
    Encoder,
    Rows,
    encoded_chunks,
    encoders_for_postgres,
    encoders_for_sqlite,
)

Progress = Callable[[int], None]

# Rows at a time. Small on purpose: rows that live for longer than it takes to make some hundreds
# of them are looked through by the garbage collector again and again, at ten times the cost.
_CHUNK: Final = 500

# So many rows that PostgreSQL should look at the table anew before it plans the next question.
_WORTH_ANALYSING: Final = 10_000


@dataclass(frozen=True, slots=True)
class Counts:
    """How many rows were new, and how many differed from what was there."""

    inserted: int = 0
    updated: int = 0


@dataclass(frozen=True, slots=True)
class Target:
    """Where rows go: a table, the columns of a row in order, and the key that it is known by.

    The key must be unique in the table, or among its rows that meet `key_condition`. Columns that
    a row does not have get `defaults` when the row is new, and keep what they have when it is
    not. `changing` are the columns that a known row takes over; None: all but the key.
    """

    table: sa.Table
    columns: tuple[str, ...]
    key: tuple[str, ...]
    defaults: dict[str, Any] = field(default_factory=dict)
    key_condition: str = ""
    changing: tuple[str, ...] | None = None


def upsert(
    connection: sa.Connection,
    target: Target,
    rows: Rows,
    progress: Progress | None = None,
    resolve: Mapping[str, Encoder] | None = None,
) -> Counts:
    """Write rows; of rows with the same key the last one counts.

    Values are plain Python values: str, int, float, bool, date, aware datetime, dict, None;
    those of a column in `resolve` are put through that first. `progress` is told how many rows
    are done.
    """
    chunks = _chunks(connection, target, rows, resolve or {})
    write = _upsert_sqlite if _is_sqlite(connection) else _upsert_postgres
    return write(connection, _Statements(connection, target), chunks, progress or _keep_quiet)


def replace(connection: sa.Connection, target: Target, rows: Rows) -> None:
    """`upsert` for those who do not ask how many: on SQLite in half the time."""
    if not _is_sqlite(connection):
        upsert(connection, target, rows)
        return
    statement = _Statements(connection, target).insert_or_change
    for chunk in _chunks(connection, target, rows, {}):
        connection.exec_driver_sql(statement, chunk)


def _is_sqlite(connection: sa.Connection) -> bool:
    return connection.dialect.name == "sqlite"


def _chunks(
    connection: sa.Connection, target: Target, rows: Rows, resolve: Mapping[str, Encoder]
) -> Chunks:
    encoders_for = encoders_for_sqlite if _is_sqlite(connection) else encoders_for_postgres
    encoders = encoders_for(target.table, target.columns)
    for name, encoder in resolve.items():
        encoders[target.columns.index(name)] = encoder
    return encoded_chunks(rows, encoders, _CHUNK)


def _keep_quiet(_done: int) -> None:
    """For rows so few that nobody waits."""


class _Statements:
    """The SQL for one target, each part in the words that both databases share."""

    def __init__(self, connection: sa.Connection, target: Target) -> None:
        quote = connection.dialect.identifier_preparer
        self.table = quote.format_table(target.table)
        self.names = _list(quote, target.columns)
        self.all_names = _list(quote, (*target.columns, *target.defaults))
        self.defaults = "".join(
            f", {_literal(connection, target.table.c[name], value)}"
            for name, value in target.defaults.items()
        )
        self.key = _list(quote, target.key)
        self.conflict = f"ON CONFLICT ({self.key})" + (
            f" WHERE {target.key_condition}" if target.key_condition else ""
        )
        self.change = self._change(connection, target)
        slots = ", ".join("?" * len(target.columns))
        insert = f"INSERT INTO {self.table} ({self.all_names}) VALUES ({slots}{self.defaults})"  # noqa: S608 - names of our own tables
        self.insert_if_new = f"{insert} {self.conflict} DO NOTHING"
        self.insert_or_change = f"{insert} {self.conflict} {self.change}"

    def _change(self, connection: sa.Connection, target: Target) -> str:
        """What to do with a row that is known: take over what differs, if anything may."""
        changing = target.changing
        if changing is None:
            changing = tuple(name for name in target.columns if name not in target.key)
        if not changing:
            return "DO NOTHING"
        differs = "IS NOT" if connection.dialect.name == "sqlite" else "IS DISTINCT FROM"
        quote = connection.dialect.identifier_preparer.quote
        pairs = [(quote(name), f"excluded.{quote(name)}") for name in changing]
        takes = ", ".join(f"{name} = {new}" for name, new in pairs)
        if_any = " OR ".join(f"{self.table}.{name} {differs} {new}" for name, new in pairs)
        return f"DO UPDATE SET {takes} WHERE {if_any}"


def _list(quote: IdentifierPreparer, names: Iterable[str]) -> str:
    return ", ".join(quote.quote(name) for name in names)


def _literal(connection: sa.Connection, column: sa.Column[Any], value: Any) -> str:
    literal = sa.literal(value, column.type)
    compiled = literal.compile(dialect=connection.dialect, compile_kwargs={"literal_binds": True})
    return str(compiled)


def _upsert_sqlite(
    connection: sa.Connection, sql: _Statements, chunks: Chunks, progress: Progress
) -> Counts:
    inserted = updated = done = 0
    for chunk in chunks:
        new = connection.exec_driver_sql(sql.insert_if_new, chunk).rowcount
        if new < len(chunk):
            updated += connection.exec_driver_sql(sql.insert_or_change, chunk).rowcount
        inserted += new
        done += len(chunk)
        progress(done)
    return Counts(inserted, updated)


def _upsert_postgres(
    connection: sa.Connection, sql: _Statements, chunks: Chunks, progress: Progress
) -> Counts:
    connection.exec_driver_sql("DROP TABLE IF EXISTS pg_temp.incoming")
    empty = f"SELECT 0::bigint AS incoming_no, {sql.names} FROM {sql.table} LIMIT 0"  # noqa: S608 - as above
    connection.exec_driver_sql(f"CREATE TEMPORARY TABLE incoming ON COMMIT DROP AS {empty}")
    done = 0
    # A COPY for each chunk: between them, the resolving of a column may ask the database.
    for chunk in chunks:
        _copy(connection, sql, chunk, done)
        done += len(chunk)
        progress(done)
    select = (
        f"SELECT DISTINCT ON ({sql.key}) {sql.names}{sql.defaults}"  # noqa: S608 - as above
        f" FROM incoming ORDER BY {sql.key}, incoming_no DESC"
    )
    # A row that this statement made was never locked or changed before, so its xmax is 0.
    insert = (
        f"INSERT INTO {sql.table} ({sql.all_names}) {select} {sql.conflict} {sql.change}"
        " RETURNING xmax = 0 AS is_new"
    )
    written = connection.exec_driver_sql(
        f"WITH written AS ({insert})"  # noqa: S608 - as above
        " SELECT count(*) FILTER (WHERE is_new), count(*) FILTER (WHERE NOT is_new) FROM written"
    ).one()
    if done >= _WORTH_ANALYSING:
        connection.exec_driver_sql(f"ANALYZE {sql.table}")
    return Counts(*written)


def _copy(
    connection: sa.Connection, sql: _Statements, chunk: list[tuple[Any, ...]], first: int
) -> None:
    cursor = connection.connection.cursor()
    try:
        with cursor.copy(f"COPY incoming (incoming_no, {sql.names}) FROM STDIN") as copy:
            for number, row in enumerate(chunk, start=first):
                copy.write_row((number, *row))
    finally:
        cursor.close()
