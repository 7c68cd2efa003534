"""How late jobs start when 5,000 appointments fall due one after the other, and how long planning
takes when they fall due at one instant."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import structlog

from bench.figures import Figure, quantile, timed
from csm.firing import Firing, FiringState, Tell
from csm.job import EVERY_DAY, Job, JobTable, Spread
from csm.people import STAFF_ROLES, Principal, Role
from csm.use_cases.plan_firings import Planner, standard_appointment
from csm.use_cases.run_firing import Runner
from csm.use_cases.watch_firings import Watch
from jobs.limits import Limits
from jobs.outages import Outages
from jobs.threads import Threads
from jobs.ticks import Schedule
from storage.database import open_database
from storage.records import SqlRecords

APPOINTMENTS = 5000
WITHIN = timedelta(minutes=2)
THREADS = 4
_LEASE = timedelta(seconds=60)
_HEAD_START = timedelta(milliseconds=15)  # for each appointment that is written meanwhile
_JOB = Job(
    "digest",
    "",
    Spread.READERS,
    EVERY_DAY,
    datetime.min.time(),
    timedelta(hours=24),
    timedelta(minutes=1),
    roles=frozenset({Role.CSM}),
    for_roles=STAFF_ROLES,
)


class _Clock:
    def now(self) -> datetime:
        return datetime.now(UTC)

    def today(self) -> date:
        return self.now().date()


def measure(folder: Path, appointments: int = APPOINTMENTS) -> list[Figure]:
    """The real schedule on SQLite, with threads; the work itself is next to nothing."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(50))
    jobs = JobTable((_JOB,), ())
    with _empty(folder / "burst.db") as records:
        _settle_in(records, appointments, timedelta())
        planner = Planner(records, jobs, _Clock(), "console")
        with timed() as burst:
            planned = planner.plan()
        if planned != appointments:
            raise RuntimeError(f"{planned:,} of {appointments:,} appointments were planned")
    with _empty(folder / "lag.db") as records:
        _settle_in(records, appointments, WITHIN)
        schedule = _schedule(records, jobs)
        schedule.start()
        lags = _lags_of(records, appointments)
        schedule.stop(timedelta(seconds=10))
    return [
        Figure(
            f"{appointments:,} appointments due at one instant: all planned after",
            f"{burst.seconds:.2f} s",
            "under 5 s",
        ),
        Figure(
            f"Start of a job after it was due, {appointments:,} appointments in "
            f"{WITHIN.total_seconds():.0f} s, p99",
            f"{quantile(lags, 0.99):.2f} s (median {quantile(lags, 0.5):.2f} s)",
            "under 2 s",
        ),
    ]


@contextmanager
def _empty(path: Path) -> Iterator[SqlRecords]:
    database = open_database(f"sqlite:///{path}")
    database.ensure_ready()
    yield SqlRecords(database)
    database.close()
    path.unlink()


def _settle_in(records: SqlRecords, appointments: int, within: timedelta) -> None:
    """Due evenly over that time from when they are written; due already where it is none."""
    start = datetime.now(UTC) + (_HEAD_START * appointments if within else timedelta())
    with records.writing() as writer:
        for number in range(appointments):
            person = Principal(f"p{number}", "", Role.CSM, f"p{number}@bench.example")
            writer.save_person(person)
            due = start + within * number / appointments
            appointment = standard_appointment(_JOB, person)
            writer.put_appointment(appointment.model_copy(update={"next_at": due}))


def _schedule(records: SqlRecords, jobs: JobTable) -> Schedule:
    clock, outages = _Clock(), Outages()
    runner = Runner(records, jobs, {_JOB.name: _nothing}, clock, _LEASE, "console")
    threads = Threads(runner.run, Limits(records, jobs), THREADS, outages)
    schedule = Schedule(
        Planner(records, jobs, clock, "console"),
        Watch(records, jobs, clock, _LEASE, "console"),
        threads,
        jobs,
        {},
        _LEASE,
        lambda _name, _problem: None,
        outages,
    )
    threads.feed = schedule.offer
    return schedule


def _lags_of(records: SqlRecords, appointments: int) -> list[float]:
    end = time.monotonic() + 4 * WITHIN.total_seconds()
    while time.monotonic() < end:
        time.sleep(5)
        with records.reading() as reader:
            done = reader.firings(states={FiringState.DONE}, limit=appointments)
        if len(done) == appointments:
            return [
                (one.firing.started_at - one.firing.due_at).total_seconds()
                for one in done
                if one.firing.started_at is not None
            ]
    raise RuntimeError(f"{len(done):,} of {appointments:,} firings were run")


def _nothing(_firing: Firing, _tell: Tell) -> str:
    return "nothing"
