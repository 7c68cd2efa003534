"""The real schedule on a real database, while the disk is full, the database read-only, or the
clocks are put forward and back."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Final

import pytest
import sqlalchemy as sa
from structlog.testing import capture_logs

from csm.firing import Appointment, Firing, FiringState, Tell
from csm.job import EVERY_DAY, Job, JobTable, Spread
from csm.people import STAFF_ROLES, Principal, Role
from csm.use_cases.plan_firings import Planner, standard_appointment
from csm.use_cases.run_firing import Runner
from csm.use_cases.watch_firings import Watch
from jobs.limits import Limits
from jobs.outages import Outages
from jobs.threads import Threads
from jobs.ticks import Schedule
from storage.records import SqlRecords
from tests.jobs.servers import until

LEASE: Final = timedelta(seconds=6)
MIDNIGHT: Final = datetime(2026, 7, 1, tzinfo=UTC)
AT_HALF_PAST_TWO: Final = datetime.min.time().replace(hour=2, minute=30)
DIGEST: Final = Job(
    "digest",
    "",
    Spread.READERS,
    EVERY_DAY,
    AT_HALF_PAST_TWO,
    timedelta(hours=24),
    timedelta(minutes=1),
    roles=frozenset({Role.CSM}),
    for_roles=STAFF_ROLES,
)
JOBS: Final = JobTable((DIGEST,), ())


class SetClock:
    def __init__(self, now: datetime) -> None:
        self.time = now

    def now(self) -> datetime:
        return self.time

    def today(self) -> date:
        return self.time.date()


@contextmanager
def running(records: SqlRecords, clock: SetClock) -> Iterator[list[tuple[str, str]]]:
    """The schedule with threads; (reader, period) of what was done, as it is done."""
    done: list[tuple[str, str]] = []

    def task(firing: Firing, _tell: Tell) -> str:
        done.append((firing.reader, firing.period))
        return "done"

    outages = Outages()
    runner = Runner(records, JOBS, {"digest": task}, clock, LEASE, "console")
    threads = Threads(runner.run, Limits(records, JOBS), 2, outages)
    planner, watch = (
        Planner(records, JOBS, clock, "console"),
        Watch(records, JOBS, clock, LEASE, "console"),
    )
    schedule = Schedule(
        planner, watch, threads, JOBS, {}, LEASE, lambda _name, _problem: None, outages
    )
    threads.feed = schedule.offer
    schedule.start()
    try:
        yield done
    finally:
        schedule.stop(timedelta(seconds=10))


def readers(records: SqlRecords, zones: dict[str, str]) -> None:
    with records.writing() as writer:
        for key, zone in zones.items():
            person = Principal(key, key, Role.CSM, f"{key}@x.example", time_zone=zone)
            writer.save_person(person)


@pytest.mark.parametrize(
    ("fault", "mended", "said"),
    [
        ("PRAGMA query_only = ON", "PRAGMA query_only = OFF", "cannot be written to"),
        ("PRAGMA max_page_count = 1", "PRAGMA max_page_count = 1073741823", "is full"),
    ],
)
def test_a_database_that_takes_nothing_is_said_once_and_nothing_is_lost(
    sqlite_records: SqlRecords, fault: str, mended: str, said: str
) -> None:
    keys = [f"reader-{n}" for n in range(300)]
    readers(sqlite_records, dict.fromkeys(keys, "UTC"))
    clock = SetClock(MIDNIGHT)
    with sqlite_records.writing() as writer:
        for key in keys:
            writer.put_appointment(_due(key))
    asked = [fault]

    def prepare(connection: object, _record: object, _proxy: object) -> None:
        connection.execute(asked[0])  # type: ignore[attr-defined]

    sa.event.listen(sa.pool.Pool, "checkout", prepare)
    try:
        with capture_logs() as logs, running(sqlite_records, clock) as done:
            clock.time = MIDNIGHT + timedelta(hours=3)
            until(lambda: any("fails" in line["event"] for line in logs), "it is said", 20)
            assert done == []
            asked[0] = mended
            until(lambda: len(done) == len(keys), "all are done", 60)
            until(lambda: any("again" in line["event"] for line in logs), "that too", 20)
    finally:
        sa.event.remove(sa.pool.Pool, "checkout", prepare)
    assert sorted(done) == sorted((key, "2026-07-01") for key in keys)
    assert [said in line["reason"] for line in logs if "fails" in line["event"]] == [True]


def _due(key: str) -> Appointment:
    appointment = standard_appointment(DIGEST, Principal(key, key, Role.CSM, f"{key}@x.example"))
    return appointment.model_copy(update={"next_at": appointment.timetable.next_after(MIDNIGHT)})


ZONES: Final = {
    "berlin": "Europe/Berlin",  # 2026-03-29, from 02:00 to 03:00
    "new-york": "America/New_York",  # 2026-03-08
    "lord-howe": "Australia/Lord_Howe",  # 2026-04-05, back by half an hour, to 01:30
}
CHANGES: Final = {"berlin": date(2026, 3, 29), "new-york": date(2026, 3, 8)}
CHANGES_BACK: Final = {"berlin": date(2026, 10, 25), "lord-howe": date(2026, 4, 5)}


@pytest.mark.parametrize(
    ("who", "day"),
    [(who, day) for changes in (CHANGES, CHANGES_BACK) for who, day in changes.items()],
)
def test_each_day_has_one_whatever_the_clocks_do(
    sqlite_records: SqlRecords, who: str, day: date
) -> None:
    """The local ones, and the machine's: put forward by an hour, and back by an hour."""
    readers(sqlite_records, {who: ZONES[who]})
    begin = datetime.combine(day, datetime.min.time(), UTC) - timedelta(hours=36)
    clock = SetClock(begin)
    hour = timedelta(hours=1)
    with running(sqlite_records, clock) as done:
        until(lambda: _appointment(sqlite_records, who), "the appointment is made", 20)
        for day_number in range(1, 4):
            for change in (24 * hour, hour, -hour):
                clock.time += change
                until(lambda: _is_settled(sqlite_records, clock), "all is planned and done", 20)
            assert len(done) == day_number, done
    periods = [period for _, period in done]
    assert periods == sorted(set(periods))
    assert day.isoformat() in periods


def _appointment(records: SqlRecords, who: str) -> Appointment | None:
    with records.reading() as reader:
        return reader.appointment("digest", who)


def _is_settled(records: SqlRecords, clock: SetClock) -> bool:
    with records.reading() as reader:
        due = [one for one in reader.appointments() if one.next_at and one.next_at <= clock.time]
        going_on = reader.firings(states={FiringState.WAITING, FiringState.RUNNING})
    return not due and not going_on
