"""The tests' own promise: without PostgreSQL they say so, and in CI they fail."""

import pytest

from csm.ports import Records
from storage.records import SqlRecords
from tests.databases import postgres_url


@pytest.fixture
def nobody_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TEST_POSTGRES_URL", "postgresql://127.0.0.1:1/nothing")


@pytest.mark.usefixtures("nobody_answers")
def test_skipped_loudly_on_a_workstation(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="NO POSTGRESQL TESTED"):
        postgres_url()


@pytest.mark.usefixtures("nobody_answers")
def test_required_in_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="NO POSTGRESQL TESTED"):
        postgres_url()


def test_the_records_are_what_the_ports_ask_for(sqlite_records: SqlRecords) -> None:
    records: Records = sqlite_records
    with records.writing() as writer:
        assert writer.is_empty()
