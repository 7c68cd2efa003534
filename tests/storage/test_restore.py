"""Backups, tested by restoring them: every row of every table, into and out of both databases."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa

from csm.people import STAFF_ONLY, Capability, Principal, Role, clear
from csm.use_cases.outreach_audit import verify
from storage import backup as backup_module
from storage.database import Database, SchemaState
from storage.layout import layout_of
from storage.records import SqlRecords
from storage.restore import check_backup, restore
from storage.tables import metadata
from tests.databases import KINDS, opened, postgres_schema, sqlite_url
from tests.storage.backups import as_it_is, backed_up, bring_back, entry, quiet
from tests.storage.every_table import ROWS, all_rows, fill
from tests.storage.outreaches import add_outreach, outreach
from tests.storage.portfolio import at, write_accounts
from tests.storage.test_schema import migrate

ADMIN = Principal(key="ada", name="Ada Plainly", role=Role.ADMIN)


@contextmanager
def new_url(kind: str, folder: Path) -> Iterator[str]:
    """Where there is no database yet."""
    if kind == "sqlite":
        yield sqlite_url(folder / "restored.db")
    else:
        with postgres_schema() as url:
            yield url


@pytest.fixture(params=KINDS)
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    with new_url(request.param, tmp_path) as url:
        yield url


def test_every_row_of_every_table_comes_back_into_either_database(
    database: Database, empty_url: str, tmp_path: Path
) -> None:
    fill(database)
    before = all_rows(database)
    assert {name: len(rows) for name, rows in before.items()} == dict.fromkeys(
        metadata.tables, ROWS
    )
    manifest = bring_back(empty_url, backed_up(database, tmp_path))
    assert {one.layout.name: one.rows for one in manifest.members} == dict.fromkeys(
        metadata.tables, ROWS
    )
    with opened(empty_url) as restored:
        assert restored.schema_state() is SchemaState.CURRENT
        assert all_rows(restored) == before


def test_a_backup_of_what_was_restored_holds_the_same(
    database: Database, empty_url: str, tmp_path: Path
) -> None:
    """But for JSON that PostgreSQL writes in its own way; the audit is kept to the letter."""
    fill(database)
    first = backed_up(database, tmp_path)
    bring_back(empty_url, first)
    with opened(empty_url) as restored:
        second = backed_up(restored, tmp_path, "b.backup")
    digests = [
        {one.layout.name: one.sha256 for one in check_backup(path, quiet).members}
        for path in (first, second)
    ]
    differ = {name for name in digests[0] if digests[0][name] != digests[1][name]}
    with_json = {
        table.name
        for table in metadata.sorted_tables
        if any(isinstance(column.type, sa.JSON) for column in table.columns)
    }
    assert differ <= with_json - {"audit"}


def test_the_audit_is_whole_after_it_and_goes_on(
    database: Database, empty_url: str, tmp_path: Path
) -> None:
    records = SqlRecords(database)
    (outreach_id,) = add_outreach(records, outreach(state="sent", sent_at=at(6, 2)))
    with records.writing() as writer:
        writer.audit_all([entry("pause:1"), entry(f"outreach:{outreach_id}")])
    bring_back(empty_url, backed_up(database, tmp_path))
    clearance = clear(ADMIN, Capability.READ_AUDIT, STAFF_ONLY)
    with opened(empty_url) as restored:
        known = SqlRecords(restored)
        with known.writing() as writer:
            writer.audit(entry("pause:2"))
        verified = verify(clearance, known)
        assert (verified.count, verified.breaks) == (3, ())
        with (
            pytest.raises(sa.exc.DBAPIError, match="never changed or deleted"),
            restored.writing() as connection,
        ):
            connection.exec_driver_sql("DELETE FROM audit")


def test_an_entry_that_was_redacted_stays_so(
    database: Database, empty_url: str, tmp_path: Path
) -> None:
    with SqlRecords(database).writing() as writer:
        writer.audit_all([entry("pause:1"), entry("pause:2")])
    with database.writing() as connection:
        connection.exec_driver_sql(
            "UPDATE audit SET who = 'erased', redacted = redacted + 1 WHERE number = 1"
        )
    bring_back(empty_url, backed_up(database, tmp_path))
    with opened(empty_url) as restored:
        assert all_rows(restored)["audit"] == all_rows(database)["audit"]
        with (
            pytest.raises(sa.exc.DBAPIError, match="never changed or deleted"),
            restored.writing() as connection,
        ):
            connection.exec_driver_sql("UPDATE audit SET redacted = 0 WHERE number = 1")


def test_new_rows_are_numbered_after_those_that_came_back(
    database: Database, empty_url: str, tmp_path: Path
) -> None:
    records = SqlRecords(database)
    ids = add_outreach(records, outreach("one"), outreach("two"))
    bring_back(empty_url, backed_up(database, tmp_path))
    with opened(empty_url) as restored:
        known = SqlRecords(restored)
        (third,) = add_outreach(known, outreach("three"))
        write_accounts(known)  # of which there was none
    assert third > max(ids)


def test_one_of_an_older_schema_is_brought_up_to_date(
    empty_url: str, database: Database, tmp_path: Path
) -> None:
    migrate(empty_url, "0005")
    with opened(empty_url) as old:
        with old.writing() as connection:
            connection.exec_driver_sql(
                "INSERT INTO post (key, platform, workspace, channel, thread, person_key, "
                "created_at, state, attempts, message, problem, card) VALUES ('old', 'slack', "
                "'T1', 'C1', '', '', '2026-07-01 12:00:00', 'sent', 1, '', '', '{\"title\": 1}')"
            )
        path = backed_up(old, tmp_path)
    assert check_backup(path, quiet).revision == "0005"
    restore(database, path, as_it_is, quiet)
    assert database.schema_state() is SchemaState.CURRENT
    (row,) = all_rows(database)["post"].values()
    assert (row["key"], row["created_at"], row["reference"]) == ("old", at(7, 1), "")


def test_a_backup_is_of_one_moment(
    database: Database, empty_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is written while it is made is not in it."""
    records = SqlRecords(database)
    write_accounts(records)
    before = all_rows(database)

    def layouts(revision: str) -> object:
        with database.reading() as connection:
            connection.exec_driver_sql("SELECT 1")
        add_outreach(records, outreach("while it is made"))
        return layout_of(revision)

    monkeypatch.setattr(backup_module, "layout_of", layouts)
    path = backed_up(database, tmp_path)
    monkeypatch.undo()
    bring_back(empty_url, path)
    with opened(empty_url) as restored:
        assert all_rows(restored) == before
