"""What customers say once they have an answer, or a person has their question."""

import pytest

from bot.turn import Delivery
from tests.journeys.answering import World
from tests.journeys.talk import Heard

SHARE = "How do I share a view?"
PRICE = "What is the price of ten more seats?"


@pytest.fixture
def world(world: World) -> World:
    world.talk.say("/mode answer", who="casey", where="acme-shared")
    world.talk.say("/mode cases", who="morgan", where="cs-team")
    return world


def jo(world: World, text: str, thread: str = "") -> Heard:
    return world.talk.say(text, who="jo", where="acme-shared", thread=thread)


def asked(world: World, text: str = PRICE) -> str:
    """The thread of a question."""
    return jo(world, text).thread


def cases(world: World) -> str:
    return world.talk.say("/cases all", who="casey").text


@pytest.mark.parametrize(
    "text", ["that did not help", "it still does not work", "and for Ubuntu?", "@csm didn't help"]
)
@pytest.mark.parametrize("by_hand", [True, False])
def test_after_a_person_s_reply_nobody_is_ignored(world: World, text: str, by_hand: bool) -> None:
    thread = asked(world)
    if by_hand:
        reply = "Ten more are 900 a month."
        world.talk.say(reply, who="casey", where="acme-shared", thread=thread)
    else:
        world.talk.press("case.replied:1", where="cs-team", values={"text": "I will call you."})
    world.clock.pass_by(hours=1)
    assert jo(world, "ok thanks, will try that", thread).replies == []
    heard = jo(world, text, thread)
    assert "Casey" in heard.seen_in("acme-shared")
    assert "will answer here by" in heard.seen_in("acme-shared")
    assert "case.reply:1" in heard.seen_by("casey")
    assert "The customer comes back" in heard.seen_by("casey")
    shown = world.talk.say("/cases 1", who="casey").text
    assert "laimed by Casey" in shown
    assert "the customer has an answer" not in shown
    assert "answers by" in jo(world, "/status").text


def test_what_is_resolved_is_reopened_by_the_customer_or_the_button(world: World) -> None:
    thread = asked(world)
    world.talk.press("case.replied:1", where="cs-team", values={"text": "I will call you."})
    world.talk.press("case.resolve:1", where="cs-team")
    assert "will answer here by" in jo(world, "that did not help", thread).text
    second = world.talk.press("case.resolve:1", where="cs-team")
    assert "marked this as solved" in second.seen_in("acme-shared")
    card = world.talk.press("case.reopen:1", where="cs-team").text
    assert "Nothing: " not in card
    assert "case.reply:1" in card


def test_a_complaint_after_our_answer_reaches_a_person(world: World) -> None:
    thread = asked(world, SHARE)
    heard = jo(world, "That didn't help at all, I still cannot see the share button", thread)
    assert "choose Share" not in heard.seen_in("acme-shared")
    assert "will answer here by" in heard.seen_in("acme-shared")
    assert "did not help" in heard.seen_by("casey")


@pytest.mark.parametrize("text", ["@csm any news on this?", "@csm please hurry", "any update?"])
def test_whoever_waits_is_told_how_it_stands(world: World, text: str) -> None:
    thread = asked(world)
    heard = jo(world, text, thread)
    assert "has been told, answers by" in heard.seen_in("acme-shared")
    assert "asks again" in heard.seen_by("casey")
    assert "asks again" not in heard.seen_in("acme-shared")
    again = jo(world, text, thread)
    assert "answers by" in again.text
    assert again.seen_by("casey") == "[]"
    assert "1 open case" in cases(world)


def test_solved_by_the_customer(world: World) -> None:
    thread = asked(world)
    heard = jo(world, "@csm forget it, solved", thread)
    assert "Thank you for telling us" in heard.seen_in("acme-shared")
    assert "says that it is solved" in heard.seen_by("casey")
    assert "no case is open" in cases(world)
    assert "esolved by Jo" in world.talk.say("/cases 1", who="casey").text
    assert "None of your questions is open" in jo(world, "/status").text


def test_a_promise_by_hand_is_no_answer(world: World) -> None:
    thread = asked(world)
    said = {"who": "casey", "where": "acme-shared", "thread": thread}
    assert world.talk.say("not yet, I'll come back to you", **said).replies == []
    assert "laimed by Casey" in world.talk.say("/cases 1", who="casey").text
    assert "has it, answers by" in jo(world, "/status").text
    world.talk.say("Ten more are 900 a month.", **said)
    assert "nswered by Casey" in world.talk.say("/cases 1", who="casey").text


def test_a_draft_is_promised_too(world: World) -> None:
    world.talk.say("/mode draft", who="casey", where="acme-shared")
    heard = jo(world, f"@csm {SHARE}")
    assert "will answer here by" in heard.seen_in("acme-shared")
    assert "reply due" in heard.seen_by("casey")
    assert "is looking at it, answers by" in jo(world, "/status").text
    news = jo(world, "any news?", heard.thread)
    assert "answers by" in news.seen_in("acme-shared")
    assert "draft.send:1" in news.seen_by("casey")
    jo(world, "never mind, found it", heard.thread)
    gone = world.talk.press("draft.send:1")
    assert "said" in gone.card.summary
    assert "solved" in gone.card.summary


def test_a_rewritten_draft_is_not_counted_as_ours(world: World) -> None:
    world.talk.say("/mode draft", who="casey", where="acme-shared")
    jo(world, f"@csm {SHARE}")
    world.talk.press("draft.edited:1", values={"text": "Choose Share, then Copy link."})
    log = world.talk.say("/questions").text
    assert "0 answered by us" in log or "no answered" in log
    assert "rewritten by people" in log


def test_a_slash_question_is_shown_with_its_answer(world: World) -> None:
    heard = jo(world, f"/ask {SHARE}")
    shown = heard.seen_by("everyone")
    assert SHARE in shown
    assert "choose Share" in shown


@pytest.mark.parametrize("text", [f"/ask {SHARE}", f"@csm {SHARE}", "@csm hello"])
def test_where_we_are_off_only_the_person_learns_whom_to_ask(world: World, text: str) -> None:
    world.talk.say("/mode off", who="casey", where="acme-shared")
    heard = jo(world, text)
    assert "Casey" in heard.seen_by("jo")
    assert "talk to a person" in heard.text
    assert {reply.reply.delivery for reply in heard.replies} == {Delivery.PRIVATE}
    assert jo(world, SHARE).replies == []


@pytest.mark.parametrize(
    "text", ["you're useless", "tell me a joke", "what's the weather?", "stop answering here"]
)
def test_banter_gets_one_line_and_no_case(world: World, text: str) -> None:
    heard = jo(world, f"@csm {text}")
    (card,) = heard.cards
    assert len(card.summary) < 120
    assert ("/mode off" in card.summary) is ("stop" in text)
    assert "no case is open" in cases(world)
