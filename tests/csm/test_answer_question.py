"""A customer's question on its way: answered, overtaken, handed over, never lost."""

from dataclasses import replace
from datetime import timedelta

import pytest

from csm.case import CaseStatus
from csm.errors import Forbidden
from csm.knowledge import Shelf
from csm.people import Capability
from csm.ports import Records
from csm.ports_answers import Sentence
from csm.question import Mode, QuestionState
from csm.reasons import Reason
from csm.use_cases.answer_question import (
    Answered,
    HandedOver,
    Plan,
    Silent,
    StillWaiting,
    sweep_unsettled,
)
from csm.use_cases.work_cases import resolve_case
from tests.csm.answering_scene import (
    CASEY,
    GLOBEX_SHARED,
    JO,
    LOBBY,
    RESET,
    SAM,
    SHARED,
    START,
    Scene,
    Scripted,
    clearance,
    passage,
    said,
    staff_clearance,
)

HOW = "How do I reset the password of a member?"


@pytest.fixture
def scene(sqlite_records: Records) -> Scene:
    return Scene(sqlite_records)


def lines(scene: Scene, thread: str = "m1") -> list[tuple[str, str]]:
    with scene.records.reading() as reader:
        return [
            (line.by, line.text)
            for line in reader.thread("console", "demo", SHARED.channel, thread)
        ]


def cases(scene: Scene) -> int:
    with scene.records.reading() as reader:
        return len(reader.open_cases())


def _begun(scene: Scene, text: str = HOW) -> None:
    assert isinstance(scene.hear(scene.heard(text, addressed=True)), Plan)


def test_an_answer_rests_on_its_sources_and_is_kept(records: Records) -> None:
    scene = Scene(records)
    answer = scene.say(HOW)
    assert isinstance(answer, Answered)
    assert "Click Send reset link." in answer.text
    assert [source.title for source in answer.sources] == ["Reset a password"]
    kept = scene.last().question
    assert (kept.state, kept.answer, kept.sources) == (
        QuestionState.ANSWERED,
        answer.text,
        answer.sources,
    )
    assert (kept.account_key, kept.asked_by, kept.by_staff) == ("acme", "jo", False)
    assert kept.confidence == 1.0
    assert lines(scene) == [("customer", HOW), ("us", answer.text)]


def test_one_message_is_taken_once(records: Records) -> None:
    scene = Scene(records)
    heard = scene.heard(HOW)
    assert isinstance(scene.hear(heard), Plan)
    assert scene.hear(heard) == Silent(Reason.HEARD_BEFORE)
    assert len(scene.questions()) == 1


def test_nothing_is_open_while_the_library_and_the_model_work(records: Records) -> None:
    scene = Scene(records)
    written: list[str] = []

    class Writes(Scripted):
        def answer(self, *args: object, **more: object) -> tuple[Sentence, ...]:
            scene.set_mode(SHARED, Mode.ANSWER)
            written.append("model")
            return tuple(said("The reset link expires after 24 hours."))

    def write() -> None:
        scene.set_mode(SHARED, Mode.ANSWER)
        written.append("library")

    scene.shelf.meanwhile = write
    scene.answerer = Writes([])
    assert isinstance(scene.say(HOW), Answered)
    assert written == ["library", "model"]


def test_who_speaks_meanwhile_answers(records: Records) -> None:
    scene = Scene(records)
    heard = scene.heard(HOW)
    plan = scene.hear(heard)
    assert isinstance(plan, Plan)
    scene.hear(scene.heard("I will show you.", CASEY, thread=heard.thread))
    response = scene.answering.respond(clearance(JO, SHARED), plan)
    assert response == Silent(Reason.OVERTAKEN)
    assert scene.last().question.state is QuestionState.OVERTAKEN
    assert scene.last().question.answer == ""


def test_a_hand_over_is_overtaken_too(scene: Scene) -> None:
    heard = scene.heard("How do I reach the moon by rocket?", addressed=True)
    plan = scene.hear(heard)
    assert isinstance(plan, Plan)
    scene.hear(scene.heard("Not at all, Jo.", CASEY, thread=heard.thread))
    response = scene.answering.respond(clearance(JO, SHARED), plan)
    assert response == Silent(Reason.OVERTAKEN)
    assert cases(scene) == 0


def test_a_question_that_is_too_long_is_a_person_s(scene: Scene) -> None:
    assert isinstance(scene.say(f"{HOW} " * 500), HandedOver)
    assert scene.last().question.reason == Reason.TOO_LONG
    assert len(scene.last().question.text) == 4000
    assert scene.shelf.queries == []


def test_a_thread_that_a_person_has_is_theirs(scene: Scene) -> None:
    first = scene.say("The hologram is broken")
    assert isinstance(first, HandedOver)
    assert scene.say("Is it the beamer?", thread="m1") == Silent(Reason.WITH_A_PERSON)
    again = scene.say("still broken?", thread="m1", addressed=True)
    assert isinstance(again, StillWaiting)
    assert again.question.due_at == first.handed.due_at
    assert cases(scene) == 1
    assert isinstance(scene.say(HOW, thread="m1", addressed=True), Answered)


def test_whoever_comes_back_after_a_case_was_resolved_gets_it_back(scene: Scene) -> None:
    first = scene.say("The hologram is broken")
    assert isinstance(first, HandedOver)
    who = staff_clearance(Capability.ANSWER_CUSTOMERS)
    resolve_case(who, scene.records, scene.clock.now(), first.handed.case_id)
    scene.clock.pass_by(hours=20)
    again = scene.say("it is broken again, please help", thread="m1")
    assert isinstance(again, HandedOver)
    assert again.handed.case_id == first.handed.case_id
    assert again.handed.due_at > first.handed.due_at
    with scene.records.reading() as reader:
        case = reader.case(first.handed.case_id)
    assert case is not None
    assert case.case.status is not CaseStatus.RESOLVED


def test_a_search_that_reaches_too_far_answers_nobody(scene: Scene) -> None:
    scene.shelf.passages = [passage(RESET.text, "Reset a password", shelf=Shelf.INTERNAL)]
    with pytest.raises(RuntimeError, match="not for customers"):
        scene.say(HOW, addressed=True)
    assert scene.last().question.state is QuestionState.ASKED


def test_what_a_process_died_over_goes_to_a_person_and_the_customer_is_told(
    records: Records,
) -> None:
    scene = Scene(records)
    _begun(scene)
    sweep = scene.records, scene.settings
    assert sweep_unsettled(*sweep, START + timedelta(minutes=10)) == 0
    assert sweep_unsettled(*sweep, START + timedelta(minutes=11)) == 1
    assert sweep_unsettled(*sweep, START + timedelta(minutes=12)) == 0
    question = scene.last().question
    assert (question.state, question.reason) == (QuestionState.HANDED_OVER, Reason.UNFINISHED)
    with scene.records.reading() as reader:
        told = [p.post for p in reader.posts("waiting") if p.post.account_key == "acme"]
    assert len(told) == 1
    assert "Casey Rivers has your question" in str(told[0].card)
    assert (told[0].channel, told[0].thread) == ("acme-shared", "m1")


def test_what_was_swept_is_not_answered_late(scene: Scene) -> None:
    heard = scene.heard(HOW)
    plan = scene.hear(heard)
    assert isinstance(plan, Plan)
    scene.clock.pass_by(minutes=30)
    plan = replace(plan, question_id=plan.question_id or 1)
    _begun(scene)
    sweep_unsettled(scene.records, scene.settings, scene.clock.now() + timedelta(minutes=30))
    response = scene.answering.respond(clearance(JO, SHARED), plan)
    assert response == Silent(Reason.SETTLED)


def test_what_a_person_answered_meanwhile_is_not_swept_to_a_person(scene: Scene) -> None:
    _begun(scene)
    scene.say("Like this.", CASEY, thread="m1")
    assert sweep_unsettled(scene.records, scene.settings, START + timedelta(hours=1)) == 0
    assert scene.last().question.state is QuestionState.OVERTAKEN


def test_it_takes_leave_to_get_help(scene: Scene) -> None:
    wrong = staff_clearance(Capability.ANSWER_CUSTOMERS)
    with pytest.raises(Forbidden):
        scene.answering.hear(wrong, scene.heard(HOW))
    plan = scene.hear(scene.heard(HOW))
    assert isinstance(plan, Plan)
    with pytest.raises(Forbidden):
        scene.answering.respond(wrong, plan)


def test_another_customer_s_place_is_another_account(scene: Scene) -> None:
    scene.set_mode(GLOBEX_SHARED, Mode.ANSWER)
    answer = scene.say(HOW, SAM, GLOBEX_SHARED)
    assert isinstance(answer, Answered)
    assert answer.account_key == "globex"


def test_an_account_that_nobody_owns_goes_to_the_managers(scene: Scene) -> None:
    stranger = replace(JO, account_key="nobody")
    response = scene.say("The hologram is broken", stranger, LOBBY, addressed=True)
    assert isinstance(response, HandedOver)
    assert response.handed.owner_name == "Morgan Reed"
