"""Databases to test with: SQLite files, and schemas of a PostgreSQL server where one answers."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql

from storage.database import Database, open_database
from storage.tables import metadata

KINDS: Final = ("sqlite", "postgresql")

# Long enough for a slow machine, short enough for a test that waits for it in vain.
PATIENCE: Final = 2.0


def postgres_url() -> str:
    """The server to test with. Skips the test where none answers, except where CI demands one."""
    candidates = [os.environ.get("TEST_POSTGRES_URL", "")]
    if not candidates[0]:
        candidates = ["postgresql:///test", "postgresql://root@127.0.0.1:5432/test"]
    reasons = []
    for url in candidates:
        try:
            psycopg.connect(url, connect_timeout=3).close()
        except psycopg.OperationalError as error:
            reasons.append(str(error).strip())
        else:
            return url
    message = "NO POSTGRESQL TESTED: set TEST_POSTGRES_URL. " + " / ".join(reasons)
    if os.environ.get("CI", "").lower() in {"1", "true"}:
        pytest.fail(message)
    pytest.skip(message)


@contextmanager
def postgres_schema() -> Iterator[str]:
    """The URL of a new, empty schema, dropped afterwards."""
    server = postgres_url()
    name = f"digital_csm_test_{uuid4().hex}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(name)))
        try:
            joint = "&" if "?" in server else "?"
            # What a test writes need not survive a power cut.
            options = f"-csearch_path%3D{name}%20-csynchronous_commit%3Doff"
            yield f"{server}{joint}options={options}"
        finally:
            connection.execute("SET client_min_messages = 'warning'")
            connection.execute(sql.SQL("DROP SCHEMA {} CASCADE").format(sql.Identifier(name)))


@contextmanager
def opened(url: str, patience: float = PATIENCE) -> Iterator[Database]:
    database = open_database(url, patience=patience)
    try:
        yield database
    finally:
        database.close()


def sqlite_url(file: Path) -> str:
    return f"sqlite:///{file}"


def copy_of(template: Path, folder: Path) -> Path:
    return Path(shutil.copy(template, folder / "records.db"))


def empty_postgres(url: str) -> None:
    """Delete all rows, so that the next test finds what a new database holds."""
    # Not TRUNCATE, which takes far longer for tables with a few rows.
    tables = reversed(metadata.sorted_tables)
    deletions = [sql.SQL("DELETE FROM {}").format(sql.Identifier(table.name)) for table in tables]
    with psycopg.connect(url) as connection:
        # The audit refuses to be emptied, save by whoever owns the table.
        for table in ("audit", "audit_head"):
            connection.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        connection.execute(sql.SQL("; ").join(deletions))
        for table in ("audit", "audit_head"):
            connection.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        # Numbers begin anew, too.
        connection.execute(
            "SELECT setval(c.oid, 1, false) FROM pg_class c "
            "WHERE c.relkind = 'S' AND c.relnamespace = current_schema()::regnamespace"
        )
