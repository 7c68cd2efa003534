"""Every card about outreach, on every renderer."""

import io
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from bot.render.block_kit import modal_view
from bot.render.terminal import render_card
from csm.card import Card, Form, buttons_of
from csm.effect import effect_of
from csm.guard_settings import Effect
from csm.outreach import Reaction, Stand
from csm.play import Tier
from csm.ports_outreach import (
    Tally,
    Words,
)
from csm.suppression import SuppressionKind
from csm.views.draft_choice import choose_play_card
from csm.views.effect import effect_card, effects_card
from csm.views.outreach import draft_card, withdrawn_card
from csm.views.outreach_forms import edit_form, not_edited_card, reject_form, snooze_form
from csm.views.outreach_lists import (
    approvals_card,
    outbox_card,
)
from csm.views.outreach_news import bounced_card, reaction_card
from csm.views.outreach_why import why_card
from csm.views.suppressions import suppress_form, suppressions_card
from csm.views.tiers import tiers_card
from tests.contracts.block_kit_rules import problem_with_view
from tests.contracts.strategies import HOSTILE
from tests.contracts.test_renderers import RENDERERS, THOROUGH
from tests.csm.outreach_cards import (
    BAD,
    BERLIN,
    GOOD,
    HABITS,
    HELD,
    HOLDS,
    PAUSE,
    PLAYBOOK,
    REFUSES,
    STATES,
    as_it_stands,
    chained,
    drafted,
    group,
    many,
    sheet,
    stored,
    tier_report,
)
from tests.csm.outreach_desk import START as NOW


def every_card() -> Iterator[Card]:
    yield from (as_it_stands(changes, row, PAUSE) for changes, row, _, _ in STATES)
    yield from (drafted(verdict, PAUSE, lead="Look.") for verdict in (GOOD, HELD, BAD))
    yield withdrawn_card(stored(), "It is no longer true.")
    yield approvals_card(many(23), PLAYBOOK, (PAUSE,), BERLIN)
    yield outbox_card([(one, Stand.HELD) for one in many(23)], PLAYBOOK, (PAUSE,), BERLIN)
    yield why_card(
        stored(verdict=BAD), [chained(1, "outreach.sent", "outbox")], PLAYBOOK, {}, BERLIN
    )
    yield not_edited_card(stored(), Words("S", "B" * 7000), (REFUSES, HOLDS), BERLIN)
    yield bounced_card(stored(address="jo@acme.example"))
    yield choose_play_card(7, "Acme", [play for play in PLAYBOOK.plays.values() if play.outreach])
    yield tiers_card([tier_report(Tier.MANUAL, "3 of 20 decisions")] * 16)
    yield suppressions_card(sheet(*[SuppressionKind.LEGAL] * 40), BERLIN)
    report = effect_of(
        HABITS.id, Tally(sent=9), group(50, 9), group(50, 5), Effect(least=5, confidence=0.9)
    )
    yield from (effect_card(report, PLAYBOOK), effects_card([report] * 16, PLAYBOOK))


def terminal(card: Card) -> None:
    console = Console(file=io.StringIO(), width=80)
    console.print(render_card(card))


@pytest.mark.parametrize("renderer", [*RENDERERS, terminal])
def test_every_card_on_every_renderer(renderer: Callable[[Card], None]) -> None:
    for card in every_card():
        renderer(card)


def test_every_button_tells_a_screen_reader_whom_it_is_about() -> None:
    for card in every_card():
        assert len({button.id for button in buttons_of(card)}) == len(buttons_of(card))
    for button in buttons_of(drafted())[:4]:
        assert button.describe.endswith("the message to Acme")


FORMS = (
    edit_form(stored()),
    reject_form(stored()),
    snooze_form(stored(), date(2027, 6, 30)),
    suppress_form(sheet()),
)


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.id.partition(":")[0])
def test_forms_are_modals_that_slack_takes(form: Form) -> None:
    assert problem_with_view(modal_view(form)) is None
    assert len(form.title) <= 24


texts = st.one_of(st.sampled_from(HOSTILE), st.text(max_size=300))


@pytest.mark.parametrize("renderer", RENDERERS)
@THOROUGH
@given(words=texts, name=texts, why=texts)
def test_nothing_that_people_write_becomes_live(
    renderer: Callable[[Card], None], words: str, name: str, why: str
) -> None:
    name, why = name[:80], why[:200]  # as long as records let them be, or near to it
    hostile: dict[str, Any] = {
        "subject": words[:200],
        "body": words[:2000] * 3,
        "contact_name": name,
        "evidence": why,
        "ended_why": why,
    }
    pause = PAUSE.model_copy(update={"why": why})
    one = replace(stored(**hostile), account_name=name)
    renderer(draft_card(one, PLAYBOOK, (pause,), BERLIN, NOW, names={"morgan": name}, lead=why))
    renderer(reaction_card(one, name, Reaction.REPLIED, words))
    renderer(approvals_card([one], PLAYBOOK, (pause,), BERLIN))
    renderer(not_edited_card(one, Words(words, words), (REFUSES,), BERLIN))
