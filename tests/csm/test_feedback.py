"""What customers say of an answer."""

from threading import Barrier, Thread

import pytest

from csm.errors import Conflict, Forbidden, NotFound
from csm.people import Audience, AudienceKind, Capability, Clearance, Principal, clear
from csm.question import Deflection, Feedback, QuestionState
from csm.use_cases.feedback import FeedbackResult, ask_for_person, record_feedback
from csm.use_cases.work_cases import see_case
from storage.records import SqlRecords
from tests.csm.help_desk import (
    CASEY,
    JO,
    KIM,
    MORGAN,
    NOW,
    SAM,
    TODAY,
    answered,
    asked,
    card_of,
    hours,
    keep,
    open_desk,
    posts,
    question,
    settings,
    staff,
    words,
)

HELPED, NOT_HELPED = Feedback.HELPED, Feedback.NOT_HELPED


def say(
    records: SqlRecords, question_id: int, feedback: Feedback, who: Principal = JO, after: float = 1
) -> FeedbackResult:
    now = NOW + hours(after)
    return record_feedback(leave(who), records, settings(), now, question_id, feedback)


def leave(who: Principal) -> Clearance:
    return clear(who, Capability.GET_HELP, Audience(AudienceKind.CUSTOMER, who.account_key))


def test_helped(records: SqlRecords) -> None:
    open_desk(records)
    question_id = keep(records, answered())
    assert say(records, question_id, HELPED) == FeedbackResult(HELPED)
    kept = question(records, question_id)
    assert (kept.feedback, kept.feedback_at, kept.state) == (HELPED, NOW + hours(1), "answered")
    say(records, question_id, HELPED, after=2)
    assert question(records, question_id).feedback_at == NOW + hours(1)
    assert posts(records) == []


def test_not_helped_brings_in_a_person(records: SqlRecords) -> None:
    open_desk(records)
    question_id = keep(records, answered())
    result = say(records, question_id, NOT_HELPED)
    assert result.handed is not None
    assert result.handed.owner_name == "Casey Rivers"
    file = see_case(staff(), records, result.handed.case_id)
    assert (file.stored.case.reason, file.stored.question.state) == ("not_helped", "answered")
    said = words(card_of(posts(records)[0]))
    assert "The customer says that the answer did not help" in said
    assert "We answered: Open Reports and choose Schedule." in said
    assert "https://help.example/reports" in said


def test_a_double_click_opens_one_case(records: SqlRecords) -> None:
    open_desk(records)
    question_id = keep(records, answered())
    first = say(records, question_id, NOT_HELPED)
    told = posts(records)
    assert say(records, question_id, NOT_HELPED, KIM) == first
    assert posts(records) == told


def test_a_change_of_mind_keeps_the_case(records: SqlRecords) -> None:
    open_desk(records)
    question_id = keep(records, answered())
    handed = say(records, question_id, NOT_HELPED).handed
    assert handed is not None
    assert say(records, question_id, HELPED, after=2) == FeedbackResult(HELPED)
    assert question(records, question_id).feedback is HELPED
    assert see_case(staff(), records, handed.case_id).stored.case.status == "open"


def test_news_open_a_verdict_again(sqlite_records: SqlRecords) -> None:
    open_desk(sqlite_records)
    judged = answered(deflection=Deflection.DURABLE, judged_on=TODAY)
    question_id = keep(sqlite_records, judged)
    say(sqlite_records, question_id, HELPED)
    kept = question(sqlite_records, question_id)
    assert (kept.deflection, kept.judged_on) == (None, None)


def test_a_colleague_of_the_asker_may_speak(sqlite_records: SqlRecords) -> None:
    open_desk(sqlite_records)
    assert say(sqlite_records, keep(sqlite_records, answered()), HELPED, KIM).feedback is HELPED


@pytest.mark.parametrize("who", [CASEY, MORGAN])
def test_staff_cannot_vote(sqlite_records: SqlRecords, who: Principal) -> None:
    open_desk(sqlite_records)
    question_id = keep(sqlite_records, answered())
    with pytest.raises(Forbidden, match="Only the customer"):
        say(sqlite_records, question_id, HELPED, who)
    assert question(sqlite_records, question_id).feedback is None


def test_others_do_not_even_learn_that_it_exists(sqlite_records: SqlRecords) -> None:
    open_desk(sqlite_records)
    question_id = keep(sqlite_records, answered())
    unknown = pytest.raises(NotFound, match="among yours")
    with unknown:
        say(sqlite_records, question_id, NOT_HELPED, SAM)
    with pytest.raises(NotFound, match="among yours"):
        say(sqlite_records, 999, NOT_HELPED, SAM)
    assert posts(sqlite_records) == []


def test_it_takes_leave_to_get_help(sqlite_records: SqlRecords) -> None:
    open_desk(sqlite_records)
    question_id = keep(sqlite_records, answered())
    with pytest.raises(Forbidden):
        record_feedback(staff(), sqlite_records, settings(), NOW, question_id, HELPED)
    with pytest.raises(Forbidden):
        ask_for_person(staff(), sqlite_records, settings(), NOW, question_id)


def test_where_no_account_is_known_only_the_asker(sqlite_records: SqlRecords) -> None:
    nobodys = Principal("guest", "Guest", JO.role)
    open_desk(sqlite_records, (MORGAN, nobodys, JO))
    question_id = keep(sqlite_records, answered(who=nobodys))
    with pytest.raises(NotFound):
        say(sqlite_records, question_id, HELPED, Principal("other", "Other", JO.role))
    assert say(sqlite_records, question_id, HELPED, nobodys).feedback is HELPED


def test_only_answers_are_rated(sqlite_records: SqlRecords) -> None:
    open_desk(sqlite_records)
    question_id = keep(sqlite_records, asked(state=QuestionState.HANDED_OVER))
    with pytest.raises(Conflict, match="A person has that question"):
        say(sqlite_records, question_id, HELPED)


def test_asking_for_a_person(records: SqlRecords) -> None:
    open_desk(records)
    question_id = keep(records, answered())
    to = ask_for_person(leave(JO), records, settings(), NOW + hours(1), question_id)
    again = ask_for_person(leave(KIM), records, settings(), NOW + hours(2), question_id)
    assert (to.owner_key, again) == ("casey", to)
    kept = question(records, question_id)
    assert (kept.asked_again_at, kept.feedback) == (NOW + hours(1), None)
    file = see_case(staff(), records, to.case_id)
    assert file.stored.case.reason == "a_person"


def test_two_people_at_once_open_one_case(records: SqlRecords) -> None:
    open_desk(records)
    question_id = keep(records, answered())
    both, cases = Barrier(2), []

    def press(who: Principal) -> None:
        both.wait(timeout=30)
        handed = say(records, question_id, NOT_HELPED, who).handed
        assert handed is not None
        cases.append(handed.case_id)

    threads = [Thread(target=press, args=(who,)) for who in (JO, KIM)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(cases) == 2
    assert len(set(cases)) == 1
    assert len(posts(records)) == 2
