"""From a question that nobody could answer to an article that answers it."""

from pathlib import Path

import pytest

from app import House
from csm.card import Form
from csm.errors import Busy, Unavailable
from csm.knowledge import Shelf
from knowledge.embedder import MiniLm
from knowledge.library import KnowledgeLibrary
from tests.journeys.answering import World, world_of

ASKED = "how do we set a fiscal year that starts in April?"
REPLY = (
    "The fiscal year starts in January. To have it start in April or any other month, open "
    "Settings, choose Calendar and set the first month of the fiscal year."
)


def form_for(world: World) -> Form:
    """Up to the form that publishes the article on the one gap."""
    world.talk.say("/mode answer", where="acme-shared")
    case = world.talk.say(f"@csm {ASKED}", who="jo", where="acme-shared").button("case.claim:").id
    number = case.partition(":")[2]
    world.talk.press(f"case.replied:{number}", values={"text": REPLY})
    draft = world.talk.press(world.talk.say("/gaps").button("gap.draft:").id)
    form = world.talk.press(draft.button("article.publish:").id).last.reply.form
    assert form is not None
    return form


def test_what_was_published_answers_the_same_question(house: House, tmp_path: Path) -> None:
    library = KnowledgeLibrary(house.records, MiniLm(), tmp_path, house.clock, 730)
    world = world_of(house, real_library=library)
    form = form_for(world)
    text = f"# Set the start of the fiscal year\n\n{REPLY}"
    told = world.talk.press(form.id, values={"text": text})
    assert "customers' questions find it now" in told.text
    other = "Can our fiscal year start in April?"
    answer = world.talk.say(f"@csm {other}", who="jo", where="acme-shared")
    assert "choose Calendar" in answer.seen_by("everyone")
    assert answer.offers("answer.helped:")


@pytest.mark.parametrize("trouble", [Busy("Somebody is at it."), Unavailable("It is down.")])
def test_an_index_that_cannot_be_renewed_takes_no_article_back(
    world: World, trouble: Exception
) -> None:
    form = form_for(world)
    assert world.library.renewed == [Shelf.INTERNAL]
    world.library.trouble = trouble
    told = world.talk.press(form.id, values={"text": f"# Fiscal year\n\n{REPLY}"})
    assert "by its words now, and by its meaning shortly" in told.text
    with world.house.records.reading() as reader:
        assert "Fiscal year" in [one.document.title for one in reader.documents(Shelf.CUSTOMER)]


def test_both_shelves_are_renewed(world: World) -> None:
    form = form_for(world)
    world.talk.press(form.id, values={"text": f"# Fiscal year\n\n{REPLY}"})
    assert world.library.renewed == [Shelf.INTERNAL, Shelf.CUSTOMER, Shelf.INTERNAL]
