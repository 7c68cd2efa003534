"""A small house that writes to its customers: two accounts, their people, ours, and one play."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from csm.account import ContactRole
from csm.audit import Chained
from csm.desk import Desk
from csm.outreach import Fact, Outreach, OutreachState
from csm.people import (
    STAFF_ONLY,
    Audience,
    AudienceKind,
    Capability,
    Clearance,
    Place,
    PlaceKind,
    Principal,
    Role,
    clear,
)
from csm.play import Category, ChannelKind, Goal, Letter, OutreachPlan, Play
from csm.playbook import Playbook
from csm.ports import Records, Table
from csm.ports_answers import StoredPost
from csm.ports_outreach import StoredOutreach
from csm.post import Post
from csm.use_cases.approve_outreach import Approved, NotApproved, approve
from tests.csm.shipped import shipped_playbook

START: Final = datetime(2027, 6, 30, 9, tzinfo=UTC)  # a Wednesday, 11:00 in Berlin
TODAY: Final = START.date()

CASEY = Principal("casey", "Casey Rivers", Role.CSM, "casey@ours.example", None, "Europe/Berlin")
RILEY = Principal("riley", "Riley Stone", Role.CSM, "riley@ours.example")
MORGAN = Principal("morgan", "Morgan Lee", Role.MANAGER, "morgan@ours.example")
ALEX = Principal("alex", "Alex Moss", Role.ADMIN, "alex@ours.example")
JO = Principal("jo", "Jo Park", Role.CONTACT, "jo@acme.example", "acme", "Europe/Berlin")
SAM = Principal("sam", "Sam Ito", Role.CONTACT, "sam@globex.example", "globex")
EVERYBODY: Final = (CASEY, RILEY, MORGAN, ALEX, JO, SAM)

CS_TEAM = Place("slack", "T1", "C-TEAM", PlaceKind.CHANNEL, STAFF_ONLY, "cs-team")
ACME_SHARED = Place(
    "slack",
    "T1",
    "C-ACME",
    PlaceKind.CHANNEL,
    Audience(AudienceKind.CUSTOMER, "acme"),
    "acme-shared",
)

BODY: Final = (
    "Hello Jo,\n\nhow are you getting on with the weekly reports? "
    "I am happy to show you a shorter way.\n\nBest wishes\nCasey Rivers"
)
FACTS: Final = (
    Fact(name="contact_first_name", label="Recipient's first name", text="Jo", source="contacts"),
    Fact(name="csm_name", label="Sender", text="Casey Rivers", source="accounts"),
)

PLAN: Final = OutreachPlan(
    to=(ContactRole.CHAMPION,),
    category=Category.SUCCESS,
    tone="warm and short",
    facts=("contact_first_name", "csm_name"),
    channels=(ChannelKind.DM, ChannelKind.EMAIL),
    cooldown_days=30,
    goal=Goal(name="They come back", when={"signal": "seat_use", "at_least": 0.5}, within_days=30),
    letter=(
        Letter(
            language="en",
            subject="Your weekly reports",
            body="Hello {contact_first_name},\n\nhow are you getting on?\n\n"
            "Best wishes\n{csm_name}",
        ),
    ),
)
CHECK_IN: Final = Play(
    id="check_in",
    name="Check-in",
    purpose="They tell us how they are getting on.",
    steps=("Ask them.",),
    outreach=PLAN,
)


class MovingClock:
    """A clock that moves only when a test says so."""

    def __init__(self, time: datetime = START) -> None:
        self.time = time

    def now(self) -> datetime:
        return self.time

    def today(self) -> date:
        return self.time.astimezone(UTC).date()

    def pass_by(self, **span: float) -> datetime:
        self.time += timedelta(**span)
        return self.time


def playbook_with(*plays: Play) -> Playbook:
    """The shipped one with these plays besides its own."""
    shipped = shipped_playbook()
    return replace(shipped, plays={**shipped.plays, **{play.id: play for play in plays}})


def unsubscribe(account_key: str, contact_key: str, category: Category) -> str:
    return f"https://lanternboard.example/u/{account_key}-{contact_key}-{category.value}"


def desk_with(*plays: Play, platforms: Sequence[str] = ("slack", "console", "email")) -> Desk:
    """Of the shipped playbook, with these plays besides its own; without any, with CHECK_IN."""
    return Desk(playbook_with(*(plays or (CHECK_IN,))), frozenset(platforms), unsubscribe)


class OutreachDesk:
    """Everything that outreach needs, on the records of the test. Acme is Casey's, Globex Riley's;
    both are tech-touch accounts, Acme in Berlin, Globex in New York."""

    def __init__(self, records: Records, desk: Desk | None = None) -> None:
        self.records = records
        self.clock = MovingClock()
        self.desk = desk or desk_with()
        _open(records)

    @property
    def now(self) -> datetime:
        return self.clock.now()

    def draft(self, **changes: Any) -> Outreach:
        """A direct message to Jo, drafted now, unless it says otherwise."""
        values: dict[str, Any] = {
            "key": "check_in:acme",
            "account_key": "acme",
            "play": "check_in",
            "category": Category.SUCCESS,
            "evidence": "They asked for it.",
            "contact_key": "jo",
            "contact_name": "Jo Park",
            "channel": ChannelKind.DM,
            "platform": "slack",
            "person_key": "jo",
            "subject": "Your weekly reports",
            "body": BODY,
            "facts": FACTS,
            "used": ("contact_first_name", "csm_name"),
            "state": OutreachState.DRAFTED,
            "drafted_at": self.now,
            "goal_by": self.clock.today() + timedelta(days=30),
            **changes,
        }
        values.setdefault("drafted_subject", values["subject"])
        values.setdefault("drafted_body", values["body"])
        return Outreach(**values)

    def mail(self, **changes: Any) -> Outreach:
        """The same by e-mail."""
        lines = self.desk.playbook.guard.mail
        address = unsubscribe("acme", "jo", changes.get("category", Category.SUCCESS))
        refuse = lines.unsubscribe.replace("{unsubscribe}", address)
        values = {
            "channel": ChannelKind.EMAIL,
            "platform": "email",
            "person_key": "",
            "address": "jo@acme.example",
            "footer": f"{lines.identity}\n{refuse}",
        }
        return self.draft(**{**values, **changes})

    def keep(self, outreach: Outreach | None = None) -> int:
        """Keep it, `draft()` unless it is given; its id."""
        with self.records.writing() as writer:
            outreach_id = writer.add_outreach(outreach or self.draft())
        assert outreach_id is not None
        return outreach_id

    def stored(self, outreach_id: int) -> StoredOutreach:
        with self.records.reading() as reader:
            found = reader.outreach(outreach_id)
        assert found is not None
        return found

    def outreach(self, outreach_id: int) -> Outreach:
        return self.stored(outreach_id).outreach

    def change(self, outreach_id: int, **changes: Any) -> Outreach:
        """Change it behind everybody's back."""
        changed = self.outreach(outreach_id).model_copy(update=changes)
        with self.records.writing() as writer:
            writer.update_outreach(outreach_id, changed)
        return changed

    def approve(
        self, outreach_id: int, who: Principal = CASEY, fingerprint: str = ""
    ) -> Approved | NotApproved:
        """As the person sees it now, unless another fingerprint is given."""
        fingerprint = fingerprint or self.outreach(outreach_id).fingerprint
        clearance = staff(who, Capability.APPROVE_OUTREACH)
        return approve(clearance, self.records, self.desk, self.clock, outreach_id, fingerprint)

    def approved(self, outreach: Outreach | None = None, who: Principal = CASEY) -> int:
        """Keep a draft and have it approved; its id."""
        outreach_id = self.keep(outreach)
        assert isinstance(self.approve(outreach_id, who), Approved)
        return outreach_id

    def post(self, outreach_id: int) -> StoredPost | None:
        """Its row in the outbox."""
        with self.records.reading() as reader:
            return reader.outreach_post(outreach_id)

    def posts_to(self, person: Principal) -> list[Post]:
        """What waits for a person's direct messages but outreach, oldest first."""
        with self.records.reading() as reader:
            posts = [stored.post for stored in reader.posts("waiting")]
        return [one for one in posts if one.person_key == person.key and one.outreach_id is None]

    def audit(self, subject: str = "") -> list[Chained]:
        """All of the chain, or what it says of one subject."""
        with self.records.reading() as reader:
            return reader.audit_of(subject) if subject else list(reader.audit_chain())

    def put(self, kind: str, columns: tuple[str, ...], *rows: tuple[Any, ...]) -> None:
        """Import records: see csm.ports.Table."""
        put(self.records, kind, columns, *rows)


def put(records: Records, kind: str, columns: tuple[str, ...], *rows: tuple[Any, ...]) -> None:
    with records.writing() as writer:
        writer.write_table(Table(kind, columns, rows, len(rows)), TODAY, lambda _done: None)


def staff(who: Principal, capability: Capability) -> Clearance:
    return clear(who, capability, STAFF_ONLY)


def _open(records: Records) -> None:
    put(
        records,
        "accounts",
        ("key", "name", "csm_email", "segment", "touch", "country", "time_zone"),
        ("acme", "Acme", "casey@ours.example", "smb", "tech", "DE", "Europe/Berlin"),
        ("globex", "Globex", "riley@ours.example", "smb", "tech", "US", "America/New_York"),
    )
    put(
        records,
        "contacts",
        ("account_key", "key", "name", "email", "role", "consent"),
        ("acme", "jo", "Jo Park", "jo@acme.example", "champion", True),
        ("acme", "kim", "Kim Nash", "kim@acme.example", "sponsor", True),
        ("globex", "sam", "Sam Ito", "sam@globex.example", "champion", True),
    )
    with records.writing() as writer:
        for person in EVERYBODY:
            writer.save_person(person)
            user = f"U-{person.key}"
            writer.link_person(person.key, "slack", "T1", user)
        for place in (CS_TEAM, ACME_SHARED):
            writer.save_place(place, START)
