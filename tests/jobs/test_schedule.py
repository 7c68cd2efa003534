"""The clock: what it starts, and that nothing stops it."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta, tzinfo
from typing import Self

import apscheduler.schedulers.base
import pytest
from structlog.testing import capture_logs

from csm.errors import Unavailable
from jobs.ticks import CHUNK, FAILURES_TOLD, Schedule
from tests.jobs.scene import PATIENCE, TwinDispatcher, TwinPlanner, TwinWatch, schedule
from tests.jobs.servers import until

GONE = Unavailable("The database is gone.")


@contextmanager
def running(clock: Schedule) -> Iterator[None]:
    clock.start()
    try:
        yield
    finally:
        clock.stop(timedelta(seconds=5))


def test_it_plans_and_offers_at_once_and_then_twice_a_second() -> None:
    planner, dispatcher, watch = TwinPlanner([1, 2, 3]), TwinDispatcher(), TwinWatch()
    with running(schedule(planner, dispatcher, watch=watch)):
        until(lambda: planner.times("plan") >= 3, "the third plan", 10)
        until(lambda: dispatcher.taken, "what is ready is offered", 10)
    assert dispatcher.taken == [1, 2, 3]
    assert planner.times("sync") == 1
    assert watch.looks >= 1


def test_no_more_is_offered_than_there_is_room_for() -> None:
    planner, dispatcher = TwinPlanner(range(500)), TwinDispatcher(2 * CHUNK + 1)
    schedule(planner, dispatcher).offer()
    assert planner.patience == PATIENCE
    assert dispatcher.taken == list(range(2 * CHUNK + 1))
    assert planner.waiting[0] == 2 * CHUNK + 1


def test_what_cannot_be_noted_as_offered_is_not_brought() -> None:
    """Else it would be brought again with each tick."""

    class Forgetful(TwinPlanner):
        def offered(self, firing_ids: object) -> None:
            raise GONE

    dispatcher = TwinDispatcher()
    with capture_logs() as logs:
        schedule(Forgetful([1]), dispatcher).offer()
    assert dispatcher.taken == []
    assert [line["reason"] for line in logs] == [str(GONE)]


@pytest.mark.parametrize("fault", [GONE, RuntimeError("broken")])
def test_an_outage_is_said_once_and_so_is_its_end(fault: Exception) -> None:
    """Although plan and sync and offer all fail, again and again."""
    planner, dispatcher = TwinPlanner(), TwinDispatcher()
    planner.trouble = fault
    with capture_logs() as logs, running(schedule(planner, dispatcher)):
        until(lambda: planner.times("plan") >= 3, "the third plan", 10)
        planner.waiting, planner.trouble = [7], None
        until(lambda: dispatcher.taken == [7], "work goes on", 10)
    said = [line for line in logs if line["event"] == "work fails"]
    assert len(said) == 1
    assert said[0]["log_level"] == "error"
    if fault is GONE:
        assert said[0]["reason"] == str(GONE)
    else:
        assert said[0]["exc_info"] is fault
    over = [line for line in logs if line["event"] == "works again"]
    assert len(over) <= 1  # sync, which fails too, is due again in a minute only


def test_a_broker_that_is_away_does_not_stop_the_planning() -> None:
    planner, dispatcher = TwinPlanner([1]), TwinDispatcher()
    dispatcher.trouble = Unavailable("RabbitMQ does not answer.")
    with capture_logs() as logs, running(schedule(planner, dispatcher)):
        until(lambda: planner.times("plan") >= 3, "the third plan", 10)
        assert planner.times("offered") == 0
        dispatcher.trouble = None
        until(lambda: dispatcher.taken == [1], "it is offered", 10)
        until(lambda: logs[-1]["event"] == "works again", "its end is said", 10)
    assert [line["event"] for line in logs] == ["work fails", "works again"]


def test_stopping_drains_and_offers_no_more() -> None:
    planner, dispatcher = TwinPlanner(), TwinDispatcher()
    clock = schedule(planner, dispatcher)
    clock.start()
    assert clock.stop(timedelta(seconds=3)) == []
    assert dispatcher.stopped_with == timedelta(seconds=3)
    asked = len(planner.asked)
    planner.waiting = [1]
    assert len(planner.asked) == asked


def test_looks_come_again_and_again_and_one_at_a_time() -> None:
    at_once, most, looks = [0], [0], [0]
    lock = threading.Lock()

    def look() -> None:
        with lock:
            at_once[0] += 1
            most[0] = max(most[0], at_once[0])
        threading.Event().wait(0.05)  # longer than the time between two of them
        with lock:
            at_once[0] -= 1
            looks[0] += 1

    with capture_logs() as logs, running(schedule(TwinPlanner(), looks={"outbox": look})):
        until(lambda: looks[0] >= 3, "three looks", 10)
    assert most == [1]
    assert logs == []


def test_administrators_are_told_once_of_a_look_that_keeps_failing() -> None:
    fails, looks, told = [True], [0], list[tuple[str, str]]()

    def look() -> None:
        looks[0] += 1
        if fails[0]:
            raise GONE

    def tell(name: str, problem: str) -> None:
        told.append((name, problem))

    clock = schedule(TwinPlanner(), looks={"outbox": look}, tell_admins=tell)
    with capture_logs() as logs, running(clock):
        until(lambda: looks[0] > 2 * FAILURES_TOLD, "many looks", 10)
        assert told == [("outbox", str(GONE))]
        fails[0] = False
        until(lambda: logs[-1]["event"] == "works again", "its end is said", 10)
        fails[0], so_far = True, looks[0]
        until(lambda: looks[0] > so_far + 2 * FAILURES_TOLD, "more looks", 10)
    assert told == [("outbox", str(GONE))] * 2
    assert [line["event"] for line in logs] == ["work fails", "works again", "work fails"]


def test_where_they_cannot_be_told_they_are_told_the_next_time() -> None:
    looks, told, tries = [0], list[str](), [0]

    def look() -> None:
        looks[0] += 1
        raise GONE

    def tell(name: str, _problem: str) -> None:
        tries[0] += 1
        if tries[0] < 3:
            raise GONE
        told.append(name)

    with capture_logs(), running(schedule(TwinPlanner(), looks={"outbox": look}, tell_admins=tell)):
        until(lambda: told, "they are told", 10)
        so_far = looks[0]
        until(lambda: looks[0] > so_far + FAILURES_TOLD, "more looks", 10)
    assert told == ["outbox"]


@pytest.fixture
def set_clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[timedelta], None]:
    """Puts the wall clock, as APScheduler and we see it, so far ahead or back."""
    off = [timedelta()]

    class Set(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Self:
            return super().now(tz) + off[0]

    for module in (apscheduler.schedulers.base, "jobs.ticks"):
        monkeypatch.setattr(f"{getattr(module, '__name__', module)}.datetime", Set)

    def put(change: timedelta) -> None:
        off[0] += change

    put.now = lambda: Set.now().timestamp()  # type: ignore[attr-defined]
    return put


@pytest.mark.parametrize("hours", [1, -1])
def test_it_ticks_on_when_the_clock_is_set(
    set_clock: Callable[[timedelta], None], hours: int
) -> None:
    planner, watch = TwinPlanner(), TwinWatch()
    wall: Callable[[], float] = set_clock.now  # type: ignore[attr-defined]
    with capture_logs() as logs, running(schedule(planner, watch=watch, wall=wall)):
        until(lambda: planner.times("plan") >= 2, "the second plan", 10)
        set_clock(timedelta(hours=hours))
        so_far, watched = planner.times("plan"), watch.looks
        until(lambda: planner.times("plan") >= so_far + 3, "it plans on", 10)
        until(lambda: watch.looks > watched, "it watches on", 10)
    assert [line["seconds"] for line in logs] == [hours * 3600]
