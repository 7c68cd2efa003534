"""A customer in a thread that has an answer, or a person at it."""

import pytest

from csm.case import Case
from csm.people import Capability
from csm.ports import Records
from csm.question import Feedback, Mode, QuestionState, Review
from csm.reasons import Reason
from csm.use_cases.answer_question import (
    Answered,
    Drafted,
    FeedbackNoted,
    HandedOver,
    LeftToPeople,
    NotNeeded,
    Silent,
    SmallTalk,
    StillWaiting,
)
from csm.use_cases.case_file import Waiting
from csm.use_cases.judge_answers import review_answer
from csm.use_cases.work_cases import reply_to_case, resolve_case
from tests.csm.answering_scene import CASEY, JO_DM, RILEY, SAM, SHARED, Scene, staff_clearance

HOW = "How do I reset the password of a member?"
LOST = "The hologram is broken"
STAFF = staff_clearance(Capability.ANSWER_CUSTOMERS)


@pytest.fixture
def scene(sqlite_records: Records) -> Scene:
    return Scene(sqlite_records)


def case(scene: Scene) -> Case:
    """The only one."""
    with scene.records.reading() as reader:
        assert reader.case(2) is None
        stored = reader.case(1)
    assert stored is not None
    return stored.case


def told(scene: Scene, start: str) -> list[str]:
    """The titles of what a colleague is told in posts whose key begins so."""
    with scene.records.reading() as reader:
        found = [stored.post for stored in reader.posts("waiting")]
    return [post.card["title"] for post in found if post.key.startswith(start)]


def answered(scene: Scene, text: str = LOST) -> None:
    """A question that a colleague has answered."""
    assert isinstance(scene.say(text), HandedOver)
    scene.clock.pass_by(minutes=5)
    reply_to_case(STAFF, scene.records, scene.settings, scene.clock.now(), 1, "Press Save.")


@pytest.mark.parametrize("end", ["answered", "resolved"])
@pytest.mark.parametrize(
    ("text", "addressed"),
    [
        ("that did not help", False),
        ("it still does not work", False),
        ("and for Ubuntu?", False),
        ("How do I delete an alert?", False),
        ("that did not help", True),
        ("and for Ubuntu?", True),
        ("any news?", True),
        ("I want to talk to a person", True),
    ],
)
def test_whoever_is_not_content_gets_the_person_back(
    scene: Scene, text: str, addressed: bool, end: str
) -> None:
    answered(scene)
    if end == "resolved":
        resolve_case(STAFF, scene.records, scene.clock.now(), 1)
    scene.clock.pass_by(days=1)
    response = scene.say(text, thread="m1", addressed=addressed)
    assert isinstance(response, HandedOver)
    assert response.handed.owner_name == "Casey Rivers"
    back = case(scene)
    assert (back.status, back.claimed_by, back.answered_at) == ("claimed", "casey", None)
    assert back.due_at == response.handed.due_at > scene.clock.now()
    assert len(scene.questions()) == 1
    assert len(told(scene, "case:1:again")) == 1


@pytest.mark.parametrize(
    "text", ["Thank you!", "ok thanks, will try that", "no", "Lunch was great.", "👍"]
)
def test_what_asks_for_nothing_stays_between_them(scene: Scene, text: str) -> None:
    answered(scene)
    assert isinstance(scene.say(text, thread="m1"), Silent)
    assert case(scene).status == "answered"


def test_who_calls_us_with_something_new_is_answered_by_us(scene: Scene) -> None:
    answered(scene)
    assert isinstance(scene.say(HOW, thread="m1", addressed=True), Answered)
    assert case(scene).status == "answered"


def test_another_customer_does_not_bring_it_back(scene: Scene) -> None:
    answered(scene)
    scene.say("that did not help", SAM, thread="m1")
    assert case(scene).status == "answered"


def test_that_it_helped_ends_the_case_without_a_word_from_us(scene: Scene) -> None:
    answered(scene)
    assert isinstance(scene.say("thanks, that worked", thread="m1"), Silent)
    assert (case(scene).status, case(scene).resolved_by) == ("resolved", "jo")
    assert told(scene, "case:1:settled") == ["Solved: case #1"]


@pytest.mark.parametrize(
    "text",
    [
        "didn't work",
        "That didn't help at all, I still cannot see the share button",
        "still the same error",
        "no",
        "wrong",
    ],
)
@pytest.mark.parametrize("mode", [Mode.ANSWER, Mode.DRAFT])
def test_a_complaint_after_our_answer_goes_to_a_person(scene: Scene, text: str, mode: Mode) -> None:
    scene.say(HOW)
    scene.set_mode(SHARED, mode)
    noted = scene.say(text, thread="m1")
    assert isinstance(noted, FeedbackNoted)
    assert noted.handed
    assert scene.last().question.feedback is Feedback.NOT_HELPED
    assert case(scene).reason == "not_helped"
    assert len(scene.shelf.queries) == 1


def test_a_complaint_some_lines_later_does_too(scene: Scene) -> None:
    scene.say(HOW)
    scene.say("Let me see.", thread="m1")
    assert isinstance(scene.say("it didn't work", thread="m1"), FeedbackNoted)
    assert scene.say("still the same error", thread="m1") == Silent(Reason.WITH_A_PERSON)
    assert case(scene).status == "open"


def test_where_a_person_leads_a_complaint_is_theirs_unless_we_are_called(scene: Scene) -> None:
    scene.say(HOW)
    scene.say("Use the menu.", CASEY, thread="m1")
    assert isinstance(scene.say("that did not help", thread="m1"), Silent)
    noted = scene.say("that did not help", thread="m1", addressed=True)
    assert isinstance(noted, FeedbackNoted)
    assert noted.handed


def test_a_colleague_s_not_helped_is_no_thanks(scene: Scene) -> None:
    scene.say(HOW)
    heard = scene.say("that's wrong", CASEY, thread="m1", addressed=True)
    assert isinstance(heard, Silent)


@pytest.mark.parametrize("addressed", [True, False])
@pytest.mark.parametrize("text", ["any news on this?", "please hurry", "any update?"])
def test_news_of_an_open_case(scene: Scene, text: str, addressed: bool) -> None:
    scene.say(LOST)
    response = scene.say(text, thread="m1", addressed=addressed)
    assert isinstance(response, StillWaiting)
    assert response.question.who == "Casey Rivers"
    assert response.question.waiting is Waiting.TOLD
    assert response.question.due_at == case(scene).due_at
    assert isinstance(scene.say("still nothing?", thread="m1"), StillWaiting)
    assert told(scene, "case:1:asks") == ["Jo Park asks again: case #1"]
    assert len(scene.questions()) == 1


def test_news_after_our_answer_is_of_the_question_before_it(scene: Scene) -> None:
    scene.say(LOST)
    scene.say(HOW, thread="m1", addressed=True)
    response = scene.say("any news?", thread="m1")
    assert isinstance(response, StillWaiting)
    assert response.question.text == LOST


def test_whoever_asks_us_for_news_elsewhere_hears_of_their_newest_question(scene: Scene) -> None:
    scene.say(LOST)
    response = scene.say("any news?", addressed=True)
    assert isinstance(response, StillWaiting)
    assert not isinstance(scene.say("any news on the import?", addressed=True), StillWaiting)
    assert not isinstance(scene.say("any news?", SAM, addressed=True), StillWaiting)


@pytest.mark.parametrize("addressed", [True, False])
@pytest.mark.parametrize("text", ["forget it, solved", "never mind", "we found it, thanks"])
def test_solved_by_themselves(scene: Scene, text: str, addressed: bool) -> None:
    scene.say(LOST)
    assert scene.say(text, thread="m1", addressed=addressed) == NotNeeded("Casey Rivers")
    assert (case(scene).status, case(scene).resolved_by) == ("resolved", "jo")
    assert told(scene, "case:1:settled") == ["Solved: case #1"]
    again = scene.say("it is broken again", thread="m1")
    assert isinstance(again, HandedOver)
    assert case(scene).status == "open"


def test_thanks_are_no_question_while_they_wait(scene: Scene) -> None:
    scene.say(LOST)
    assert scene.say("thanks", thread="m1", addressed=True) == SmallTalk("thanks")
    assert told(scene, "case:1:asks") == []


def test_a_case_that_is_ours_alone_is_not_spoken_of(scene: Scene) -> None:
    scene.say(HOW)
    review_answer(STAFF, scene.records, scene.settings, scene.clock.now(), 1, Review.WRONG)
    assert not isinstance(scene.say("any news?", thread="m1"), StillWaiting)
    assert not isinstance(scene.say("that worked", thread="m1"), NotNeeded)
    assert case(scene).status == "open"
    assert isinstance(scene.say("that did not help", thread="m1"), FeedbackNoted)
    assert isinstance(scene.say("any news?", thread="m1"), StillWaiting)


@pytest.mark.parametrize("text", ["not yet, I'll come back to you", "Looking into it", "On it!"])
def test_a_colleague_s_promise_is_no_answer(scene: Scene, text: str) -> None:
    scene.say(LOST)
    due = case(scene).due_at
    assert scene.say(text, RILEY, thread="m1") == Silent(Reason.STAFF_SPOKE)
    assert (case(scene).status, case(scene).claimed_by) == ("claimed", "riley")
    assert case(scene).due_at == due
    scene.say("Restart the projector.", RILEY, thread="m1")
    assert case(scene).status == "answered"


def test_after_our_answer_a_promise_counts_as_a_person_s_word(scene: Scene) -> None:
    scene.say(HOW)
    scene.say("let me check", CASEY, thread="m1")
    assert scene.last().question.human_replied_at == scene.clock.now()


def test_a_draft_that_is_waited_for(scene: Scene) -> None:
    scene.set_mode(SHARED, Mode.DRAFT)
    assert isinstance(scene.say(HOW), Drafted)
    assert scene.say("let me check", CASEY, thread="m1") == Silent(Reason.STAFF_SPOKE)
    assert scene.last().question.state is QuestionState.DRAFTED
    response = scene.say("any news?", thread="m1")
    assert isinstance(response, StillWaiting)
    assert response.question.waiting is Waiting.LOOKED_AT
    assert response.question.who == "Casey Rivers"
    assert response.question.due_at
    scene.say("still waiting", thread="m1")
    assert len(told(scene, "draft:1:asks")) == 1
    assert scene.say("never mind, found it", thread="m1") == NotNeeded("Casey Rivers")
    assert scene.last().question.state is QuestionState.OVERTAKEN
    assert told(scene, "draft:1:settled") == ["Draft not needed any more"]
    assert len(scene.questions()) == 1


def test_a_complaint_after_a_draft_was_overtaken_is_a_case_when_we_are_called(
    scene: Scene,
) -> None:
    scene.set_mode(SHARED, Mode.DRAFT)
    scene.say(HOW)
    scene.say("Use the menu.", CASEY, thread="m1")
    assert isinstance(scene.say("that did not help", thread="m1"), Silent)
    response = scene.say("that did not help", thread="m1", addressed=True)
    assert isinstance(response, HandedOver)
    assert case(scene).reason == "not_helped"


def test_in_direct_messages_a_new_question_is_a_new_one(scene: Scene) -> None:
    scene.say(LOST, place=JO_DM, addressed=True)
    reply_to_case(STAFF, scene.records, scene.settings, scene.clock.now(), 1, "Press Save.")
    assert isinstance(scene.say(HOW, place=JO_DM, addressed=True), Answered)
    assert case(scene).status == "answered"


@pytest.mark.parametrize(("days", "comes_back"), [(2, True), (9, False)])
def test_in_direct_messages_a_case_is_spoken_of_for_a_week(
    scene: Scene, days: float, comes_back: bool
) -> None:
    scene.say(LOST, place=JO_DM, addressed=True)
    reply_to_case(STAFF, scene.records, scene.settings, scene.clock.now(), 1, "Press Save.")
    scene.clock.pass_by(days=days)
    scene.say("that did not help", place=JO_DM, addressed=True)
    with scene.records.reading() as reader:
        stored = reader.case(1)
    assert stored is not None
    assert (stored.case.status == "claimed") is comes_back


def test_where_we_are_off_whoever_calls_us_learns_whom_to_ask(scene: Scene) -> None:
    scene.set_mode(SHARED, Mode.OFF)
    for text in (HOW, "hello", "thanks", "tell me a joke"):
        assert scene.say(text, addressed=True) == LeftToPeople("Casey Rivers")
    assert scene.say("👍", addressed=True) == Silent(Reason.NOTHING_SAID)
    assert isinstance(scene.say("I want to talk to a person", addressed=True), HandedOver)
    assert isinstance(scene.say("any news?", thread="m6"), StillWaiting)


@pytest.mark.parametrize(
    ("text", "kind"),
    [("you're useless", "play"), ("stop answering here", "leave"), ("tell me a joke", "play")],
)
def test_banter_never_opens_a_case(scene: Scene, text: str, kind: str) -> None:
    assert scene.say(text, addressed=True) == SmallTalk(kind)
    assert isinstance(scene.say(text), Silent)
    assert scene.questions() == []


def test_a_slash_command_stands_alone(scene: Scene) -> None:
    """It has no thread: what others asked so in the channel is not what came before it."""
    scene.clock.pass_by(minutes=1)
    for text in ("The hologram is broken", "and for Ubuntu, please?"):
        heard = scene.heard(text, addressed=True)
        alone = type(heard)(heard.key, SHARED, "", heard.message, heard.who, text, True)
        plan = scene.hear(alone)
        assert getattr(plan, "query", None)
        assert plan.query.thread == ()  # type: ignore[union-attr]
