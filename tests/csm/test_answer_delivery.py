"""An answer is on its way with its question, and one that never arrives is a person's."""

from dataclasses import replace
from datetime import timedelta

import pytest

from csm.errors import NotFound
from csm.people import UNKNOWN_AUDIENCE, Capability, Place
from csm.ports import Records
from csm.ports_answers import StoredPost
from csm.post import Post, PostState
from csm.question import Mode, QuestionState
from csm.reasons import Reason
from csm.use_cases.answer_question import (
    Answered,
    Clarify,
    HandedOver,
    Plan,
    Silent,
    sweep_unsettled,
)
from csm.use_cases.drafts import send_draft
from csm.use_cases.undelivered import note_undelivered
from tests.csm.answering_scene import (
    CASEY,
    GLOBEX_SHARED,
    JO,
    JO_DM,
    LOBBY,
    SHARED,
    START,
    Scene,
    clearance,
    passage,
    staff_clearance,
)

HOW = "How do I reset the password of a member?"
LONG = " ".join(f"Step {n} of the import is to check column number {n} by hand." for n in range(60))


@pytest.fixture
def scene(sqlite_records: Records) -> Scene:
    return Scene(sqlite_records)


def waiting(scene: Scene, account_key: str | None = "acme") -> list[Post]:
    with scene.records.reading() as reader:
        posts = [stored.post for stored in reader.posts(PostState.WAITING)]
    return [post for post in posts if post.account_key == account_key]


def end(scene: Scene, key: str, state: PostState) -> StoredPost:
    """That post's end, as the postman writes it."""
    with scene.records.writing() as writer:
        stored = writer.post_by_key(key)
        assert stored is not None
        ended = StoredPost(stored.id, stored.post.model_copy(update={"state": state}))
        writer.update_post(ended.id, ended.post)
        note_undelivered(writer, ended, scene.settings, scene.clock.now())
    return ended


def cases(scene: Scene) -> list[str]:
    with scene.records.reading() as reader:
        return [stored.case.reason for stored in reader.open_cases()]


@pytest.mark.parametrize("place", [SHARED, JO_DM])
def test_an_answer_to_a_customer_is_posted_with_its_question(
    records: Records, place: Place
) -> None:
    scene = Scene(records)
    answer = scene.say(HOW, place=place, addressed=True)
    assert isinstance(answer, Answered)
    assert answer.posted
    (post,) = waiting(scene)
    assert post.key == f"answer:{answer.question_id}:1"
    assert (post.channel, post.thread) == (place.channel, "m1" if place is SHARED else "")
    assert "Send reset link" in str(post.card)
    assert f"answer.helped:{answer.question_id}" in str(post.card)


def test_where_nobody_knows_who_listens_only_whoever_asked_is_answered(scene: Scene) -> None:
    answer = scene.say(HOW, place=LOBBY, addressed=True)
    assert isinstance(answer, Answered)
    assert not answer.posted
    assert waiting(scene) == []


def test_what_we_ask_back_and_whom_we_hand_over_to_is_posted_too(scene: Scene) -> None:
    handed = scene.say("The hologram is broken")
    assert isinstance(handed, HandedOver)
    assert handed.posted
    scene.shelf.confidence = scene.settings.clarify_from
    asked_back = scene.say("a report or an alert?")
    assert isinstance(asked_back, Clarify)
    assert asked_back.posted
    told, asked = waiting(scene)
    assert "Casey Rivers has your question" in str(told.card)
    assert "answer.about:2" in str(asked.card)


def test_a_draft_is_no_answer_yet(scene: Scene) -> None:
    scene.set_mode(SHARED, Mode.DRAFT)
    scene.say(HOW)
    assert waiting(scene) == []


def test_what_is_overtaken_leaves_no_post(scene: Scene) -> None:
    heard = scene.heard(HOW)
    plan = scene.hear(heard)
    assert isinstance(plan, Plan)
    scene.hear(scene.heard("I will show you.", CASEY, thread=heard.thread))
    assert scene.answering.respond(clearance(JO, SHARED), plan) == Silent(Reason.OVERTAKEN)
    assert waiting(scene) == []


def test_an_answer_that_never_arrives_is_none(records: Records) -> None:
    scene = Scene(records)
    answer = scene.say(HOW)
    assert isinstance(answer, Answered)
    dead = end(scene, f"answer:{answer.question_id}:1", PostState.DEAD)
    with records.reading() as reader:
        stored = reader.question(answer.question_id)
    assert stored is not None
    question = stored.question
    assert (question.state, question.reason) == (QuestionState.HANDED_OVER, "undelivered")
    assert cases(scene) == ["undelivered"]
    (told,) = waiting(scene)
    assert "Casey Rivers has your question" in str(told.card)
    notice, case = waiting(scene, None)
    assert (notice.key, notice.person_key) == (f"undelivered:{dead.id}:casey", "casey")
    assert "Send reset link" in str(notice.card)
    assert "Our answer could not be delivered" in str(case.card)


def test_that_nobody_could_be_told_so_either_opens_nothing_more(scene: Scene) -> None:
    scene.say(HOW)
    end(scene, "answer:1:1", PostState.DEAD)
    before = len(waiting(scene, None))
    end(scene, "undelivered:1:told", PostState.DEAD)
    assert len(waiting(scene, None)) == before
    assert len(cases(scene)) == 1


def test_what_we_asked_back_in_vain_is_a_person_s(scene: Scene) -> None:
    scene.shelf.confidence = scene.settings.clarify_from
    scene.say("a report or an alert?")
    end(scene, "answer:1:1", PostState.DEAD)
    assert scene.last().question.state is QuestionState.HANDED_OVER
    assert len(cases(scene)) == 1


def test_a_hand_over_that_is_not_heard_of_stays_one(scene: Scene) -> None:
    scene.say("The hologram is broken")
    end(scene, "answer:1:1", PostState.DEAD)
    assert cases(scene) == [Reason.NOT_FOUND]
    assert waiting(scene) == []


def test_whether_it_arrived_is_a_person_s_to_find_out(scene: Scene) -> None:
    scene.say(HOW)
    end(scene, "answer:1:1", PostState.IN_DOUBT)
    assert scene.last().question.state is QuestionState.ANSWERED
    assert [post.key for post in waiting(scene, None)] == ["undelivered:1:casey"]
    assert cases(scene) == []


def test_a_colleague_who_answered_meanwhile_has_answered(scene: Scene) -> None:
    scene.say(HOW)
    scene.say("Like this.", CASEY, thread="m1")
    end(scene, "answer:1:1", PostState.DEAD)
    assert scene.last().question.state is QuestionState.OVERTAKEN
    assert cases(scene) == []


def test_a_beginning_that_is_lost_takes_the_rest_with_it(scene: Scene) -> None:
    scene.settings = scene.settings.model_copy(update={"longest_answer": 3000})
    scene.shelf.passages = [passage(LONG, "Check an import")]
    scene.shelf.confidence = 1.0
    scene.say("How do I check the columns of an import by hand?")
    keys = [post.key for post in waiting(scene)]
    assert keys == ["answer:1:1", "answer:1:2"]
    end(scene, "answer:1:1", PostState.DEAD)
    with scene.records.writing() as writer:
        rest = writer.post_by_key("answer:1:2")
    assert rest is not None
    assert rest.post.state is PostState.DEAD
    assert len(cases(scene)) == 1


def test_a_checked_answer_that_never_arrives_is_none_either(scene: Scene) -> None:
    scene.set_mode(SHARED, Mode.DRAFT)
    scene.say(HOW)
    leave = staff_clearance(Capability.ANSWER_CUSTOMERS)
    send_draft(leave, scene.records, scene.settings, scene.clock.now(), 1, None)
    end(scene, "draft:1:sent", PostState.DEAD)
    assert scene.last().question.state is QuestionState.HANDED_OVER
    assert cases(scene) == ["undelivered"]


def test_what_breaks_over_a_question_gives_it_to_a_person_who_is_told_of(scene: Scene) -> None:
    plan = scene.hear(scene.heard(HOW, addressed=True))
    assert isinstance(plan, Plan)
    response = scene.answering.give_up(plan)
    assert isinstance(response, HandedOver)
    assert response.posted
    (told,) = waiting(scene)
    assert "Casey Rivers has your question" in str(told.card)
    assert scene.answering.give_up(plan) == Silent(Reason.SETTLED)
    overheard = replace(plan, question_id=None)
    assert scene.answering.give_up(overheard) == Silent(Reason.UNFINISHED)


def test_what_a_process_died_over_is_told_in_direct_messages_too(scene: Scene) -> None:
    with scene.records.writing() as writer:
        writer.save_place(replace(JO_DM, audience=UNKNOWN_AUDIENCE), START)
    scene.hear(scene.heard(HOW, place=JO_DM, addressed=True))
    scene.hear(scene.heard(HOW, place=LOBBY, addressed=True))
    assert sweep_unsettled(scene.records, scene.settings, START + timedelta(hours=1)) == 2
    (told,) = waiting(scene)
    assert (told.channel, told.key) == (JO_DM.channel, "answer:1:1")


def test_a_question_is_found_where_it_was_asked_and_nowhere_else(scene: Scene) -> None:
    scene.say(HOW)
    assert scene.answering.question_in(SHARED, 1) == scene.last()
    for place, number in ((GLOBEX_SHARED, 1), (SHARED, 2)):
        with pytest.raises(NotFound, match="ask it again"):
            scene.answering.question_in(place, number)
