"""Firings in threads: so many at once, none that stops the others, and an end."""

import threading
from collections import deque
from collections.abc import Callable
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from csm.errors import Unavailable
from jobs.outages import Outages
from jobs.threads import OVERDUE_AFTER, Threads
from tests.jobs.servers import until

LIMIT = timedelta(minutes=5)
PATIENCE = timedelta(seconds=10)


class Gate:
    """Firings that wait until they are let go."""

    def __init__(self) -> None:
        self.begun: list[int] = []
        self.ended: list[int] = []
        self._lock = threading.Lock()
        self._events: dict[int, threading.Event] = {}

    def run(self, firing_id: int) -> None:
        with self._lock:
            self.begun.append(firing_id)
        assert self._event(firing_id).wait(20)
        with self._lock:
            self.ended.append(firing_id)

    def open(self, *firing_ids: int) -> None:
        for firing_id in firing_ids:
            self._event(firing_id).set()

    def _event(self, firing_id: int) -> threading.Event:
        with self._lock:
            return self._events.setdefault(firing_id, threading.Event())


class SetTime:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def threads(run: Callable[[int], object], most: int = 2, time: SetTime | None = None) -> Threads:
    return Threads(run, lambda ids: [LIMIT for _ in ids], most, Outages(), time or SetTime())


def test_so_many_run_at_once_and_as_many_wait() -> None:
    gate = Gate()
    pool = threads(gate.run)
    assert pool.room() == 4
    pool.offer([1, 2, 3, 4])
    until(lambda: len(gate.begun) == 2, "two have begun", 10)
    assert pool.room() == 0
    assert gate.begun == [1, 2]
    gate.open(2)
    until(lambda: gate.begun == [1, 2, 3], "the next has begun", 10)
    assert pool.room() == 1
    gate.open(1, 3, 4)
    until(lambda: pool.room() == 4, "all have ended", 10)
    assert sorted(gate.ended) == [1, 2, 3, 4]


def test_one_that_has_ended_asks_for_more() -> None:
    ready, done = deque(range(100)), list[int]()
    pool = threads(done.append, most=1)

    def feed() -> None:
        if ready and pool.room():
            pool.offer([ready.popleft()])

    pool.feed = feed
    feed()
    until(lambda: len(done) == 100, "all are done, without a tick", 20)
    assert done == list(range(100))


@pytest.mark.parametrize("fault", [Unavailable("The database is gone."), RuntimeError("broken")])
def test_one_firings_fault_stops_no_other_and_is_said_once(fault: Exception) -> None:
    done: list[int] = []

    def run(firing_id: int) -> None:
        if firing_id % 2:
            raise fault
        done.append(firing_id)

    with capture_logs() as logs:
        pool = threads(run, most=1)
        pool.offer([1, 3, 5, 2, 4])
        until(lambda: done == [2, 4], "the others are done", 10)
    assert [line["event"] for line in logs] == ["work fails", "works again"]


def test_what_hangs_gives_its_slot_back_after_its_limit() -> None:
    gate, time = Gate(), SetTime()
    pool = threads(gate.run, most=1, time=time)
    pool.offer([1, 2])
    until(lambda: gate.begun == [1], "the first has begun", 10)
    time.now = LIMIT.total_seconds() + OVERDUE_AFTER.total_seconds()
    assert pool.room() == 0
    with capture_logs() as logs:
        time.now += 1
        assert pool.room() == 1
    until(lambda: gate.begun == [1, 2], "the second has begun", 10)
    assert [(line["firing"], line["log_level"]) for line in logs] == [(1, "error")]
    gate.open(2)
    until(lambda: pool.room() == 2, "the second has ended", 10)
    gate.open(1)
    until(lambda: 1 in gate.ended, "the first wakes up", 10)
    assert pool.room() == 2


def test_stopping_waits_for_what_runs_and_begins_nothing() -> None:
    gate = Gate()
    pool = threads(gate.run, most=1)
    pool.offer([1, 2])
    until(lambda: gate.begun == [1], "the first has begun", 10)
    threading.Timer(0.05, gate.open, [1, 2]).start()
    assert pool.stop(PATIENCE) == []
    assert gate.ended == [1]
    pool.offer([3])
    assert pool.room() == 0
    assert gate.begun == [1]


def test_stopping_gives_up_in_the_end_and_says_on_what() -> None:
    gate = Gate()
    pool = threads(gate.run)
    pool.offer([7, 5])
    until(lambda: len(gate.begun) == 2, "both have begun", 10)
    with capture_logs() as logs:
        assert pool.stop(timedelta(seconds=0.05)) == [5, 7]
    assert [(line["firings"], line["log_level"]) for line in logs] == [([5, 7], "warning")]
    gate.open(5, 7)
