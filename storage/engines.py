"""How to reach SQLite and PostgreSQL: address, connection settings, transactions, pool."""

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import psycopg
import sqlalchemy as sa
from psycopg.conninfo import make_conninfo
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DisconnectionError
from sqlalchemy.pool import ConnectionPoolEntry, NullPool, QueuePool

from csm.errors import InvalidInput

# The option of a connection that says: this unit of work will write.
WRITES: Final = "csm_writes"

_CONNECT_TIMEOUT_S: Final = 5


@dataclass(frozen=True, slots=True)
class Address:
    """Where the database is. `place` names it to a person, without user or password."""

    url: URL
    place: str

    @property
    def is_sqlite(self) -> bool:
        return self.url.get_backend_name() == "sqlite"

    @property
    def file(self) -> Path:
        """The database file; for SQLite only."""
        return Path(self.url.database or "").absolute()


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds to wait for a lock or a free connection, and the most connections to hold."""

    patience: float
    pool: int


def parse_address(url: str) -> Address:
    """Read a database URL. Raises InvalidInput for what is neither SQLite file nor PostgreSQL."""
    hint = "Use sqlite:///path/to/file.db or postgresql://user:password@host/name."
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError) as error:
        raise InvalidInput(f"DATABASE_URL is not a database address. {hint}") from error
    backend = parsed.drivername.partition("+")[0]
    if backend in {"postgresql", "postgres"}:
        parsed = parsed.set(drivername="postgresql+psycopg")
        _demand_known_options(parsed)
        host = f"{parsed.host or 'this machine'}" + (f":{parsed.port}" if parsed.port else "")
        return Address(parsed, f"the PostgreSQL database {parsed.database or ''!r} on {host}")
    if backend != "sqlite":
        raise InvalidInput(f"DATABASE_URL names a database we do not know: {backend!r}. {hint}")
    if not parsed.database or parsed.database == ":memory:":
        raise InvalidInput(f"DATABASE_URL must name a file for SQLite. {hint}")
    parsed = parsed.set(drivername="sqlite+pysqlite")
    return Address(parsed, f"the database file {parsed.database}")


def _demand_known_options(url: URL) -> None:
    try:
        _, options = url.get_dialect()().create_connect_args(url)
        make_conninfo(**options)
    except (ArgumentError, psycopg.ProgrammingError):
        # Without the cause, which may quote a password.
        raise InvalidInput(
            "PostgreSQL does not know an option after the “?” of DATABASE_URL, or cannot read it. "
            "Mend it or leave it out: postgresql://user:password@host/name?sslmode=require, say."
        ) from None


def open_engine(address: Address, limits: Limits) -> sa.Engine:
    """The engine for daily work. It never makes a database file that is not there."""
    options: dict[str, Any] = {
        "poolclass": QueuePool,
        "pool_size": limits.pool,
        "max_overflow": 0,
        "pool_timeout": limits.patience,
    }
    if address.is_sqlite:
        connect = _sqlite_connector(address, limits, mode="rw", foreign_keys=True)
        engine = _sqlite_engine(address, connect, options)
        _watch_for_replaced_file(engine, address.file)
        return engine
    return _postgres_engine(address, limits, {**options, "pool_pre_ping": True})


def open_migration_engine(address: Address, limits: Limits) -> sa.Engine:
    """An engine for changing the schema. It makes the database file where there is none.

    Foreign keys are off on SQLite, for a table is changed there by building it anew and
    dropping the old one, which would delete what refers to it.
    """
    if address.is_sqlite:
        connect = _sqlite_connector(address, limits, mode="rwc", foreign_keys=False)
        return _sqlite_engine(address, connect, {"poolclass": NullPool})
    return _postgres_engine(address, limits, {"poolclass": NullPool})


def _sqlite_engine(
    address: Address, connect: Callable[[], sqlite3.Connection], options: dict[str, Any]
) -> sa.Engine:
    engine = sa.create_engine(
        address.url,
        creator=connect,
        hide_parameters=True,  # what people wrote belongs in no error and no log
        **options,
    )

    @sa.event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:
        # A writer waits for its lock here, at the start. Were it to read first and ask for the
        # lock later, SQLite could only refuse it.
        writes = connection.get_execution_options().get(WRITES, False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def _sqlite_connector(
    address: Address, limits: Limits, *, mode: str, foreign_keys: bool
) -> Callable[[], sqlite3.Connection]:
    uri = f"file:{quote(str(address.file))}?mode={mode}"

    def connect() -> sqlite3.Connection:
        connection = sqlite3.connect(
            uri,
            uri=True,
            timeout=limits.patience,
            isolation_level=None,  # transactions are begun in _sqlite_engine
            check_same_thread=False,  # the pool gives a connection to one thread at a time
        )
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute(f"PRAGMA foreign_keys = {'ON' if foreign_keys else 'OFF'}")
        connection.execute("PRAGMA cache_size = -32000")  # KiB: 32 MB a connection
        connection.execute("PRAGMA temp_store = MEMORY")  # sorting, and undoing a statement
        return connection

    return connect


def _watch_for_replaced_file(engine: sa.Engine, file: Path) -> None:
    """Leave connections behind whose file was deleted or replaced: they write into nothing."""

    def identity() -> tuple[int, int] | None:
        try:
            found = file.stat()
        except OSError:
            return None
        return found.st_dev, found.st_ino

    @sa.event.listens_for(engine, "connect")
    def remember(_connection: object, entry: ConnectionPoolEntry) -> None:
        entry.info["file"] = identity()

    @sa.event.listens_for(engine, "checkout")
    def compare(_connection: object, entry: ConnectionPoolEntry, _proxy: object) -> None:
        if entry.info["file"] != identity():
            raise DisconnectionError("the database file was replaced")


def _postgres_engine(address: Address, limits: Limits, options: dict[str, Any]) -> sa.Engine:
    connect_args = {"connect_timeout": _CONNECT_TIMEOUT_S}
    engine = sa.create_engine(
        address.url, connect_args=connect_args, hide_parameters=True, **options
    )
    milliseconds = max(1, round(limits.patience * 1000))

    @sa.event.listens_for(engine, "connect")
    def configure(connection: Any, _entry: ConnectionPoolEntry) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"SET lock_timeout = {milliseconds}")
            cursor.execute("SET timezone = 'UTC'")
        connection.commit()

    return engine
