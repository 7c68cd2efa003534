"""Twins of those around the schedule, for tests of the clock and the threads alone."""

import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from threading import Lock

from csm.job import JobTable, Look
from jobs.dispatch import Dispatcher
from jobs.outages import Outages
from jobs.ticks import Schedule

LEASE = timedelta(seconds=6)
PATIENCE = timedelta(seconds=7)


class TwinPlanner:
    """Has so many firings ready, and notes what it is asked. `trouble` is raised by everything."""

    def __init__(self, ready: Sequence[int] = ()) -> None:
        self.waiting = list(ready)
        self.asked: list[str] = []
        self.trouble: Exception | None = None
        self.patience = timedelta()
        self._lock = Lock()

    def sync(self) -> None:
        self._note("sync")

    def plan(self) -> None:
        self._note("plan")

    def ready(self, limit: int, patience: timedelta) -> list[int]:
        self._note("ready")
        self.patience = patience
        with self._lock:
            return self.waiting[:limit]

    def offered(self, firing_ids: Sequence[int]) -> None:
        self._note("offered")
        with self._lock:
            self.waiting = [one for one in self.waiting if one not in firing_ids]

    def times(self, what: str) -> int:
        return self.asked.count(what)

    def _note(self, what: str) -> None:
        self.asked.append(what)
        if self.trouble is not None:
            raise self.trouble


class TwinWatch:
    def __init__(self) -> None:
        self.looks = 0

    def look(self) -> None:
        self.looks += 1


class TwinDispatcher:
    """Takes so many at a time, and keeps them."""

    def __init__(self, room: int = 1000) -> None:
        self.most = room
        self.taken: list[int] = []
        self.trouble: Exception | None = None
        self.stopped_with: timedelta | None = None

    def room(self) -> int:
        if self.trouble is not None:
            raise self.trouble
        return self.most - len(self.taken)

    def patience(self) -> timedelta:
        return PATIENCE

    def offer(self, firing_ids: Sequence[int]) -> None:
        self.taken += firing_ids

    def stop(self, grace: timedelta) -> list[int]:
        self.stopped_with = grace
        return []


def nobody(_name: str, _problem: str) -> None:
    """There is no administrator."""


def schedule(
    planner: TwinPlanner,
    dispatcher: Dispatcher | None = None,
    looks: dict[str, Callable[[], object]] | None = None,
    tell_admins: Callable[[str, str], object] = nobody,
    watch: TwinWatch | None = None,
    wall: Callable[[], float] = lambda: datetime.now(UTC).timestamp(),
    monotonic: Callable[[], float] = time.monotonic,
    every: timedelta = timedelta(seconds=0.01),
) -> Schedule:
    """A clock with twins around it. `every`: how often its looks come."""
    table = JobTable((), [Look(name, name, every) for name in looks or {}])
    return Schedule(
        planner,
        watch or TwinWatch(),
        dispatcher or TwinDispatcher(),
        table,
        looks or {},
        LEASE,
        tell_admins,
        Outages(),
        wall,
        monotonic,
    )
