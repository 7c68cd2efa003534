"""A person's own digests: when each comes, where to, about whose accounts, and whether at all.

What somebody chose is kept as theirs; the table of jobs changes it no more until they go back to
what is usual.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from csm.digest_words import USAGE, Typed, slip_in
from csm.errors import Conflict, Forbidden, InvalidInput, NotFound
from csm.firing import Appointment, Moot
from csm.job import Job, JobTable
from csm.people import Capability, Clearance, Place, PlaceKind, Principal, Role
from csm.playbook_part import nearest
from csm.ports import Clock, Reader, Records
from csm.timetable_words import read_timetable
from csm.use_cases.digest_frame import (
    Composed,
    Digest,
    is_staff_only,
    usual_appointment,
)
from csm.use_cases.review_book import scope_of
from csm.wording import listing

USUAL_KIND: Final = "digest"
"""What is meant where no kind is named."""

GAPS: Final = "gaps"
"""The kind that is about all customers, whoever reads it."""

_EVERYBODY: Final = "all customers"
_DIRECTLY: Final = {"platform": "", "workspace": "", "channel": ""}


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a person's digests as it is now. `place` is the channel's name, empty for direct
    messages; `is_withheld`: outsiders read that channel now, so it goes to direct messages."""

    job: Job
    appointment: Appointment
    whose: str
    place: str = ""
    is_withheld: bool = False


def digest_jobs(person: Principal, jobs: JobTable) -> list[Job]:
    """The kinds of digests that this person may have, in the order of the table."""
    return [job for job in jobs.jobs if job.is_for_readers and person.role in job.for_roles]


def digest_job(person: Principal, jobs: JobTable, kind: str) -> Job:
    """The kind of that name. Raises NotFound with those that there are, and Forbidden for one that
    is not for people of that role."""
    known = digest_jobs(person, jobs)
    wanted = kind.strip().lower() or USUAL_KIND
    for job in known:
        if job.name == wanted:
            return job
    names = [job.name for job in known]
    other = jobs.known(wanted)
    if other is not None and other.is_for_readers:
        whose = listing([f"{role}s" for role in Role if role in other.for_roles])
        raise Forbidden(f"The digest “{wanted}” is for {whose}. You can have: {', '.join(names)}.")
    slip = nearest(wanted, names) or "."
    raise NotFound(
        f"There is no digest called “{kind.strip()[:40]}”{slip} There are: {', '.join(names)}."
    )


def see_digests(
    clearance: Clearance, records: Records, clock: Clock, jobs: JobTable
) -> list[Choice]:
    """Every digest that the person has or may have."""
    clearance.demand(Capability.READ_ACCOUNTS)
    return [
        see_digest(clearance, records, clock, job) for job in digest_jobs(clearance.principal, jobs)
    ]


def see_digest(clearance: Clearance, records: Records, clock: Clock, job: Job) -> Choice:
    """One of them, as it is or, where it was never planned, as it will be."""
    clearance.demand(Capability.READ_ACCOUNTS)
    who = clearance.principal
    with records.reading() as reader:
        appointment = reader.appointment(job.name, who.key)
        if appointment is None:
            usual = usual_appointment(job, who)
            appointment = _due_next(reader, usual, clock.now())
        place = reader.place(appointment.platform, appointment.workspace, appointment.channel)
        is_safe = not appointment.channel or is_staff_only(reader, appointment)
    name = (place.name if place else "") or appointment.channel
    whose = _EVERYBODY if job.name == GAPS else _whose(clearance, records, appointment.scope)
    return Choice(job, appointment, whose, name, is_withheld=not is_safe)


def change_digest(
    clearance: Clearance,
    records: Records,
    clock: Clock,
    jobs: JobTable,
    typed: Typed,
    place: Place,
) -> Choice:
    """Choose when, where and of whose accounts; `here` is that place. It is on from then on.
    Raises InvalidInput and NotFound for what will not do, and Forbidden where outsiders read."""
    job = digest_job(clearance.principal, jobs, typed.kind)
    if not typed.says_something:
        raise InvalidInput(f"What is to change? {USAGE}")
    changes: dict[str, Any] = {"is_on": not typed.is_off, **_where(typed, place)}
    if typed.timetable:
        chosen = read_timetable(typed.timetable)
        changes |= {
            name: value for name, value in (("days", chosen.days), ("at", chosen.at)) if value
        }
    if typed.scope:
        changes["scope"] = _scope(clearance, records, job, jobs, typed.scope)
    if typed.wants_empty is not None:
        changes["wants_empty"] = typed.wants_empty
    return _keep(clearance, records, clock, job, changes)


def switch_digest(
    clearance: Clearance, records: Records, clock: Clock, jobs: JobTable, kind: str, *, on: bool
) -> Choice:
    """Have it, or have it no more."""
    job = digest_job(clearance.principal, jobs, kind)
    return _keep(clearance, records, clock, job, {"is_on": on})


def reset_digest(
    clearance: Clearance, records: Records, clock: Clock, jobs: JobTable, kind: str
) -> Choice:
    """Back to what is usual for the person's role."""
    clearance.demand(Capability.READ_ACCOUNTS)
    who = clearance.principal
    job = digest_job(who, jobs, kind)
    usual = usual_appointment(job, who)
    with records.writing() as writer:
        if usual.is_on:
            writer.put_appointment(_due_next(writer, usual, clock.now()))
        else:
            writer.drop_appointment(job.name, who.key)
    return see_digest(clearance, records, clock, job)


def preview_digest(
    clearance: Clearance, jobs: JobTable, digests: Mapping[str, Digest], kind: str
) -> tuple[Job, Composed]:
    """What a digest would say now, for that person alone. Nothing is kept of it. Raises Conflict
    with the reason why they cannot have it."""
    clearance.demand(Capability.READ_ACCOUNTS)
    who = clearance.principal
    job = digest_job(who, jobs, kind)
    try:
        return job, digests[job.name].preview(who.key)
    except Moot as reason:
        raise Conflict(f"There is no {job.name} for you now: {reason}.") from reason


def _keep(
    clearance: Clearance,
    records: Records,
    clock: Clock,
    job: Job,
    changes: Mapping[str, Any],
) -> Choice:
    clearance.demand(Capability.READ_ACCOUNTS)
    who = clearance.principal
    with records.writing() as writer:
        current = writer.appointment(job.name, who.key) or usual_appointment(job, who)
        chosen = {**changes, "is_chosen": True, "zone": who.time_zone}
        changed, now = current.model_copy(update=chosen), clock.now()
        # What is due is planned first, as it is now, or it would be gone without a word.
        is_due = changed.is_on and _is_unplanned(writer, current, now)
        writer.put_appointment(changed if is_due else _due_next(writer, changed, now))
    return see_digest(clearance, records, clock, job)


def _is_unplanned(reader: Reader, appointment: Appointment, now: datetime) -> bool:
    """Whether its time has come, and no firing was made of it."""
    due = appointment.next_at
    if due is None or due > now:
        return False
    period = appointment.timetable.period(due)
    return reader.firing_of(appointment.job, appointment.reader, period) is None


def _due_next(reader: Reader, appointment: Appointment, now: datetime) -> Appointment:
    """With its next time: one for which it has not come yet."""
    if not appointment.is_on:
        return appointment.model_copy(update={"next_at": None})
    timetable, job, who = appointment.timetable, appointment.job, appointment.reader
    due = timetable.next_after(now)
    while reader.firing_of(job, who, timetable.period(due)):
        due = timetable.next_after(due)
    return appointment.model_copy(update={"next_at": due})


def _where(typed: Typed, place: Place) -> Mapping[str, str]:
    """Raises Forbidden for a place where outsiders read, or of which nobody knows who does."""
    if not typed.where:
        return {}
    if typed.where == "dm" or place.kind is PlaceKind.DM:
        return _DIRECTLY
    if not place.audience.is_staff_only:
        raise Forbidden(
            "A digest comes only to places of the team, and people from outside can read this "
            "one, or may. Use it in a channel of the team, or let it come to your direct "
            "messages: /digest set dm."
        )
    return {
        "platform": place.platform,
        "workspace": place.workspace,
        "channel": place.channel,
    }


def _scope(clearance: Clearance, records: Records, job: Job, jobs: JobTable, text: str) -> str:
    """Raises NotFound for a word that means nothing, and InvalidInput where there is no choice."""
    try:
        word = scope_of(clearance, records, text).word
    except NotFound as error:
        with records.reading() as reader:
            staff = [person for person in reader.people() if person.is_staff]
        names = [name for person in staff for name in (person.key, *person.name.split())]
        kinds = [kind.name for kind in digest_jobs(clearance.principal, jobs)]
        slip = slip_in(text, [*kinds, *names]) or "."
        raise NotFound(
            f"“{text[:40]}” is no day, no time, no place and no colleague that I know{slip} {USAGE}"
        ) from error
    if job.name == GAPS:
        raise InvalidInput(
            "The digest “gaps” is about the questions of all customers: it cannot be of some "
            "accounts only. Leave out whose accounts, as in /digest set gaps mon 9:00."
        )
    return word


def _whose(clearance: Clearance, records: Records, scope: str) -> str:
    """Whose accounts, in words; also of a colleague who is gone."""
    try:
        title = scope_of(clearance, records, scope).title
    except NotFound:
        return f"accounts of {scope}, whom I do not know any more"
    return f"{title[0].lower()}{title[1:]}" if scope in ("mine", "all") else title
