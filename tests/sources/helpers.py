"""Folders of CSV files for tests, and what comes out of them."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from csm.ports import Table
from sources.csv_folder import CsvFolder
from sources.problems import BadRows

SUBSCRIPTION = "account_key,key,seats,arr,started_on\nacme,s1,{},{},{}\n"
ACCOUNTS = "key,name,currency\nacme,Acme,USD\nglobex,Globex,JPY\n"


def folder(path: Path, **files: str | bytes) -> Path:
    """Write `<kind>.csv` files, with an accounts file unless one is given."""
    files.setdefault("accounts", ACCOUNTS)
    for kind, content in files.items():
        data = content.encode() if isinstance(content, str) else content
        (path / f"{kind}.csv").write_bytes(data)
    return path


def tables(source: CsvFolder, known: set[str] | None = None) -> dict[str, Table]:
    return {table.kind: table for table in source.read(known or set())}


def rows(source: CsvFolder, kind: str, known: set[str] | None = None) -> list[dict[str, Any]]:
    """The rows of one kind, as dictionaries."""
    table = tables(source, known)[kind]
    return [dict(zip(table.columns, row, strict=True)) for row in table.rows]


def day(text: str) -> date:
    return date.fromisoformat(text)


def problems(path: Path, known: set[str] | None = None) -> list[tuple[str, int, str, str, str]]:
    with pytest.raises(BadRows) as caught:
        CsvFolder(path).read(known or set())
    return [(b.file, b.line, b.column, b.value, b.reason) for b in caught.value.rows]


def only_problem(path: Path, **files: str) -> tuple[str, int, str, str, str]:
    (problem,) = problems(folder(path, **files))
    return problem
