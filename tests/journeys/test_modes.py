"""What we do with questions is set per place by a CSM: answer, draft, off; cases for the team."""

import pytest

from csm.post import PostState
from tests.journeys.answering import World

SHARE = "How do I share a view?"


@pytest.fixture
def world(world: World) -> World:
    """A colleague looks at every answer to Acme first."""
    world.talk.say("/mode draft", who="casey", where="acme-shared")
    return world


def test_a_colleague_sees_the_draft_first(world: World) -> None:
    heard = world.talk.say(SHARE, who="jo", where="acme-shared")
    assert "draft.send:" in heard.seen_by("casey")
    assert "choose Share" not in heard.seen_in("acme-shared")


def test_send(world: World) -> None:
    asked = world.talk.say(SHARE, who="jo", where="acme-shared")
    button = asked.button("draft.send:").id
    sent = world.talk.press(button, who="casey")
    assert sent.replies[0].reply.replaces
    (answer,) = [one for one in sent.replies if one.place.name == "acme-shared"]
    assert answer.thread == next(one.thread for one in asked.replies if one.thread)
    assert "choose Share" in sent.seen_in("acme-shared")
    assert "answer.helped:" in sent.seen_in("acme-shared")
    again = world.talk.press(button, who="morgan")
    assert "did not work" in again.card.title
    assert again.seen_in("acme-shared") == "[]"


def test_edit_begins_with_the_draft_and_sends_what_was_written(world: World) -> None:
    draft = world.talk.say(SHARE, who="jo", where="acme-shared").button("draft.edit:")
    assert draft.opens_form
    form = world.talk.press(draft.id, who="casey").last.reply.form
    assert form is not None
    assert "choose Share" in form.inputs[0].value
    words = "Open the view and choose Share. Tell me if you cannot see it."
    sent = world.talk.press(form.id, who="casey", values={"text": words})
    assert "Tell me if you cannot see it." in sent.seen_in("acme-shared")


def test_discard_makes_it_a_case_and_tells_the_customer_who(world: World) -> None:
    draft = world.talk.say(SHARE, who="jo", where="acme-shared").button("draft.discard:").id
    heard = world.talk.press(draft, who="casey")
    assert "has your question" in heard.seen_in("acme-shared")
    assert "case.reply:" in heard.seen_by("casey")


def test_whoever_calls_us_by_name_is_told_that_somebody_looks(world: World) -> None:
    heard = world.talk.say(f"@csm {SHARE}", who="jo", where="acme-shared")
    assert "is looking at your question" in heard.seen_in("acme-shared")


def test_off_is_silence_except_for_a_person(world: World) -> None:
    world.talk.say("/mode off", who="casey", where="acme-shared")
    assert world.talk.say(SHARE, who="jo", where="acme-shared").replies == []
    heard = world.talk.say("@csm I want to talk to a person", who="jo", where="acme-shared")
    assert "has your question" in heard.seen_in("acme-shared")


def test_the_mode_of_the_place_where_it_is_typed_and_the_answer_goes_home(world: World) -> None:
    heard = world.talk.say("/mode answer", who="casey", where="acme-shared")
    assert "mode.set:" not in heard.seen_in("acme-shared")
    assert "acme-shared: answer" in heard.seen_in("dm")
    assert "Set by Casey" in world.talk.say("/mode", who="casey", where="acme-shared").text
    world.talk.say("/mode draft #globex-shared", who="casey")
    assert "globex-shared: draft" in world.talk.say("/mode #globex-shared", who="casey").text


def test_a_button_sets_it_from_anywhere(world: World) -> None:
    button = world.talk.say("/mode", who="casey", where="acme-shared").button("mode.set:").id
    heard = world.talk.press(button, who="casey")
    assert heard.last.reply.replaces
    assert f"acme-shared: {button.rpartition(':')[2]}" in heard.card.summary


@pytest.mark.parametrize(
    ("typed", "where", "told"),
    [
        ("/mode", "dm", "A mode is for a channel"),
        ("/mode loud", "acme-shared", "is no mode"),
        ("/mode cases", "acme-shared", "does not fit"),
        ("/mode answer", "cs-team", "does not fit"),
        ("/mode answer", "nowhere", "do not know who reads this place"),
        ("/mode answer #nowhere", "dm", "know no channel"),
        ("/mode answer off", "acme-shared", "one mode"),
    ],
)
def test_slips_are_told_how_to_mend_them(world: World, typed: str, where: str, told: str) -> None:
    assert told in world.talk.say(typed, who="casey", where=where).card.summary


@pytest.mark.parametrize("who", ["jo", "sam"])
def test_customers_set_nothing(world: World, who: str) -> None:
    refused = world.talk.say("/mode off", who=who, where="acme-shared")
    assert "for the customer success team" in refused.card.summary
    assert "draft.send:" in world.talk.say(SHARE, who="jo", where="acme-shared").text


def test_cases_are_told_where_a_colleague_wants_them(world: World) -> None:
    world.talk.say("/mode cases", who="morgan", where="cs-team")
    told = world.talk.say("What is the price?", who="jo", where="acme-shared")
    assert "case.claim:" in told.seen_in("cs-team")
    world.talk.say("/mode off", who="morgan", where="cs-team")
    told = world.talk.say("How much is the price of more?", who="jo", where="acme-shared")
    assert told.seen_in("cs-team") == "[]"
    assert world.posts(PostState.DEAD) == []
