"""Fixtures that all tests may use: empty records, on SQLite alone or on both databases.

A schema is made once a worker and handed on: copied as a file (SQLite), emptied (PostgreSQL).
"""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from settings import Settings
from storage.database import Database
from storage.records import SqlRecords
from tests.agents import COUNTED
from tests.databases import KINDS, copy_of, empty_postgres, opened, postgres_schema, sqlite_url
from tests.demo import demo_in


@pytest.fixture(scope="session", autouse=True)
def nobodys_settings() -> Iterator[None]:
    """No setting of the machine or of a developer's .env reaches a test."""
    with pytest.MonkeyPatch.context() as patch:
        for field in Settings.model_fields.values():
            patch.delenv(str(field.validation_alias), raising=False)
        patch.setitem(Settings.model_config, "env_file", None)
        yield


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite file that nobody writes to."""
    file = tmp_path_factory.mktemp("template") / "template.db"
    with opened(sqlite_url(file)) as database:
        database.upgrade()
    return file


@pytest.fixture(scope="session")
def postgres_template() -> Iterator[str]:
    """The URL of a migrated schema that is emptied before each use."""
    with postgres_schema() as url:
        with opened(url) as database:
            database.upgrade()
        yield url


@pytest.fixture
def sqlite_database(sqlite_template: Path, tmp_path: Path) -> Iterator[Database]:
    """A migrated, empty SQLite database of this test's own."""
    with opened(sqlite_url(copy_of(sqlite_template, tmp_path))) as database:
        yield database


@pytest.fixture
def sqlite_records(sqlite_database: Database) -> SqlRecords:
    """Empty records on SQLite: for tests to which the kind of database does not matter."""
    return SqlRecords(sqlite_database)


@pytest.fixture
def postgres_database(postgres_template: str) -> Iterator[Database]:
    """A migrated, empty schema of a PostgreSQL server."""
    empty_postgres(postgres_template)
    with opened(postgres_template) as database:
        yield database


@pytest.fixture(params=KINDS)
def database(request: pytest.FixtureRequest) -> Database:
    """A migrated, empty database: the test runs once on SQLite and once on PostgreSQL."""
    kind = "sqlite_database" if request.param == "sqlite" else "postgres_database"
    found: Database = request.getfixturevalue(kind)
    return found


@pytest.fixture
def records(database: Database) -> SqlRecords:
    """Empty records: the test runs once on SQLite and once on PostgreSQL."""
    return SqlRecords(database)


@pytest.fixture(scope="session")
def demo_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home folder with the demo portfolio in it, for tests that change nothing."""
    return demo_in(tmp_path_factory.getbasetemp().parent)


@pytest.fixture
def demo_home(demo_template: Path, tmp_path: Path) -> Path:
    """A home folder with the demo portfolio in it, of this test's own."""
    return Path(shutil.copytree(demo_template, tmp_path / "home"))


@pytest.fixture
def anyio_backend() -> str:
    """Surfaces are asynchronous; their tests run on asyncio."""
    return "asyncio"


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """What the tests with a real model counted is told at the end, whether they passed or not."""
    for outcome in ("passed", "failed"):
        for report in terminalreporter.getreports(outcome):
            for name, value in report.user_properties:
                if name == COUNTED:
                    terminalreporter.write_line(f"{report.nodeid}: {value}")
