"""What the product does by itself: when it is due, how it went, what it is at."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from csm.firing import Appointment, FiringState
from csm.job import Job, JobTable
from csm.people import Capability, Clearance
from csm.ports import Reader, Records
from csm.ports_jobs import PeriodTally, StoredFiring
from csm.use_cases.parked import is_parked

RECENTLY: Final = timedelta(days=7)
"""Failures since then are shown."""

_MOST: Final = 200  # of what runs or failed
_MOST_PERIODS: Final = 200


@dataclass(frozen=True, slots=True)
class JobSeen:
    """One job. `readers`: how many have it, where it has readers. `last`: of its latest period.
    `parked`: what of it cannot be planned."""

    job: Job
    next_at: datetime | None
    readers: int
    last: PeriodTally | None
    parked: Sequence[Appointment] = ()


@dataclass(frozen=True, slots=True)
class JobsSeen:
    """Every job; what runs now, what is waiting by now, what failed lately. `names` are those of
    readers, by key."""

    jobs: Sequence[JobSeen]
    running: Sequence[StoredFiring]
    waiting: Mapping[str, int]
    failed: Sequence[StoredFiring]
    names: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class JobHistory:
    """The latest periods of one job, or (None) of all."""

    job: Job | None
    periods: Sequence[PeriodTally]
    names: Mapping[str, str]


def see_jobs(clearance: Clearance, records: Records, jobs: JobTable, now: datetime) -> JobsSeen:
    """Everything at a glance."""
    clearance.demand(Capability.RUN_JOBS)
    with records.reading() as reader:
        seen = [_seen(reader, job) for job in jobs.jobs]
        running = reader.running_firings()
        failed = reader.failed_firings(now - RECENTLY, _MOST)
        tallies = reader.firing_tally(now)
        names = _names(reader)
    return JobsSeen(
        jobs=seen,
        running=running[:_MOST],
        waiting={one.job: one.count for one in tallies if one.state is FiringState.WAITING},
        failed=failed,
        names=names,
    )


def job_history(
    clearance: Clearance,
    records: Records,
    jobs: JobTable,
    name: str = "",
    limit: int = _MOST_PERIODS,
) -> JobHistory:
    """Its latest periods, the newest first. Raises NotFound for a name that is no job's."""
    clearance.demand(Capability.RUN_JOBS)
    job = jobs.job(name) if name else None
    with records.reading() as reader:
        periods = reader.periods(job.name if job else None, limit)
        names = _names(reader)
    return JobHistory(job, periods, names)


def _seen(reader: Reader, job: Job) -> JobSeen:
    appointments = reader.appointments(job.name)
    times = [one.next_at for one in appointments if one.next_at is not None]
    parked = [one for one in appointments if is_parked(one)]
    last = reader.latest_period(job.name)
    return JobSeen(job, min(times, default=None), len(times), last, parked)


def _names(reader: Reader) -> dict[str, str]:
    return {person.key: person.name for person in reader.people()}
