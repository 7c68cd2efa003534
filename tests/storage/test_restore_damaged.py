"""Files that are damaged, of another version, none of ours, or made to do harm."""

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from csm.errors import InvalidInput
from storage.database import Database
from storage.records import SqlRecords
from storage.restore import restore
from tests.storage.backups import as_it_is, backed_up, changed, quiet
from tests.storage.every_table import all_rows
from tests.storage.portfolio import write_accounts


def test_one_of_a_newer_version_is_refused_with_what_to_do(
    sqlite_database: Database, tmp_path: Path
) -> None:
    path = backed_up(sqlite_database, tmp_path)
    newer = changed(path, lambda manifest: manifest.update(revision="9999", version="7.1"))
    with pytest.raises(InvalidInput, match=r"made by version 7\.1 .* Install that version"):
        restore(sqlite_database, newer, as_it_is, quiet, replace=True)
    newer = changed(path, lambda manifest: manifest.update(format=2, version="7.1"))
    with pytest.raises(InvalidInput, match="format 2"):
        restore(sqlite_database, newer, as_it_is, quiet, replace=True)


def one_row_less(folder: Path, path: Path) -> Path:
    new = folder / "less.backup"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(new, "w") as target:
        for name in old.namelist():
            content = old.read(name)
            if name == "account.jsonl":
                content = b"".join(content.splitlines(keepends=True)[1:])
            target.writestr(name, content)
    return new


def without_a_table(folder: Path, path: Path) -> Path:
    new = folder / "without.backup"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(new, "w") as target:
        for name in old.namelist():
            if name != "account.jsonl":
                target.writestr(name, old.read(name))
    return new


def cut_off(folder: Path, path: Path) -> Path:
    new = folder / "cut.backup"
    whole = path.read_bytes()
    new.write_bytes(whole[: len(whole) * 2 // 3])
    return new


def one_bit_flipped(folder: Path, path: Path) -> Path:
    new = folder / "flipped.backup"
    with zipfile.ZipFile(path) as archive:
        start = archive.getinfo("account.jsonl").header_offset + 100
    whole = bytearray(path.read_bytes())
    whole[start] ^= 1
    new.write_bytes(whole)
    return new


def foreign_zip(folder: Path, _path: Path) -> Path:
    new = folder / "holiday.zip"
    with zipfile.ZipFile(new, "w") as archive:
        archive.writestr("beach.txt", "sand")
    return new


def foreign_manifest(folder: Path, _path: Path) -> Path:
    new = folder / "other.zip"
    with zipfile.ZipFile(new, "w") as archive:
        archive.writestr("manifest.json", '{"product": "something else"}')
    return new


def no_zip(folder: Path, _path: Path) -> Path:
    new = folder / "text.backup"
    new.write_text("These are not the rows that you look for.")
    return new


def not_there(folder: Path, _path: Path) -> Path:
    return folder / "nowhere.backup"


@pytest.mark.parametrize(
    "spoil",
    [
        one_row_less,
        without_a_table,
        cut_off,
        one_bit_flipped,
        foreign_zip,
        foreign_manifest,
        no_zip,
        not_there,
    ],
)
def test_what_is_damaged_or_none_of_ours_changes_nothing(
    sqlite_database: Database, tmp_path: Path, spoil: Callable[[Path, Path], Path]
) -> None:
    write_accounts(SqlRecords(sqlite_database))
    before = all_rows(sqlite_database)
    spoilt = spoil(tmp_path, backed_up(sqlite_database, tmp_path))
    with pytest.raises(InvalidInput, match=spoilt.name):
        restore(sqlite_database, spoilt, as_it_is, quiet, replace=True)
    assert all_rows(sqlite_database) == before
