"""A small help desk for the tests: two customers, our people, and questions that were asked."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from csm.answer_settings import AnswerSettings
from csm.card import Card, buttons_of
from csm.knowledge import Passage, Shelf
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
from csm.ports import Records, Table
from csm.post import Post
from csm.question import Mode, PlaceMode, Question, QuestionState, Source
from csm.use_cases.hand_over import HandedTo, HandingOver, hand_over
from tests.csm.shipped import shipped_playbook

NOW = datetime(2027, 6, 30, 9, tzinfo=UTC)  # a Wednesday
TODAY = NOW.date()

CASEY = Principal("casey", "Casey Rivers", Role.CSM, "casey@ours.example", None, "Europe/Berlin")
RILEY = Principal("riley", "Riley Stone", Role.CSM, "riley@ours.example")
MORGAN = Principal("morgan", "Morgan Lee", Role.MANAGER, "morgan@ours.example")
JO = Principal("jo", "Jo Park", Role.CONTACT, "jo@acme.example", "acme", "America/New_York")
KIM = Principal("kim", "Kim Nash", Role.CONTACT, "kim@acme.example", "acme")
SAM = Principal("sam", "Sam Ito", Role.CONTACT, "sam@globex.example", "globex")
EVERYBODY = (CASEY, RILEY, MORGAN, JO, KIM, SAM)

CS_TEAM = Place("slack", "T1", "C-TEAM", PlaceKind.CHANNEL, STAFF_ONLY, "cs-team")
ACME_SHARED = Place(
    "slack",
    "T1",
    "C-ACME",
    PlaceKind.CHANNEL,
    Audience(AudienceKind.CUSTOMER, "acme"),
    "acme-shared",
)

SOURCE = Source(id="p1", title="Scheduled reports", link="https://help.example/reports")
PASSAGE = Passage(
    "p1", Shelf.CUSTOMER, SOURCE.title, (SOURCE.title,), "Reports go out weekly.", SOURCE.link
)


def settings() -> AnswerSettings:
    """As shipped."""
    return shipped_playbook().answers


def open_desk(records: Records, people: Sequence[Principal] = EVERYBODY) -> None:
    """Acme is Casey's; Globex has no CSM. Cases are told in cs-team."""
    with records.writing() as writer:
        rows = (
            ("acme", "Acme", "casey@ours.example", "USD"),
            ("globex", "Globex", "", "EUR"),
        )
        accounts = Table("accounts", ("key", "name", "csm_email", "currency"), rows, len(rows))
        writer.write_table(accounts, TODAY, lambda _done: None)
        for person in people:
            writer.save_person(person)
        for place in (CS_TEAM, ACME_SHARED):
            writer.save_place(place, NOW)
        writer.set_place_mode(PlaceMode(**_where(CS_TEAM), mode=Mode.CASES, set_by="", set_at=NOW))


def put(records: Records, kind: str, columns: tuple[str, ...], *rows: tuple[Any, ...]) -> None:
    with records.writing() as writer:
        writer.write_table(Table(kind, columns, rows, len(rows)), TODAY, lambda _done: None)


def asked(key: str = "m1", who: Principal = JO, **changes: Any) -> Question:
    """A question that is not settled yet, asked in acme-shared unless it says otherwise."""
    values = {
        "key": key,
        **_where(ACME_SHARED),
        "thread": key,
        "account_key": who.account_key,
        "asked_by": who.key,
        "asked_name": who.name,
        "text": "How do I schedule a weekly report?",
        "asked_at": NOW,
    }
    return Question(**{**values, **changes})


def answered(key: str = "m1", who: Principal = JO, **changes: Any) -> Question:
    values = {
        "state": QuestionState.ANSWERED,
        "answer": "Open Reports and choose Schedule.",
        "sources": (SOURCE,),
        "settled_at": changes.get("asked_at", NOW),
    }
    return asked(key, who, **{**values, **changes})


def keep(records: Records, question: Question) -> int:
    with records.writing() as writer:
        question_id = writer.add_question(question)
    assert question_id is not None
    return question_id


def question(records: Records, question_id: int) -> Question:
    with records.reading() as reader:
        stored = reader.question(question_id)
    assert stored is not None
    return stored.question


def handed(
    records: Records, which: Question | None = None, now: datetime = NOW, **changes: Any
) -> HandedTo:
    """Hand a new question over."""
    which = which or asked()
    with records.writing() as writer:
        question_id = writer.add_question(which)
        assert question_id is not None
        values = {"reason": "not_found", "passages": (PASSAGE,), **changes}
        return hand_over(writer, HandingOver(question_id, which, **values), settings(), now)


def posts(records: Records, key: str = "") -> list[Post]:
    """Those whose key begins so, by key."""
    with records.reading() as reader:
        found = [stored.post for stored in reader.posts("waiting")]
    return sorted((p for p in found if p.key.startswith(key)), key=lambda post: post.key)


def card_of(post: Post) -> Card:
    return Card.model_validate(post.card)


def buttons(card: Card) -> list[str]:
    return [button.id for button in buttons_of(card)]


def words(card: Card) -> str:
    """Everything that the card says, for looking things up in."""
    return card.model_dump_json()


def staff(
    who: Principal = CASEY, capability: Capability = Capability.ANSWER_CUSTOMERS
) -> Clearance:
    return clear(who, capability, STAFF_ONLY)


def hours(count: float) -> timedelta:
    return timedelta(hours=count)


def _where(place: Place) -> dict[str, str]:
    return {"platform": place.platform, "workspace": place.workspace, "channel": place.channel}
