"""The file of a backup: whole or not there, and nobody else's to read."""

import resource
import stat
import tracemalloc
from datetime import date, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from csm.deadline import Overdue, within
from csm.errors import InvalidInput, Unavailable
from storage.backup import back_up
from storage.database import Database
from storage.records import SqlRecords
from storage.restore import check_backup
from storage.tables import usage_day
from tests.databases import opened, sqlite_url
from tests.storage.backups import NOW, backed_up, quiet
from tests.storage.every_table import fill
from tests.storage.portfolio import write, write_accounts


def test_only_its_owner_may_read_it_and_nothing_else_is_left(
    sqlite_database: Database, tmp_path: Path
) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    path = backed_up(sqlite_database, folder)
    assert stat.S_IMODE(path.stat().st_mode) == stat.S_IRUSR | stat.S_IWUSR
    assert list(folder.iterdir()) == [path]
    manifest = check_backup(path, quiet)
    assert (manifest.version, manifest.database, manifest.made_at) == ("0.1.0", "sqlite", NOW)


def test_no_file_is_ever_overwritten(sqlite_database: Database, tmp_path: Path) -> None:
    path = tmp_path / "a.backup"
    path.write_text("something dear")
    with pytest.raises(InvalidInput, match="there already"):
        back_up(sqlite_database, path, "0.1.0", NOW, quiet)
    assert path.read_text() == "something dear"


def test_a_full_disk_leaves_no_half_file_and_is_said(
    sqlite_database: Database, tmp_path: Path
) -> None:
    fill(sqlite_database)
    folder = tmp_path / "backups"
    folder.mkdir()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, hard))
    try:
        with pytest.raises(Unavailable, match=r"no room for .*a\.backup: no backup was made"):
            backed_up(sqlite_database, folder)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert list(folder.iterdir()) == []


def test_a_folder_that_is_not_there_is_said(sqlite_database: Database, tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="Check that the folder is there"):
        backed_up(sqlite_database, tmp_path / "nowhere")


def test_a_database_without_records_has_no_backup(tmp_path: Path) -> None:
    with opened(sqlite_url(tmp_path / "new.db")) as database:
        with pytest.raises(Unavailable, match="nothing to back up"):
            backed_up(database, tmp_path)
        assert list(tmp_path.iterdir()) == []


def test_a_row_that_somebody_broke_is_said(sqlite_database: Database, tmp_path: Path) -> None:
    write_accounts(SqlRecords(sqlite_database))
    with sqlite_database.writing() as connection:
        connection.exec_driver_sql("UPDATE account SET started_on = 'last week'")
    with pytest.raises(Unavailable, match="table account cannot be read"):
        backed_up(sqlite_database, tmp_path)
    assert not (tmp_path / "a.backup").exists()


def test_work_that_may_take_no_longer_ends(sqlite_database: Database, tmp_path: Path) -> None:
    with pytest.raises(Overdue), within(NOW - NOW):
        backed_up(sqlite_database, tmp_path)
    assert [path.name for path in tmp_path.iterdir() if "backup" in path.name] == []


def test_rows_are_streamed(database: Database, tmp_path: Path) -> None:
    """Millions of them must not be in memory at once."""
    rows = 40_000
    account_id = write_accounts(SqlRecords(database))["a-1"]
    features = [(f"f{number}", "F") for number in range(40)]
    write(SqlRecords(database), "features", ("key", "name"), features)
    first = date(1900, 1, 1)
    with database.writing() as connection:
        connection.execute(
            sa.insert(usage_day),
            [
                {"account_id": account_id, "day": first + timedelta(number // 40), "events": number}
                | {"feature_id": 1 + number % 40}
                for number in range(rows)
            ],
        )
    tracemalloc.start()
    try:
        path = backed_up(database, tmp_path)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert check_backup(path, quiet).rows > rows
    assert most / rows < 200  # bytes: a row that is held takes more
