"""The clock that starts the product's own work.

The database says what is due (`csm.use_cases.plan_firings`). The clock here only asks it, twice a
second, and hands what is ready to a dispatcher, as much as that has room for. Any number of
processes may tick: each firing's row is unique, and whoever takes it has it.

APScheduler starts every tick and every look in a thread of its own, never two of the same at once,
and makes up for missed ones with one. One that hangs is therefore not started again: it is told of,
and only a new process helps. APScheduler reckons by the wall clock: were that put back by an hour,
it would do nothing for an hour. `jobs.wall_clock` sees such a step and has everything start anew.
"""

import logging
import time as timing
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from threading import Event, Lock
from typing import Final

import structlog
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger

from csm.job import JobTable
from jobs.alarm import Alarm, TellAdmins, Tolerance
from jobs.at_work import AtWork
from jobs.daemons import Daemons
from jobs.dispatch import Dispatcher, Planner, Watch
from jobs.outages import Outages
from jobs.wall_clock import WallClock

log = structlog.get_logger(__name__)

TICK: Final = timedelta(seconds=0.5)
SYNC_EVERY: Final = timedelta(minutes=1)

# A firing's run is looked at so often within the time after which it counts as dead.
LOOKS_A_LEASE: Final = 3

# Without a tick for so many seconds, the clock has stopped.
STALLED_S: Final = 30.0

# Offered at a time: another process that ticks meanwhile does not offer the same again.
CHUNK: Final = 50

# Administrators are told of a look that failed so often, and of a tick that failed for so long.
FAILURES_TOLD: Final = 3
TICKS_FAIL_S: Final = 60.0
_LOOKS: Final = Tolerance(times=FAILURES_TOLD)
_TICKS: Final = Tolerance(seconds=TICKS_FAIL_S)

# What takes longer than that, and than so many of its intervals, hangs.
LONGEST_RUN: Final = timedelta(minutes=10)
LONGEST_IN_INTERVALS: Final = 10

_NOT_TICKING: Final = (
    "The clock of the jobs has not ticked lately: the log says why; else start the process anew."
)


class Schedule:
    """Plans, offers and looks, in the background, while the process serves.

    `looks` are those of the table that this process does, by name. `tell_admins` is called once for
    each time that a part of it has begun to fail for good, or hangs.
    """

    def __init__(
        self,
        planner: Planner,
        watch: Watch,
        dispatcher: Dispatcher,
        table: JobTable,
        looks: Mapping[str, Callable[[], object]],
        lease: timedelta,
        tell_admins: TellAdmins,
        outages: Outages,
        wall: Callable[[], float] = timing.time,
        monotonic: Callable[[], float] = timing.monotonic,
    ) -> None:
        self._planner = planner
        self._watch = watch
        self._dispatcher = dispatcher
        self._looks = [(look, looks[look.name]) for look in table.looks if look.name in looks]
        self._lease = lease
        self._outages = outages
        self._alarm = Alarm(tell_admins, outages, monotonic)
        self._monotonic = monotonic
        self._at_work = AtWork(monotonic)
        self._offering = Lock()
        self._stopping = Event()
        self._ticked_at: float | None = None
        self._scheduler = BackgroundScheduler(
            timezone=UTC,
            executors={"default": Daemons()},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
            logger=_quiet_logger(),
        )
        self._wall_clock = WallClock(self._start_anew, wall)

    def start(self) -> None:
        """Start the clock: everything at once, then each in its time."""
        watched_every = self._lease / LOOKS_A_LEASE
        self._every(SYNC_EVERY, "sync", self._planner.sync, _TICKS)
        self._every(TICK, "plan", self._plan, _TICKS)
        self._every(TICK, "offer", self._offer, _TICKS)
        self._every(watched_every, "watch", self._watch.look, _TICKS)
        self._every(watched_every, "overlong", self._tell_of_overlong, _TICKS)
        for look, work in self._looks:
            self._every(look.every, look.name, work, _LOOKS)
        self._scheduler.start()
        self._wall_clock.start()

    def stop(self, grace: timedelta) -> list[int]:
        """Plan and offer no more, and give running firings and looks so long to end, together. The
        ids of firings that did not end."""
        end = self._monotonic() + grace.total_seconds()
        self._stopping.set()
        self._wall_clock.stop()
        self._scheduler.pause()
        left = self._dispatcher.stop(grace)
        going_on = self._at_work.wait(max(0.0, end - self._monotonic()))
        if going_on:
            log.warning("stopped before the looks were done", looks=going_on)
        self._scheduler.shutdown(wait=False)
        return left

    def trouble(self) -> str | None:
        """What is wrong with the clock and how to mend it; None while it is well. It is well while
        it asks what is due, whatever it is told, and nothing hangs."""
        if self._ticked_at is None or self._monotonic() - self._ticked_at >= STALLED_S:
            return _NOT_TICKING
        for run, length in self._at_work.overlong():
            return (
                f"The work “{run.name}” has gone on for {_minutes(length)}: start the process anew."
            )
        return None

    def offer(self) -> None:
        """Offer what is ready, as much as there is room for. Does not raise."""
        self._do("offer", self._offer, TICK, _TICKS)

    def _plan(self) -> None:
        self._ticked_at = self._monotonic()
        self._planner.plan()

    def _offer(self) -> None:
        with self._offering:
            # Once for all: what is offered here says nothing of what was offered before.
            patience = self._dispatcher.patience()
            while not self._stopping.is_set() and (room := self._dispatcher.room()):
                ids = self._planner.ready(min(room, CHUNK), patience)
                if not ids:
                    return
                # First noted, then brought: else a fault in between would bring them every tick.
                self._planner.offered(ids)
                self._dispatcher.offer(ids)

    def _every(
        self, interval: timedelta, name: str, work: Callable[[], object], tolerance: Tolerance
    ) -> None:
        self._scheduler.add_job(
            self._do,
            IntervalTrigger(seconds=interval.total_seconds(), timezone=UTC),
            args=[name, work, interval, tolerance],
            id=name,
            next_run_time=datetime.now(UTC),
        )

    def _do(
        self, name: str, work: Callable[[], object], interval: timedelta, tolerance: Tolerance
    ) -> None:
        if self._stopping.is_set():
            return
        try:
            with self._at_work.on(name, max(LONGEST_RUN, LONGEST_IN_INTERVALS * interval)):
                work()
        except Exception as error:  # noqa: BLE001 - one fault must not stop the clock
            self._outages.failed(name, error)
            self._alarm.failed(name, error, tolerance)
        else:
            self._outages.worked(name)
            self._alarm.worked(name)

    def _tell_of_overlong(self) -> None:
        for run, length in self._at_work.overlong():
            if not run.is_said:
                log.error("work hangs", work=run.name, minutes=length // timedelta(minutes=1))
                run.is_said = True
            if not run.is_told:
                run.is_told = self._alarm.tell(run.name, _hanging(length))

    def _start_anew(self) -> None:
        for job in self._scheduler.get_jobs():
            job.modify(next_run_time=datetime.now(UTC))


def _hanging(length: timedelta) -> str:
    return (
        f"It has gone on for {_minutes(length)} in one process, and is not begun anew there. "
        "Start the process whose /readyz says so anew."
    )


def _minutes(length: timedelta) -> str:
    return f"{length // timedelta(minutes=1)} minutes"


def _quiet_logger() -> logging.Logger:
    """A tick that is due while the one before is still at work is left out: that is as meant, and
    no warning."""
    logger = logging.getLogger("jobs.apscheduler")
    logger.setLevel(logging.ERROR)
    return logger
