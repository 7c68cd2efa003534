"""Work of the clock that hangs, or fails for good: somebody is told, and it holds up nothing."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from csm.errors import Unavailable
from jobs.ticks import LONGEST_RUN, TICKS_FAIL_S, Schedule
from tests.jobs.scene import TwinDispatcher, TwinPlanner, schedule
from tests.jobs.servers import until

NO_GRACE = timedelta()


class SetTime:
    """A monotonic clock that is put forward by hand."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Hanging:
    """A look that does not end before it is let go."""

    def __init__(self) -> None:
        self.begun = threading.Event()
        self.gate = threading.Event()
        self.looks = 0
        self.was_daemon = False

    def __call__(self) -> None:
        self.looks += 1
        self.was_daemon = threading.current_thread().daemon
        self.begun.set()
        self.gate.wait(60)


@pytest.fixture
def hanging() -> Iterator[Hanging]:
    look = Hanging()
    yield look
    look.gate.set()


@contextmanager
def running(clock: Schedule) -> Iterator[None]:
    clock.start()
    try:
        yield
    finally:
        clock.stop(NO_GRACE)


class Told:
    """Administrators, who can be told unless there is trouble."""

    def __init__(self) -> None:
        self.words: list[tuple[str, str]] = []
        self.tries = 0
        self.trouble: Exception | None = None

    def __call__(self, name: str, problem: str) -> None:
        self.tries += 1
        if self.trouble is not None:
            raise self.trouble
        self.words.append((name, problem))


def ticks_on(planner: TwinPlanner) -> Callable[[], bool]:
    """Whether it has planned some times more since this was asked."""
    so_far = planner.times("plan")
    return lambda: planner.times("plan") >= so_far + 2


def test_a_look_that_hangs_is_told_of_once_and_the_process_is_not_ready(hanging: Hanging) -> None:
    told, time, planner = Told(), SetTime(), TwinPlanner()
    clock = schedule(planner, looks={"outbox": hanging}, tell_admins=told, monotonic=time)
    with capture_logs() as logs, running(clock):
        assert hanging.begun.wait(10)
        until(ticks_on(planner), "it ticks", 10)
        assert clock.trouble() is None
        time.now += LONGEST_RUN.total_seconds() + 120
        until(lambda: told.words, "administrators are told", 10)
        until(ticks_on(planner), "the rest ticks on", 10)
        trouble = clock.trouble()
        hanging.gate.set()
        until(lambda: hanging.looks > 1, "it looks again", 10)
        until(lambda: clock.trouble() is None, "all is well", 10)
    assert trouble == "The work “outbox” has gone on for 12 minutes: start the process anew."
    (name, problem) = told.words[0]
    assert (name, len(told.words)) == ("outbox", 1)
    assert "12 minutes" in problem
    assert [line["event"] for line in logs if line["log_level"] == "error"] == ["work hangs"]


def test_a_look_that_comes_seldom_may_take_longer(hanging: Hanging) -> None:
    """Ten of its intervals: a lease of an hour has firings watched every twenty minutes."""
    time, planner = SetTime(), TwinPlanner()
    clock = schedule(planner, looks={"index": hanging}, monotonic=time, every=timedelta(minutes=15))
    with running(clock):
        assert hanging.begun.wait(10)
        for minutes, is_well in ((149, True), (2, False)):
            time.now += minutes * 60
            until(ticks_on(planner), "it ticks", 10)
            assert (clock.trouble() is None) is is_well


def test_what_could_not_be_told_of_it_is_told_later(hanging: Hanging) -> None:
    told, time = Told(), SetTime()
    told.trouble = Unavailable("The database is away.")
    clock = schedule(TwinPlanner(), looks={"outbox": hanging}, tell_admins=told, monotonic=time)
    with capture_logs(), running(clock):
        assert hanging.begun.wait(10)
        time.now += LONGEST_RUN.total_seconds() + 1
        until(lambda: told.tries, "it is tried", 10)
        told.trouble = None
        until(lambda: told.words, "it is told", 10)


def test_stopping_waits_for_looks_no_longer_than_for_firings(hanging: Hanging) -> None:
    """Its thread does not keep the interpreter, either."""
    clock = schedule(TwinPlanner(), looks={"outbox": hanging})
    clock.start()
    assert hanging.begun.wait(10)
    with capture_logs() as logs:
        clock.stop(timedelta(seconds=0.1))
    assert not hanging.gate.is_set()
    assert hanging.was_daemon
    assert [line["looks"] for line in logs] == [["outbox"]]


def test_looks_come_to_their_end_within_the_grace(hanging: Hanging) -> None:
    clock = schedule(TwinPlanner(), looks={"outbox": hanging})
    clock.start()
    assert hanging.begun.wait(10)
    threading.Timer(0.1, hanging.gate.set).start()
    with capture_logs() as logs:
        clock.stop(timedelta(seconds=30))
    assert logs == []


def test_what_is_under_way_offers_no_more_once_it_stops() -> None:
    """Between two of its handfuls, too."""

    class Stopping(TwinDispatcher):
        def offer(self, firing_ids: object) -> None:
            super().offer(list(firing_ids))  # type: ignore[call-overload]
            clock.stop(NO_GRACE)

    dispatcher = Stopping()
    clock = schedule(TwinPlanner(range(500)), dispatcher)
    clock.start()
    until(lambda: dispatcher.taken, "some are offered", 10)
    assert len(dispatcher.taken) == 50
    clock.offer()
    assert len(dispatcher.taken) == 50


class Faulty(TwinPlanner):
    """One part of its work is broken, now and then."""

    def __init__(self, part: str) -> None:
        super().__init__()
        self._part = part
        self.is_broken = True

    def goes_on(self) -> Callable[[], bool]:
        """Whether that part was done, well or not, since this was asked."""
        so_far = self.times(self._part)
        return lambda: self.times(self._part) >= so_far + 2

    def _note(self, what: str) -> None:
        super()._note(what)
        if what == self._part and self.is_broken:
            raise RuntimeError("the words of a customer")


@pytest.mark.parametrize("part", ["plan", "sync"])
def test_administrators_are_told_once_of_a_tick_that_fails_for_a_minute(
    part: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jobs.ticks.SYNC_EVERY", timedelta(seconds=0.1))
    monkeypatch.setattr("jobs.ticks.TICK", timedelta(seconds=0.1))
    told, time, planner = Told(), SetTime(), Faulty(part)
    with capture_logs(), running(schedule(planner, tell_admins=told, monotonic=time)):
        for times in (1, 2):
            planner.is_broken = True
            until(planner.goes_on(), "it fails", 10)
            assert len(told.words) == times - 1
            time.now += TICKS_FAIL_S
            until(planner.goes_on(), "it goes on failing", 10)
            until(planner.goes_on(), "and on", 10)
            assert told.words == [(part, "Our fault: RuntimeError.")] * times
            planner.is_broken = False
            until(planner.goes_on(), "it works again", 10)


def test_where_the_database_is_what_fails_nobody_is_told_and_it_is_not_tried_all_the_time() -> None:
    away = Unavailable("The database is away.")
    told, time, planner = Told(), SetTime(), TwinPlanner()
    told.trouble = planner.trouble = away
    with capture_logs() as logs, running(schedule(planner, tell_admins=told, monotonic=time)):
        until(ticks_on(planner), "it fails", 10)
        time.now += TICKS_FAIL_S
        until(ticks_on(planner), "it goes on failing", 10)
        until(ticks_on(planner), "and on", 10)
        assert told.tries <= 2  # of plan and of offer
    assert [(line["event"], line["reason"]) for line in logs] == [("work fails", str(away))]
