"""Restoring where there is something already: all of it is replaced, or nothing."""

import subprocess
import sys
from pathlib import Path

import pytest

from csm.backup import Manifest
from csm.errors import Conflict, InvalidInput, Unavailable
from csm.knowledge import Shelf
from csm.ports import Writer
from storage.backup import back_up
from storage.database import Database, SchemaState
from storage.records import SqlRecords
from storage.restore import restore
from storage.tables import metadata
from tests.databases import sqlite_url
from tests.storage.backups import NOW, as_it_is, backed_up, entry, quiet
from tests.storage.conversations import chunk, document, put
from tests.storage.every_table import ROWS, all_rows, fill
from tests.storage.outreaches import add_outreach, outreach
from tests.storage.portfolio import ACCOUNTS, write_accounts


def test_a_database_with_records_is_replaced_only_when_that_is_asked_for(
    database: Database, tmp_path: Path
) -> None:
    records = SqlRecords(database)
    write_accounts(records)
    path = backed_up(database, tmp_path)
    fill_after = outreach("written after the backup")
    add_outreach(records, fill_after)
    with records.writing() as writer:
        writer.audit(entry("outreach:1"))
    before = all_rows(database)
    with pytest.raises(Conflict, match="--replace"):
        restore(database, path, as_it_is, quiet)
    assert all_rows(database) == before
    restore(database, path, as_it_is, quiet, replace=True)
    with records.reading() as reader:
        assert len(reader.account_ids()) == len(ACCOUNTS)
        assert reader.outreach(1) is None
        assert reader.audit_head().count == 0


def test_an_empty_database_is_filled_without_asking(database: Database, tmp_path: Path) -> None:
    path = backed_up(database, tmp_path)
    restore(database, path, as_it_is, quiet)
    assert database.schema_state() is SchemaState.CURRENT


def test_whoever_looked_before_sees_that_the_library_and_the_names_are_others(
    database: Database, tmp_path: Path
) -> None:
    """Search by meaning and by words is made from the records where their revision is new."""
    records = SqlRecords(database)
    write_accounts(records)
    put(records, document("a.md"), chunk())
    path = backed_up(database, tmp_path)
    put(records, document("b.md"), chunk(text="Written after the backup."))
    with records.reading() as reader:
        shelf_before = reader.shelf_revision(Shelf.CUSTOMER)
    names_before = all_rows(database)["names_state"]
    restore(database, path, as_it_is, quiet, replace=True)
    with records.reading() as reader:
        assert [one.document.key for one in reader.documents(Shelf.CUSTOMER)] == ["a.md"]
        assert reader.shelf_revision(Shelf.CUSTOMER) > shelf_before
    for key, row in all_rows(database)["names_state"].items():
        assert row["revision"] > names_before[key]["revision"]


def test_what_the_database_refuses_is_named_and_changes_nothing(
    sqlite_database: Database, postgres_database: Database, tmp_path: Path
) -> None:
    """SQLite takes texts of any length, and PostgreSQL does not."""
    write_accounts(SqlRecords(sqlite_database))
    with sqlite_database.writing() as connection:
        connection.exec_driver_sql("UPDATE account SET currency = 'secret currency'")
    path = backed_up(sqlite_database, tmp_path)
    write_accounts(SqlRecords(postgres_database))
    before = all_rows(postgres_database)
    with pytest.raises(InvalidInput, match=r"currency has 15 characters, and 3 fit") as refused:
        restore(postgres_database, path, as_it_is, quiet, replace=True)
    assert "secret" not in str(refused.value)
    assert all_rows(postgres_database) == before


def test_what_fails_at_the_end_changes_nothing(database: Database, tmp_path: Path) -> None:
    write_accounts(SqlRecords(database))
    before = all_rows(database)
    path = backed_up(database, tmp_path)

    def fail(_writer: Writer, _manifest: Manifest) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        restore(database, path, fail, quiet, replace=True)
    assert all_rows(database) == before
    assert database.schema_state() is SchemaState.CURRENT


def test_a_newer_database_is_not_replaced(database: Database, tmp_path: Path) -> None:
    path = backed_up(database, tmp_path)
    with database.writing() as connection:
        was = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar_one()
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    try:
        with pytest.raises(Unavailable, match="another database"):
            restore(database, path, as_it_is, quiet, replace=True)
        with pytest.raises(Unavailable, match="newer version"):
            backed_up(database, tmp_path, "b.backup")
    finally:
        with database.writing() as connection:
            connection.exec_driver_sql(f"UPDATE alembic_version SET version_num = '{was}'")


KILLED = """
import sys, time
from pathlib import Path
from storage.database import open_database
from storage.restore import restore

def tell(what, done, total):
    if what == "restoring" and done * 2 > total:
        print("half way", flush=True)
        time.sleep(600)

restore(open_database(sys.argv[1]), Path(sys.argv[2]), lambda *_: None, tell, replace=True)
"""


def test_a_process_that_is_killed_half_way_leaves_what_was_there(
    request: pytest.FixtureRequest, database: Database, tmp_path: Path
) -> None:
    records = SqlRecords(database)
    fill(database)
    path = backed_up(database, tmp_path)
    with records.writing() as writer:
        assert writer.claim_event("slack", "after the backup", NOW)
    before = all_rows(database)
    is_sqlite = database.is_sqlite
    url = (
        sqlite_url(tmp_path / "records.db")
        if is_sqlite
        else str(request.getfixturevalue("postgres_template"))
    )
    child = subprocess.Popen(
        [sys.executable, "-c", KILLED, url, str(path)], stdout=subprocess.PIPE, text=True
    )
    try:
        assert child.stdout is not None
        assert child.stdout.readline() == "half way\n"
    finally:
        child.kill()
        child.communicate()
    assert all_rows(database) == before
    restore(database, path, as_it_is, quiet, replace=True)
    assert len(all_rows(database)["seen_event"]) == ROWS


def test_progress_is_told_to_the_end(sqlite_database: Database, tmp_path: Path) -> None:
    fill(sqlite_database)
    told: list[tuple[str, int, int]] = []
    path = tmp_path / "a.backup"
    back_up(sqlite_database, path, "0.1.0", NOW, lambda *step: told.append(step))
    restore(sqlite_database, path, as_it_is, lambda *step: told.append(step), replace=True)
    rows = ROWS * len(metadata.tables)
    for what in ("backing up", "checking", "restoring"):
        steps = [(done, total) for kind, done, total in told if kind == what]
        assert steps == sorted(steps)
        assert steps[-1] == (rows, rows)
