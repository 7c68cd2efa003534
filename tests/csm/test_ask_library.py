"""Colleagues ask the library: who listens decides how far they see."""

from dataclasses import replace

import pytest

from csm.errors import Forbidden, InvalidInput, Unavailable
from csm.knowledge import Passage, Said, Shelf, Speaker
from csm.people import Capability, Place, Principal, clear
from csm.ports import Records
from csm.ports_answers import Sentence
from csm.use_cases.ask_library import LibraryAnswer, ask
from tests.csm.answering_scene import (
    CASEY,
    JO,
    JO_DM,
    LOBBY,
    SHARED,
    SHELF,
    TEAM,
    Scene,
    Scripted,
    Shelved,
    Shelves,
    clearance,
    passage,
    said,
)
from tests.csm.shipped import shipped_playbook

SETTINGS = shipped_playbook().answers
SECRET = passage(
    "A refund is granted up to $500 without asking. The escalation path of refunds is Morgan.",
    "Refunds, how we decide",
    shelf=Shelf.INTERNAL,
)
REFUNDS = "How are refunds decided, up to which amount?"


@pytest.fixture
def records(sqlite_records: Records) -> Records:
    return Scene(sqlite_records).records


def library(confidence: float | None = None) -> Shelves:
    return Shelves(Shelved(SHELF, confidence), [SECRET])


def test_among_colleagues_both_shelves_answer(records: Records) -> None:
    answer = ask(clearance(CASEY, TEAM), records, library(), None, SETTINGS, f"  {REFUNDS}  ")
    assert answer.both_shelves
    assert answer.question == REFUNDS
    assert "$500" in answer.sentences[0].text
    assert answer.sources[0].id in answer.internal
    assert answer.nearest == ()


@pytest.mark.parametrize(
    ("who", "place"), [(CASEY, SHARED), (CASEY, LOBBY), (CASEY, JO_DM), (JO, SHARED), (JO, TEAM)]
)
def test_where_anybody_else_listens_the_internal_shelf_is_out_of_reach(
    records: Records, who: Principal, place: Place
) -> None:
    shelves = library()
    model = Scripted([[]])
    answer = ask(clearance(who, place), records, shelves, model, SETTINGS, REFUNDS)
    assert shelves.staff_asked == 0
    assert not answer.both_shelves
    assert "$500" not in repr(answer)
    assert model.given == []


def test_below_the_threshold_the_nearest_are_shown_and_no_model_asked(records: Records) -> None:
    model = Scripted([said("It works.")])
    shelves = library(confidence=SETTINGS.threshold - 0.01)
    answer = ask(clearance(CASEY, TEAM), records, shelves, model, SETTINGS, "How do alerts work?")
    assert answer.sentences == ()
    assert [one.title for one in answer.nearest][:1] == ["Alerts"]
    assert len(answer.nearest) <= 3
    assert model.given == []


def test_a_model_that_finds_nothing_leaves_the_nearest(records: Records) -> None:
    answer = ask(
        clearance(CASEY, TEAM), records, library(), Scripted([[]]), SETTINGS, "alert limits?"
    )
    assert answer.sentences == ()
    assert answer.nearest[0].title == "Alerts"
    assert answer.by_model


def test_the_thread_and_the_model_are_used(records: Records) -> None:
    model = Scripted([[Sentence("Set the limits of an alert in its panel.", ("alerts",))]])
    thread = [Said(Speaker.STAFF, "We talk of an alert.")]
    shelves = library()
    answer = ask(clearance(CASEY, SHARED), records, shelves, model, SETTINGS, "its limits?", thread)
    assert answer.by_model
    assert shelves.customer.queries[0].thread == tuple(thread)
    assert [one.title for one in answer.sources] == ["Alerts"]


def test_in_front_of_others_the_guard_has_a_say_and_among_us_it_has_none(records: Records) -> None:
    loud: Passage = passage("Write @channel to reach every member.", "Reach members")
    shelves = Shelves(Shelved([loud]))
    question = "How do I reach every member?"
    stopped = ask(clearance(CASEY, SHARED), records, shelves, None, SETTINGS, question)
    assert stopped.sentences == ()
    assert stopped.stopped_by == ("mention",)
    assert ask(clearance(CASEY, TEAM), records, shelves, None, SETTINGS, question).sentences


def test_a_customer_is_never_told_of_another(records: Records) -> None:
    page = passage("A member who comes from Globex joins like a member.", "Join")
    other = passage("Members join by a link.", "Links")
    shelves = Shelves(Shelved([page, other], confidence=1.0))
    model = Scripted([[Sentence("Members of Globex join by a link.", ("links",))]])
    question = "How do members join by a link?"
    answer = ask(clearance(JO, SHARED), records, shelves, model, SETTINGS, question)
    assert "Globex" not in answer.text


def test_what_others_read_is_bound_to_the_guard_s_leave(records: Records) -> None:
    answer = ask(clearance(CASEY, SHARED), records, library(), None, SETTINGS, "alert limits?")
    assert answer.sentences
    assert answer.cleared is not None
    changed = (Sentence("Set no limits.", ("alerts",)),)
    with pytest.raises(ValueError, match="not the one that was cleared"):
        replace(answer, sentences=changed)
    with pytest.raises(ValueError, match="not the one that was cleared"):
        replace(answer, account_key="globex")
    with pytest.raises(ValueError, match="needs the guard's leave"):
        replace(answer, cleared=None)


def test_nothing_at_all_is_found(records: Records) -> None:
    answer = ask(clearance(CASEY, TEAM), records, Shelves(Shelved([])), None, SETTINGS, "anything?")
    assert answer == LibraryAnswer("anything?", both_shelves=True, confidence=0.0)


@pytest.mark.parametrize(
    ("question", "complaint"), [(" ", "Say what"), ("x" * 4001, "longer than the 4,000")]
)
def test_a_question_that_cannot_be_looked_up_is_refused(
    records: Records, question: str, complaint: str
) -> None:
    with pytest.raises(InvalidInput, match=complaint):
        ask(clearance(CASEY, TEAM), records, library(), None, SETTINGS, question)


def test_a_library_that_is_down_is_said_to_be(records: Records) -> None:
    with pytest.raises(Unavailable):
        ask(
            clearance(CASEY, SHARED),
            records,
            Shelves(Shelved(SHELF, down=True)),
            None,
            SETTINGS,
            "x?",
        )


def test_it_takes_leave_to_get_help(records: Records) -> None:
    wrong = clear(CASEY, Capability.KEEP_LIBRARY, TEAM.audience)
    with pytest.raises(Forbidden):
        ask(wrong, records, library(), None, SETTINGS, REFUNDS)
