"""From what is due to what is done: appointments as the table and the people say, and the firings
that come of them when their time has come."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Final

from csm.firing import Appointment, Firing, FiringState
from csm.job import Job, JobTable, Spread
from csm.people import Principal, Role
from csm.ports import Clock, Records, Writer
from csm.timetable import WEEKDAYS, Timetable
from csm.use_cases.fall_due import firings_of, times_of
from csm.use_cases.parked import is_parked, tell_parked, why_unplannable

OFFER_AGAIN: Final = timedelta(seconds=60)
"""Workers that have not taken a firing by then may never have heard of it, unless it still waits
for its turn among them."""

_AT_ONCE: Final = 200  # appointments in one transaction

_PIECES: Final = frozenset({Spread.ACCOUNTS, Spread.SOURCES})

_Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class _Wanted:
    """Who there is, by key, and which appointments there are where nobody chose otherwise."""

    people: Mapping[str, Principal]
    standard: Mapping[_Key, Appointment]


@dataclass(frozen=True, slots=True)
class _Settled:
    """What there was when an appointment had last to be changed no more, and when that was."""

    people: Sequence[Principal]
    appointments: Sequence[Appointment]
    at: datetime


class Planner:
    """Makes appointments and firings. Any number of processes may plan at once: an appointment is
    held by one of them until its firings are kept, and a firing's row is unique.

    One that cannot be read is parked, and administrators are told in the same transaction:
    `platform` is where people are written to whose platform is not known.
    """

    def __init__(self, records: Records, jobs: JobTable, clock: Clock, platform: str) -> None:
        self._records = records
        self._jobs = jobs
        self._clock = clock
        self._platform = platform
        self._settled: _Settled | None = None
        # Pieces of the portfolio have all night; people do not wait behind them.
        self._behind = [job.name for job in jobs.jobs if job.spread in _PIECES]

    def sync(self) -> int:
        """Make the appointments as the table of jobs and the people say; how many changed."""
        with self._records.reading() as reader:
            people, appointments = reader.people(), reader.appointments()
            now = self._clock.now()
            was_ahead = reader.are_skipped_ahead(now)
        if was_ahead:
            with self._records.writing() as writer:
                writer.forget_skipped_ahead(now)
        if self._is_settled(people, appointments, now):
            return 0
        known = {_key_of(one): one for one in appointments}
        wanted = self._wanted(people)
        changing = [
            key
            for key in sorted(known.keys() | wanted.standard.keys())
            if self._as_it_should_be(key, known.get(key), wanted, now) != known.get(key)
        ]
        for start in range(0, len(changing), _AT_ONCE):
            with self._records.writing() as writer:
                self._change(writer, changing[start : start + _AT_ONCE], wanted, now)
        # A zone that is not known may be tomorrow.
        if not changing and not any(map(is_parked, appointments)):
            self._settled = _Settled(people, appointments, now)
        return len(changing)

    def plan(self) -> int:
        """Turn what is due into firings; how many new ones wait for workers. Each batch is one
        transaction, which also moves the appointments on; none is begun while nothing is due."""
        made = 0
        while True:
            now = self._clock.now()
            with self._records.reading() as reader:
                if not reader.is_appointment_due(now):
                    return made
            with self._records.writing() as writer:
                due = writer.due_appointments(now, _AT_ONCE)
                made += self._plan(writer, due, now)
            if not due:
                return made  # others are at them

    def ready(self, limit: int, patience: timedelta = OFFER_AGAIN) -> list[int]:
        """Ids of firings that workers may be given now, longest due first, pieces of the portfolio
        last. One that they were given is ready again after the `patience`."""
        now = self._clock.now()
        with self._records.reading() as reader:
            return reader.ready_firings(now, now - patience, limit, self._behind)

    def offered(self, firing_ids: Sequence[int]) -> None:
        """Note that workers were given those."""
        if firing_ids:
            with self._records.writing() as writer:
                writer.offer_firings(firing_ids, self._clock.now())

    def _is_settled(
        self, people: Sequence[Principal], appointments: Sequence[Appointment], now: datetime
    ) -> bool:
        """Whether nothing has changed since all was as it should be. A clock that was put back
        changes when each is due next."""
        settled = self._settled
        return (
            settled is not None
            and now >= settled.at
            and people == settled.people
            and appointments == settled.appointments
        )

    def _change(self, writer: Writer, keys: Sequence[_Key], wanted: _Wanted, now: datetime) -> None:
        changed = []
        for key in keys:
            # Looked at anew: its reader may have chosen something else just now.
            current = writer.appointment(*key)
            right = self._as_it_should_be(key, current, wanted, now)
            if right is None:
                writer.drop_appointment(*key)
            elif right != current:
                changed.append(right)
                if is_parked(right):
                    tell_parked(writer, self._platform, right, now)
        writer.put_appointments(changed)

    def _plan(self, writer: Writer, due: Sequence[Appointment], now: datetime) -> int:
        moved, firings = list[Appointment](), list[Firing]()
        for appointment in due:
            job, due_at = self._jobs.known(appointment.job), appointment.next_at
            if job is None or due_at is None:
                writer.drop_appointment(*_key_of(appointment))
            elif why_unplannable(appointment):
                moved.append(appointment.model_copy(update={"next_at": None}))
                tell_parked(writer, self._platform, appointment, now)
            else:
                times = times_of(appointment.timetable, due_at, now)
                moved.append(appointment.model_copy(update={"next_at": times.next_at}))
                firings += firings_of(writer, job, appointment, times, now)
        writer.put_appointments(moved)
        writer.add_firings([one for one in firings if one.state is not FiringState.WAITING])
        waiting = [one for one in firings if one.state is FiringState.WAITING]
        return len(writer.add_firings(waiting))

    def _wanted(self, people: Sequence[Principal]) -> _Wanted:
        by_key = {person.key: person for person in people}
        standard: dict[_Key, Appointment] = {}
        for job in self._jobs.jobs:
            if not job.is_for_readers:
                standard[job.name, ""] = standard_appointment(job)
                continue
            for person in people:
                if person.role in job.roles and person.role in job.for_roles:
                    standard[job.name, person.key] = standard_appointment(job, person)
        return _Wanted(by_key, standard)

    def _as_it_should_be(
        self, key: _Key, current: Appointment | None, wanted: _Wanted, now: datetime
    ) -> Appointment | None:
        job, person = self._jobs.known(key[0]), wanted.people.get(key[1])
        if job is None or (job.is_for_readers and not _may_have(job, person)):
            return None
        if current is not None and current.next_at is not None and current.next_at <= now:
            return current  # what is due is planned first, or it would be gone without a word
        standard = wanted.standard.get(key)
        if current is None or not current.is_chosen:
            if standard is None:
                return None
            right = _moved(standard, current)
        else:
            right = current.model_copy(update={"zone": person.time_zone}) if person else current
        return right.model_copy(update={"next_at": _next_at(job, right, current, now)})


def standard_appointment(job: Job, reader: Principal | None = None) -> Appointment:
    """What the table of jobs says, for those who have not chosen otherwise, about the accounts that
    are theirs to look after. Its `next_at` is not worked out."""
    return Appointment(
        job=job.name,
        reader=reader.key if reader else "",
        days=",".join(day for day in WEEKDAYS if day in job.days),
        at=f"{job.at:%H:%M}",
        zone=reader.time_zone if reader else "UTC",
        scope="all" if reader and reader.role is not Role.CSM else "mine",
        wants_empty=not job.quiet,
    )


def _key_of(appointment: Appointment) -> _Key:
    return appointment.job, appointment.reader


def _may_have(job: Job, person: Principal | None) -> bool:
    return person is not None and person.is_staff and person.role in job.for_roles


def _moved(standard: Appointment, current: Appointment | None) -> Appointment:
    """The standard one, as far on as the one that it replaces."""
    if current is None:
        return standard
    return standard.model_copy(update={"next_at": current.next_at, "is_on": current.is_on})


def _next_at(
    job: Job, right: Appointment, current: Appointment | None, now: datetime
) -> datetime | None:
    """When it is due next; None while it is off, or parked. A time that is still useful is made up
    for where the work has no readers, or the time was moved; a firing that was there before is not
    doubled by that."""
    if not right.is_on or why_unplannable(right):
        return None
    following = _next_after(right.timetable, now)
    is_known = current is not None and current.next_at is not None
    if is_known and current is not None and _as_written(current) == _as_written(right):
        # One that is farther ahead was written by a clock that was put back since.
        return min(current.next_at or following, following)
    if is_known or not job.is_for_readers:
        latest = right.timetable.latest_until(now)
        if now - latest <= job.useful_for:
            return latest
    return following


def _as_written(appointment: Appointment) -> tuple[str, str, str]:
    """Its timetable, which may be one that cannot be read."""
    return appointment.days, appointment.at, appointment.zone


# Thousands of readers share a few timetables, and fall due at one instant.
@lru_cache(maxsize=256)
def _next_after(timetable: Timetable, now: datetime) -> datetime:
    return timetable.next_after(now)
