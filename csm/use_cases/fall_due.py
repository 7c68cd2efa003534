"""An appointment whose time has come: which times those are, and the firings that come of them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Final

from csm.firing import Appointment, Firing, FiringState
from csm.job import Job, Spread
from csm.job_words import too_late_text
from csm.ports import Reader, Writer
from csm.timetable import Timetable

ACCOUNTS_AT_ONCE: Final = 250
"""Accounts in one firing of a job that goes through the portfolio."""

MOST_MISSED: Final = 31
"""Missed times of one appointment that are recorded, the last ones."""

MISSED: Final = "missed: nothing ran at that time, and a later one was due"
NOTHING_THERE: Final = "there was nothing to do it for"


@dataclass(frozen=True, slots=True)
class Times:
    """The times of an appointment that have come: those that were missed, as far as they are
    recorded, and the last one, each with its period; and when it is due after that."""

    missed: Sequence[tuple[datetime, str]]
    last: datetime
    period: str
    next_at: datetime


# Thousands of readers share a few timetables, and fall due at one instant.
@lru_cache(maxsize=256)
def times_of(timetable: Timetable, due_at: datetime, now: datetime) -> Times:
    """Those from `due_at` on that have come by now, and the one after them."""
    *missed, last = [due_at, *timetable.between(due_at, now)]
    recorded = tuple((time, timetable.period(time)) for time in missed[-MOST_MISSED:])
    return Times(recorded, last, timetable.period(last), timetable.next_after(last))


def firings_of(
    writer: Writer, job: Job, appointment: Appointment, times: Times, now: datetime
) -> Iterator[Firing]:
    """What is to be run now, and what is recorded as missed or too late."""
    for time, period in times.missed:
        yield _skipped(appointment, period, time, now, MISSED)
    late = now - times.last
    if late > job.useful_for:
        reason = too_late_text(late, job.useful_for)
        yield _skipped(appointment, times.period, times.last, now, reason)
    else:
        yield from _firings(writer, job, appointment, times.period, times.last, now)


def pieces_of(reader: Reader, job: Job) -> list[str]:
    """Into what the work of a job without readers falls: what its firings have for `reader`."""
    match job.spread:
        case Spread.ACCOUNTS:
            ids = sorted(reader.account_ids())
            pieces = [
                ids[at : at + ACCOUNTS_AT_ONCE] for at in range(0, len(ids), ACCOUNTS_AT_ONCE)
            ]
            return [f"{piece[0]}-{piece[-1]}" for piece in pieces]
        case Spread.SOURCES:
            return [str(stored.id) for stored in reader.sources()]
        case Spread.ONCE | Spread.READERS:
            return [""]


def _firings(
    writer: Writer, job: Job, appointment: Appointment, period: str, due_at: datetime, now: datetime
) -> Iterator[Firing]:
    if job.is_for_readers:
        yield Firing(job=job.name, reader=appointment.reader, period=period, due_at=due_at)
        return
    if writer.firings(job.name, period=period, limit=1):
        return  # planned before; its pieces may have been others then
    pieces = pieces_of(writer, job)
    if not pieces:
        yield _skipped(appointment, period, due_at, now, NOTHING_THERE)
    for piece in pieces:
        yield Firing(job=job.name, reader=piece, period=period, due_at=due_at)


def _skipped(
    appointment: Appointment, period: str, due_at: datetime, now: datetime, reason: str
) -> Firing:
    return Firing(
        job=appointment.job,
        reader=appointment.reader,
        period=period,
        due_at=due_at,
        state=FiringState.SKIPPED,
        finished_at=now,
        outcome=reason,
    )
