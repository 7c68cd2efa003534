"""Digests of the demo portfolio, as a colleague gets them."""

from collections.abc import Callable
from datetime import time

from app import House
from csm.card import Bullets, Card, Fields, buttons_of
from csm.firing import Appointment
from csm.people import STAFF_ONLY, Capability, clear
from csm.playbook import Playbook
from csm.ports import Records
from csm.told import Told
from csm.use_cases.digest_frame import Addressee, Compose, Composed
from csm.use_cases.review_book import scope_of
from jobs.schedule import job_table
from tests.journeys.talk import Talk

Composer = Callable[[Records, Playbook], Compose]


def addressee(
    house: House, job: str, who: str = "casey", scope: str = "mine", previous: Told | None = None
) -> Addressee:
    with house.records.reading() as reader:
        person = reader.person(who)
    assert person is not None
    clearance = clear(person, Capability.READ_ACCOUNTS, STAFF_ONLY)
    return Addressee(
        job_table(time(5)).job(job),
        Appointment(job=job, reader=who, days="mon", at="08:00", scope=scope),
        clearance,
        scope_of(clearance, house.records, scope),
        house.clock.today(),
        previous,
        house.clock.today(),
    )


def told_by(house: House, composed: Composed, job: str, who: str = "casey") -> Told:
    """What is kept of a digest, for the next one."""
    figures = dict(composed.figures)
    return Told(job=job, reader=who, period="2026-03-09", at=house.clock.now(), figures=figures)


def words(card: Card) -> str:
    """All bullets and facts, a line each."""
    lines = []
    for block in card.blocks:
        if isinstance(block, Bullets):
            lines += [f"{one.lead}: {one.text}" for one in block.items]
        elif isinstance(block, Fields):
            lines += [f"{one.label}: {one.value}" for one in block.items]
        elif hasattr(block, "text"):
            lines.append(block.text)
    return "\n".join(lines)


def bullet_of(card: Card, name: str) -> str:
    return next(one for one in words(card).splitlines() if one.startswith(f"{name}: "))


def leads(card: Card) -> list[str]:
    return [
        one.lead
        for block in card.blocks
        if isinstance(block, Bullets)
        for one in block.items
        if one.lead
    ]


def press_everything(talk: Talk, card: Card, who: str = "casey") -> None:
    """Every button is answered by what it promises, and by no complaint."""
    for button in buttons_of(card):
        heard = talk.press(button.id, who=who)
        assert heard.replies, button.id
        assert "I do not know that button" not in heard.text, button.id
        assert "reference" not in heard.text.lower() or "went wrong" not in heard.text, button.id
