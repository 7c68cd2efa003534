"""A vendor with customers to write to, a play of the test's own, and writers that say what a test
wants."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from csm.account import Objective, ObjectiveStatus
from csm.audit import Chained
from csm.desk import Desk
from csm.health import Cta, CtaType, Severity, Snapshot
from csm.outreach import OutreachState
from csm.people import STAFF_ONLY, Capability, Clearance, Principal, Role, clear
from csm.play import Category, Play
from csm.playbook import Playbook
from csm.ports import Assessment, Records, Table
from csm.ports_outreach import Brief, Penman, StoredOutreach, Words
from csm.post import Post
from csm.use_cases.draft_outreach import Drafted, DraftRequest, NotDrafted, draft_outreach
from csm.use_cases.run_plays import PlaysRun, run_plays
from tests.csm.answering_scene import Ticking
from tests.csm.shipped import shipped_playbook

START: Final = datetime(2026, 7, 1, 10, 0, tzinfo=UTC)  # a Wednesday
TODAY: Final = START.date()

CASEY: Final = Principal("casey", "Casey Fennimore", Role.CSM, "casey@vendor.example")
RILEY: Final = Principal("riley", "Riley Oakhurst", Role.CSM, "riley@vendor.example")
MORGAN: Final = Principal("morgan", "Morgan Thistledown", Role.MANAGER, "morgan@vendor.example")

CHECK_IN: Final[dict[str, Any]] = {
    "id": "check_in",
    "name": "Check-in",
    "purpose": "Find out why a customer at risk uses less, before the renewal.",
    "steps": ["Call the champion."],
    "outreach": {
        "when": {"signal": "usage_change_28d", "at_most": -0.3},
        "evidence": "Usage is {usage_change_28d} on the four weeks before.",
        "to": ["champion", "admin"],
        "category": "success",
        "tone": "warm and curious",
        "facts": ["usage_change_28d", "active_days_per_week", "objective_title", "ticket_subject"],
        "channels": ["email"],
        "cooldown_days": 60,
        "goal": {
            "name": "Usage is back",
            "when": {"signal": "usage_change_28d", "at_least": 0},
            "within_days": 45,
        },
        "letter": [
            {
                "language": "en",
                "subject": "How are you getting on with {product}?",
                "body": "Hi {contact_first_name},\n\nI noticed that usage at your company "
                "{usage_change_28d} over the last four weeks.\n"
                "You wanted to reach this: {objective_title}.\n\n"
                "Shall we look at it together?\n\nBest regards,\n{csm_name}",
            },
            {
                "language": "de",
                "subject": "Wie kommen Sie mit {product} zurecht?",
                "body": "Guten Tag {contact_first_name},\n\nich habe gesehen, dass die Nutzung in "
                "den letzten vier Wochen {usage_change_28d}.\n\n"
                "Wollen wir gemeinsam darauf schauen?\n\nViele Grüße\n{csm_name}",
            },
        ],
    },
}

GOOD: Final = Words(
    "Getting on with Lanternboard",
    "Hi Jo,\n\nusage at your company fell by 33 % over the last four weeks, and I wondered how the "
    "work is going.\n\nWould you like to look at it with me?\n\nBest regards,\nCasey Fennimore",
)

ACCOUNTS: Final = (
    ("key", "name", "aliases", "domain", "segment", "csm_email", "status", "touch", "country"),
    (
        ("acme", "Acme", "", "acme.example", "smb", CASEY.email, "customer", "tech", "GB"),
        ("globex", "Globex", "Globex Trading", "globex.example", "smb", RILEY.email, "customer",
         "high", "GB"),
        ("orphan", "Orphan Works", "", "orphan.example", "smb", "", "customer", "tech", "GB"),
    ),
)  # fmt: skip
CONTACTS: Final = (
    ("account_key", "key", "name", "email", "role", "language", "consent"),
    (
        ("acme", "jo", "Jo Marlowe", "jo@acme.example", "champion", "en", True),
        ("globex", "sam", "Sam Birdwhistle", "sam@globex.example", "champion", "en", True),
        ("orphan", "kit", "Kit Lonsdale", "kit@orphan.example", "champion", "en", True),
    ),
)
# What only we know of them, with marks that can be looked for.
SECRET_SIGNALS: Final = {
    "arr": 12_345_678.0,
    "score": 41.5,
    "grade_rank": 1.0,
    "days_to_renewal": 77.0,
    "nps_newest": 3.0,
}
FALLING: Final = {"usage_change_28d": -0.33, "active_days_per_week": 2.1, **SECRET_SIGNALS}
SECRET_EVIDENCE: Final = (
    "Health 41.5, ARR $123,456: likely to churn at the renewal (kanarienvogel)."
)


@dataclass
class Scripted(Penman):
    """Writes its letters one after the other, the last for ever, and keeps what it was given."""

    letters: Sequence[Words | Exception]
    given: list[tuple[Brief, tuple[str, ...]]] = field(default_factory=list)
    meanwhile: Callable[[], object] = lambda: None

    def write(self, brief: Brief, objections: Sequence[str] = ()) -> Words:
        self.meanwhile()
        letter = self.letters[min(len(self.given), len(self.letters) - 1)]
        self.given.append((brief, tuple(objections)))
        if isinstance(letter, Exception):
            raise letter
        return letter


def play_of(**changes: Any) -> Play:
    """The test's play; changes to its outreach by key."""
    return Play.model_validate({**CHECK_IN, "outreach": {**CHECK_IN["outreach"], **changes}})


class Scene:
    """Everything that drafting needs, on the records of the test."""

    def __init__(self, records: Records, *plays: Play) -> None:
        self.records = records
        self.clock = Ticking()
        self.penman: Penman | None = None
        self.plays = plays or (play_of(),)
        self.unsubscribe = "https://lanternboard.example/u/"
        self.platforms = frozenset({"console", "email"})
        self.playbook = _playbook(self.plays)
        with records.writing() as writer:
            for person in (CASEY, RILEY, MORGAN):
                writer.save_person(person)
        self.write("accounts", *ACCOUNTS)
        self.write("contacts", *CONTACTS)
        self.write(
            "subscriptions",
            ("account_key", "key", "product", "seats", "arr", "started_on", "renews_on"),
            [("acme", "s1", "Suite", 60, 12_345_678, date(2025, 9, 16), date(2026, 9, 16))],
        )

    @property
    def desk(self) -> Desk:
        return Desk(self.playbook, self.platforms, self._unsubscribe)

    def _unsubscribe(self, account: str, contact: str, category: Category) -> str:
        return f"{self.unsubscribe}{account}-{contact}-{category}" if self.unsubscribe else ""

    def write(self, kind: str, columns: tuple[str, ...], rows: Sequence[tuple[Any, ...]]) -> None:
        with self.records.writing() as writer:
            table = Table(kind, columns, rows, len(rows))
            writer.write_table(table, TODAY, lambda _done: None)

    def signals(self, **values: float) -> None:
        """All accounts' signals as of today."""
        with self.records.writing() as writer:
            snapshots = [
                Snapshot(account_id=id_, as_of=TODAY, signals=dict(values))
                for id_ in writer.account_ids()
            ]
            writer.keep_assessment(_assessment(snapshots, []))

    def open_cta(self, account_key: str, **changes: Any) -> int:
        """A call to action with the test's play; its id."""
        account_id = self.account_id(account_key)
        cta = Cta(
            **{
                "account_id": account_id,
                "type": CtaType.RISK,
                "reason": "habits_decline",
                "title": "Usage falls",
                "evidence": SECRET_EVIDENCE,
                "severity": Severity.HIGH,
                "play": "check_in",
                "opened_on": TODAY,
                "due_on": TODAY + timedelta(days=3),
                **changes,
            }
        )
        with self.records.writing() as writer:
            writer.keep_assessment(_assessment([], [cta]))
        with self.records.reading() as reader:
            return max(stored.id for stored in reader.ctas_of(account_id))

    def objective(self, title: str, account_key: str = "acme") -> None:
        goal = Objective(key="o1", title=title, status=ObjectiveStatus.ON_TRACK)
        row = (account_key, goal.key, goal.title, goal.status.value)
        self.write("objectives", ("account_key", "key", "title", "status"), [row])

    def account_id(self, key: str) -> int:
        with self.records.reading() as reader:
            known = reader.accounts_with_snapshots(reader.account_ids())
        return next(id_ for id_, account, _ in known if account.key == key)

    def draft(
        self,
        who: Principal = CASEY,
        account: str = "acme",
        play: str = "check_in",
        cta: int | None = None,
    ) -> Drafted | NotDrafted:
        request = DraftRequest(account, play, cta)
        leave = clearance(who)
        return draft_outreach(leave, self.records, self.desk, self.clock, self.penman, request)

    def drafted(self, who: Principal = CASEY, account: str = "acme") -> Drafted:
        outcome = self.draft(who, account)
        assert isinstance(outcome, Drafted), str(outcome)
        return outcome

    def run(self) -> PlaysRun:
        return run_plays(self.records, self.desk, self.clock, self.penman)

    def all_outreach(self) -> list[StoredOutreach]:
        """Oldest first."""
        with self.records.reading() as reader:
            return reader.outreach_list(set(OutreachState))[::-1]

    def change(self, outreach_id: int, **changes: Any) -> None:
        with self.records.writing() as writer:
            stored = writer.outreach(outreach_id)
            assert stored is not None
            writer.update_outreach(outreach_id, stored.outreach.model_copy(update=changes))

    def posts(self) -> list[Post]:
        with self.records.reading() as reader:
            return [stored.post for stored in reader.posts("waiting")]

    def audit(self) -> list[Chained]:
        with self.records.reading() as reader:
            return list(reader.audit_chain())


def _playbook(plays: Sequence[Play]) -> Playbook:
    """The shipped one with these plays alone, the first of which answers the decline of habits."""
    shipped = shipped_playbook()
    risks = tuple(
        risk.model_copy(update={"play": plays[0].id}) if risk.id == "habits_decline" else risk
        for risk in shipped.risks
    )
    return replace(shipped, risks=risks, plays={play.id: play for play in plays})


def clearance(who: Principal) -> Clearance:
    return clear(who, Capability.DRAFT_OUTREACH, STAFF_ONLY)


def _assessment(snapshots: Sequence[Snapshot], ctas: Sequence[Cta]) -> Assessment:
    return Assessment(
        day=TODAY,
        health=[],
        snapshots=snapshots,
        findings=[],
        opened_ctas=ctas,
        changed_ctas=[],
        saves=[],
    )
