"""One run of a firing, from taking it to how it ended."""

import secrets
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import timedelta
from threading import Event, Thread
from types import TracebackType
from typing import Final, Self

from csm import deadline
from csm.errors import CsmError
from csm.firing import FiringState, Moot, NotYet, Task
from csm.job import Job, JobTable
from csm.job_words import span_text, too_late_text
from csm.ports import Clock, Records
from csm.ports_jobs import StoredFiring
from csm.reference import under
from csm.use_cases.settle_firing import Settling

KILLER: Final = "it ended the process that ran it, each time"
UNKNOWN: Final = "this version knows no such job"


@dataclass(frozen=True, slots=True)
class Ran:
    """How a run ended, for the log. `state` is the firing's after it: None where the firing was
    given to another run meanwhile, and this one settled nothing. `error` is what went wrong."""

    stored: StoredFiring
    state: FiringState | None
    outcome: str
    error: Exception | None = None


class Runner:
    """Runs firings in the calling thread. `lease` is for how long a run may give no sign of life
    before its firing is given to another."""

    def __init__(
        self,
        records: Records,
        jobs: JobTable,
        tasks: Mapping[str, Task],
        clock: Clock,
        lease: timedelta,
        platform: str,
    ) -> None:
        self._records = records
        self._jobs = jobs
        self._tasks = tasks
        self._clock = clock
        self._lease = lease
        self._settling = Settling(records, jobs, clock, platform)

    def run(self, firing_id: int) -> Ran | None:
        """Take the firing and do it; None where there is nothing to take. What goes wrong in it is
        settled, and in what is returned.

        Raises Busy or Unavailable where the firing cannot be taken, or its end not kept: it is
        offered again, or given to another run.
        """
        token, reference = secrets.token_hex(16), secrets.token_hex(4)
        with self._records.writing() as writer:
            stored = writer.take_firing(firing_id, token, reference, self._clock.now())
        if stored is None:
            return None
        with under(reference):
            return self._run(stored)

    def _run(self, stored: StoredFiring) -> Ran:
        firing = stored.firing
        job, task = self._jobs.known(firing.job), self._tasks.get(firing.job)
        if job is None or task is None:
            return Ran(stored, self._settling.skipped(stored, UNKNOWN), UNKNOWN)
        if firing.attempts > job.attempts:
            return Ran(stored, self._settling.failed(stored, KILLER), KILLER)
        late = self._clock.now() - firing.due_at
        if late > job.useful_for and firing.attempts == 1 and not firing.asked_by:
            reason = too_late_text(late, job.useful_for)
            return Ran(stored, self._settling.skipped(stored, reason), reason)
        return self._do(stored, job, task)

    def _do(self, stored: StoredFiring, job: Job, task: Task) -> Ran:
        settling, overdue = self._settling, f"ended at its limit of {span_text(job.limit)}"
        with deadline.within(job.limit) as limit:
            signs = _SignsOfLife(
                self._records,
                stored,
                limit,
                self._lease / 3,
                lambda: settling.failed(stored, overdue),
            )
            try:
                with signs:
                    outcome = task(stored.firing, signs.tell)
            except Exception as caught:  # noqa: BLE001 - it is kept, and given to the caller
                error: Exception | None = caught
            else:
                error = None
        if error is None:
            return Ran(stored, settling.done(stored, outcome, signs.progress), outcome)
        if limit.is_over or isinstance(error, deadline.Overdue):
            return Ran(stored, settling.failed(stored, overdue), overdue, error)
        match error:
            case NotYet():
                reason = str(error)
                return Ran(stored, settling.not_yet(stored, reason), reason)
            case Moot():
                reason = str(error)
                return Ran(stored, settling.skipped(stored, reason), reason)
            case _:
                reason = _reason(error, stored.firing.reference)
                return Ran(stored, settling.failed(stored, reason), reason, error)


class _SignsOfLife(AbstractContextManager["_SignsOfLife"]):
    """Says every so often that a run is alive, and how far it is; once it is over its limit, says
    so in its place. A run whose firing was given to another is stopped."""

    def __init__(
        self,
        records: Records,
        stored: StoredFiring,
        limit: deadline.Limit,
        every: timedelta,
        overdue: Callable[[], object],
    ) -> None:
        self._records = records
        self._stored = stored
        self._limit = limit
        self._every = every.total_seconds()
        self._overdue = overdue
        self._is_over = Event()
        self.progress = (0, 0)
        # What hangs must not keep the process.
        self._thread = Thread(target=self._beat, name=f"beat {stored.id}", daemon=True)

    def tell(self, done: int, total: int) -> None:
        """See `csm.firing.Tell`."""
        self.progress = (done, total)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._is_over.set()
        self._thread.join()

    def _beat(self) -> None:
        token = self._stored.firing.token
        while not self._is_over.wait(self._every):
            try:
                if self._limit.is_over:
                    self._overdue()
                    return
                with self._records.writing() as writer:
                    is_ours = writer.beat(self._stored.id, token, *self.progress)
            except CsmError:
                continue  # the records are out of reach for now: perhaps not at the next beat
            if not is_ours:
                self._limit.cancel()
                return


def _reason(error: Exception, reference: str) -> str:
    """What people are told. The texts of errors that are not ours may hold customers' words."""
    if isinstance(error, CsmError):
        return str(error)
    return f"our fault ({type(error).__name__}), reference {reference}"
