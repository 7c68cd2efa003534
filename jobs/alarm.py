"""Tells administrators of what fails for good: once for each time that it does."""

from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import Final

from csm.errors import CsmError
from jobs.outages import Outages

_TELLING: Final = "tell administrators"

TellAdmins = Callable[[str, str], object]  # the name of what fails, and its problem


@dataclass(frozen=True, slots=True)
class Tolerance:
    """Something fails for good when it failed so many times in a row, for so many seconds."""

    times: int = 1
    seconds: float = 0.0


@dataclass(slots=True)
class _Failing:
    since: float
    times: int = 0
    is_told: bool = False


class Alarm:
    """Where administrators cannot be told, as the database is what fails, the log says so, and
    they are told later, if it goes on. Safe to share between threads."""

    def __init__(
        self, tell_admins: TellAdmins, outages: Outages, monotonic: Callable[[], float]
    ) -> None:
        self._tell_admins = tell_admins
        self._outages = outages
        self._monotonic = monotonic
        self._lock = Lock()
        self._failing: dict[str, _Failing] = {}

    def worked(self, part: str) -> None:
        with self._lock:
            self._failing.pop(part, None)

    def failed(self, part: str, error: Exception, tolerance: Tolerance) -> None:
        """Does not raise."""
        now = self._monotonic()
        with self._lock:
            failing = self._failing.setdefault(part, _Failing(now))
            failing.times += 1
            is_for_good = (
                failing.times >= tolerance.times and now - failing.since >= tolerance.seconds
            )
            is_news = is_for_good and not failing.is_told
            failing.is_told |= is_news
        if is_news and not self.tell(part, _problem(error)):
            with self._lock:
                failing.is_told = False
                failing.since = now  # not tried again with every tick

    def tell(self, part: str, problem: str) -> bool:
        """Whether they could be told. Does not raise."""
        try:
            self._tell_admins(part, problem)
        except Exception as error:  # noqa: BLE001 - one fault must not stop the clock
            self._outages.failed(_TELLING, error)
            return False
        self._outages.worked(_TELLING)
        return True


def _problem(error: Exception) -> str:
    """The words of errors that are not ours may be those of customers."""
    return str(error) if isinstance(error, CsmError) else f"Our fault: {type(error).__name__}."
