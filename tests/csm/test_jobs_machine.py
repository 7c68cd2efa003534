"""Plan, run, crash, set the clock: the effect of each job, reader and period comes exactly once."""

import shutil
import tempfile
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from hypothesis.stateful import run_state_machine_as_test as run_machine

from csm.firing import OVER, Firing, FiringState, Tell
from csm.job import EVERY_DAY, JobTable
from csm.people import Role
from csm.use_cases.fall_due import MISSED
from storage.records import SqlRecords
from tests.csm.jobs_scene import (
    ADA,
    ALERT,
    BACKUP,
    CASEY,
    DIGEST,
    LEASE,
    REFRESH,
    RILEY,
    Jobs,
    SetClock,
    opened,
)
from tests.databases import opened as opened_database
from tests.databases import sqlite_url

# Clocks change in Lord Howe by half an hour, a week after those of Berlin.
LORD = replace(CASEY, key="lord", email="lord@ours.example", time_zone="Australia/Lord_Howe")
TABLE = JobTable(
    (
        replace(BACKUP, attempts=1000),
        replace(REFRESH, attempts=1000),
        replace(DIGEST, attempts=1000, days=EVERY_DAY),
        replace(ALERT, attempts=1000, roles=frozenset({Role.CSM}), at=DIGEST.at),
    ),
    (),
)
STARTS = (
    datetime(2027, 3, 12, 18, tzinfo=UTC),  # New York's clocks go forward on the 14th
    datetime(2027, 3, 27, 12, tzinfo=UTC),  # Berlin's on the 28th
    datetime(2027, 4, 3, 0, tzinfo=UTC),  # Lord Howe's back on the 4th
    datetime(2027, 10, 30, 12, tzinfo=UTC),  # Berlin's back on the 31st
    datetime(2027, 11, 6, 20, tzinfo=UTC),  # New York's on the 7th
)


class Died(BaseException):
    """The process is gone."""


class JobsMachine(RuleBasedStateMachine):
    """One or two processes, killed now and then, with clocks that are set."""

    template: Path

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        file = Path(shutil.copy(self.template, self.folder / "records.db"))
        self.opening = opened_database(sqlite_url(file))
        self.records = SqlRecords(self.opening.__enter__())
        self.effects: set[tuple[str, str, str]] = set()
        self.ended: Counter[tuple[str, str, str]] = Counter()
        self.dies = ""
        self.accounts = 3
        self.farthest = STARTS[0]

    @initialize(start=st.sampled_from(STARTS))
    def begin(self, start: datetime) -> None:
        opened(self.records, ADA, CASEY, RILEY, LORD, accounts=self.accounts)
        tasks = {job.name: self.work for job in TABLE.jobs}
        self.start = self.farthest = start
        self.jobs = Jobs(self.records, TABLE, SetClock(start), dict(tasks))
        self.jobs.planner.sync()

    def work(self, firing: Firing, tell: Tell) -> str:
        """As tasks are: done twice for one firing is as good as once."""
        key = (firing.job, firing.reader, firing.period)
        if self.dies == "before":
            raise Died
        tell(1, 1)
        self.effects.add(key)
        if self.dies == "after":
            raise Died
        if self.dies == "fails":
            raise ValueError
        self.ended[key] += 1
        return "done"

    @rule(minutes=st.integers(1, 180))
    def time_passes(self, minutes: int) -> None:
        self.set_clock(timedelta(minutes=minutes))

    @rule(hours=st.sampled_from((1, -1)))
    def clock_is_set(self, hours: int) -> None:
        self.set_clock(timedelta(hours=hours))

    def set_clock(self, change: timedelta) -> None:
        self.jobs.clock.at = max(self.start, self.jobs.clock.at + change)
        self.farthest = max(self.farthest, self.jobs.clock.at)

    @rule()
    def plan(self) -> None:
        self.jobs.planner.sync()
        self.jobs.planner.plan()

    @rule(how=st.sampled_from(("", "", "before", "after", "fails")), most=st.integers(1, 5))
    def run(self, how: str, most: int) -> None:
        self.dies = how
        ids = self.jobs.planner.ready(most)
        self.jobs.planner.offered(ids[1:])  # the first offer is lost
        for firing_id in ids:
            try:
                self.jobs.runner.run(firing_id)
            except Died:
                self.jobs.start()
        self.dies = ""

    @rule()
    def accounts_come(self) -> None:
        self.accounts += 1
        opened(self.records, accounts=self.accounts)

    @rule()
    def watch(self) -> None:
        self.jobs.watch.look()
        self.jobs.monotonic += LEASE.total_seconds() + 1
        self.jobs.watch.look()

    @rule()
    def restart(self) -> None:
        self.jobs.start()

    @invariant()
    def nothing_is_doubled(self) -> None:
        assert all(count == 1 for count in self.ended.values())

    def teardown(self) -> None:
        try:
            if hasattr(self, "jobs"):
                self.settle_down()
                self.nothing_is_lost()
        finally:
            self.opening.__exit__(None, None, None)
            shutil.rmtree(self.folder)

    def settle_down(self) -> None:
        """Let all that is under way come to its end, a day later."""
        for _ in range(30):
            self.jobs.clock.at = max(self.farthest, self.jobs.clock.at) + timedelta(hours=1)
            self.farthest = self.jobs.clock.at
            self.plan()
            self.watch()
            for firing_id in self.jobs.planner.ready(1000):
                self.jobs.runner.run(firing_id)

    def nothing_is_lost(self) -> None:
        """Every time of every appointment has its firing, which is over, and was done unless it
        says why not."""
        found = {(one.job, one.reader, one.period): one for one in self.jobs.firings()}
        with self.records.reading() as reader:
            appointments = reader.appointments()
        for appointment in appointments:
            timetable = appointment.timetable
            for due_at in timetable.between(self.start, self.farthest):
                period = timetable.period(due_at)
                of_it = [
                    one
                    for (job, whose, when), one in found.items()
                    if (job, when) == (appointment.job, period)
                    and (not appointment.reader or whose == appointment.reader)
                ]
                assert len(of_it) == 1, (appointment, due_at)
        for key, firing in found.items():
            assert firing.state in OVER, firing
            assert firing.state is not FiringState.FAILED
            if firing.state is FiringState.DONE:
                assert self.ended[key] == 1
            else:
                assert firing.outcome == MISSED or firing.outcome.startswith("too late")
        assert self.effects <= set(found)


def test_each_effect_comes_exactly_once(sqlite_template: Path) -> None:
    class Machine(JobsMachine):
        template = sqlite_template

    run_machine(
        Machine,
        settings=settings(
            max_examples=20,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
