"""Sees when the machine's clock is put forward or back, by comparing it with the one that nobody
can set."""

import time
from collections.abc import Callable
from threading import Event, Thread
from typing import Final

import structlog

log = structlog.get_logger(__name__)

_LOOKED_AT_EVERY_S: Final = 1.0
# Clocks are also slowed and hurried by parts of a thousandth, which is no step.
_STEP_S: Final = 1.0


class WallClock:
    """Calls `on_step` after each step of the clock, from a thread of its own."""

    def __init__(
        self,
        on_step: Callable[[], object],
        wall: Callable[[], float] = time.time,
        every: float = _LOOKED_AT_EVERY_S,
    ) -> None:
        self._on_step = on_step
        self._wall = wall
        self._every = every
        self._stopped = Event()
        self._thread = Thread(target=self._watch, name="wall clock", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopped.set()

    def _watch(self) -> None:
        before = self._ahead()
        while not self._stopped.wait(self._every):
            ahead = self._ahead()
            if abs(ahead - before) > _STEP_S:
                log.warning("the clock was set", seconds=round(ahead - before))
                if not self._has_told():
                    continue  # it is told of the same step again
            before = ahead

    def _has_told(self) -> bool:
        try:
            self._on_step()
        except Exception:
            log.exception("the clock's step could not be followed")
            return False
        return True

    def _ahead(self) -> float:
        return self._wall() - time.monotonic()
