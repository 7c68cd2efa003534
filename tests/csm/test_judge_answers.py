"""The verdicts after seven days, and the sample that people check."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pytest

from csm.deflection import REWRITTEN
from csm.errors import Conflict, Forbidden, NotFound, Unavailable
from csm.knowledge import Shelf
from csm.people import Audience, AudienceKind, Capability, clear
from csm.ports_answers import Bookshelf, Vectors
from csm.question import Deflection, Feedback, QuestionState, Review
from csm.same_topic import ALIKE, same_topic_ticket, shares_words
from csm.use_cases.judge_answers import judge_answers, review_answer, sample_to_review
from csm.use_cases.work_cases import see_case
from storage.records import SqlRecords
from tests.csm.help_desk import (
    CASEY,
    JO,
    KIM,
    NOW,
    RILEY,
    SAM,
    answered,
    asked,
    keep,
    open_desk,
    posts,
    put,
    question,
    settings,
    staff,
)

LATER = NOW + timedelta(days=7, seconds=1)
TICKET = ("account_key", "key", "subject", "opened_at")


class Likeness:
    """A library that finds whatever begins with the same letter alike."""

    def __init__(self, *, is_down: bool = False) -> None:
        self.is_down = is_down

    def for_customers(self) -> Bookshelf:
        raise NotImplementedError

    def for_staff(self) -> Bookshelf:
        raise NotImplementedError

    def renew(self, shelf: Shelf) -> None:
        raise NotImplementedError

    def likeness(self, texts: Sequence[str]) -> Vectors:
        if self.is_down:
            raise Unavailable("no embeddings")
        letters = np.array([ord(text[0]) for text in texts])
        alike: Vectors = np.equal.outer(letters, letters).astype(np.float32)
        return alike


def ticket(records: SqlRecords, subject: str, day: int, account: str = "acme") -> None:
    put(records, "tickets", TICKET, (account, "t-1", subject, datetime(2027, 7, day, tzinfo=UTC)))


def test_silence_becomes_durable(records: SqlRecords) -> None:
    open_desk(records)
    old = keep(records, answered())
    young = keep(records, answered("m2", settled_at=NOW + timedelta(days=1)))
    handed = keep(records, asked("m3", state=QuestionState.HANDED_OVER, settled_at=NOW))
    assert judge_answers(records, None, settings(), LATER) == {Deflection.DURABLE: 1}
    kept = question(records, old)
    assert (kept.deflection, kept.judged_on) == (Deflection.DURABLE, LATER.date())
    assert question(records, young).judged_on is None
    assert question(records, handed).deflection is None
    assert judge_answers(records, None, settings(), LATER) == {}


@pytest.mark.parametrize(
    ("subject", "day", "account", "expected"),
    [
        ("Weekly report schedule does not run", 3, "acme", Deflection.CONTRADICTED),
        ("Weekly report schedule does not run", 3, "globex", Deflection.DURABLE),
        ("Weekly report schedule does not run", 9, "acme", Deflection.DURABLE),
        ("New logo", 3, "acme", Deflection.DURABLE),
    ],
)
def test_a_ticket_on_the_same_topic(
    sqlite_records: SqlRecords, subject: str, day: int, account: str, expected: Deflection
) -> None:
    open_desk(sqlite_records)
    question_id = keep(sqlite_records, answered())
    ticket(sqlite_records, subject, day, account)
    judge_answers(sqlite_records, None, settings(), LATER)
    kept = question(sqlite_records, question_id)
    assert kept.deflection is expected
    assert kept.ticket_key == ("t-1" if expected is Deflection.CONTRADICTED else "")


def test_tickets_are_compared_in_meaning_where_the_library_can(
    sqlite_records: SqlRecords,
) -> None:
    open_desk(sqlite_records)
    first = keep(sqlite_records, answered())
    ticket(sqlite_records, "Hebdomadal digests", 3)
    assert judge_answers(sqlite_records, Likeness(), settings(), LATER) == {
        Deflection.CONTRADICTED: 1
    }
    assert question(sqlite_records, first).ticket_key == "t-1"


def test_without_embeddings_words_will_do(sqlite_records: SqlRecords) -> None:
    open_desk(sqlite_records)
    keep(sqlite_records, answered())
    ticket(sqlite_records, "Schedule of the weekly report", 3)
    found = judge_answers(sqlite_records, Likeness(is_down=True), settings(), LATER)
    assert found == {Deflection.CONTRADICTED: 1}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, Deflection.CONTRADICTED),
        ({"channel": "D-jo", "thread": ""}, Deflection.CONTRADICTED),
        ({"asked_at": NOW + timedelta(days=8)}, Deflection.DURABLE),
        ({"text": "How do I delete a user?"}, Deflection.DURABLE),
        ({"who": KIM}, Deflection.DURABLE),
        ({"thread": "m1"}, Deflection.DURABLE),
    ],
)
def test_the_same_question_in_another_place(
    sqlite_records: SqlRecords, changes: dict[str, Any], expected: Deflection
) -> None:
    open_desk(sqlite_records)
    question_id = keep(sqlite_records, answered())
    again = {"text": "Scheduling a weekly report?", "asked_at": NOW + timedelta(days=2)}
    keep(sqlite_records, asked("m2", **{**again, **changes}))
    judge_answers(sqlite_records, None, settings(), LATER + timedelta(days=2))
    kept = question(sqlite_records, question_id)
    assert kept.deflection is expected
    is_again = expected is Deflection.CONTRADICTED
    assert kept.asked_again_at == (again["asked_at"] if is_again else None)


def test_other_words_for_the_same_are_found_by_meaning_alone(sqlite_records: SqlRecords) -> None:
    open_desk(sqlite_records)
    keep(sqlite_records, answered())
    keep(sqlite_records, asked("m2", text="Hebdomadal digests?", asked_at=NOW + timedelta(days=2)))
    found = judge_answers(sqlite_records, Likeness(), settings(), LATER)
    assert found == {Deflection.CONTRADICTED: 1}


def test_what_a_colleague_rewrote_has_no_verdict(sqlite_records: SqlRecords) -> None:
    open_desk(sqlite_records)
    question_id = keep(sqlite_records, answered(reason=REWRITTEN))
    assert judge_answers(sqlite_records, None, settings(), LATER) == {}
    kept = question(sqlite_records, question_id)
    assert (kept.deflection, kept.judged_on) == (None, LATER.date())
    with sqlite_records.reading() as reader:
        assert reader.questions_to_judge(LATER) == []
    with pytest.raises(NotFound):
        review_answer(staff(), sqlite_records, settings(), LATER, question_id, Review.RIGHT)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("How do I schedule a weekly report?", "Scheduled weekly report not sent", True),
        ("How do I set up SSO with Okta?", "SSO set-up with Okta fails", True),
        ("How do I add a dashbord filter?", "Dashboard filter disappears", True),
        ("How do I schedule a weekly report?", "Weekly call", False),
        ("Where are invoices?", "Where is the API documented?", False),
        ("?", "", False),
        ("", "", False),
    ],
)
def test_words_in_common(one: str, other: str, same: bool) -> None:
    assert shares_words(one, other) is same
    assert shares_words(other, one) is same


def test_the_likeness_that_counts_is_that_of_question_and_subject() -> None:
    tickets = [("t-1", "Alpha"), ("t-2", "Beta")]
    likeness = np.full(2, ALIKE - 0.01, dtype=np.float32)
    assert same_topic_ticket("Gamma", tickets, likeness) == ""
    likeness[1] = ALIKE + 0.01
    assert same_topic_ticket("Gamma", tickets, likeness) == "t-2"
    assert same_topic_ticket("Gamma", [], None) == ""


def test_the_sample_is_random_and_stays_the_same(records: SqlRecords) -> None:
    open_desk(records)
    ids = [keep(records, answered(f"m{n}")) for n in range(12)]
    drawn = [one.id for one in sample_to_review(staff(), records, LATER, 5)]
    assert len(drawn) == 5
    assert drawn == [one.id for one in sample_to_review(staff(RILEY), records, LATER, 5)]
    assert sorted(drawn) not in (ids[:5], ids[-5:])
    review_answer(staff(), records, settings(), LATER, drawn[0], Review.RIGHT)
    assert [one.id for one in sample_to_review(staff(), records, LATER, 4)] == drawn[1:]


def test_only_silent_answers_are_drawn(sqlite_records: SqlRecords) -> None:
    open_desk(sqlite_records)
    silent = keep(sqlite_records, answered())
    keep(sqlite_records, answered("m2", feedback=Feedback.HELPED))
    keep(sqlite_records, answered("m3", human_replied_at=NOW))
    keep(sqlite_records, asked("m4", state=QuestionState.HANDED_OVER))
    keep(sqlite_records, answered("m5", by_staff=True))
    drawn = sample_to_review(staff(), sqlite_records, LATER, 10)
    assert [one.id for one in drawn] == [silent]


def test_a_wrong_answer_is_put_right_by_a_person(records: SqlRecords) -> None:
    open_desk(records)
    question_id = keep(records, answered())
    judge_answers(records, None, settings(), LATER)
    stored = review_answer(staff(RILEY), records, settings(), LATER, question_id, Review.WRONG)
    assert stored.question.deflection is Deflection.WRONG_BUT_SILENT
    kept = question(records, question_id)
    assert (kept.review, kept.reviewed_by, kept.state) == ("wrong", "riley", "answered")
    assert kept.deflection is Deflection.WRONG_BUT_SILENT
    with records.reading() as reader:
        case = reader.case_of_question(question_id)
    assert case is not None
    assert (case.case.reason, case.case.owner_key) == ("reviewed_wrong", "casey")
    assert see_case(staff(), records, case.id).stored.case.status == "open"


def test_a_right_answer_opens_nothing(sqlite_records: SqlRecords) -> None:
    open_desk(sqlite_records)
    question_id = keep(sqlite_records, answered())
    review_answer(staff(), sqlite_records, settings(), LATER, question_id, Review.RIGHT)
    assert posts(sqlite_records) == []
    assert question(sqlite_records, question_id).deflection is None


def test_the_second_reviewer_is_told_who_was_first(sqlite_records: SqlRecords) -> None:
    open_desk(sqlite_records)
    question_id = keep(sqlite_records, answered())
    review_answer(staff(), sqlite_records, settings(), LATER, question_id, Review.RIGHT)
    with pytest.raises(Conflict, match="Casey Rivers checked this before, and found it right"):
        review_answer(staff(RILEY), sqlite_records, settings(), LATER, question_id, Review.WRONG)
    review_answer(staff(CASEY), sqlite_records, settings(), LATER, question_id, Review.WRONG)
    assert question(sqlite_records, question_id).review is Review.WRONG


def test_only_answers_are_checked_and_only_by_colleagues(sqlite_records: SqlRecords) -> None:
    open_desk(sqlite_records)
    question_id = keep(sqlite_records, asked(who=SAM))
    with pytest.raises(NotFound):
        review_answer(staff(), sqlite_records, settings(), LATER, question_id, Review.RIGHT)
    shared = clear(JO, Capability.GET_HELP, Audience(AudienceKind.CUSTOMER, "acme"))
    with pytest.raises(Forbidden):
        sample_to_review(shared, sqlite_records, LATER, 1)
    with pytest.raises(Forbidden):
        review_answer(shared, sqlite_records, settings(), LATER, question_id, Review.RIGHT)
