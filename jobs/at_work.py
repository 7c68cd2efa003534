"""What is at work in this process, and for how long it has been."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from threading import Condition


@dataclass(eq=False, slots=True)
class Run:
    """Something at work since `began`, by the monotonic clock, that should end within `limit`; of
    one that does not, the log has it when it is said, and administrators when they are told."""

    name: str
    limit: timedelta
    began: float
    is_said: bool = False
    is_told: bool = False


class AtWork:
    """Everything that is at work. Safe to share between threads."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._changed = Condition()
        self._runs: set[Run] = set()

    @contextmanager
    def on(self, name: str, limit: timedelta) -> Iterator[None]:
        """It is at work until the block ends."""
        run = Run(name, limit, self._monotonic())
        with self._changed:
            self._runs.add(run)
        try:
            yield
        finally:
            with self._changed:
                self._runs.discard(run)
                self._changed.notify_all()

    def overlong(self) -> list[tuple[Run, timedelta]]:
        """What goes on beyond its limit, and for how long it has been at work; longest first."""
        now = self._monotonic()
        with self._changed:
            found = [(run, timedelta(seconds=now - run.began)) for run in self._runs]
        late = [(run, length) for run, length in found if length > run.limit]
        return sorted(late, key=lambda one: one[1], reverse=True)

    def wait(self, seconds: float) -> list[str]:
        """Until nothing is at work, but not for longer; the names of what still is."""
        with self._changed:
            self._changed.wait_for(lambda: not self._runs, seconds)
            return sorted(run.name for run in self._runs)
