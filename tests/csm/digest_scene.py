"""A few accounts of two CSMs, whose health a test moves, and the digests about them."""

from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from csm.card import Card
from csm.firing import Appointment, Firing
from csm.health import (
    Cta,
    CtaType,
    Finding,
    FindingKind,
    Grade,
    Health,
    Quadrant,
    Severity,
    Stage,
)
from csm.people import (
    STAFF_ONLY,
    UNKNOWN_AUDIENCE,
    Capability,
    Clearance,
    Place,
    PlaceKind,
    Principal,
    Role,
    clear,
)
from csm.ports import Assessment, Records, Table
from csm.post import Post
from csm.told import Told
from csm.use_cases.digest_frame import Digest
from csm.use_cases.plan_firings import standard_appointment
from jobs.schedule import job_table
from parts.digests import digests_of
from tests.bot.library_twin import cluster
from tests.csm.outreach_desk import MovingClock
from tests.csm.shipped import shipped_playbook

MONDAY: Final = datetime(2027, 6, 28, 6, tzinfo=UTC)  # 08:00 in Berlin

CASEY = Principal("casey", "Casey Rivers", Role.CSM, "casey@ours.example", None, "Europe/Berlin")
RILEY = Principal("riley", "Riley Stone", Role.CSM, "riley@ours.example")
MORGAN = Principal("morgan", "Morgan Lee", Role.MANAGER, "morgan@ours.example")
ALEX = Principal("alex", "Alex Moss", Role.ADMIN, "alex@ours.example")
JO = Principal("jo", "Jo Park", Role.CONTACT, "jo@acme.example", "acme")

TEAM = Place("console", "demo", "cs-team", PlaceKind.CHANNEL, STAFF_ONLY, "cs-team")
SCORES: Final = {
    Grade.RED: 30.0,
    Grade.YELLOW: 55.0,
    Grade.LIME: 72.0,
    Grade.GREEN: 88.0,
    Grade.NONE: None,
}
JOBS: Final = job_table(MONDAY.time().replace(hour=2))
CONSOLE: Final = "console"

ACME, GLOBEX, INITECH, HOOLI = "acme", "globex", "initech", "hooli"
_OWNERS: Final = {ACME: CASEY, GLOBEX: CASEY, INITECH: CASEY, HOOLI: RILEY}


def cleared(person: Principal = CASEY, capability: Capability | None = None) -> Clearance:
    return clear(person, capability or Capability.READ_ACCOUNTS, STAFF_ONLY)


class DigestScene:
    """Acme, Globex and Initech are Casey's, Hooli is Riley's: $120K each, up on 1 June 2028."""

    def __init__(self, records: Records, platform: str = CONSOLE) -> None:
        self.records = records
        self.clock = MovingClock(MONDAY)
        self.playbook = shipped_playbook()
        self.digests = digests_of(records, self.playbook, self.clock, JOBS, platform, cluster)
        with records.writing() as writer:
            for person in (CASEY, RILEY, MORGAN, ALEX):
                writer.save_person(person)
            writer.save_place(TEAM, MONDAY)
        self.ids: dict[str, int] = {}
        for key, owner in _OWNERS.items():
            self.add_account(key, owner)
        with records.writing() as writer:
            writer.save_person(JO)

    @property
    def today(self) -> date:
        return self.clock.today()

    def add_account(
        self,
        key: str,
        owner: Principal = CASEY,
        arr: int = 12_000_000,
        renews: date = date(2028, 6, 1),
        currency: str = "USD",
        status: str = "customer",
    ) -> int:
        """Add it, or change it; its id."""
        accounts = ("key", "name", "csm_email", "currency", "status")
        row = (key, key.title(), owner.email, currency, status)
        self._write("accounts", accounts, row)
        subscription = ("account_key", "key", "seats", "arr", "started_on", "renews_on")
        self._write("subscriptions", subscription, (key, "s", 10, arr, date(2026, 6, 1), renews))
        with self.records.reading() as reader:
            for id_ in reader.account_ids():
                stored = reader.account(id_)
                if stored is not None:
                    self.ids[stored.account.key] = id_
        return self.ids[key]

    def _write(self, kind: str, columns: tuple[str, ...], row: tuple[Any, ...]) -> None:
        with self.records.writing() as writer:
            writer.write_table(Table(kind, columns, [row], 1), self.today, lambda _: None)

    def look(self, *findings: Finding, ctas: tuple[Cta, ...] = (), **grades: Grade | float) -> None:
        """How accounts do today: a grade, or a score of the grade that goes with it."""
        health = [self.health(key, what) for key, what in grades.items()]
        self.keep(health=health, findings=findings, opened_ctas=ctas)

    def keep(self, **concluded: Any) -> None:
        names = ("health", "snapshots", "findings", "opened_ctas", "changed_ctas", "saves")
        parts = {name: concluded.get(name, ()) for name in names}
        with self.records.writing() as writer:
            writer.keep_assessment(Assessment(day=self.today, **parts))

    def health(self, key: str, what: Grade | float) -> Health:
        is_grade = isinstance(what, Grade)
        grade = what if isinstance(what, Grade) else _grade_at(float(what))
        score = SCORES[grade] if is_grade else float(what)
        return Health(
            account_id=self.ids[key],
            day=self.today,
            score=score,
            outcomes=score,
            experience=score,
            confidence=1.0,
            grade=grade,
            quadrant=Quadrant.UNKNOWN,
            stage=Stage.VALUE,
            measures={} if score is None else {"habits": (score, 1.0)},
        )

    def risk(self, key: str, severity: Severity = Severity.HIGH, **changes: Any) -> Finding:
        values: dict[str, Any] = {
            "account_id": self.ids[key],
            "kind": FindingKind.RISK,
            "rule": "habits_decline",
            "severity": severity,
            "evidence": "Usage is down 34 % on a month ago.",
            "opened_on": self.today,
            "seen_on": self.today,
        }
        return Finding(**{**values, **changes})

    def cta(self, key: str, due_in: int = 3, owner: Principal = CASEY, **changes: Any) -> Cta:
        values: dict[str, Any] = {
            "account_id": self.ids[key],
            "type": CtaType.RISK,
            "reason": "habits_decline",
            "title": "Call them",
            "severity": Severity.HIGH,
            "owner_email": owner.email,
            "opened_on": self.today,
            "due_on": self.today + timedelta(days=due_in),
        }
        return Cta(**{**values, **changes})

    def appoint(self, job: str = "digest", who: Principal = CASEY, **changes: Any) -> Appointment:
        """As the table says, but for the changes; due at some time."""
        usual = standard_appointment(JOBS.job(job), who)
        appointment = usual.model_copy(update={"next_at": self.clock.now(), **changes})
        with self.records.writing() as writer:
            writer.put_appointment(appointment)
        return appointment

    def firing(self, job: str = "digest", who: Principal = CASEY, **changes: Any) -> Firing:
        now = self.clock.now()
        firing = Firing(job=job, reader=who.key, period=now.date().isoformat(), due_at=now)
        return firing.model_copy(update=changes)

    def run(self, job: str = "digest", who: Principal = CASEY, **changes: Any) -> str:
        """Have it come now; what came of it."""
        with self.records.reading() as reader:
            is_known = reader.appointment(job, who.key) is not None
        if not is_known:
            self.appoint(job, who)
        return self.digest(job)(self.firing(job, who, **changes), lambda _done, _of: None)

    def digest(self, job: str = "digest") -> Digest:
        return self.digests[job]

    def next_week(self, **more: float) -> None:
        self.clock.pass_by(days=7, **more)

    def posts(self) -> list[Post]:
        """What waits, oldest first."""
        with self.records.reading() as reader:
            return [stored.post for stored in reader.posts("waiting")]

    def card(self) -> Card:
        """The newest that waits."""
        return Card.model_validate(self.posts()[-1].card)

    def told(self, job: str = "digest", who: Principal = CASEY) -> Told:
        with self.records.reading() as reader:
            told = reader.last_told(job, who.key)
        assert told is not None
        return told

    def place_for_outsiders(self, place: Place = TEAM) -> Place:
        """The same place, now that somebody from outside is in it."""
        open_ = Place(
            place.platform,
            place.workspace,
            place.channel,
            place.kind,
            UNKNOWN_AUDIENCE,
            place.name,
        )
        with self.records.writing() as writer:
            writer.save_place(open_, self.clock.now())
        return open_


def _grade_at(score: float) -> Grade:
    known = [(floor, grade) for grade, floor in SCORES.items() if floor is not None]
    return max((pair for pair in known if pair[0] <= score), default=(0.0, Grade.RED))[1]


def words(card: Card) -> str:
    """Every word of a card."""
    return card.model_dump_json()
