"""What is heard in a customer's place: for us or not, and what becomes of it."""

from datetime import timedelta

import pytest

from csm.knowledge import Speaker
from csm.ports import Records
from csm.question import Feedback, Mode, QuestionState
from csm.reasons import Reason
from csm.use_cases.answer_question import (
    Answered,
    Clarify,
    Drafted,
    FeedbackNoted,
    HandedOver,
    Silent,
    SmallTalk,
)
from tests.csm.answering_scene import (
    CASEY,
    JO_DM,
    LOBBY,
    SHARED,
    TEAM,
    Scene,
    Scripted,
    said,
)

HOW = "How do I reset the password of a member?"
FOUR_HOURS = timedelta(hours=4)  # as promised, at the beginning of a working day


@pytest.fixture
def scene(sqlite_records: Records) -> Scene:
    return Scene(sqlite_records)


def lines(scene: Scene, thread: str = "m1") -> list[tuple[str, str]]:
    with scene.records.reading() as reader:
        return [
            (line.by, line.text)
            for line in reader.thread("console", "demo", SHARED.channel, thread)
        ]


def test_a_person_in_the_thread_silences_us_until_we_are_called(scene: Scene) -> None:
    assert isinstance(scene.say(HOW), Answered)
    assert scene.say("Let me add to that.", CASEY, thread="m1") == Silent(Reason.STAFF_SPOKE)
    assert scene.questions()[0].question.human_replied_at == scene.clock.now()
    asked = "How do I set the limits of an alert?"
    assert scene.say(asked, thread="m1") == Silent(Reason.PERSON_SPOKE_LAST)
    assert isinstance(scene.say(asked, thread="m1", addressed=True), Answered)
    assert isinstance(scene.say("How big may a data import CSV file be?", thread="m1"), Answered)


def test_a_picture_from_a_colleague_is_no_reply(scene: Scene) -> None:
    scene.say(HOW)
    scene.say("👍", CASEY, thread="m1")
    assert scene.questions()[0].question.human_replied_at is None


def test_a_colleague_who_calls_us_is_answered_in_front_of_the_customer(scene: Scene) -> None:
    answer = scene.say(HOW, CASEY, addressed=True)
    assert isinstance(answer, Answered)
    assert scene.last().question.by_staff
    assert scene.last().question.account_key == "acme"
    assert scene.library.staff_asked == 0


def test_asking_again_is_noted_and_asking_something_else_is_not(scene: Scene) -> None:
    scene.say(HOW)
    scene.say("How many recipients can a scheduled report have?", thread="m1")
    assert scene.questions()[0].question.asked_again_at is None
    scene.say("Which members can reset a password?", thread="m1")
    assert scene.questions()[0].question.asked_again_at == scene.clock.now()


@pytest.mark.parametrize(
    ("text", "feedback"),
    [("That worked!", Feedback.HELPED), ("that didn’t help", Feedback.NOT_HELPED)],
)
def test_a_word_on_the_answer_is_taken_as_one(scene: Scene, text: str, feedback: Feedback) -> None:
    scene.say(HOW)
    noted = scene.say(text, thread="m1")
    assert isinstance(noted, FeedbackNoted)
    assert (noted.question_id, noted.feedback) == (1, feedback)
    assert (noted.handed is not None) == (feedback is Feedback.NOT_HELPED)
    assert scene.questions()[0].question.feedback is feedback
    assert len(scene.questions()) == 1


def test_a_word_counts_only_right_after_our_answer_and_from_the_customer(scene: Scene) -> None:
    scene.say(HOW)
    assert scene.say("that worked", CASEY, thread="m1", addressed=True) == SmallTalk("thanks")
    scene.say("Good.", CASEY, thread="m1")
    assert scene.say("that worked", thread="m1") == Silent(Reason.SMALL_TALK)
    assert scene.questions()[0].question.feedback is None


def test_small_talk_gets_no_essay(scene: Scene) -> None:
    assert scene.say("Hi there!", addressed=True) == SmallTalk("greeting")
    assert scene.say("", addressed=True) == SmallTalk("greeting")
    assert scene.say("Good morning") == Silent(Reason.SMALL_TALK)
    assert scene.say("👍👍", addressed=True) == Silent(Reason.NOTHING_SAID)
    scene.say(HOW)
    assert scene.say("thanks!", thread="m5") == SmallTalk("thanks")
    assert scene.shelf.queries[1:] == []


@pytest.mark.parametrize(
    ("text", "names_others"),
    [
        ("@riley how do I reset a password?", True),
        ("We had a great time at the fair yesterday.", False),
        ("I told them what you said.", False),
    ],
)
def test_what_is_not_for_us_gets_silence(scene: Scene, text: str, names_others: bool) -> None:
    assert isinstance(scene.say(text, names_others=names_others), Silent)
    assert scene.questions() == []
    assert scene.shelf.queries == []


def test_an_overheard_question_about_something_else_leaves_no_trace(scene: Scene) -> None:
    assert scene.say("How was your weekend?") == Silent(Reason.NOT_OUR_BUSINESS)
    assert scene.questions() == []
    assert isinstance(scene.say("How was your weekend?", addressed=True), HandedOver)


def test_whoever_is_stuck_gets_a_person_though_the_library_has_nothing(scene: Scene) -> None:
    response = scene.say("The hologram is broken")
    assert isinstance(response, HandedOver)
    assert response.handed.owner_name == "Casey Rivers"
    assert scene.last().question.reason == Reason.NOT_FOUND


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("What does it cost?", "money"),
        ("How do I export the billing dashboard?", "money"),
        ("we want to cancel our subscription", "cancellation"),
        ("Can we renew?", "contract"),
        ("I need your DPA", "legal"),
        ("please, was our data leaked?", "security_incident"),
        ("I would like to talk to a human", "a_person"),
        ("What is the ＰＲＩＣＥ?", "money"),
        ("Can I get a re\u00adfund?", "money"),
        ("Can I get a dis\u200bcount?", "money"),
        ("Can I get a réfund?", "money"),
        ("Can I get a r e f u n d?", "money"),
        ("Can I get a rеfund?", "money"),  # its first e is Cyrillic
    ],
)
def test_some_topics_are_for_people_however_sure_we_are(
    scene: Scene, text: str, reason: str
) -> None:
    scene.answerer = Scripted([said("It costs nothing.")])
    response = scene.say(text)
    assert isinstance(response, HandedOver)
    assert scene.last().question.reason == reason
    assert scene.shelf.queries == []
    assert scene.answerer.given == []


def test_a_person_can_always_be_asked_for(scene: Scene) -> None:
    scene.set_mode(SHARED, Mode.OFF)
    assert scene.say(HOW) == Silent(Reason.SWITCHED_OFF)
    assert scene.say("I want to talk to a person") == Silent(Reason.SWITCHED_OFF)
    response = scene.say("Let me talk to a person about the price", addressed=True)
    assert isinstance(response, HandedOver)
    assert scene.last().question.reason == "a_person"


def test_in_draft_mode_a_colleague_sees_the_answer_first(scene: Scene) -> None:
    scene.set_mode(SHARED, Mode.DRAFT)
    drafted = scene.say(HOW)
    assert drafted == Drafted(
        1, "Casey Rivers", scene.clock.now() + FOUR_HOURS, tell=False, posted=True
    )
    kept = scene.last().question
    assert kept.state is QuestionState.DRAFTED
    assert "Send reset link" in kept.answer
    with scene.records.reading() as reader:
        posts = [stored.post for stored in reader.posts("waiting")]
    assert [(post.person_key, post.account_key) for post in posts] == [("casey", None)]
    assert "Send reset link" in str(posts[0].card)
    assert lines(scene) == [("customer", HOW)]
    told = scene.say(HOW, addressed=True)
    due_at = scene.clock.now() + FOUR_HOURS
    assert told == Drafted(2, "Casey Rivers", due_at, tell=True, posted=True)


def test_a_place_without_a_mode_has_the_default(sqlite_records: Records) -> None:
    scene = Scene(sqlite_records, mode=None)
    assert isinstance(scene.say(HOW), Drafted)
    scene.settings = scene.settings.model_copy(update={"default_mode": Mode.ANSWER})
    assert isinstance(scene.say(HOW), Answered)


def test_in_direct_messages_we_answer_whatever_the_channel_s_mode(scene: Scene) -> None:
    scene.set_mode(SHARED, Mode.OFF)
    scene.set_mode(JO_DM, Mode.OFF)
    assert isinstance(scene.say(HOW, place=JO_DM, addressed=True), Answered)
    assert scene.last().question.thread == ""


def test_direct_messages_are_one_conversation_for_some_hours(scene: Scene) -> None:
    scene.say(HOW, place=JO_DM, addressed=True)
    scene.say("and the limits of an alert?", place=JO_DM, addressed=True)
    before = [one.text for one in scene.shelf.queries[-1].thread]
    assert before[0] == HOW
    assert len(before) == 2
    assert isinstance(scene.say("that worked", place=JO_DM, addressed=True), FeedbackNoted)
    scene.clock.pass_by(hours=13)
    scene.say("and the limits of an alert?", place=JO_DM, addressed=True)
    assert scene.shelf.queries[-1].thread == ()


def test_a_thread_in_direct_messages_knows_what_began_it(scene: Scene) -> None:
    scene.say(HOW, place=JO_DM, addressed=True)
    scene.say("and for an alert, its limits?", place=JO_DM, addressed=True, thread="m1")
    assert [one.text for one in scene.shelf.queries[-1].thread][:1] == [HOW]
    assert scene.last().question.thread == "m1"


def test_where_nobody_knows_who_listens_only_a_call_is_heard(scene: Scene) -> None:
    assert scene.say(HOW, place=LOBBY) == Silent(Reason.UNKNOWN_PLACE)
    with scene.records.reading() as reader:
        assert reader.thread("console", "demo", LOBBY.channel, "m1") == []
    assert isinstance(scene.say(HOW, place=LOBBY, addressed=True), Answered)
    assert scene.last().question.account_key == "acme"
    assert scene.library.staff_asked == 0


def test_among_colleagues_we_overhear_nothing(scene: Scene) -> None:
    assert scene.say(HOW, CASEY, TEAM, addressed=True) == Silent(Reason.STAFF_PLACE)
    with scene.records.reading() as reader:
        assert reader.thread("console", "demo", TEAM.channel, "m1") == []


def test_the_library_gets_the_thread_with_the_question(scene: Scene) -> None:
    scene.say("We have many members and passwords.")
    scene.say("Ask the bot.", CASEY, thread="m1")
    scene.say("how do they reset it?", thread="m1", addressed=True)
    query = scene.shelf.queries[-1]
    assert query.text == "how do they reset it?"
    assert [(one.by, one.text) for one in query.thread] == [
        (Speaker.CUSTOMER, "We have many members and passwords."),
        (Speaker.STAFF, "Ask the bot."),
    ]


def test_a_call_without_a_question_is_asked_for_one(scene: Scene) -> None:
    asked = scene.say("can you help me please", addressed=True)
    assert isinstance(asked, Clarify)
    assert asked.choices == ()
    assert scene.say("can somebody help?") == Silent(Reason.TOO_VAGUE)
    assert scene.shelf.queries == []
