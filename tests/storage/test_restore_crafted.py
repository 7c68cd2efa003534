"""Files that somebody made to do harm, whose manifest agrees with them: what is wrong with a row is
named before anything is written, without the words that are in it."""

import json
import random
import tracemalloc
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from re import search
from typing import Any

import pytest

from csm.errors import InvalidInput
from storage import backup_reader
from storage import restore as restore_module
from storage.database import Database, SchemaState
from storage.layout import layout_of
from storage.restore import check_backup, restore
from tests.databases import opened, sqlite_url
from tests.storage.backups import as_it_is, backed_up, changed, forged, quiet
from tests.storage.every_table import fill


@pytest.fixture
def good(sqlite_database: Database, tmp_path: Path) -> Path:
    """A backup with two rows in each table."""
    fill(sqlite_database)
    return backed_up(sqlite_database, tmp_path)


def refusal(path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """What is said where it is restored, before anything is written."""

    def clear(*_: object, **__: object) -> None:
        pytest.fail("something was written")

    monkeypatch.setattr(restore_module, "_clear", clear)
    with (
        opened(sqlite_url(folder / "other.db")) as database,
        pytest.raises(InvalidInput) as refused,
    ):
        restore(database, path, as_it_is, quiet)
    with pytest.raises(InvalidInput):
        check_backup(path, quiet)
    return str(refused.value)


def columns(table: str) -> list[str]:
    """In the order of the file, which is that of the migrations."""
    (layout,) = (one for one in layout_of("head") if one.name == table)
    return list(layout.column_names)


def with_value(table: str, column: str, value: Any) -> Callable[[list[bytes]], list[bytes]]:
    """Change a value in the second of its rows."""

    def change(lines: list[bytes]) -> list[bytes]:
        row = json.loads(lines[1])
        row[columns(table).index(column)] = value
        return [lines[0], json.dumps(row).encode()]

    return change


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (b'{"a": 1}', "line 2 is no list of values"),
        (b"5", "line 2 is no list of values"),
        (b"null", "line 2 is no list of values"),
        (b'["a"]', r"line 2 has 1 values, not \d+"),
        (b"secret nonsense", r"line 2 is no JSON \(expected value\)"),
        (b"", "line 2 is no JSON"),
        (b"[" + b"9" * 5000 + b"]", "line 2 is no JSON .*out of range"),
        (b'["\xff"]', "line 2 is no JSON .*unicode"),
        (b'["\\ud800"]', "line 2 is no JSON .*escape"),
        (b"[" * 100_000 + b"]" * 100_000, "line 2 is no JSON .*recursion"),
        (b'["a"],["b"]', "line 2 is no JSON .*trailing"),
    ],
)
def test_a_line_that_is_no_row_is_named(
    good: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: bytes, said: str
) -> None:
    path = forged(good, "person", lambda lines: [lines[0], line])
    told = refusal(path, tmp_path, monkeypatch)
    assert search(f"in its table person, {said}", told)
    assert "secret" not in told


@pytest.mark.parametrize(
    ("table", "column", "value", "said"),
    [
        ("account", "id", 10**30, "is too large a number"),
        ("account", "id", True, "is of the wrong kind: whole is wanted"),
        ("account", "id", "1", "is of the wrong kind: whole is wanted"),
        ("account", "id", None, "has no value"),
        ("person", "name", ["secret"], "is of the wrong kind: text is wanted"),
        ("person", "name", 5, "is of the wrong kind: text is wanted"),
        ("person", "name", "secret\0", "has a NUL in it"),
        ("person", "time_zone", "secret" * 20, "has 120 characters, and 64 fit"),
        ("question", "asked_at", "yesterday", "is no instant"),
        ("question", "asked_at", "0001-01-01T00:00:00.000000+23:00", "is no instant"),
        ("question", "asked_at", "2026-03-09T12:00:00.000000", "is no instant"),
        ("save", "day", "zzz", "is no day"),
        ("save", "day", "2026-02-30", "is no day"),
        ("save", "day", "2026-W01-1", "is no day"),
        ("post", "card", "{secret", "is no JSON"),
        ("post", "card", "[" * 100_000, "is no JSON"),
        ("post", "card", {}, "is of the wrong kind: json is wanted"),
    ],
)
def test_a_value_that_its_column_cannot_hold_is_named(
    good: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    table: str,
    column: str,
    value: Any,
    said: str,
) -> None:
    told = refusal(forged(good, table, with_value(table, column, value)), tmp_path, monkeypatch)
    assert f"in its table {table}, line 2: {column} {said}" in told
    assert "secret" not in told


def repacked(path: Path, packing: int) -> Path:
    new = path.with_suffix(".repacked")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(new, "w", packing) as target:
        for name in old.namelist():
            target.writestr(name, old.read(name))
    return new


def longer_than_it_says(path: Path) -> Path:
    def change(manifest: dict[str, Any]) -> None:
        manifest["members"][0]["size"] -= 1

    return changed(path, change)


def packed_in_another_way(path: Path) -> Path:
    """The library unpacks these in one go, however large that is."""
    return repacked(path, zipfile.ZIP_BZIP2)


def encrypted(path: Path) -> Path:
    """Every entry says that it needs a password."""
    whole = bytearray(path.read_bytes())
    for mark, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        start = -1
        while (start := whole.find(mark, start + 1)) >= 0:
            whole[start + flags] |= 1
    new = path.with_suffix(".encrypted")
    new.write_bytes(whole)
    return new


@pytest.mark.parametrize("craft", [longer_than_it_says, packed_in_another_way, encrypted])
def test_a_file_that_is_not_packed_as_ours_are_is_refused(
    good: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, craft: Callable[[Path], Path]
) -> None:
    assert "is damaged" in refusal(craft(good), tmp_path, monkeypatch)


def test_a_line_is_read_up_to_a_limit(
    good: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backup_reader, "_LONGEST_LINE", 100_000)
    bomb = forged(good, "person", lambda lines: [*lines, b"[" + b" " * 20_000_000 + b"]"])
    tracemalloc.start()
    try:
        told = refusal(bomb, tmp_path, monkeypatch)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert "in its table person, line 3 is too long" in told
    assert most < 15_000_000


def test_long_lines_are_read_a_few_at_a_time(good: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = check_backup(good, quiet).rows
    monkeypatch.setattr(backup_reader, "_LONGEST_LINE", 20_000)
    assert check_backup(good, quiet).rows == rows


@pytest.mark.parametrize("revision", ["", "head", "head-1", "base", "heads:base", "000", "\x1b[2J"])
def test_a_revision_is_known_by_its_name_alone(good: Path, tmp_path: Path, revision: str) -> None:
    path = changed(good, lambda manifest: manifest.update(revision=revision))
    with opened(sqlite_url(tmp_path / "other.db")) as database:
        with pytest.raises(InvalidInput, match=r"list of contents is wrong|does not know"):
            restore(database, path, as_it_is, quiet)
        assert database.schema_state() is SchemaState.NEW


def test_a_manifest_of_many_brackets_is_none(good: Path, tmp_path: Path) -> None:
    path = tmp_path / "deep.backup"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("manifest.json", "[" * 100_000)
    with pytest.raises(InvalidInput, match="no backup of Digital CSM"):
        check_backup(path, quiet)


def test_whatever_else_is_in_the_file_is_not_looked_at(good: Path, tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "down"
    folder.mkdir(parents=True)
    with zipfile.ZipFile(good, "a") as archive:
        archive.writestr("../../evil", "x")
        archive.writestr("evil.jsonl", "y")
    with opened(sqlite_url(folder / "other.db")) as database:
        restore(database, good, as_it_is, quiet)
    assert not list(tmp_path.rglob("evil*"))


def test_bits_that_flip_anywhere_are_noticed_or_do_no_harm(good: Path, tmp_path: Path) -> None:
    whole, chance = good.read_bytes(), random.Random(7)
    manifest, path = check_backup(good, quiet), tmp_path / "flipped.backup"
    for _ in range(300):
        flipped = bytearray(whole)
        # Where the lists of contents are, too: they are the last of it.
        first = chance.choice((0, len(whole) - 6000))
        flipped[chance.randrange(first, len(whole))] ^= 1 << chance.randrange(8)
        path.write_bytes(flipped)
        with suppress(InvalidInput):
            assert check_backup(path, quiet) == manifest
