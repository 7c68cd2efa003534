"""A person has a job run now, or once more."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any, Final
from zoneinfo import ZoneInfo

from csm.errors import InvalidInput, NotFound
from csm.firing import Appointment, Firing, FiringState
from csm.job import Job, JobTable
from csm.people import Capability, Clearance
from csm.ports import Records, Writer
from csm.ports_jobs import StoredFiring
from csm.use_cases.fall_due import pieces_of
from csm.use_cases.parked import why_unplannable
from csm.use_cases.plan_firings import standard_appointment

_ALL: Final = 1_000_000
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class JobAsked:
    """What came of it: what waits for workers now, and what was left as it was, because it was
    done before, or runs already."""

    job: Job
    begun: Sequence[StoredFiring]
    done: Sequence[StoredFiring]
    running: Sequence[StoredFiring]


def read_moment(text: str, zone: tzinfo, now: datetime) -> date | datetime:
    """What a person names: a day (`2026-03-29`), or a moment (`2026-03-29 08:00`), in their zone
    unless it says another. Raises InvalidInput for what is neither, or has not come."""
    words = text.strip()
    day = _day(words)
    moment = _instant(words, zone) if day is None else day
    has_come = moment <= now if isinstance(moment, datetime) else moment <= _today(now, zone)
    if not has_come:
        raise InvalidInput(f"{words} has not come yet. Name a day that has, or leave it out.")
    if moment.year < now.year - 10:
        raise InvalidInput(f"{words} is too long ago. Name a day of the last years.")
    return moment


def ask_for_job(
    clearance: Clearance,
    records: Records,
    jobs: JobTable,
    now: datetime,
    name: str,
    moment: date | datetime | None = None,
    reader: str = "",
) -> JobAsked:
    """Have the firings of the period that holds that moment wait for workers, for all readers or
    one (by key). A day stands for its end, by the clocks of each reader; nothing for now.

    Raises NotFound for a job or reader that there is not.
    """
    clearance.demand(Capability.RUN_JOBS)
    job, asked_by = jobs.job(name), clearance.principal.key
    with records.writing() as writer:
        firings = list(_firings(writer, job, moment or now, reader))
        asked = [_ask(writer, firing, asked_by) for firing in firings]
    return _result(job, asked)


def ask_again(clearance: Clearance, records: Records, jobs: JobTable, firing_id: int) -> JobAsked:
    """Have one firing run once more. Raises NotFound where it is not kept any more."""
    clearance.demand(Capability.RUN_JOBS)
    with records.writing() as writer:
        stored = writer.firing(firing_id)
        if stored is None:
            raise NotFound("That run is not kept any more. /jobs shows what is.")
        job = jobs.job(stored.firing.job)
        asked = _ask(writer, stored.firing, clearance.principal.key)
    return _result(job, [asked])


def ask_failed_again(
    clearance: Clearance, records: Records, jobs: JobTable, name: str, period: str
) -> JobAsked:
    """Have those of a period that failed run once more."""
    clearance.demand(Capability.RUN_JOBS)
    job = jobs.job(name)
    with records.writing() as writer:
        failed = writer.firings(job.name, {FiringState.FAILED}, _ALL, period)
        asked = [_ask(writer, stored.firing, clearance.principal.key) for stored in failed]
    return _result(job, asked)


def _day(words: str) -> date | None:
    try:
        return date.fromisoformat(words)
    except ValueError:
        return None


def _today(now: datetime, zone: tzinfo) -> date:
    return now.astimezone(zone).date()


def _instant(words: str, zone: tzinfo) -> datetime:
    try:
        instant = datetime.fromisoformat(words)
    except ValueError:
        raise InvalidInput(
            f"“{words[:40]}” is no moment. Write it as 2026-03-29 or 2026-03-29 08:00."
        ) from None
    return instant if instant.tzinfo else instant.replace(tzinfo=zone)


def _firings(writer: Writer, job: Job, moment: date | datetime, reader: str) -> Iterator[Firing]:
    """What is to run, as it would be new."""
    if not job.is_for_readers:
        yield from _pieces(writer, job, moment, reader)
        return
    wanted = writer.appointments(job.name, reader or None)
    if reader and not wanted:
        raise NotFound(f"{reader} does not get “{job.name}”. Those who do: digital-csm jobs list.")
    for appointment in wanted:
        problem = why_unplannable(appointment)
        if reader and problem:
            raise InvalidInput(f"“{job.name}” cannot be run for {reader}: {problem}.")
        if reader or (appointment.is_on and not problem):
            yield _due_at(appointment, moment)


def _pieces(writer: Writer, job: Job, moment: date | datetime, piece: str) -> Iterator[Firing]:
    appointment = writer.appointment(job.name, "") or standard_appointment(job)
    whole = _due_at(appointment, moment)
    planned = [one.firing.reader for one in writer.firings(job.name, None, _ALL, whole.period)]
    # The pieces of a period stay as they were planned, though there may be other accounts by now.
    # One that was skipped as a whole has none.
    readers = sorted(one for one in planned if one) or pieces_of(writer, job)
    if piece and piece not in readers:
        raise NotFound(f"“{job.name}” has no part {piece}. It has: {', '.join(readers[:10])}.")
    for name in [piece] if piece else readers:
        yield whole.model_copy(update={"reader": name})


def _due_at(appointment: Appointment, moment: date | datetime) -> Firing:
    timetable = appointment.timetable
    if not isinstance(moment, datetime):
        midnight = datetime.combine(moment + _DAY, time(), ZoneInfo(appointment.zone))
        moment = midnight - timedelta(seconds=1)
    due_at = timetable.latest_until(moment)
    return Firing(
        job=appointment.job,
        reader=appointment.reader,
        period=timetable.period(due_at),
        due_at=due_at,
    )


def _ask(writer: Writer, firing: Firing, asked_by: str) -> StoredFiring:
    """The firing as it is now: waiting, unless it is done or runs."""
    added = writer.add_firings([firing.model_copy(update={"asked_by": asked_by})])
    stored = writer.firing_of(firing.job, firing.reader, firing.period)
    if stored is None:
        raise NotFound("That run was just deleted, being old. Ask for a newer one.")
    if added or stored.firing.state in {FiringState.DONE, FiringState.RUNNING}:
        return stored
    changes: dict[str, Any] = {
        "asked_by": asked_by,
        "attempts": 0,
        "not_before": None,
        "offered_at": None,
        "finished_at": None,
    }
    revived = writer.revive_firing(stored.id, changes)
    # Where it was not, a worker has just taken it.
    state = FiringState.WAITING if revived else FiringState.RUNNING
    return StoredFiring(stored.id, stored.firing.model_copy(update={**changes, "state": state}))


def _result(job: Job, asked: Sequence[StoredFiring]) -> JobAsked:
    def those(state: FiringState) -> list[StoredFiring]:
        return [stored for stored in asked if stored.firing.state is state]

    return JobAsked(
        job, those(FiringState.WAITING), those(FiringState.DONE), those(FiringState.RUNNING)
    )
