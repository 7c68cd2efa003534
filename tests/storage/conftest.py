"""Fixtures for those who meet in the same records."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from storage.database import Database
from storage.records import SqlRecords
from tests.databases import opened, sqlite_url


@pytest.fixture
def impatient(
    request: pytest.FixtureRequest, database: Database, tmp_path: Path
) -> Iterator[SqlRecords]:
    """The same records, for somebody who is told at once when they would have to wait."""
    if database.is_sqlite:
        url = sqlite_url(tmp_path / "records.db")
    else:
        url = request.getfixturevalue("postgres_template")
    with opened(url, patience=0.05) as other:
        yield SqlRecords(other)


@pytest.fixture
def postgres_records(postgres_database: Database) -> SqlRecords:
    """Empty records on PostgreSQL: for what only several writers at a time can show."""
    return SqlRecords(postgres_database)
