"""What the library and the models make of a question."""

from dataclasses import replace

import pytest

from csm.errors import Unavailable
from csm.knowledge import Shelf
from csm.people import Capability
from csm.ports import Records
from csm.ports_answers import Sentence
from csm.post import Post
from csm.question import Mode, QuestionState
from csm.reasons import Reason
from csm.use_cases.answer_question import (
    Answered,
    Clarify,
    Drafted,
    HandedOver,
    Silent,
)
from csm.use_cases.drafts import send_draft
from csm.use_cases.work_cases import see_case
from csm.views.case_words import tried_text
from tests.csm.answering_scene import (
    RESET,
    SHARED,
    Scene,
    Scripted,
    passage,
    said,
    staff_clearance,
)

HOW = "How do I reset the password of a member?"


def posts(scene: Scene) -> list[Post]:
    with scene.records.reading() as reader:
        return [stored.post for stored in reader.posts("waiting")]


@pytest.fixture
def scene(sqlite_records: Records) -> Scene:
    return Scene(sqlite_records)


def test_in_draft_mode_we_never_ask_back(scene: Scene) -> None:
    scene.set_mode(SHARED, Mode.DRAFT)
    assert isinstance(scene.say("can you help me", addressed=True), HandedOver)
    scene.shelf.confidence = scene.settings.clarify_from
    assert isinstance(scene.say("a report or an alert?"), HandedOver)


def test_we_ask_back_twice_at_most(scene: Scene) -> None:
    scene.shelf.confidence = scene.settings.clarify_from
    first = scene.say("a report or an alert?")
    assert isinstance(first, Clarify)
    assert set(first.choices) == {"Alerts", "Scheduled reports"}
    assert scene.last().question.state is QuestionState.CLARIFYING
    assert isinstance(scene.say("the report, the alert", thread="m1"), Clarify)
    assert isinstance(scene.say("report alert, once more", thread="m1"), HandedOver)


def test_the_reply_to_our_question_is_taken_though_nobody_calls_us(scene: Scene) -> None:
    scene.shelf.confidence = scene.settings.clarify_from
    scene.say("a report or an alert?")
    scene.shelf.confidence = None
    answer = scene.say("the alert", thread="m1")
    assert isinstance(answer, Answered)
    assert answer.sources[0].title == "Alerts"


def test_below_clarify_from_or_with_one_document_we_do_not_ask_back(scene: Scene) -> None:
    scene.shelf.confidence = scene.settings.clarify_from - 0.01
    assert isinstance(scene.say("a report or an alert?"), HandedOver)
    scene.shelf.confidence = scene.settings.clarify_from
    assert isinstance(scene.say("what about the reset link password?"), HandedOver)


def test_the_threshold_is_just_enough(scene: Scene) -> None:
    scene.shelf.confidence = scene.settings.threshold
    assert isinstance(scene.say(HOW), Answered)
    scene.shelf.confidence = scene.settings.threshold - 0.001
    assert not isinstance(scene.say(HOW), Answered)


def test_without_the_library_a_person_is_asked(scene: Scene) -> None:
    scene.shelf.down = True
    assert isinstance(scene.say("How do I reset it, please?"), HandedOver)
    assert scene.last().question.reason == Reason.LIBRARY_DOWN
    assert scene.say("How was your flight?") == Silent(Reason.LIBRARY_DOWN)
    assert len(scene.questions()) == 1


def test_a_model_s_answer_is_given_when_every_sentence_is_backed(scene: Scene) -> None:
    scene.answerer = Scripted(
        [said("Open Settings > Members.", "The reset link expires after 24 hours.")]
    )
    answer = scene.say(HOW)
    assert isinstance(answer, Answered)
    assert (answer.by_model, answer.model_failed) == (True, False)
    assert answer.text == "Open Settings > Members. The reset link expires after 24 hours."
    assert scene.last().question.by_model
    query, passages, faults = scene.answerer.given[0]
    assert query.text == HOW
    assert faults == ()
    assert {one.shelf for one in passages} == {Shelf.CUSTOMER}


def test_a_model_may_mend_its_answer_once(scene: Scene) -> None:
    right = said("The reset link expires after 24 hours.")
    wrong = said("The link expires after 48 hours.")
    scene.answerer = Scripted([wrong, right])
    answer = scene.say(HOW)
    assert isinstance(answer, Answered)
    assert answer.text == "The reset link expires after 24 hours."
    assert "“48”" in scene.answerer.given[1][2][0]


@pytest.mark.parametrize(
    "answers",
    [
        [said("The link expires after 48 hours.")],
        [Unavailable("no model")],
        [said("The link expires after 48 hours."), Unavailable("no model")],
        [[Sentence("It expires after 24 hours.", ())]],
        [[Sentence("It expires after 24 hours.", ("nowhere",))]],
    ],
)
def test_else_the_documents_own_words_are_given_and_marked(
    scene: Scene, answers: list[list[Sentence] | Exception]
) -> None:
    scene.answerer = Scripted(answers)
    answer = scene.say(HOW)
    assert isinstance(answer, Answered)
    assert (answer.by_model, answer.model_failed) == (False, True)
    assert "48" not in answer.text
    assert len(scene.answerer.given) <= 2


@pytest.mark.parametrize("answers", [[[]], [said("It takes 48 hours."), []], [said("**", " ")]])
def test_a_model_that_finds_no_answer_is_believed(
    scene: Scene, answers: list[list[Sentence]]
) -> None:
    scene.answerer = Scripted(answers)
    assert isinstance(scene.say(HOW), HandedOver)
    assert scene.last().question.reason == Reason.MODEL_ABSTAINED


def test_what_the_guard_minds_goes_to_a_person(scene: Scene) -> None:
    shout = passage("Write @channel to reach every member of a workspace.", "Reach members")
    scene.shelf.passages = [shout]
    assert isinstance(scene.say("How do I reach every member of a workspace?"), HandedOver)
    assert scene.last().question.reason == Reason.GUARD_REFUSED
    assert scene.last().question.answer == ""


def test_whoever_takes_a_stopped_answer_on_learns_why_and_nothing_of_it(scene: Scene) -> None:
    scene.shelf.passages = [passage("Write @channel to reach every member.", "Reach members")]
    handed = scene.say("How do I reach every member of a workspace?")
    assert isinstance(handed, HandedOver)
    assert handed.stopped_by == ("mention",)
    why = "The guard stopped the drafted answer: It calls on people"
    told = [post for post in posts(scene) if post.account_key is None]
    assert told
    assert all(why in repr(post.card) and "Write @channel" not in repr(post.card) for post in told)
    again = see_case(staff_clearance(Capability.ANSWER_CUSTOMERS), scene.records, 1)
    assert why in tried_text(again.stored.case, again.stored.question, again.names)
    assert not any("guard" in repr(post.card) for post in posts(scene) if post.account_key)


PROMISE = passage("For uptime, write @channel: we guarantee it.", "Uptime")


def test_an_answer_that_only_a_person_may_send_lies_before_one(scene: Scene) -> None:
    scene.shelf.passages = [PROMISE]
    scene.answerer = Scripted([[Sentence("We guarantee uptime.", (PROMISE.id,))]])
    scene.settings = scene.settings.model_copy(update={"topics": scene.settings.topics[:1]})
    drafted = scene.say("uptime, what is guaranteed?")
    assert isinstance(drafted, Drafted)
    assert drafted.stopped_by == ("commitment",)
    kept = scene.last().question
    assert (kept.state, kept.objections) == (QuestionState.DRAFTED, "It makes a promise.")
    told = [post for post in posts(scene) if post.person_key == "casey"]
    assert "The guard stopped the drafted answer: It makes a promise." in repr(told[0].card)
    assert not any("We guarantee" in repr(post.card) for post in posts(scene) if post.account_key)
    leave = staff_clearance(Capability.ANSWER_CUSTOMERS)
    now = scene.clock.now()
    send_draft(leave, scene.records, scene.settings, now, scene.last().id, None)
    assert scene.last().question.state is QuestionState.ANSWERED


def test_a_model_s_words_that_the_guard_minds_give_way_to_the_documents(scene: Scene) -> None:
    document = passage("A member of the acquired team globex joins like a member.", "Join")
    other = passage("Members join by a link.", "Links")
    scene.shelf.passages = [document, other]
    scene.answerer = Scripted([[Sentence("Members join by a link. " * 200, ("links",))]])
    answer = scene.say("how do members join by a link")
    assert isinstance(answer, Answered)
    assert answer.model_failed
    assert answer.text == "Members join by a link."


def test_stale_sources_are_named(scene: Scene) -> None:
    scene.shelf.passages = [replace(RESET, is_stale=True)]
    answer = scene.say(HOW)
    assert isinstance(answer, Answered)
    assert answer.stale == ("Reset a password",)


def test_a_link_that_is_none_is_not_given(scene: Scene) -> None:
    scene.shelf.passages = [replace(RESET, link="docs/reset.md")]
    answer = scene.say(HOW)
    assert isinstance(answer, Answered)
    assert answer.sources[0].link == ""
