"""The nightly clock: each firing once, whatever happens to processes and jobs."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from structlog.testing import capture_logs

from csm.errors import Unavailable
from jobs.schedule import RETRY_AFTER, DailyJob, RegularJob, Schedule, look
from storage.records import SqlRecords

NIGHT = datetime(2026, 3, 9, 3, 0, tzinfo=UTC)


class SetClock:
    def __init__(self, now: datetime) -> None:
        self._now = now

    def now(self) -> datetime:
        return self._now

    def today(self) -> date:
        return self._now.date()


class Diary:
    """A job that writes down the days it ran for."""

    def __init__(self, fault: Exception | None = None) -> None:
        self.days: list[date] = []
        self.ran = threading.Event()
        self._fault = fault

    def job(self, at: time = time(3)) -> DailyJob:
        return DailyJob("refresh", at, self._run)

    def _run(self, day: date) -> None:
        self.days.append(day)
        self.ran.set()
        if self._fault:
            raise self._fault


@contextmanager
def running(schedule: Schedule) -> Iterator[None]:
    schedule.start()
    try:
        yield
    finally:
        schedule.stop()


def test_a_firing_runs_once_for_all_replicas(records: SqlRecords) -> None:
    diary = Diary()
    replicas = [Schedule([diary.job()], records, SetClock(NIGHT)) for _ in range(3)]
    assert [replica.fire(diary.job()) for replica in replicas] == [True, False, False]
    assert diary.days == [NIGHT.date()]


def test_the_next_day_is_another_firing(sqlite_records: SqlRecords) -> None:
    diary = Diary()
    for day in (9, 10):
        clock = SetClock(NIGHT.replace(day=day))
        assert Schedule([diary.job()], sqlite_records, clock).fire(diary.job())
    assert diary.days == [date(2026, 3, 9), date(2026, 3, 10)]


@pytest.mark.parametrize("fault", [RuntimeError("broken"), Unavailable("the database is gone")])
def test_a_failure_is_given_back_and_can_be_tried_again(
    records: SqlRecords, fault: Exception
) -> None:
    broken, mended = Diary(fault), Diary()
    assert not Schedule([broken.job()], records, SetClock(NIGHT)).fire(broken.job())
    assert Schedule([mended.job()], records, SetClock(NIGHT)).fire(mended.job())
    assert broken.days == mended.days == [NIGHT.date()]


def test_one_that_waits_for_another_is_no_failure_and_runs_later(
    sqlite_records: SqlRecords,
) -> None:
    diary, is_ready = Diary(), [False, True]
    job = replace(diary.job(time(23, 30)), is_ready=lambda: is_ready.pop(0))
    schedule = Schedule([job], sqlite_records, SetClock(NIGHT))
    with running(schedule), capture_logs() as logs:
        assert not schedule.fire(job)
        planned = schedule.next_firing("refresh")
        assert planned is not None
        assert planned <= datetime.now(UTC) + RETRY_AFTER
        assert diary.days == []
        assert schedule.fire(job)
    assert diary.days == [NIGHT.date()]
    assert {line["log_level"] for line in logs} == {"info"}


def test_a_failure_is_tried_again_soon(sqlite_records: SqlRecords) -> None:
    broken = Diary(RuntimeError("broken"))
    schedule = Schedule([broken.job(time(23, 30))], sqlite_records, SetClock(NIGHT))
    with running(schedule):
        schedule.fire(broken.job(time(23, 30)))
        planned = schedule.next_firing("refresh")
    assert planned is not None
    assert planned <= datetime.now(UTC) + RETRY_AFTER


def test_what_was_missed_while_down_runs_on_return(sqlite_records: SqlRecords) -> None:
    diary = Diary()
    with running(Schedule([diary.job()], sqlite_records, SetClock(NIGHT.replace(hour=8)))):
        assert diary.ran.wait(10)
    assert diary.days == [NIGHT.date()]


def test_a_restart_does_not_run_it_again(sqlite_records: SqlRecords) -> None:
    diary = Diary()
    later = SetClock(NIGHT.replace(hour=8))
    assert Schedule([diary.job()], sqlite_records, later).fire(diary.job())
    again = Schedule([diary.job()], sqlite_records, later)
    with running(again):
        pass
    assert diary.days == [NIGHT.date()]


def test_before_its_time_nothing_runs_but_is_planned(sqlite_records: SqlRecords) -> None:
    diary = Diary()
    schedule = Schedule([diary.job(time(23, 30))], sqlite_records, SetClock(NIGHT))
    with running(schedule):
        planned = schedule.next_firing("refresh")
    assert diary.days == []
    assert planned is not None
    assert (planned.hour, planned.minute) == (23, 30)
    assert schedule.next_firing("nothing of that name") is None


def test_regular_work_is_looked_for_at_once_and_by_every_process(
    sqlite_records: SqlRecords,
) -> None:
    seen = [threading.Event(), threading.Event()]
    work = [RegularJob("posts", timedelta(hours=1), event.set) for event in seen]
    schedules = [Schedule([], sqlite_records, SetClock(NIGHT), [one]) for one in work]
    with running(schedules[0]), running(schedules[1]):
        assert all(event.wait(10) for event in seen)


@pytest.mark.parametrize("fault", [RuntimeError("broken"), Unavailable("the database is gone")])
def test_a_failure_of_regular_work_is_logged_and_escapes_nowhere(fault: Exception) -> None:
    def fail() -> None:
        raise fault

    with capture_logs() as logs:
        look(RegularJob("posts", timedelta(seconds=1), fail))
    assert [(line["job"], line["log_level"]) for line in logs] == [("posts", "error")]
