"""The clock that starts the product's own work, and the claim that keeps it from doubling.

Every daily firing is claimed in the database by its job and period before it runs, so replicas and
restarts never run one twice. One that was missed today while the process was down runs once on
return; one that failed is given back and tried again.

Regular work looks every so often for something to do. It claims what it finds, row by row, so any
number of replicas may look.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

import structlog
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from csm.errors import CsmError
from csm.ports import Clock, Records

log = structlog.get_logger(__name__)

# A firing that could not start in time (a sleeping laptop, a busy machine) may start this late.
GRACE_SECONDS: Final = 6 * 3600
RETRY_AFTER: Final = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class DailyJob:
    """Work for each day, started at a time of day in UTC, and put off while it `is_ready` is not
    true: what it waits for is still at work."""

    name: str
    at: time
    run: Callable[[date], object]
    is_ready: Callable[[], bool] = lambda: True


@dataclass(frozen=True, slots=True)
class RegularJob:
    """Work that is looked for every so often, by every process."""

    name: str
    every: timedelta
    run: Callable[[], object]


class Schedule:
    """Runs daily and regular jobs in the background while the process serves."""

    def __init__(
        self,
        jobs: Sequence[DailyJob],
        records: Records,
        clock: Clock,
        regular: Sequence[RegularJob] = (),
    ) -> None:
        self._jobs = jobs
        self._regular = regular
        self._records = records
        self._clock = clock
        self._scheduler = BackgroundScheduler(timezone=UTC)

    def start(self) -> None:
        """Start the clock, and make up for what was missed since today's time of each job."""
        for job in self._jobs:
            trigger = CronTrigger(hour=job.at.hour, minute=job.at.minute, timezone=UTC)
            now = datetime.now(UTC)
            is_past = self._clock.now().astimezone(UTC).time() >= job.at
            self._scheduler.add_job(
                self.fire,
                trigger,
                args=[job],
                id=job.name,
                next_run_time=now if is_past else trigger.get_next_fire_time(None, now),
                coalesce=True,
                max_instances=1,
                misfire_grace_time=GRACE_SECONDS,
            )
        for work in self._regular:
            self._scheduler.add_job(
                look,
                IntervalTrigger(seconds=work.every.total_seconds(), timezone=UTC),
                args=[work],
                id=work.name,
                next_run_time=datetime.now(UTC),
                coalesce=True,
                max_instances=1,
                misfire_grace_time=GRACE_SECONDS,
            )
        self._scheduler.start()

    def stop(self) -> None:
        """Stop the clock and wait for the work under way."""
        self._scheduler.shutdown(wait=True)

    def next_firing(self, name: str) -> datetime | None:
        """When the job fires next; None when it is not scheduled."""
        job = self._scheduler.get_job(name)
        return job.next_run_time if job else None

    def fire(self, job: DailyJob) -> bool:
        """Run today's firing of a job unless it was claimed before. True if it ran to its end.

        One that is not ready is looked at again a little later. A failure is logged with the job's
        name and day, and the firing is given back and tried again as late; it never stops the
        clock.
        """
        day = self._clock.today()
        bound = log.bind(job=job.name, day=day.isoformat())
        try:
            if not job.is_ready():
                bound.info("job waits")
                self._try_later(job)
                return False
            with self._records.writing() as writer:
                claimed = writer.claim_firing(job.name, "", day.isoformat(), self._clock.now())
            if not claimed:
                bound.info("firing already claimed")
                return False
            self._run(job, day)
        except CsmError as error:
            bound.error("job failed", reason=str(error))
            self._try_later(job)
            return False
        except Exception:  # noqa: BLE001 - one job's fault must not stop the clock
            bound.exception("job failed")
            self._try_later(job)
            return False
        bound.info("job done")
        return True

    def _run(self, job: DailyJob, day: date) -> None:
        try:
            job.run(day)
        except Exception:
            with self._records.writing() as writer:
                writer.release_firing(job.name, "", day.isoformat())
            raise

    def _try_later(self, job: DailyJob) -> None:
        if self._scheduler.running and self._scheduler.get_job(job.name):
            self._scheduler.modify_job(job.name, next_run_time=datetime.now(UTC) + RETRY_AFTER)


def look(work: RegularJob) -> None:
    """Do regular work once. A failure is logged, and the work looked for again in its time."""
    bound = log.bind(job=work.name)
    try:
        work.run()
    except CsmError as error:
        bound.error("job failed", reason=str(error))
    except Exception:  # noqa: BLE001 - one job's fault must not stop the clock
        bound.exception("job failed")
