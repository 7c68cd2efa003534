"""Cases: opened once a question, claimed by one, escalated when nobody answers."""

from collections.abc import Callable

import pytest

from csm.case import Case, CaseReply, CaseStatus
from csm.errors import Busy, Conflict, NotFound
from csm.ports import Writer
from csm.ports_answers import AskedBy, AskedIn, StoredCase
from csm.question import Source
from storage.records import SqlRecords
from tests.storage.conversations import ask, at_once, case, hand_over, question
from tests.storage.portfolio import at, write_accounts


def keys(found: list[StoredCase]) -> list[str]:
    return [stored.question.key for stored in found]


def test_a_case_comes_back_with_its_question(records: SqlRecords) -> None:
    write_accounts(records)
    asked = question("m1", sources=(Source(id="f1", title="Reset"),))
    (question_id,) = ask(records, asked)
    full = Case(
        question_id=question_id,
        account_key="a-1",
        owner_key="casey",
        reason="pricing",
        opened_at=at(7, 1),
        due_at=at(7, 2),
        status=CaseStatus.RESOLVED,
        claimed_by="riley",
        claimed_at=at(7, 3),
        answered_by="riley",
        answered_at=at(7, 4),
        resolved_by="riley",
        resolved_at=at(7, 5),
        escalated_at=at(7, 6),
    )
    with records.writing() as writer:
        case_id = writer.add_case(full)
    with records.reading() as reader:
        assert reader.case(case_id) == StoredCase(case_id, "Acmé Corp", full, asked)
        assert reader.case_of_question(question_id) == reader.case(case_id)
        for nothing in (case_id + 99, 999_999_999_999_999):
            assert reader.case(nothing) is None
            assert reader.case_of_question(nothing) is None


@pytest.mark.parametrize("account_key", [None, "gone"])
def test_a_case_of_an_unknown_account(records: SqlRecords, account_key: str | None) -> None:
    write_accounts(records)
    case_id = hand_over(records, question(account_key=account_key), account_key=account_key)
    with records.reading() as reader:
        found = reader.case(case_id)
        assert found is not None
        assert (found.account_name, found.case.account_key) == ("", account_key)
        assert reader.open_cases() == [found]


def test_a_question_is_handed_over_once(records: SqlRecords) -> None:
    case_id = hand_over(records, question())
    with records.reading() as reader:
        first = reader.case(case_id)
    assert first is not None
    with records.writing() as writer:
        with pytest.raises(Conflict, match="handed over already"):
            writer.add_case(case(first.case.question_id, owner_key="riley"))
        assert writer.case(case_id) == first  # the block goes on


def test_of_two_who_hand_over_one_opens_the_case(records: SqlRecords) -> None:
    (question_id,) = ask(records, question())
    outcomes: list[str] = []

    def open_case() -> None:
        try:
            with records.writing() as writer:
                writer.add_case(case(question_id))
        except Conflict:
            outcomes.append("told")
        else:
            outcomes.append("opened")

    at_once(open_case, open_case)
    assert sorted(outcomes) == ["opened", "told"]


def test_a_case_changes(records: SqlRecords) -> None:
    case_id = hand_over(records, question("m1"))
    other_id = hand_over(records, question("m2"))
    with records.writing() as writer:
        stored = writer.case(case_id)
        assert stored is not None
        changes = {"status": CaseStatus.CLAIMED, "claimed_by": "riley", "claimed_at": at(7, 2)}
        claimed = stored.case.model_copy(update=changes)
        writer.update_case(case_id, claimed)
        with pytest.raises(NotFound, match="no longer there"):
            writer.update_case(case_id + 99, claimed)
    with records.reading() as reader:
        found, other = reader.case(case_id), reader.case(other_id)
    assert found is not None
    assert other is not None
    assert found.case == claimed
    assert other.case.status is CaseStatus.OPEN


def test_open_cases_come_soonest_due_first(records: SqlRecords) -> None:
    hand_over(records, question("later"), due_at=at(7, 3))
    hand_over(records, question("soon"), owner_key="riley", due_at=at(7, 2))
    hand_over(
        records,
        question("taken over"),
        owner_key="casey",
        claimed_by="riley",
        status=CaseStatus.CLAIMED,
        due_at=at(7, 1),
    )
    hand_over(records, question("answered"), status=CaseStatus.ANSWERED, due_at=at(7, 4))
    hand_over(records, question("done"), status=CaseStatus.RESOLVED)
    hand_over(records, question("nobodys"), owner_key="", due_at=at(7, 5))
    with records.reading() as reader:
        everybodys = ["taken over", "soon", "later", "answered", "nobodys"]
        assert keys(reader.open_cases()) == everybodys
        assert keys(reader.open_cases("casey")) == ["taken over", "later", "answered"]
        assert keys(reader.open_cases("riley")) == ["taken over", "soon"]
        assert reader.open_cases("nobody") == []


def test_open_cases_by_whoever_asked_and_where(records: SqlRecords) -> None:
    hand_over(records, question("here"), due_at=at(7, 3))
    hand_over(records, question("sam", asked_by="sam"), due_at=at(7, 2))
    hand_over(records, question("elsewhere", channel="C2"), due_at=at(7, 1))
    hand_over(records, question("another's", account_key="a-2"))
    hand_over(records, question("done"), status=CaseStatus.RESOLVED)
    with records.reading() as reader:
        assert keys(reader.open_cases_of(AskedIn("slack", "T1", "C1", "a-1"))) == ["sam", "here"]
        assert keys(reader.open_cases_of(AskedBy("sam"))) == ["sam"]
        assert sorted(keys(reader.open_cases_of(AskedBy("jo")))) == [
            "another's",
            "elsewhere",
            "here",
        ]
        assert reader.open_cases_of(AskedIn("teams", "T1", "C1", "a-1")) == []


def test_cases_to_escalate(records: SqlRecords) -> None:
    hand_over(records, question("waiting", asked_at=at(6, 2)))
    hand_over(
        records, question("claimed", asked_at=at(6, 1)), status=CaseStatus.CLAIMED, claimed_by="x"
    )
    hand_over(records, question("answered"), status=CaseStatus.ANSWERED, answered_at=at(7, 1, 13))
    hand_over(records, question("done"), status=CaseStatus.RESOLVED, resolved_at=at(7, 1, 13))
    hand_over(records, question("escalated"), escalated_at=at(7, 1, 13))
    hand_over(records, question("too new"), opened_at=at(7, 3))
    with records.reading() as reader:
        assert keys(reader.cases_to_escalate(at(7, 3))) == ["claimed", "waiting"]
        assert reader.cases_to_escalate(at(7, 1)) == []


def test_replies_come_oldest_first(records: SqlRecords) -> None:
    first, second, third = (hand_over(records, question(key)) for key in ("1", "2", "3"))
    late = CaseReply(case_id=first, at=at(7, 3), by="casey", text="And <@U1> \n**again**.")
    early = CaseReply(case_id=second, at=at(7, 1), by="riley", text="Like this.")
    as_late = CaseReply(case_id=first, at=at(7, 3), by="casey", text="Thus.")
    others = CaseReply(case_id=third, at=at(7, 2), by="casey", text="No.")
    with records.writing() as writer:
        for reply in (late, early, as_late, others):
            writer.add_case_reply(reply)
    with records.reading() as reader:
        assert reader.case_replies({first, second}) == [early, late, as_late]
        assert reader.case_replies([third, 999_999_999_999_999]) == [others]
        assert reader.case_replies([]) == []


@pytest.mark.parametrize(
    "read",
    [
        lambda writer, question_id: writer.case_of_question(question_id),
        lambda writer, _: writer.cases_to_escalate(at(7, 9)),
        # A case comes with its question, so that is nobody else's, either.
        lambda writer, question_id: writer.question(question_id),
    ],
)
def test_a_case_that_is_read_to_be_changed_is_nobody_elses_to_change(
    records: SqlRecords, impatient: SqlRecords, read: Callable[[Writer, int], object]
) -> None:
    case_id = hand_over(records, question("m1"))
    with records.writing() as writer:
        writer.case(case_id)
        with impatient.reading() as reader:
            found = reader.case(case_id)
        assert found is not None
        question_id = found.case.question_id
        with pytest.raises(Busy), impatient.writing() as other:
            read(other, question_id)
    with impatient.writing() as other:
        read(other, question_id)


def test_of_two_who_claim_one_sees_who_was_first(records: SqlRecords) -> None:
    case_id = hand_over(records, question())
    first: list[str] = []

    def claim(who: str) -> None:
        with records.writing() as writer:
            stored = writer.case(case_id)
            assert stored is not None
            if not stored.case.claimed_by:
                first.append(who)
                writer.update_case(case_id, stored.case.model_copy(update={"claimed_by": who}))

    at_once(lambda: claim("casey"), lambda: claim("riley"), lambda: claim("morgan"))
    with records.reading() as reader:
        found = reader.case(case_id)
    assert found is not None
    assert first == [found.case.claimed_by]


def test_question_and_case_are_always_locked_in_the_same_order(records: SqlRecords) -> None:
    case_ids = [hand_over(records, question(f"m{n}")) for n in range(3)]

    def by_question() -> None:
        for _ in range(10):
            with records.writing() as writer:
                for stored in writer.questions_in_thread("slack", "T1", "C1", "t1"):
                    writer.update_question(stored.id, stored.question)
                    assert writer.case_of_question(stored.id) is not None

    def by_case() -> None:
        for _ in range(10):
            with records.writing() as writer:
                for stored in writer.cases_to_escalate(at(7, 9)):
                    writer.update_case(stored.id, stored.case)
                    writer.update_question(stored.case.question_id, stored.question)

    at_once(by_question, by_case, by_case)
    with records.reading() as reader:
        assert [stored.id for stored in reader.open_cases()] == case_ids
