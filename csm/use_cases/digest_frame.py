"""What every digest has in common: whose it is, where it goes, and that it is written once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from csm.card import Card, Note
from csm.chart import Chart
from csm.errors import CsmError
from csm.firing import Appointment, Firing, Moot, Tell
from csm.job import Job
from csm.own_day import own_day
from csm.people import STAFF_ONLY, Capability, Clearance, Principal, clear
from csm.ports import Clock, Reader, Records, Writer
from csm.post import Post
from csm.told import Told, ToldLine
from csm.use_cases.colleagues import post_key, tell_person
from csm.use_cases.plan_firings import standard_appointment
from csm.use_cases.review_book import Scope, scope_of

KEY: Final = "digest"
"""How the keys of digests' posts begin: digest:JOB:READER:PERIOD."""

OUTSIDER: Final = (
    "This came to you alone: the channel that you chose for it can be read by people from outside "
    "the team. /digest chooses another."
)


@dataclass(frozen=True, slots=True)
class Addressee:
    """Who a digest is for, with the proof that they may read what is in it; whose accounts it is
    about; and what they were told last. `today` is their own day, by which they are told how far
    off something is; `product_day` the one that the newest refresh may be of."""

    job: Job
    appointment: Appointment
    clearance: Clearance
    scope: Scope
    today: date
    previous: Told | None
    product_day: date

    @property
    def person(self) -> Principal:
        return self.clearance.principal

    @property
    def as_of(self) -> date:
        """The day as of which records are read. West of UTC the product is a day ahead in the
        evening, and what is known already must not be left out."""
        return max(self.today, self.product_day)


@dataclass(frozen=True, slots=True)
class Composed:
    """A digest that is ready to be read. `lines` and `figures` are what the next one compares with,
    `outcome` says in a few words what was found: "7 accounts at risk, 2 new"."""

    card: Card
    outcome: str
    is_empty: bool = False
    lines: Mapping[str, ToldLine] = field(default_factory=dict)
    figures: Mapping[str, Any] = field(default_factory=dict)
    chart: Chart | None = None


Compose = Callable[[Addressee], Composed]


class Digest:
    """A kind of digest as a job's task. `compose` reads and writes the words; it changes nothing,
    so that a digest can be looked at before its time. `platform` is where people are written to
    whose platform is not known."""

    def __init__(
        self,
        job: Job,
        capability: Capability,
        compose: Compose,
        records: Records,
        clock: Clock,
        platform: str,
    ) -> None:
        self._job = job
        self._capability = capability
        self._compose = compose
        self._records = records
        self._clock = clock
        self._platform = platform

    def __call__(self, firing: Firing, _tell: Tell) -> str:
        """See `csm.firing.Task`. The post and what was told are one transaction, and the post's key
        makes it one of its kind."""
        addressee = self.addressee(firing.reader)
        if not (addressee.appointment.is_on or firing.asked_by):
            raise Moot("it was switched off")
        composed = self._compose(addressee)
        now = self._clock.now()
        told = Told(
            job=firing.job,
            reader=firing.reader,
            period=firing.period,
            at=now,
            lines=dict(composed.lines),
            figures=dict(composed.figures),
        )
        says_so = not composed.is_empty or addressee.appointment.wants_empty
        with self._records.writing() as writer:
            if says_so and not self._post(writer, addressee, composed, firing, now):
                return "was told before"
            writer.keep_told(told)
        return composed.outcome if says_so else f"nothing said: {composed.outcome}"

    def preview(self, reader: str) -> Composed:
        """What it would say now, to be shown to that person alone. Nothing is kept of it. Raises
        Moot."""
        return self._compose(self.addressee(reader))

    def addressee(self, reader: str) -> Addressee:
        """Who it is for now; as is usual where they have no appointment. Raises Moot, with the
        reason, where nobody of that key may have it any more, or nobody knows where they are."""
        with self._records.reading() as records:
            person = records.person(reader)
            if person is None:
                raise Moot(f"nobody is known as {reader} any more")
            appointment = records.appointment(self._job.name, reader)
            previous = records.last_told(self._job.name, reader)
            is_linked = bool(records.platform_ids(reader))
        if person.role not in self._job.for_roles:
            raise Moot(f"{person.name} is a {person.role} now, and those do not get it")
        if not (is_linked or (self._platform and person.email)):
            raise Moot(f"{person.name} is on no chat platform that I know")
        appointment = appointment or usual_appointment(self._job, person)
        try:
            clearance = clear(person, self._capability, STAFF_ONLY)
            accounts = clear(person, Capability.READ_ACCOUNTS, STAFF_ONLY)
            scope = scope_of(accounts, self._records, appointment.scope)
        except CsmError as error:
            raise Moot(str(error)) from error
        today, product_day = own_day(person, self._clock), self._clock.today()
        return Addressee(self._job, appointment, clearance, scope, today, previous, product_day)

    def _post(
        self,
        writer: Writer,
        addressee: Addressee,
        composed: Composed,
        firing: Firing,
        now: datetime,
    ) -> bool:
        key = post_key(KEY, firing.job, firing.reader, firing.period)
        appointment = addressee.appointment
        if appointment.channel and is_staff_only(writer, appointment):
            post = Post(
                key=key,
                platform=appointment.platform,
                workspace=appointment.workspace,
                channel=appointment.channel,
                card=composed.card.model_dump(mode="json"),
                chart=composed.chart.model_dump(mode="json") if composed.chart else None,
                created_at=now,
            )
            return writer.add_post(post) is not None
        card = with_note(composed.card, OUTSIDER) if appointment.channel else composed.card
        platform = appointment.platform or self._platform
        return tell_person(writer, key, platform, addressee.person, card, now, composed.chart)


def usual_appointment(job: Job, person: Principal) -> Appointment:
    """What the table of jobs says for that person: on where it is for their role. Its `next_at` is
    not worked out."""
    is_on = person.role in job.roles
    return standard_appointment(job, person).model_copy(update={"is_on": is_on})


def is_staff_only(reader: Reader, appointment: Appointment) -> bool:
    """Whether, as far as we know, nobody from outside reads the channel. Whoever brings a post
    there looks at it anew."""
    place = reader.place(appointment.platform, appointment.workspace, appointment.channel)
    return place is not None and place.audience.is_staff_only


def with_note(card: Card, text: str) -> Card:
    """The same card, with small print at its end."""
    return card.model_copy(update={"blocks": (*card.blocks, Note(text=text))})
