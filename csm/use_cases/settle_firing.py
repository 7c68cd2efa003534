"""How a run of a firing ends, and who is told of it.

Whoever settles holds the run's token, so a run whose firing was given to another settles nothing.
Who is told is told in the same transaction.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from csm.firing import LONGEST_REST, OVER, Firing, FiringState
from csm.job import JobTable
from csm.job_words import too_late_text
from csm.ports import Clock, Records, Writer
from csm.ports_jobs import StoredFiring
from csm.reference import under
from csm.use_cases.colleagues import administrators, name_in, post_key, tell_person
from csm.views.job_news import asked_card, failed_card
from csm.wording import shorten

BACK_OFF: Final = (timedelta(minutes=1), timedelta(minutes=5), LONGEST_REST)
"""For how long a firing rests after its first, second, and every later failure."""

NOT_YET_REST: Final = timedelta(minutes=10)
"""For how long one rests whose time has not come."""

FAILED_KEY: Final = "job-failed"
ASKED_KEY: Final = "job-asked"
"""How the keys of the posts begin that tell administrators, and who asked for a run."""

_LONGEST_OUTCOME: Final = 500
_MOST_ASKED: Final = 10_000  # firings of a period that are counted for whoever asked for them


class Settling:
    """Ends runs. `platform` is where people are written to whose platform is not known.

    Every method gives the state that the firing has now, or None where it was not the run's any
    more, and raises Busy or Unavailable.
    """

    def __init__(self, records: Records, jobs: JobTable, clock: Clock, platform: str) -> None:
        self._records = records
        self._jobs = jobs
        self._clock = clock
        self._platform = platform

    def done(
        self, stored: StoredFiring, outcome: str, progress: tuple[int, int]
    ) -> FiringState | None:
        """It ran to its end."""
        done, total = progress
        changes = {"outcome": outcome, "done": done, "total": total}
        return self._settle(stored, FiringState.DONE, changes)

    def skipped(self, stored: StoredFiring, reason: str) -> FiringState | None:
        """Nobody needs it any more."""
        return self._settle(stored, FiringState.SKIPPED, {"outcome": reason})

    def not_yet(self, stored: StoredFiring, reason: str) -> FiringState | None:
        """What it waits for is not there: it rests, unless it would come too late then."""
        firing, now = stored.firing, self._clock.now()
        job = self._jobs.known(firing.job)
        late = now + NOT_YET_REST - firing.due_at
        if job is not None and late > job.useful_for:
            return self.skipped(stored, f"{too_late_text(late, job.useful_for)}; {reason}")
        changes = {
            "outcome": reason,
            "attempts": firing.attempts - 1,
            "not_before": now + NOT_YET_REST,
        }
        return self._settle(stored, FiringState.WAITING, changes)

    def failed(self, stored: StoredFiring, reason: str) -> FiringState | None:
        """It rests and is tried again, unless it was tried as often as it may be."""
        firing = stored.firing
        if not self._may_try_again(stored):
            return self._settle(stored, FiringState.FAILED, {"outcome": reason})
        rest = BACK_OFF[min(max(firing.attempts, 1), len(BACK_OFF)) - 1]
        changes = {"outcome": reason, "not_before": self._clock.now() + rest}
        return self._settle(stored, FiringState.WAITING, changes)

    def lost(self, stored: StoredFiring, reason: str, beat: int) -> FiringState | None:
        """Its run was alive last at that beat: another may have it at once, if it may be tried
        again."""
        again = self._may_try_again(stored)
        state = FiringState.WAITING if again else FiringState.FAILED
        return self._settle(stored, state, {"outcome": reason}, beat)

    def _may_try_again(self, stored: StoredFiring) -> bool:
        job = self._jobs.known(stored.firing.job)
        return job is None or stored.firing.attempts < job.attempts

    def _settle(
        self,
        stored: StoredFiring,
        state: FiringState,
        changes: Mapping[str, Any],
        beat: int | None = None,
    ) -> FiringState | None:
        now = self._clock.now()
        values = {
            **changes,
            "state": state,
            "outcome": shorten(str(changes["outcome"]), _LONGEST_OUTCOME),
            "offered_at": None,
            "finished_at": now if state in OVER else None,
        }
        with under(stored.firing.reference), self._records.writing() as writer:
            if not writer.change_firing(stored.id, stored.firing.token, values, beat):
                return None
            settled = StoredFiring(stored.id, stored.firing.model_copy(update=values))
            if state is FiringState.FAILED:
                self._tell_administrators(writer, settled, now)
            is_told = state not in OVER or self._tell_asker(writer, settled, now)
        if not is_told and not self._others_go_on(stored.firing):
            # The last two of a period may end at once, and neither see that the other has.
            with under(stored.firing.reference), self._records.writing() as writer:
                self._tell_asker(writer, settled, now)
        return state

    def _tell_administrators(self, writer: Writer, stored: StoredFiring, now: datetime) -> None:
        """Once a job and period, of the first that failed: one defect may fail for everybody."""
        firing = stored.firing
        key = post_key(FAILED_KEY, firing.job, firing.period)
        whose = self._whose(writer, stored)
        for person in administrators(writer):
            card = failed_card(stored, self._jobs.known(firing.job), whose, person.zone)
            tell_person(writer, key, self._platform, person, card, now)

    def _others_go_on(self, firing: Firing) -> bool:
        with self._records.reading() as reader:
            return reader.awaits_firings(firing.asked_by, firing.job, firing.period)

    def _tell_asker(self, writer: Writer, stored: StoredFiring, now: datetime) -> bool:
        """Tell whoever asked for the run how it ended, once all that they asked for has; whether
        there is nothing left to tell."""
        firing = stored.firing
        person = writer.person(firing.asked_by) if firing.asked_by else None
        if person is None:
            return True
        if writer.awaits_firings(person.key, firing.job, firing.period):
            return False
        theirs = writer.firings_asked_by(person.key, firing.job, firing.period, _MOST_ASKED)
        whose = self._whose(writer, stored) if len(theirs) == 1 else ""
        card = asked_card(theirs, whose, person.zone)
        runs = sorted(one.firing.token for one in theirs)
        key = post_key(ASKED_KEY, firing.job, firing.period, *runs)
        tell_person(writer, key, self._platform, person, card, now)
        return True

    def _whose(self, writer: Writer, stored: StoredFiring) -> str:
        job = self._jobs.known(stored.firing.job)
        is_person = job is not None and job.is_for_readers
        return name_in(writer, stored.firing.reader) if is_person else stored.firing.reader
