"""A message as colleagues see it: a draft with its proof, and what became of it, in every state."""

from datetime import timedelta
from typing import Any

import pytest

from bot.render.plain import plain_text
from csm.card import buttons_of
from csm.guard import Verdict
from csm.outreach import Stand, stand_of
from csm.pause import PauseScope
from csm.play import ChannelKind, Tier
from csm.ports_answers import StoredPost
from csm.views.outreach import draft_card
from tests.csm.outreach_cards import (
    APPROVED,
    BAD,
    BERLIN,
    DONE,
    GOOD,
    HELD,
    PAUSE,
    PLAYBOOK,
    STATES,
    as_it_stands,
    drafted,
    post,
    stored,
    verbs,
)
from tests.csm.outreach_desk import START as NOW


@pytest.mark.parametrize(("changes", "row", "told", "buttons"), STATES)
def test_every_state_says_how_it_stands_and_what_can_be_done(
    changes: dict[str, Any], row: StoredPost | None, told: str, buttons: list[str]
) -> None:
    card = as_it_stands(changes, row)
    assert told in plain_text(card)
    assert verbs(card) == buttons


def test_every_stand_is_among_them() -> None:
    stands = {
        stand_of(stored(**changes).outreach, row.post if row else None)
        for changes, row, _, _ in STATES
    }
    assert stands | {Stand.WAITING} == set(Stand)


def test_a_draft_says_all_that_a_decision_takes() -> None:
    card = drafted(HELD, lead="Look here.")
    text = plain_text(card)
    for told in (
        "Draft #12 for Acme: Habits decline check-in",
        "Look here.",
        "Why now: Usage is down 34 %.",
        "To: Jo Park",
        "By: Direct message on Slack",
        "In: English",
        "HOW IS IT GOING?",
        "usage fell by 34 %.",
        "Usage: fell by 34 % (usage, as of 29 Jun 2027)",
        "1 of 2 rules pass; held, and looked at again on 30 Jun 2027, 18:00 CEST.",
        "Decent hours holds (warning): It is no decent hour where the contact is: there it is",
        "Once approved, it waits",
        "It is the play's own letter. Drafted 30 Jun 2027, 11:00 CEST.",
    ):
        assert told in text
    assert "First name: Jo" not in text
    assert verbs(card) == ["approve", "edit", "reject", "snooze", "why"]


@pytest.mark.parametrize(
    ("verdict", "changes", "told"),
    [
        (GOOD, {}, "Once approved, it is checked once more and sent."),
        (BAD, {}, "As it is, it cannot be approved: edit it, or reject it."),
        (BAD, {}, "1 of 3 rules pass; it must not be sent as it is."),
        (GOOD, {}, "All 2 rules pass."),
        (GOOD, {"snoozed_until": NOW + timedelta(days=1)}, "Snoozed until 1 Jul 2027, 11:00"),
        (
            GOOD,
            {"tier": Tier.DELAYED, "goes_at": NOW + timedelta(hours=4)},
            "it goes by itself on 30 Jun 2027, 15:00 CEST unless you stop it.",
        ),
        (GOOD, {"by_model": True}, "A language model wrote it."),
        (GOOD, {"author": "casey"}, "asked for by Casey Rivers"),
        (GOOD, {"edited_by": "gone"}, "edited by gone"),
        (
            GOOD,
            {"channel": ChannelKind.EMAIL, "address": "jo@acme.example", "footer": "Ours, Quay 1"},
            "By: E-mail to jo@acme.example",
        ),
        (GOOD, {"channel": ChannelKind.CHANNEL}, "By: Shared channel on Slack"),
        (GOOD, {"language": "pt"}, "In: pt"),
    ],
)
def test_what_happens_next_and_how_it_came_about(
    verdict: Verdict, changes: dict[str, Any], told: str
) -> None:
    assert told in plain_text(drafted(verdict, **changes))


def test_what_goes_by_itself_is_stopped_rather_than_rejected() -> None:
    card = drafted(tier=Tier.DELAYED, goes_at=NOW)
    labels = [button.label for button in buttons_of(card)]
    assert labels[:3] == ["Send now", "Edit", "Stop it"]


@pytest.mark.parametrize(
    ("scope", "told"),
    [(PauseScope.ALL, "everything"), (PauseScope.PLAY, "this play"), (PauseScope.ACCOUNT, "this")],
)
def test_a_pause_is_shown_on_drafts_and_on_what_is_on_its_way(scope: PauseScope, told: str) -> None:
    pause = PAUSE.model_copy(update={"scope": scope})
    said = f"Sending is paused for {told}"
    assert said in plain_text(drafted(GOOD, pause))
    assert "by Morgan Lee: Wrong prices. Nothing goes out" in plain_text(drafted(GOOD, pause))
    assert said in plain_text(as_it_stands(APPROVED, post(), pause))
    assert said not in plain_text(as_it_stands(DONE, None, pause)), "it is over"


def test_whoever_comes_late_is_told_first() -> None:
    card = as_it_stands(DONE, None, lead="Morgan Lee approved this.")
    assert card.blocks[0].model_dump()["text"] == "Morgan Lee approved this."


def test_buttons_of_a_draft_carry_its_very_words() -> None:
    one, other = stored(), stored(body="Hi Jo, something else.")
    first, second = (draft_card(each, PLAYBOOK, (), BERLIN, NOW) for each in (one, other))
    marks = [buttons_of(card)[0].id.rpartition(":")[2] for card in (first, second)]
    assert marks[0] != marks[1]
    assert one.outreach.fingerprint.startswith(marks[0])
