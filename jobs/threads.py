"""Firings in threads of this process: where there is no broker, `serve` runs them itself.

A thread cannot be ended from outside. One that goes on beyond its limit is fenced instead: it can
no longer begin or end a unit of work on the records (`csm.deadline`), its beat stands still, so its
firing is given to another run, and its slot here is given to others.
"""

import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from threading import Condition, Thread
from typing import Final

import structlog

from csm.use_cases.plan_firings import OFFER_AGAIN
from jobs.outages import Outages

log = structlog.get_logger(__name__)

# A run that has come to its limit gets as long to say so.
OVERDUE_AFTER: Final = timedelta(seconds=10)


@dataclass(eq=False, slots=True)
class _Run:
    firing_id: int
    gives_up_at: float | None = None  # by the monotonic clock; None until its limit is known


class Threads:
    """Runs so many firings at once, and holds as many more that wait for their turn.

    `run` does a firing from end to end; `limits_of` says how long each may take. `feed` is called
    when nothing waits any more: whoever knows what is ready may offer it then, instead of at the
    next tick.
    """

    def __init__(
        self,
        run: Callable[[int], object],
        limits_of: Callable[[Sequence[int]], Sequence[timedelta]],
        most: int,
        outages: Outages,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._run = run
        self._limits_of = limits_of
        self._most = most
        self._outages = outages
        self._monotonic = monotonic
        self._changed = Condition()
        self._waiting: deque[int] = deque()
        self._running: set[_Run] = set()
        self._is_stopped = False
        self.feed: Callable[[], object] = _nobody

    def room(self) -> int:
        """See Dispatcher. Runs that ignored their limit are given up on here."""
        with self._changed:
            self._give_up_overdue()
            self._start_waiting()
            if self._is_stopped:
                return 0
            return max(0, 2 * self._most - len(self._running) - len(self._waiting))

    def patience(self) -> timedelta:
        """See Dispatcher."""
        return OFFER_AGAIN

    def busy(self) -> int:
        """How many run now."""
        with self._changed:
            return len(self._running)

    def offer(self, firing_ids: Sequence[int]) -> None:
        with self._changed:
            if not self._is_stopped:
                self._waiting.extend(firing_ids)
                self._start_waiting()

    def stop(self, grace: timedelta) -> list[int]:
        """See Dispatcher. What is given up on is fenced by its token: another run takes it over."""
        with self._changed:
            self._is_stopped = True
            self._waiting.clear()
            self._changed.wait_for(lambda: not self._running, grace.total_seconds())
            left = sorted(run.firing_id for run in self._running)
        if left:
            log.warning("stopped before the work was done", firings=left)
        return left

    def _start_waiting(self) -> None:
        while self._waiting and len(self._running) < self._most:
            run = _Run(self._waiting.popleft())
            self._running.add(run)
            # Never waited for when the process ends: what hangs must not keep it.
            Thread(
                target=self._do, args=(run,), name=f"firing {run.firing_id}", daemon=True
            ).start()

    def _do(self, run: _Run) -> None:
        try:
            (limit,) = self._limits_of([run.firing_id])
            run.gives_up_at = self._monotonic() + (limit + OVERDUE_AFTER).total_seconds()
            self._run(run.firing_id)
        except Exception as error:  # noqa: BLE001 - one firing's fault must not stop the others
            self._outages.failed("run", error)
        else:
            self._outages.worked("run")
        finally:
            self._end(run)

    def _end(self, run: _Run) -> None:
        with self._changed:
            self._running.discard(run)
            self._start_waiting()
            self._changed.notify_all()
            wants_more = not self._waiting and not self._is_stopped
        if wants_more:
            self.feed()

    def _give_up_overdue(self) -> None:
        now = self._monotonic()
        for run in list(self._running):
            if run.gives_up_at is not None and now > run.gives_up_at:
                self._running.discard(run)
                log.error("a job goes on beyond its limit: left alone", firing=run.firing_id)


def _nobody() -> None:
    """Nobody is asked for more: the next tick brings it."""
