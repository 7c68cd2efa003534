"""Every card and form of digests, on every renderer, whatever customers are called."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.render.block_kit import message, modal_view
from csm.card import Card, Form, buttons_of
from csm.health import Grade, Severity
from csm.people import STAFF_ONLY, Place, PlaceKind
from csm.ports import BookLine
from csm.ports_outreach import Sent
from csm.told import Snooze, Told, ToldLine
from csm.use_cases.at_risk_list import AtRiskList, RiskLine
from csm.use_cases.digest_frame import usual_appointment
from csm.use_cases.review_book import Scope
from csm.use_cases.risk_facts import Fate, Gone, RiskDigest
from csm.use_cases.set_digest import Choice
from csm.use_cases.snooze_account import Snoozed
from csm.use_cases.turned_red import RedAlert, Turned
from csm.views.digest import at_risk_card, digest_card
from csm.views.digest_choices import digest_changed_card, digest_form, digests_card
from csm.views.red_alert import alert_card
from csm.views.snoozes import awake_card, snooze_form, snoozed_card, snoozes_card
from tests.contracts.block_kit_rules import problem_with_message, problem_with_view
from tests.contracts.test_renderers import RENDERERS
from tests.csm.builders import TODAY
from tests.csm.digest_scene import CASEY, JOBS, MONDAY
from tests.csm.shipped import shipped_playbook
from tests.csm.test_at_risk import line, risk

PLAYBOOK = shipped_playbook()
NASTY = "<!channel> *Acme* & <https://evil.example|Söhne> " + "W" * 150
EVERYBODY = Scope(None, "Everybody's accounts", "all")
BEFORE = ToldLine(grade=Grade.RED, score=31.5)
SNOOZE = Snooze(
    reader="casey",
    account_id=1,
    until=TODAY + timedelta(days=7),
    grade=Grade.NONE,
    made_at=MONDAY,
)
PLACE = Place("slack", "T1", "C1", PlaceKind.CHANNEL, STAFF_ONLY, NASTY[:80])


def book_line(number: int) -> BookLine:
    grade = list(Grade)[number % 5]
    found = line(grade, renews_in=number * 10, name=f"{NASTY} {number}", account_id=number)
    worst = risk(Severity.CRITICAL).model_copy(update={"evidence": NASTY * 4})
    return replace(found, worst_risk=worst if number % 2 else None)


def risks(count: int) -> AtRiskList:
    lines = [
        RiskLine(book_line(number), 5_000_00, 5_000.0, BEFORE if number % 3 else None)
        for number in range(1, count + 1)
    ]
    then = Told(job="digest", reader="casey", period="p", at=MONDAY, figures={"at_risk": {}})
    snoozed = [(SNOOZE, one) for one in lines[:2]]
    return AtRiskList(TODAY, EVERYBODY, [one.line for one in lines], lines, snoozed, then)


def full_digest(count: int) -> RiskDigest:
    found = risks(count)
    return RiskDigest(
        risks=found,
        gone=[Gone(n, NASTY, fate, BEFORE, book_line(n)) for n in range(4) for fate in Fate],
        due=[],
        due_until=TODAY,
        sent={f"play-{number}": Sent(number, 1) for number in range(9)},
        since=MONDAY,
        drafts=51,
    )


def choices() -> list[Choice]:
    jobs = [job for job in JOBS.jobs if job.is_for_readers]
    usual = [usual_appointment(job, CASEY).model_copy(update={"next_at": MONDAY}) for job in jobs]
    return [
        Choice(job, one, NASTY, NASTY, is_withheld=bool(n % 2))
        for n, (job, one) in enumerate(zip(jobs, usual, strict=True))
    ]


def every_card() -> Iterator[Card]:
    for count in (0, 1, 10, 40):
        yield digest_card(full_digest(count), PLAYBOOK, CASEY.zone)
        yield at_risk_card(risks(count), PLAYBOOK, 1)
    turned = [Turned(one, None) for one in risks(14).lines]
    yield alert_card(RedAlert(TODAY, EVERYBODY, turned, []), PLAYBOOK)
    yield alert_card(RedAlert(TODAY, EVERYBODY, [], []), PLAYBOOK)
    snoozed = Snoozed(SNOOZE, NASTY, None)
    yield snoozed_card(snoozed, TODAY)
    yield snoozes_card([snoozed] * 60, TODAY)
    yield awake_card(1, NASTY)
    yield digests_card(choices(), CASEY)
    yield from (digest_changed_card(choice, CASEY) for choice in choices())


def every_form() -> Iterator[Form]:
    yield snooze_form(1, NASTY, (7, 14, 30), TODAY)
    yield from (digest_form(choice, PLACE) for choice in choices())


@pytest.mark.parametrize("render", RENDERERS, ids=lambda one: one.__name__)
def test_every_card_is_taken(render: Callable[[Card], None]) -> None:
    for card in every_card():
        render(card)


def test_every_form_is_taken() -> None:
    for form in every_form():
        assert problem_with_view(modal_view(form)) is None


def test_a_full_digest_loses_nothing_in_slack() -> None:
    card = digest_card(full_digest(10), PLAYBOOK, CASEY.zone)
    rendered = message(card)
    assert problem_with_message({"blocks": rendered.blocks, "text": rendered.text}) is None
    assert "no room" not in str(rendered.blocks)
    shown = str(rendered.blocks)
    assert all(button.id in shown for button in buttons_of(card))


@pytest.mark.parametrize("most", [1, 5, 10, 15, 20])
def test_however_many_lines_the_playbook_wants_their_buttons_fit(most: int) -> None:
    playbook = replace(PLAYBOOK, digests=PLAYBOOK.digests.model_copy(update={"most": most}))
    card = digest_card(full_digest(40), playbook, CASEY.zone)
    shown = str(message(card).blocks)
    assert all(button.id in shown for button in buttons_of(card))
    assert sum(one.id.startswith("account.open:") for one in buttons_of(card)) == most
