"""Firings whose run has died are given to another."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from csm.errors import CsmError
from csm.job import JobTable
from csm.ports import Clock, Records
from csm.ports_jobs import StoredFiring
from csm.use_cases.settle_firing import Settling

SILENT: Final = "its run gave no sign of life any more"


@dataclass(frozen=True, slots=True)
class _Seen:
    token: str
    beat: int
    since: float  # by the monotonic clock


class Watch:
    """Looks at what runs. Nobody's clock says whether a run is alive, but whether its beat moves:
    clocks are set, and machines' clocks differ."""

    def __init__(
        self,
        records: Records,
        jobs: JobTable,
        clock: Clock,
        lease: timedelta,
        platform: str,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._records = records
        self._lease = lease.total_seconds()
        self._monotonic = monotonic
        self._settling = Settling(records, jobs, clock, platform)
        self._seen: dict[int, _Seen] = {}

    def look(self) -> int:
        """Put back the firings whose beat has stood still for longer than the lease; how many.

        Raises Busy or Unavailable. While the records are out of reach nobody can beat, so from then
        on every run has its whole lease again.
        """
        try:
            with self._records.reading() as reader:
                running = reader.running_firings()
        except CsmError:
            self._seen.clear()
            raise
        now = self._monotonic()
        self._seen = {stored.id: self._seen_now(stored, now) for stored in running}
        silent = [one for one in running if now - self._seen[one.id].since > self._lease]
        settled = [self._settling.lost(one, SILENT, one.firing.beat) for one in silent]
        return sum(state is not None for state in settled)

    def _seen_now(self, stored: StoredFiring, now: float) -> _Seen:
        firing, before = stored.firing, self._seen.get(stored.id)
        if before and (before.token, before.beat) == (firing.token, firing.beat):
            return before
        return _Seen(firing.token, firing.beat, now)
