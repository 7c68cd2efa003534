"""Questions: kept once, changed, found again, and what is known around them."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from csm.errors import Busy, NotFound
from csm.ports import Writer
from csm.ports_answers import AskedBy, AskedIn, StoredQuestion
from csm.question import Deflection, Feedback, Question, QuestionState, Review, Source
from storage import tables
from storage.database import Database
from storage.records import SqlRecords
from tests.storage.conversations import ask, at_once, question, sqlite_plans
from tests.storage.portfolio import TODAY, at, write_accounts

FULL = question(
    "full",
    account_key=None,
    asked_name="Jo <!channel> Reed",
    by_staff=True,
    text="Wie geht das? 🙂\n'; DROP TABLE question; --",
    asked_at=datetime(2026, 7, 1, 12, 0, 0, 123456, UTC),
    state=QuestionState.HANDED_OVER,
    reason="pricing",
    confidence=0.625,
    answer="Press **Reset**.",
    sources=(
        Source(id="f1", title="Reset", link="https://help.example/r"),
        Source(id="f2", title="x"),
    ),
    by_model=True,
    objections="It makes a promise.",
    settled_at=at(7, 2),
    feedback=Feedback.NOT_HELPED,
    feedback_at=at(7, 3),
    human_replied_at=at(7, 4),
    asked_again_at=at(7, 5),
    ticket_key="t-9",
    review=Review.WRONG,
    reviewed_by="casey",
    deflection=Deflection.WRONG_BUT_SILENT,
    judged_on=date(2026, 7, 9),
)


def answered(key: str, **fields: Any) -> Question:
    return question(key, state=QuestionState.ANSWERED, **{"settled_at": at(7, 1), **fields})


def keys(found: list[StoredQuestion]) -> list[str]:
    return [stored.question.key for stored in found]


def test_a_question_comes_back_as_it_was(records: SqlRecords) -> None:
    bare = question("bare")
    full_id, bare_id = ask(records, FULL, bare)
    with records.reading() as reader:
        assert reader.question(full_id) == StoredQuestion(full_id, "", FULL)
        assert reader.question(bare_id) == StoredQuestion(bare_id, "", bare)
        assert reader.question(999_999_999_999_999) is None
        found = reader.question(full_id)
    assert found is not None
    assert found.question.model_dump() == FULL.model_dump()
    assert found.question.asked_at.utcoffset() == timedelta(0)
    assert Question.model_validate(found.question.model_dump()) == FULL


def test_the_account_is_named_where_it_is_known(records: SqlRecords) -> None:
    known, unknown, nobodys = ask(
        records,
        question("1", account_key="a-1"),
        question("2", account_key="gone"),
        question("3", account_key=None),
    )
    write_accounts(records)
    with records.reading() as reader:
        found = [reader.question(one) for one in (known, unknown, nobodys)]
    assert [stored.account_name for stored in found if stored] == ["Acmé Corp", "", ""]


def test_a_question_is_taken_once(records: SqlRecords) -> None:
    (first,) = ask(records, question("m1", text="First"))
    with records.writing() as writer:
        assert writer.add_question(question("m1", text="Second")) is None
        found = writer.question(first)
    assert found is not None
    assert found.question.text == "First"


def test_of_two_who_take_a_question_one_gets_it(records: SqlRecords) -> None:
    for number in range(5):
        ids: list[int | None] = []

        def take(key: str = f"m{number}", ids: list[int | None] = ids) -> None:
            with records.writing() as writer:
                ids.append(writer.add_question(question(key)))

        at_once(take, take)
        (taken,) = set(ids) - {None}
        assert len(ids) == 2
        with records.reading() as reader:
            found = reader.question(taken or 0)
        assert found is not None
        assert found.question.key == f"m{number}"


def test_a_question_that_was_given_up_can_be_taken(records: SqlRecords) -> None:
    def fail_after_asking() -> None:
        with records.writing() as writer:
            assert writer.add_question(question("m1")) is not None
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_after_asking()
    assert len(ask(records, question("m1"))) == 1


def test_a_question_changes(records: SqlRecords) -> None:
    asked, other = ask(records, question("m1"), question("m2"))
    settled = FULL.model_copy(update={"key": "m1"})
    with records.writing() as writer:
        writer.update_question(asked, settled)
    with records.reading() as reader:
        assert reader.question(asked) == StoredQuestion(asked, "", settled)
        assert reader.question(other) == StoredQuestion(other, "", question("m2"))
    for nobody in (other + 99, 999_999_999_999_999):
        with records.writing() as writer, pytest.raises(NotFound, match="no longer there"):
            writer.update_question(nobody, settled)


def test_questions_of_a_thread_come_oldest_first(records: SqlRecords) -> None:
    ask(
        records,
        question("late", asked_at=at(7, 2)),
        question("early", asked_at=at(7, 1)),
        question("as late", asked_at=at(7, 2)),
        question("by staff", asked_at=at(7, 3), by_staff=True),
        question("elsewhere", thread="t2"),
        question("other channel", channel="C2"),
        question("other workspace", workspace="T2"),
        question("other platform", platform="teams"),
    )
    with records.reading() as reader:
        found = reader.questions_in_thread("slack", "T1", "C1", "t1")
        assert keys(found) == ["early", "late", "as late", "by staff"]
        assert reader.questions_in_thread("slack", "T1", "C1", "t3") == []


def test_the_log_holds_customers_questions_newest_first(records: SqlRecords) -> None:
    ask(
        records,
        question("before", asked_at=at(6, 30)),
        question("first", asked_at=at(7, 1)),
        question("other", asked_at=at(7, 1), account_key="a-2"),
        question("nobodys", asked_at=at(7, 2), account_key=None),
        question("ours", asked_at=at(7, 2), by_staff=True),
        question("after", asked_at=at(7, 3)),
    )
    with records.reading() as reader:
        since, until = at(7, 1), at(7, 3)
        assert keys(reader.questions(since, until)) == ["nobodys", "other", "first"]
        assert reader.questions(until, since) == []


def test_questions_to_judge(records: SqlRecords) -> None:
    ask(
        records,
        answered("second", asked_at=at(6, 2)),
        answered("first", asked_at=at(6, 1), deflection=Deflection.ASSUMED),
        answered("too new", settled_at=at(7, 8)),
        answered("judged", judged_on=TODAY),
        answered("by staff", by_staff=True),
        question("handed over", state=QuestionState.HANDED_OVER, settled_at=at(7, 1)),
        question("open"),
    )
    with records.reading() as reader:
        assert keys(reader.questions_to_judge(at(7, 8))) == ["first", "second"]
        assert reader.questions_to_judge(at(7, 1)) == []


def test_unsettled_questions(records: SqlRecords) -> None:
    ask(
        records,
        question("second", asked_at=at(7, 2)),
        question("first", asked_at=at(7, 1), by_staff=True),
        question("too new", asked_at=at(7, 3)),
        answered("settled", asked_at=at(7, 1)),
    )
    with records.reading() as reader:
        assert keys(reader.unsettled_questions(at(7, 3))) == ["first", "second"]


def test_what_is_looked_for_again_and_again_has_an_index(sqlite_records: SqlRecords) -> None:
    """SQLite takes a partial index only where the question holds its condition word for word."""
    with sqlite_plans() as plans, sqlite_records.reading() as reader:
        reader.questions_to_judge(at(7, 1))
        reader.unsettled_questions(at(7, 1))
        reader.questions_in_thread("slack", "T1", "C1", "t1")
        reader.questions(at(7, 1), at(7, 2))
        reader.open_cases()
        reader.open_cases_of(AskedBy("jo"))
        reader.open_cases_of(AskedIn("slack", "T1", "C1", "a-1"))
        reader.cases_to_escalate(at(7, 1))
        reader.drafts(at(7, 1), at(7, 2))
        reader.drafts(at(7, 1), at(7, 2), AskedBy("jo"))
        reader.case_of_question(1)
        reader.thread("slack", "T1", "C1", "t1")
    indexes = (
        "ix_question_unjudged",
        "ix_question_unsettled",
        "ix_question_platform_workspace_channel_thread",
        "ix_question_asked_at",
        "ix_support_case_open_due_at",
        "support_case USING INDEX ix_support_case_open_due_at",
        "ix_question_platform_workspace_channel_thread",
        "support_case USING INDEX ix_support_case_open_due_at",
        "ix_question_drafted",
        "ix_question_drafted",
        "support_case USING INDEX sqlite_autoindex",
        "ix_thread_line_platform_workspace_channel_thread_at",
    )
    for plan, index in zip(plans, indexes, strict=True):
        assert index in plan


@pytest.mark.parametrize(
    "read",
    [
        lambda writer, question_id: writer.question(question_id),
        lambda writer, _: writer.questions_in_thread("slack", "T1", "C1", "t1"),
        lambda writer, _: writer.unsettled_questions(at(7, 9)),
    ],
)
def test_what_is_read_to_be_changed_is_nobody_elses_to_change(
    records: SqlRecords, impatient: SqlRecords, read: Callable[[Writer, int], object]
) -> None:
    first, _ = ask(records, question("m1"), question("m2", thread="t2", asked_at=at(8, 1)))
    with records.writing() as writer:
        read(writer, first)
        with impatient.reading() as reader:
            assert reader.question(first) is not None
        with pytest.raises(Busy), impatient.writing() as other:
            read(other, first)
    with impatient.writing() as other:
        read(other, first)


def test_a_judgement_keeps_others_from_judging(records: SqlRecords, impatient: SqlRecords) -> None:
    ask(records, answered("m1"))
    with records.writing() as writer:
        assert keys(writer.questions_to_judge(at(7, 8))) == ["m1"]
        with pytest.raises(Busy), impatient.writing() as other:
            other.questions_to_judge(at(7, 8))


def test_who_waits_for_a_question_sees_what_became_of_it(records: SqlRecords) -> None:
    """Of two who count on what they read, neither undoes what the other did."""
    (asked,) = ask(records, question("m1", text=""))

    def add(letter: str) -> None:
        for _ in range(5):
            with records.writing() as writer:
                found = writer.question(asked)
                assert found is not None
                longer = found.question.model_copy(update={"text": found.question.text + letter})
                writer.update_question(asked, longer)

    at_once(lambda: add("a"), lambda: add("b"))
    with records.reading() as reader:
        found = reader.question(asked)
    assert found is not None
    assert sorted(found.question.text) == ["a"] * 5 + ["b"] * 5


def test_drafts_of_a_person_of_a_place_and_of_all(records: SqlRecords) -> None:
    def drafted(key: str, **fields: Any) -> Question:
        return question(key, state=QuestionState.DRAFTED, **fields)

    ask(
        records,
        drafted("late", asked_at=at(7, 2)),
        drafted("early"),
        drafted("sam", asked_by="sam"),
        drafted("elsewhere", channel="C2"),
        drafted("another's", account_key="a-2"),
        drafted("too old", asked_at=at(6, 30)),
        drafted("too new", asked_at=at(7, 3)),
        question("no draft"),
    )
    since, until = at(7, 1), at(7, 3)
    with records.reading() as reader:
        everybodys = ["early", "sam", "elsewhere", "another's", "late"]
        assert keys(reader.drafts(since, until)) == everybodys
        jos = ["early", "elsewhere", "another's", "late"]
        assert keys(reader.drafts(since, until, AskedBy("jo"))) == jos
        here = reader.drafts(since, until, AskedIn("slack", "T1", "C1", "a-1"))
        assert keys(here) == ["early", "sam", "late"]


@pytest.mark.parametrize("wrong", [{"state": "lost"}, {"feedback": "meh"}, {"key": ""}])
def test_bad_questions_are_refused(database: Database, wrong: dict[str, Any]) -> None:
    names = [column.name for column in tables.question.columns if column.name != "id"]
    values = {**question().model_dump(mode="json"), "sources": "[]", **wrong}
    slots = ", ".join(f":{name}" for name in names)
    statement = sa.text(f"INSERT INTO question ({', '.join(names)}) VALUES ({slots})")
    with pytest.raises(IntegrityError), database.writing() as connection:
        connection.execute(statement, values)


def test_what_no_database_can_hold_is_replaced(records: SqlRecords) -> None:
    (asked,) = ask(
        records, question("m\x00", text="a\x00b", sources=(Source(id="\x00", title=""),))
    )
    with records.reading() as reader:
        found = reader.question(asked)
    assert found is not None
    assert (found.question.key, found.question.text) == ("m\ufffd", "a\ufffdb")
    assert found.question.sources[0].id == "\ufffd"
