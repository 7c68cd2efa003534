"""A backup, brought back: all of it, or nothing.

In one transaction the tables are made anew as they were when the backup was made, filled, and
brought up to date. Whatever stops that, even a power cut, leaves what was there before.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any, Final

import psycopg
import sqlalchemy as sa
from alembic import command
from sqlalchemy import exc

from csm import deadline
from csm.backup import ColumnKind, Manifest, Member, TableLayout
from csm.errors import Conflict, InvalidInput, Unavailable
from csm.ports import Writer
from csm.ports_answers import Progress
from storage import tables
from storage.backup_file import STRIDE
from storage.backup_reader import BackupReader, opened_backup
from storage.database import Database, SchemaState, state_of
from storage.encoding import each, encoded_chunks
from storage.layout import is_known, layout_of, revision_of
from storage.migrations.configuration import migration_config
from storage.writing import SqlWriter

# How often something changed, by which what is made of it is known to be old; and its key.
_REVISIONS: Final = ((tables.names_state, "id"), (tables.shelf_state, "shelf"))
_SQLITE_BLOCK: Final = 500
# What a row makes a driver raise that a database does not take. COPY is the driver's own.
_REFUSALS: Final = (
    exc.IntegrityError,
    exc.DataError,
    psycopg.IntegrityError,
    psycopg.DataError,
)

Begin = Callable[[Writer, Manifest], None]


def check_backup(path: Path, progress: Progress) -> Manifest:
    """What is in a backup, all of which was read. Raises InvalidInput where it is none, or
    damaged."""
    with opened_backup(path) as backup:
        backup.check(progress)
        return backup.manifest


def restore(
    database: Database, path: Path, begin: Begin, progress: Progress, *, replace: bool = False
) -> Manifest:
    """Fill the database with what is in a backup, in the place of all that it holds (`replace`).
    `begin` is called with the records as they were, in the same transaction.

    Raises InvalidInput where the file is damaged, none of ours, or of a newer version; Conflict
    where the database holds anything and not `replace`; Busy and Unavailable. Nothing is changed
    then.
    """
    with opened_backup(path) as backup:
        manifest = backup.manifest
        _demand_known(path, manifest)
        backup.check(progress)
        with database.migrating() as connection:
            revisions = _clear(connection, database, replace=replace)
            command.upgrade(migration_config(connection), manifest.revision)
            with _triggers_off(connection, [one.layout.name for one in manifest.members]):
                _fill(connection, database, backup, progress)
            command.upgrade(migration_config(connection), "head")
            _finish(connection, database, revisions)
            begin(SqlWriter(connection), manifest)
        return manifest


def _demand_known(path: Path, manifest: Manifest) -> None:
    with sa.create_engine("sqlite://").connect() as anywhere:
        known = is_known(anywhere, manifest.revision)
    layouts = tuple(member.layout for member in manifest.members)
    if not known or layouts != layout_of(manifest.revision):
        raise InvalidInput(
            f"{path} was made by version {manifest.version} of Digital CSM, whose schema "
            f"({manifest.revision}) this version does not know. Install that version or a newer "
            "one, then restore it."
        )


def _clear(
    connection: sa.Connection, database: Database, *, replace: bool
) -> Mapping[str, dict[Any, int]]:
    """Take all tables of ours away; how often what changed, by table and key."""
    match state_of(connection):
        case SchemaState.NEW:
            return {}
        case SchemaState.UNKNOWN:
            raise Unavailable(
                f"The schema of {database.place} is not one that this version knows. "
                "Restore into another database."
            )
    layouts = layout_of(revision_of(connection) or "")
    if not replace and any(_holds_rows(connection, one) for one in layouts):
        raise Conflict(
            f"{database.place[0].upper()}{database.place[1:]} holds records already. To lose them "
            "for what is in the backup: digital-csm restore FILE --replace. Back them up first: "
            "digital-csm backup."
        )
    names = [one.name for one in layouts]
    revisions = {
        table.name: {row[0]: row[1] for row in connection.execute(_revisions(table, key))}
        for table, key in _REVISIONS
        if table.name in names
    }
    _empty(connection, names)
    command.downgrade(migration_config(connection), "base")
    return revisions


def _holds_rows(connection: sa.Connection, layout: TableLayout) -> bool:
    question = sa.select(sa.literal(1)).select_from(sa.table(layout.name)).limit(1)
    return connection.execute(question).first() is not None


def _revisions(table: sa.Table, key: str) -> sa.Select[tuple[Any, int]]:
    return sa.select(table.c[key], table.c.revision)


def _empty(connection: sa.Connection, names: Sequence[str]) -> None:
    """Delete all rows, with them those of the audit."""
    quoted = [connection.dialect.identifier_preparer.quote(name) for name in names]
    with _triggers_off(connection, names):
        if connection.dialect.name == "sqlite":
            for name in quoted:
                connection.exec_driver_sql(f"DELETE FROM {name}")  # noqa: S608 - names of our own tables
        else:
            connection.exec_driver_sql(f"TRUNCATE {', '.join(quoted)}")


@contextmanager
def _triggers_off(connection: sa.Connection, names: Sequence[str]) -> Iterator[None]:
    """What keeps the audit would keep it from being brought back, too. Only whoever owns the tables
    can go around it, and nobody else sees a moment of this."""
    quote = connection.dialect.identifier_preparer.quote
    if connection.dialect.name == "sqlite":
        question = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
        triggers = connection.exec_driver_sql(question).all()
        off = [f"DROP TRIGGER {quote(name)}" for name, _ in triggers]
        on = [sql for _, sql in triggers]
    else:
        off = [f"ALTER TABLE {quote(name)} DISABLE TRIGGER USER" for name in names]
        on = [f"ALTER TABLE {quote(name)} ENABLE TRIGGER USER" for name in names]
    for statement in off:
        connection.exec_driver_sql(statement)
    yield
    for statement in on:
        connection.exec_driver_sql(statement)


def _fill(
    connection: sa.Connection, database: Database, backup: BackupReader, progress: Progress
) -> None:
    done, total = 0, backup.manifest.rows
    write = _write_sqlite if database.is_sqlite else _write_postgres
    for member in backup.manifest.members:
        try:
            for count in write(connection, member.layout, backup.rows(member)):
                deadline.check()
                done += count
                progress("restoring", done, total)
        except _REFUSALS as error:
            raise InvalidInput(
                f"{database.place} does not take a row of the table {member.layout.name}: "
                f"{_reason(error)} Nothing was changed."
            ) from error
        _demand_all(connection, member)


def _reason(error: Exception) -> str:
    """Which rule the row breaks, without what is in it."""
    cause = error.orig if isinstance(error, exc.DBAPIError) else error
    said = cause.diag.message_primary if isinstance(cause, psycopg.Error) else None
    return f"{(said or str(cause)).rstrip('.')}."


def _demand_all(connection: sa.Connection, member: Member) -> None:
    question = sa.select(sa.func.count()).select_from(sa.table(member.layout.name))
    found = connection.execute(question).scalar_one()
    if found != member.rows:
        raise Unavailable(
            f"The table {member.layout.name} has {found:,} rows after its restoration and should "
            f"have {member.rows:,}. Nothing was changed."
        )


def _write_sqlite(
    connection: sa.Connection, layout: TableLayout, rows: Iterator[list[Any]]
) -> Iterator[int]:
    table, names = _quoted(connection, layout)
    slots = ", ".join("?" * len(layout.columns))
    insert = f"INSERT INTO {table} ({names}) VALUES ({slots})"  # noqa: S608 - as above
    encoders = [
        each(_sqlite_instant) if one.kind is ColumnKind.INSTANT else None for one in layout.columns
    ]
    for chunk in encoded_chunks(map(tuple, rows), encoders, _SQLITE_BLOCK):
        connection.exec_driver_sql(insert, chunk)
        yield len(chunk)


def _write_postgres(
    connection: sa.Connection, layout: TableLayout, rows: Iterator[list[Any]]
) -> Iterator[int]:
    table, names = _quoted(connection, layout)
    while chunk := list(islice(rows, STRIDE)):
        _copy(connection, f"COPY {table} ({names}) FROM STDIN", chunk)
        yield len(chunk)


def _copy(connection: sa.Connection, statement: str, rows: Iterable[list[Any]]) -> None:
    cursor = connection.connection.cursor()
    try:
        with cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row(row)
    finally:
        cursor.close()


def _quoted(connection: sa.Connection, layout: TableLayout) -> tuple[str, str]:
    quote = connection.dialect.identifier_preparer.quote
    return quote(layout.name), ", ".join(map(quote, layout.column_names))


def _sqlite_instant(value: str | None) -> str | None:
    """As SQLAlchemy keeps an instant in SQLite: UTC, without saying so."""
    if value is None:
        return None
    instant = datetime.fromisoformat(value).astimezone(UTC).replace(tzinfo=None)
    return instant.isoformat(" ", "microseconds")


def _finish(
    connection: sa.Connection, database: Database, revisions: Mapping[str, dict[Any, int]]
) -> None:
    """What the rows alone do not bring back."""
    if database.is_sqlite:
        if connection.exec_driver_sql("PRAGMA foreign_key_check").first():
            raise InvalidInput(
                "Rows in this backup refer to rows that are not in it. Nothing was changed. Take "
                "another."
            )
    else:
        _set_sequences(connection)
    for table, key in _REVISIONS:
        for known, before in revisions.get(table.name, {}).items():
            # Who has looked at what was here before must see that it is another now.
            connection.execute(
                sa.update(table)
                .where(table.c[key] == known, table.c.revision <= before)
                .values(revision=before + 1)
            )


def _set_sequences(connection: sa.Connection) -> None:
    """Have new rows numbered after those that are there."""
    for table in tables.metadata.sorted_tables:
        if "id" not in table.c:
            continue
        sequence = sa.func.pg_get_serial_sequence(
            connection.dialect.identifier_preparer.quote(table.name), "id"
        )
        highest = sa.select(sa.func.max(table.c.id)).scalar_subquery()
        connection.execute(
            sa.select(sa.func.setval(sequence, sa.func.coalesce(highest, 1), highest.is_not(None)))
        )
