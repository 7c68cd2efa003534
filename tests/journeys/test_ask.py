"""Colleagues ask the library, and learn from what customers asked."""

import pytest

from bot.turn import Delivery
from csm.knowledge import Shelf
from tests.journeys.answering import World

STUCK = "how do colleagues restart stuck spreadsheet imports?"


@pytest.mark.parametrize("where", ["dm", "cs-team"])
def test_among_colleagues_both_shelves_answer(world: World, where: str) -> None:
    heard = world.talk.say(f"/ask {STUCK}", where=where)
    assert "back office console" in heard.text
    assert "(internal)" in heard.text
    assert {reply.reply.delivery for reply in heard.replies} == {
        Delivery.PROGRESS,
        Delivery.PRIVATE,
    }


@pytest.mark.parametrize("where", ["acme-shared", "nowhere"])
@pytest.mark.parametrize("who", ["casey", "morgan"])
def test_in_front_of_an_outsider_the_customers_shelf_alone(
    world: World, where: str, who: str
) -> None:
    heard = world.talk.say(f"/ask {STUCK}", who=who, where=where)
    assert "back office console" not in heard.text
    assert [shelves for _, shelves in world.library.queries] == [frozenset({Shelf.CUSTOMER})]


def test_free_text_that_names_no_account_is_a_question(world: World) -> None:
    assert "back office console" in world.talk.say(STUCK).text
    assert "back office console" in world.talk.say(STUCK, where="cs-team").text
    assert world.talk.say("how is Acme doing?").card.title == "Acme"
    assert world.talk.say("acme").card.title == "Acme"
    assert "Which account" in world.talk.say("🙂").card.title


def test_what_is_not_in_there_is_said_to_be_unsure(world: World) -> None:
    heard = world.talk.say("/ask how does SAML with Okta work?")
    assert "holds nothing on this" in heard.text or "not sure" in heard.text


@pytest.mark.parametrize("who", ["casey", "jo"])
def test_an_empty_question_is_told_how_to_mend_it(world: World, who: str) -> None:
    assert "Try /ask" in world.talk.say("/ask", who=who).card.summary


def test_a_customer_who_types_it_asks_us(world: World) -> None:
    world.talk.say("/mode answer", where="acme-shared")
    heard = world.talk.say("/ask how do I share a view?", who="jo", where="acme-shared")
    assert "choose Share" in heard.seen_by("everyone")
    assert heard.offers("answer.person:")


def test_gaps_become_articles_that_customers_find(world: World) -> None:
    world.talk.say("/mode answer", where="acme-shared")
    asked = "@csm how do we set up SAML with Okta?"
    case = world.talk.say(asked, who="jo", where="acme-shared").button("case.claim:").id
    number = case.partition(":")[2]
    world.talk.press(
        f"case.replied:{number}",
        values={"text": "Open Settings and choose Single sign-on. Paste the Okta address there."},
    )
    gaps = world.talk.say("/gaps")
    assert "SAML" in gaps.text
    draft = world.talk.press(gaps.button("gap.draft:").id)
    form = world.talk.press(draft.button("article.publish:").id).last.reply.form
    assert form is not None
    assert "Single sign-on" in form.inputs[0].value
    text = "# Set up SAML with Okta\n\nOpen Settings and choose Single sign-on."
    assert "published" in world.talk.press(form.id, values={"text": text}).text
    with world.house.records.reading() as reader:
        titles = [one.document.title for one in reader.documents(Shelf.CUSTOMER)]
    assert "Set up SAML with Okta" in titles


def test_the_log_and_its_sample(world: World) -> None:
    world.talk.say("/mode answer", where="acme-shared")
    world.talk.say("how do I share a view?", who="jo", where="acme-shared")
    world.clock.pass_by(days=1)
    log = world.talk.say("/questions 7")
    assert "1 answered by us" in log.text
    assert "/questions 30" in world.talk.say("/questions 9999").card.summary
    assert "is not a number" in world.talk.say("/questions soon").card.summary
    sample = world.talk.press(log.button("review.show").id)
    assert "choose Share" in sample.text
    assert sample.offers("review.wrong:")
    checked = world.talk.press(sample.button("review.right:").id)
    assert "No silent answer is left" in checked.text
    assert "checked and right" in world.talk.say("/questions").text


@pytest.mark.parametrize("typed", ["/questions", "/gaps", "/cases"])
@pytest.mark.parametrize("where", ["acme-shared", "dm"])
def test_customers_see_nothing_of_it(world: World, typed: str, where: str) -> None:
    heard = world.talk.say(typed, who="jo", where=where)
    assert "for the customer success team" in heard.card.summary
    for button in ("gap.draft:1", "article.publish:1", "review.show", "log.show:30:0", "gaps.show"):
        assert "for the customer success team" in world.talk.press(button, "jo", where).card.summary
