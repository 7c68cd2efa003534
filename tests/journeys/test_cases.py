"""Hand-over does what it says: a colleague has the context, and the customer the reply."""

import pytest

from csm.card import buttons_of
from csm.post import PostState
from tests.journeys.answering import World

PRICE = "What is the price of ten more seats?"


@pytest.fixture
def world(world: World) -> World:
    world.talk.say("/mode answer", who="casey", where="acme-shared")
    world.talk.say("/mode cases", who="morgan", where="cs-team")
    return world


def opened(world: World) -> tuple[str, str]:
    """A case's number, and the thread of its question."""
    heard = world.talk.say(PRICE, who="jo", where="acme-shared")
    return heard.button("case.claim:").id.partition(":")[2], heard.thread


def test_the_card_in_the_team_has_the_context(world: World) -> None:
    heard = world.talk.say(PRICE, who="jo", where="acme-shared")
    card = heard.seen_in("cs-team")
    for part in ("Acme", PRICE, "Money", "Jo Marlowe"):
        assert part in card


def test_claim_reply_and_resolve_from_the_card(world: World) -> None:
    number, thread = opened(world)
    claimed = world.talk.press(f"case.claim:{number}", who="casey", where="cs-team")
    assert claimed.last.reply.replaces
    assert "Casey" in claimed.text

    form = world.talk.press(f"case.reply:{number}", who="casey", where="cs-team").last.reply.form
    assert form is not None
    heard = world.talk.press(
        form.id, who="casey", where="cs-team", values={"text": "I have sent you our offer."}
    )
    (reply,) = [one for one in heard.replies if one.place.name == "acme-shared"]
    assert (reply.to, reply.thread) == ("everyone", thread)
    assert "I have sent you our offer." in heard.seen_in("acme-shared")
    assert "case." not in heard.seen_in("acme-shared")

    resolved = world.talk.press(f"case.resolve:{number}", who="casey", where="cs-team")
    assert "marked this as solved" in resolved.seen_in("acme-shared")
    assert "no case is open" in world.talk.say("/cases all", who="casey").text
    assert world.posts(PostState.WAITING) == []


def test_whoever_is_second_is_told_who_was_first(world: World) -> None:
    number, _ = opened(world)
    world.talk.press(f"case.claim:{number}", who="casey", where="cs-team")
    second = world.talk.press(f"case.claim:{number}", who="morgan", where="cs-team")
    assert "did not work" in second.card.title
    assert "Casey" in second.card.summary


def test_a_reply_that_the_guard_minds_does_not_leave(world: World) -> None:
    number, _ = opened(world)
    heard = world.talk.press(
        f"case.replied:{number}",
        who="casey",
        where="cs-team",
        values={"text": "Globex pays less, your churn risk is high."},
    )
    assert heard.seen_in("acme-shared") == "[]"
    assert "another customer" in heard.card.summary
    assert [reply.to for reply in heard.replies] == ["casey"]


@pytest.mark.parametrize("typed", ["/cases", "/cases mine", "cases"])
def test_mine_are_listed(world: World, typed: str) -> None:
    number, _ = opened(world)
    assert f"case.show:{number}" in world.talk.say(typed, who="casey").text
    assert "No customer is waiting" in world.talk.say(typed, who="riley").text
    assert f"case.show:{number}" in world.talk.say("/cases all", who="riley").text


def test_one_is_shown_by_its_number_or_its_button(world: World) -> None:
    number, _ = opened(world)
    for heard in (
        world.talk.say(f"/cases {number}", who="casey"),
        world.talk.press(f"case.show:{number}", who="casey"),
    ):
        assert PRICE in heard.text
    assert "no case number" in world.talk.say("/cases 999", who="casey").card.summary
    assert "Try /cases" in world.talk.say("/cases soon", who="casey").card.summary


def test_reopen_and_give_back(world: World) -> None:
    number, _ = opened(world)
    world.talk.press(f"case.claim:{number}", who="casey")
    back = world.talk.press(f"case.release:{number}", who="casey")
    assert f"case.claim:{number}" in [button.id for button in buttons_of(back.card)]
    world.talk.press(f"case.resolve:{number}", who="casey")
    assert f"case.reply:{number}" in world.talk.press(f"case.reopen:{number}", who="casey").text


@pytest.mark.parametrize("verb", ["list", "show", "claim", "reply", "replied", "resolve"])
@pytest.mark.parametrize("where", ["acme-shared", "dm", "cs-team"])
def test_customers_have_no_part_in_it(world: World, verb: str, where: str) -> None:
    number, _ = opened(world)
    heard = world.talk.press(f"case.{verb}:{number}", who="jo", where=where, values={"text": "x"})
    (refusal,) = heard.replies
    assert refusal.to == "jo"
    assert "for the customer success team" in heard.card.summary


def test_a_colleague_in_the_customers_channel_sees_the_case_in_their_direct_messages(
    world: World,
) -> None:
    number, _ = opened(world)
    heard = world.talk.say(f"/cases {number}", who="casey", where="acme-shared")
    assert PRICE not in heard.seen_in("acme-shared")
    assert PRICE in heard.seen_in("dm")


def test_a_reply_by_hand_in_the_thread_counts(world: World) -> None:
    number, thread = opened(world)
    world.talk.say("Ten more are 900 a month.", who="casey", where="acme-shared", thread=thread)
    assert "nswered" in world.talk.say(f"/cases {number}", who="casey").text
