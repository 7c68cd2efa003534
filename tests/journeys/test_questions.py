"""A customer asks in the channel that we share, and gets an answer, or a person."""

import pytest

from app import House
from bot.turn import Delivery, Turn, TurnKind
from csm.errors import Unavailable
from csm.people import Principal, Role
from csm.post import PostState
from csm.question import QuestionState
from tests.bot.library_twin import NoAnswerer
from tests.journeys.answering import World, world_of

SHARE = "How do I share a view?"
PRICE = "What is the price of ten more seats?"
UNKNOWN = "Can anyone help: how do we set up SAML with Okta?"


@pytest.fixture
def world(world: World) -> World:
    """Questions of Acme are answered at once, and hand-overs are told in cs-team."""
    world.talk.say("/mode answer", who="casey", where="acme-shared")
    world.talk.say("/mode cases", who="morgan", where="cs-team")
    return world


def test_a_question_among_people_gets_a_sourced_answer_in_its_thread(world: World) -> None:
    heard = world.talk.say(SHARE, who="jo", where="acme-shared")
    (answer,) = [reply for reply in heard.replies if reply.reply.card]
    assert (answer.reply.delivery, answer.to) == (Delivery.PUBLIC, "everyone")
    assert answer.reply.account_key == "acme"
    assert "choose Share" in heard.text
    assert "https://help.lanternboard.example/share-a-view" in heard.text
    for button in ("answer.helped:", "answer.not_helped:", "answer.person:"):
        assert heard.offers(button)
    assert answer.thread


def test_progress_is_shown_while_it_is_looked_up(world: World) -> None:
    heard = world.talk.say(f"@csm {SHARE}", who="jo", where="acme-shared")
    first, *rest = heard.replies
    assert (first.reply.delivery, first.reply.progress) == (
        Delivery.PROGRESS,
        "Looking that up…",
    )
    assert rest


def test_a_customers_turn_reaches_the_customers_shelf_alone(world: World) -> None:
    world.talk.say("@csm how do colleagues restart stuck imports?", who="jo", where="acme-shared")
    world.talk.say("how do I import a spreadsheet?", who="jo")
    assert len(world.library.queries) == 2
    for _, shelves in world.library.queries:
        assert [str(shelf) for shelf in shelves] == ["customer"]


def test_a_follow_up_knows_its_thread(world: World) -> None:
    first = world.talk.say(SHARE, who="jo", where="acme-shared")
    world.talk.say("And who can read it?", who="jo", where="acme-shared", thread=first.thread)
    query, _ = world.library.queries[-1]
    assert SHARE in [said.text for said in query.thread]


def test_a_model_that_is_down_keeps_nobody_waiting(house: House) -> None:
    world = world_of(house, answerer=NoAnswerer())
    world.talk.say("/mode answer", where="acme-shared")
    heard = world.talk.say(SHARE, who="jo", where="acme-shared")
    assert "choose Share" in heard.text
    assert "own words" in heard.text


@pytest.mark.parametrize("text", ["thanks!", "good morning all", "🎉🎉", "Lunch was great today."])
def test_what_asks_nothing_gets_silence(world: World, text: str) -> None:
    assert world.talk.say(text, who="jo", where="acme-shared").replies == []


def test_small_talk_to_us_gets_one_line(world: World) -> None:
    heard = world.talk.say("@csm hello", who="jo", where="acme-shared")
    (card,) = heard.cards
    assert len(card.summary) < 120
    assert not world.library.queries


def test_a_stranger_in_the_channel_is_neither_answered_nor_told_off(world: World) -> None:
    assert world.talk.say(SHARE, who="nobody", where="acme-shared").replies == []
    assert world.talk.say(SHARE, who="sam", where="acme-shared") is not None


def test_a_topic_for_people_goes_to_one_at_once(world: World) -> None:
    heard = world.talk.say(PRICE, who="jo", where="acme-shared")
    assert not world.library.queries
    assert "has your question and will answer here by" in heard.seen_in("acme-shared")
    assert "case.claim:" in heard.seen_in("cs-team")
    assert "case.claim:" in heard.seen_by("casey")
    assert "case." not in heard.seen_in("acme-shared")


def test_what_the_library_lacks_goes_to_a_person(world: World) -> None:
    heard = world.talk.say(UNKNOWN, who="jo", where="acme-shared")
    assert "Passed to a person" in heard.seen_in("acme-shared")
    assert UNKNOWN in heard.seen_by("casey")


def test_a_colleagues_word_silences_us_until_we_are_called(world: World) -> None:
    first = world.talk.say("How do alerts work?", who="jo", where="acme-shared")
    thread = first.thread
    said = {"where": "acme-shared", "thread": thread}
    assert world.talk.say("I will show you tomorrow.", who="casey", **said).replies == []
    assert world.talk.say("How do I make a new alert?", who="jo", **said).replies == []
    assert "New alert" in world.talk.say("@csm How do I make a new alert?", who="jo", **said).text
    other = world.talk.say("How do I make a new alert?", who="jo", where="acme-shared")
    assert "New alert" in other.text


def test_a_colleague_whom_nobody_added_silences_us_too(world: World, house: House) -> None:
    first = world.talk.say("How do alerts work?", who="jo", where="acme-shared")
    said = {"where": "acme-shared", "thread": first.thread}
    with house.records.reading() as reader:
        place = reader.place("console", "demo", "acme-shared")
    assert place is not None
    colleague = Principal("slack:U9", "Wil Tarn", Role.STRANGER, of_ours=True)
    turn = Turn(
        colleague,
        place,
        TurnKind.OVERHEARD,
        "Let me show you.",
        message="m9",
        thread=first.thread,
    )
    assert list(world.chat.handle(turn)) == []
    assert world.talk.say("How do I make a new alert?", who="jo", **said).replies == []


def test_in_direct_messages_the_answer_is_for_the_person(world: World) -> None:
    heard = world.talk.say(SHARE, who="jo")
    assert [reply.place.name for reply in heard.replies] == ["dm", "dm"]
    assert heard.last.reply.delivery is Delivery.DIRECT
    assert "choose Share" in heard.text


def test_a_colleague_calls_us_for_the_customer_to_read(world: World) -> None:
    heard = world.talk.say(f"@csm {SHARE}", who="casey", where="acme-shared")
    assert "choose Share" in heard.seen_by("everyone")
    moved = world.talk.say("@csm acme", who="casey", where="acme-shared")
    assert "ARR" not in moved.seen_in("acme-shared")
    assert "ARR" in moved.seen_by("casey")


def test_it_helped(world: World) -> None:
    answered = world.talk.say(SHARE, who="jo", where="acme-shared")
    button = answered.button("answer.helped:").id
    heard = world.talk.press(button, who="jo", where="acme-shared")
    assert [reply.to for reply in heard.replies] == ["jo"]
    assert "Thank you" in heard.text
    assert "Confirmed" in world.talk.say("/questions", who="casey").text


@pytest.mark.parametrize("start", ["answer.not_helped:", "answer.person:"])
def test_it_did_not_help_so_a_person_takes_over(world: World, start: str) -> None:
    answered = world.talk.say(SHARE, who="jo", where="acme-shared")
    button = answered.button(start).id
    heard = world.talk.press(button, who="jo", where="acme-shared")
    assert "has your question" in heard.seen_by("everyone")
    assert "case.claim:" in heard.seen_by("casey")
    again = world.talk.press(button, who="jo", where="acme-shared")
    assert "case.claim:" not in again.text


def test_feedback_in_words(world: World) -> None:
    first = world.talk.say(SHARE, who="jo", where="acme-shared")
    heard = world.talk.say("that worked", who="jo", where="acme-shared", thread=first.thread)
    assert "Thank you" in heard.text


@pytest.mark.parametrize("who", ["casey", "sam"])
def test_nobody_else_speaks_for_the_customer(world: World, who: str) -> None:
    button = world.talk.say(SHARE, who="jo", where="acme-shared").button("answer.helped:").id
    heard = world.talk.press(button, who=who, where="acme-shared")
    assert "did not work" in heard.card.title


def test_the_customer_sees_where_questions_stand(world: World) -> None:
    assert "None of your questions is open" in world.talk.say("/status", who="jo").text
    world.talk.say(PRICE, who="jo", where="acme-shared")
    for typed in ("/status", "@csm status"):
        heard = world.talk.say(typed, who="jo", where="acme-shared")
        assert "ten more seats" in heard.text
        assert [reply.reply.delivery for reply in heard.replies] == [Delivery.PRIVATE]
    assert "ten more seats" not in world.talk.say("/status", who="sam").text


@pytest.mark.parametrize(
    "text", ["account settings: how do I share a view?", "help me share a view, how?"]
)
def test_a_command_word_begins_an_ordinary_question(world: World, text: str) -> None:
    assert "choose Share" in world.talk.say(text, who="jo").text


def test_help_says_what_customers_can_ask_and_how_to_reach_a_person(world: World) -> None:
    for typed in ("/help", "help"):
        text = world.talk.say(typed, who="jo").text
        assert "Talk to a person" in text
        assert "/account" not in text


def test_when_the_library_is_down_a_person_is_asked(world: World) -> None:
    world.library.trouble = Unavailable("The index is gone.")
    heard = world.talk.say(f"@csm {SHARE}", who="jo", where="acme-shared")
    assert "has your question" in heard.seen_in("acme-shared")
    assert "case.claim:" in heard.seen_by("casey")
    assert "index" not in heard.seen_in("acme-shared")


def test_when_something_breaks_a_person_is_asked_too(world: World) -> None:
    world.library.trouble = RuntimeError("a secret detail")
    heard = world.talk.say(f"@csm {SHARE}", who="jo", where="acme-shared")
    assert "has your question" in heard.seen_in("acme-shared")
    assert "a secret detail" not in heard.text
    assert (
        world.talk.say("Where do shared views live?", who="jo", where="acme-shared").replies == []
    )


def test_even_a_fault_that_nothing_mends_says_nothing_to_bystanders(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("a secret detail")

    monkeypatch.setattr("bot.question_talk.Answering.hear", broken)
    assert world.talk.say(SHARE, who="jo", where="acme-shared").replies == []
    told = world.talk.say(f"@csm {SHARE}", who="jo", where="acme-shared")
    assert [reply.to for reply in told.replies] == ["jo"]
    assert "a secret detail" not in told.text


def test_the_same_message_is_taken_once(world: World) -> None:
    world.talk.say(SHARE, who="jo", where="acme-shared")
    with world.house.records.reading() as reader:
        asked = reader.questions(
            world.clock.now().replace(hour=0), world.clock.now().replace(hour=23)
        )
    assert [stored.question.state for stored in asked] == [QuestionState.ANSWERED]
    assert world.posts(PostState.WAITING) == []
