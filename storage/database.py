"""The database as a whole: opening it, its units of work, and the version of its schema."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from typing import Final

import sqlalchemy as sa
from alembic import command
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util.exc import CommandError

from csm.errors import Unavailable
from storage.engines import (
    WRITES,
    Address,
    Limits,
    open_engine,
    open_migration_engine,
    parse_address,
)
from storage.failures import UPGRADE_HINT, translated
from storage.migrations.configuration import migration_config
from storage.scrubbing import scrub
from storage.tables import metadata

# Any number that no other program is likely to lock; held while the schema is upgraded.
_UPGRADE_LOCK: Final = 7_013_604_611

# Another process may be upgrading a large database: its turn may take minutes.
_UPGRADE_WAIT_S: Final = 300.0


class SchemaState(StrEnum):
    """The schema of a database against what this version of the program needs.

    UNKNOWN: it was made by a newer version, or it holds our tables without their history.
    """

    NEW = "new"
    CURRENT = "current"
    BEHIND = "behind"
    UNKNOWN = "unknown"


class Database:
    """One database and its pool of connections. Safe to share between threads."""

    def __init__(self, address: Address, limits: Limits) -> None:
        self._address = address
        self._limits = limits
        self._engine = open_engine(address, limits)
        self._reading = self._engine if address.is_sqlite else self._snapshots(self._engine)
        self._writing = self._engine.execution_options(**{WRITES: True})

    @staticmethod
    def _snapshots(engine: sa.Engine) -> sa.Engine:
        return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)

    @property
    def place(self) -> str:
        """Where the database is, in words for a person, without user or password."""
        return self._address.place

    @property
    def is_sqlite(self) -> bool:
        return self._address.is_sqlite

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """A connection that sees the records as they were at its first question.

        Raises Busy or Unavailable.
        """
        with translated(self.place), self._reading.begin() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """A transaction: committed at the end of the block, rolled back when it raises.

        Raises Busy when somebody else holds the lock for too long, Unavailable, or Conflict.
        """
        with translated(self.place), self._writing.begin() as connection:
            yield connection

    def scrub(self, tables: Sequence[str]) -> str:
        """Take what was deleted from these tables out of the files, too; what that means, in words.
        Raises Busy or Unavailable."""
        self.close()
        with translated(self.place):
            return scrub(self._address, tables, self._limits.patience)

    def close(self) -> None:
        """Give all connections back. A unit of work after this opens new ones."""
        self._engine.dispose()

    def schema_state(self) -> SchemaState:
        """How the schema stands. Raises Busy or Unavailable."""
        if (
            self.is_sqlite
            and not self._address.file.exists()
            and self._address.file.parent.is_dir()
        ):
            return SchemaState.NEW
        with self.reading() as connection:
            return state_of(connection)

    def upgrade(self) -> None:
        """Bring the schema up to date, making the database file where there is none.

        All or nothing. When several processes do it at once, one works and the others wait.
        Raises Busy, or Unavailable when the database was made by a newer version.
        """
        with self.migrating() as connection:
            self._upgrade(connection)

    @contextmanager
    def migrating(self) -> Iterator[sa.Connection]:
        """A transaction that may change the schema, which one process at a time has. It makes the
        database file where there is none, and on SQLite nobody checks foreign keys in it.

        Raises Busy or Unavailable.
        """
        limits = Limits(max(self._limits.patience, _UPGRADE_WAIT_S), pool=1)
        engine = open_migration_engine(self._address, limits)
        with translated(self.place):
            try:
                with engine.execution_options(**{WRITES: True}).begin() as connection:
                    if not self.is_sqlite:
                        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_UPGRADE_LOCK)))
                    yield connection
            finally:
                engine.dispose()

    def _upgrade(self, connection: sa.Connection) -> None:
        state = state_of(connection)
        if state is SchemaState.UNKNOWN:
            raise Unavailable(self._newer())
        if state is not SchemaState.CURRENT:
            command.upgrade(migration_config(connection), "head")
        if self.is_sqlite and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
            raise Unavailable(
                f"The upgrade of {self.place} was undone: rows in it refer to rows that are gone. "
                "Restore it from a backup."
            )

    def ensure_ready(self) -> None:
        """Make a brand-new database usable; check that any other one is up to date.

        Raises Unavailable when an upgrade is needed, for that is a person's decision, or when
        the database was made by a newer version.
        """
        match self.schema_state():
            case SchemaState.NEW:
                self.upgrade()
            case SchemaState.BEHIND:
                raise Unavailable(
                    f"The schema of {self.place} is of an earlier version. {UPGRADE_HINT}"
                )
            case SchemaState.UNKNOWN:
                raise Unavailable(self._newer())
            case SchemaState.CURRENT:
                return

    def _newer(self) -> str:
        return (
            f"The schema of {self.place} is not one that this version knows. "
            "Install the newer version of Digital CSM that made it, or use another database."
        )


def open_database(url: str, *, pool: int = 10, patience: float = 5.0) -> Database:
    """Open `sqlite:///file` or `postgresql://...`. Nothing is connected to yet.

    `pool`: most connections at one time. `patience`: seconds to wait for a lock or for a free
    connection before Busy is raised. Raises InvalidInput for any other kind of URL.
    """
    return Database(parse_address(url), Limits(patience, pool))


def state_of(connection: sa.Connection) -> SchemaState:
    """How the schema stands that this connection sees."""
    current = MigrationContext.configure(connection).get_current_revision()
    if current is None:
        found = set(sa.inspect(connection).get_table_names())
        return SchemaState.UNKNOWN if found & set(metadata.tables) else SchemaState.NEW
    scripts = ScriptDirectory.from_config(migration_config(connection))
    if current == scripts.get_current_head():
        return SchemaState.CURRENT
    try:
        scripts.get_revision(current)
    except CommandError:
        return SchemaState.UNKNOWN
    return SchemaState.BEHIND
