"""What a courier demands before it takes outreach: proof for exactly that message, to there."""

from typing import Any

import pytest

from bot.couriers import Undeliverable, demand_cleared
from csm.card import Actions, Button, Card, Note, Text, Tone
from csm.guard.verdict import Cleared, Outcome, RuleResult, Verdict, issue
from csm.letter import post_of
from csm.outreach import Outreach
from csm.play import ChannelKind
from csm.post import Post
from tests.csm.outbox_scene import START, draft, in_channel

PASSED = Verdict((RuleResult("all", Outcome.PASS, "Fine."),))
BY_DM: dict[str, Any] = {"channel": ChannelKind.DM, "person_key": "p-bo", "place": ""}
KINDS = (draft("acme"), in_channel("acme"), in_channel("acme", **BY_DM))
EVIL = Button(id="evil:1", label="Press me")


def cleared_for(outreach: Outreach) -> Cleared:
    return issue(outreach.outgoing, PASSED)


@pytest.mark.parametrize("outreach", KINDS)
def test_what_was_cleared_passes(outreach: Outreach) -> None:
    demand_cleared(post_of(1, outreach, START), cleared_for(outreach))


def test_what_is_no_outreach_needs_none() -> None:
    post = post_of(1, KINDS[0], START).model_copy(update={"outreach_id": None})
    demand_cleared(post, None)


@pytest.mark.parametrize("outreach", KINDS)
def test_nothing_passes_without_proof(outreach: Outreach) -> None:
    with pytest.raises(Undeliverable, match="not cleared"):
        demand_cleared(post_of(1, outreach, START), None)


@pytest.mark.parametrize("outreach", KINDS)
@pytest.mark.parametrize(
    "changes",
    [
        {"account_key": "globex"},
        {"account_key": None},
        {"platform": "teams"},
        {"channel": "eve@evil.example"},
        {"person_key": "eve"},
        {"thread": "1700000000.000100"},
    ],
)
def test_nor_elsewhere(outreach: Outreach, changes: dict[str, Any]) -> None:
    refused(post_of(1, outreach, START).model_copy(update=changes), outreach)


def test_nor_to_a_channel_of_another_workspace() -> None:
    post = post_of(1, KINDS[1], START).model_copy(update={"workspace": "T0THEIRS"})
    refused(post, KINDS[1])


@pytest.mark.parametrize("outreach", KINDS)
@pytest.mark.parametrize(
    "changes",
    [
        {"title": "Another subject"},
        {"summary": "What a notification would show"},
        {"tone": Tone.BAD},
        {"blocks": ()},
        {"blocks": (Text(text="Hello,"), Text(text="something else"))},
        {"blocks": (Note(text="One word more."),)},
        {"blocks": (Actions(buttons=(EVIL,)),)},
    ],
)
def test_nor_with_other_words(outreach: Outreach, changes: dict[str, Any]) -> None:
    post = post_of(1, outreach, START)
    card = Card.model_validate(post.card)
    if changes.get("blocks"):
        changes = {"blocks": (*card.blocks, *changes["blocks"])}
    changed = card.model_copy(update=changes)
    refused(post.model_copy(update={"card": changed.model_dump(mode="json")}), outreach)


def test_nor_with_a_card_that_is_none() -> None:
    refused(post_of(1, KINDS[0], START).model_copy(update={"card": {"no": "card"}}), KINDS[0])


def refused(post: Post, outreach: Outreach) -> None:
    with pytest.raises(Undeliverable, match="not what the guard cleared"):
        demand_cleared(post, cleared_for(outreach))
