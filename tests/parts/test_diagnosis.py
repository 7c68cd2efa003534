"""What the doctor says of the product's own work."""

from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest

from csm.errors import InvalidInput
from csm.firing import Firing, FiringState
from jobs.schedule import job_table
from parts.diagnosis import LITTLE_ROOM, State, backups, broker, disk, jobs
from settings import Settings
from storage.records import SqlRecords

NOW = datetime(2026, 7, 2, 12, tzinfo=UTC)
TABLE = job_table(time(3))


def settings(**given: Any) -> Settings:
    return Settings(_env_file=None, **given)


def keep(records: SqlRecords, *firings: Firing) -> None:
    with records.writing() as writer:
        writer.add_firings(firings)


def firing(job: str, hours: float, state: FiringState, reader: str = "") -> Firing:
    due_at = NOW - timedelta(hours=hours)
    return Firing(job=job, reader=reader, period="p", due_at=due_at, state=state)


def test_without_a_broker_the_jobs_are_run_here() -> None:
    said = broker(settings())
    assert said.state is State.FINE
    assert "itself" in said.text


def test_a_broker_without_records_for_all_is_refused() -> None:
    with pytest.raises(InvalidInput, match="SQLite"):
        broker(settings(BROKER_URL="amqp://u:p@127.0.0.1:1/"))


def test_no_job_ever_ran(sqlite_records: SqlRecords) -> None:
    assert jobs(sqlite_records, TABLE, NOW).state is State.WORTH_KNOWING


def test_jobs_that_went_well(sqlite_records: SqlRecords) -> None:
    keep(
        sqlite_records,
        firing("refresh", 9, FiringState.DONE, "1-250"),
        firing("refresh", 9, FiringState.DONE, "251-500"),
        firing("digest", 0.9, FiringState.WAITING, "casey"),
        firing("alert", 200, FiringState.FAILED, "casey"),
    )
    said = jobs(sqlite_records, TABLE, NOW)
    assert (said.state, said.text[:6]) == (State.FINE, "2 done")


def test_jobs_that_failed_or_are_late(sqlite_records: SqlRecords) -> None:
    keep(
        sqlite_records,
        firing("backup", 30, FiringState.FAILED),
        firing("digest", 3, FiringState.WAITING, "casey"),
        firing("no such job", 3, FiringState.FAILED),
    )
    said = jobs(sqlite_records, TABLE, NOW)
    assert said.state is State.WORTH_KNOWING
    assert "failed in the last week: backup (1); late: digest (3 hours)." in said.text


def test_backups_grow_old(tmp_path: Path) -> None:
    assert backups(tmp_path / "none", NOW).state is State.WORTH_KNOWING
    (tmp_path / "digital-csm-20260628T030000Z.backup").touch()
    (tmp_path / "digital-csm-20260701T990000Z.backup").touch()
    (tmp_path / "else.backup").touch()
    assert "4 days old" in backups(tmp_path, NOW).text
    assert backups(tmp_path, NOW).state is State.WORTH_KNOWING
    (tmp_path / "digital-csm-20260702T030000Z.backup").touch()
    assert backups(tmp_path, NOW).state is State.FINE


@pytest.mark.parametrize(
    ("free", "state"),
    [
        (LITTLE_ROOM, State.FINE),
        (LITTLE_ROOM - 1, State.WORTH_KNOWING),
        (1_000_000, State.BROKEN),
    ],
)
def test_room_on_the_disk(tmp_path: Path, free: int, state: State) -> None:
    assert disk(tmp_path / "not" / "made", lambda _: free).state is state
