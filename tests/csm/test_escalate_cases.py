"""Customers who wait too long."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from csm.case import CaseStatus
from csm.people import Principal, Role
from csm.question import QuestionState
from csm.use_cases.escalate_cases import escalate_cases
from csm.use_cases.hand_over import HandingOver, hand_over
from csm.use_cases.work_cases import claim_case, reply_to_case, resolve_case, see_case
from storage.records import SqlRecords
from tests.csm.help_desk import (
    CASEY,
    JO,
    MORGAN,
    NOW,
    asked,
    card_of,
    handed,
    hours,
    keep,
    open_desk,
    posts,
    settings,
    staff,
    words,
)

LATER = NOW + hours(48.1)


def test_every_manager_is_told_once(records: SqlRecords) -> None:
    quinn = replace(MORGAN, key="quinn", name="Quinn", email="quinn@ours.example")
    open_desk(records, (CASEY, MORGAN, quinn, JO))
    case_id = handed(records).case_id
    assert escalate_cases(records, settings(), NOW + hours(47)) == 0
    assert escalate_cases(records, settings(), LATER) == 1
    told = posts(records, f"case:{case_id}:escalated")
    assert [post.person_key for post in told] == ["morgan", "quinn"]
    assert all(post.account_key is None and not post.channel for post in told)
    said = words(card_of(told[0]))
    assert "Escalated: no reply to this customer for 48 hours." in said
    assert "escalated to the managers" in said
    assert "overdue" in said
    assert see_case(staff(), records, case_id).stored.case.escalated_at == LATER
    assert escalate_cases(records, settings(), LATER + hours(48)) == 0
    assert posts(records, f"case:{case_id}:escalated") == told


def test_a_claim_alone_is_no_answer(sqlite_records: SqlRecords) -> None:
    open_desk(sqlite_records)
    claim_case(staff(), sqlite_records, NOW, handed(sqlite_records).case_id)
    assert escalate_cases(sqlite_records, settings(), LATER) == 1


@pytest.mark.parametrize("end", ["answered", "resolved"])
def test_what_is_settled_never_escalates(sqlite_records: SqlRecords, end: str) -> None:
    open_desk(sqlite_records)
    case_id = handed(sqlite_records).case_id
    if end == "answered":
        reply_to_case(staff(), sqlite_records, settings(), NOW, case_id, "Press Save.")
    else:
        resolve_case(staff(), sqlite_records, NOW, case_id)
    assert escalate_cases(sqlite_records, settings(), LATER) == 0
    assert see_case(staff(), sqlite_records, case_id).stored.case.status is CaseStatus(end)
    assert posts(sqlite_records, f"case:{case_id}:escalated") == []


def test_without_managers_the_admins_are_told(sqlite_records: SqlRecords) -> None:
    ada = Principal("ada", "Ada", Role.ADMIN, "ada@ours.example")
    open_desk(sqlite_records, (CASEY, ada, JO))
    handed(sqlite_records)
    assert escalate_cases(sqlite_records, settings(), LATER) == 1
    assert "ada" in [post.person_key for post in posts(sqlite_records)]


def test_with_nobody_to_tell_it_is_not_marked_as_told(sqlite_records: SqlRecords) -> None:
    open_desk(sqlite_records, (CASEY, JO))
    case_id = handed(sqlite_records).case_id
    assert escalate_cases(sqlite_records, settings(), LATER) == 0
    assert see_case(staff(), sqlite_records, case_id).stored.case.escalated_at is None


FRIDAY = datetime(2027, 7, 2, 19, tzinfo=UTC)
MONDAY = datetime(2027, 7, 5, tzinfo=UTC)


@pytest.mark.parametrize("state", ["case", "draft"])
def test_nothing_escalates_before_it_was_promised(sqlite_records: SqlRecords, state: str) -> None:
    """48 hours after Friday evening nobody is late: Monday 13:00 was promised, in Berlin."""
    open_desk(sqlite_records)
    if state == "case":
        assert handed(sqlite_records, now=FRIDAY).due_at == MONDAY + hours(11)
    else:
        settled: dict[str, Any] = {
            "asked_at": FRIDAY,
            "settled_at": FRIDAY,
            "answer": "Press Save.",
        }
        keep(sqlite_records, asked(state=QuestionState.DRAFTED, **settled))
    for early in (FRIDAY + hours(48.5), MONDAY + hours(11)):
        assert escalate_cases(sqlite_records, settings(), early) == 0
    assert escalate_cases(sqlite_records, settings(), MONDAY + hours(11.1)) == 1


def test_a_case_that_came_back_escalates_again(sqlite_records: SqlRecords) -> None:
    open_desk(sqlite_records)
    which = asked()
    case_id = handed(sqlite_records, which).case_id
    assert escalate_cases(sqlite_records, settings(), LATER) == 1
    reply_to_case(staff(), sqlite_records, settings(), LATER, case_id, "Press Save.")
    with sqlite_records.writing() as writer:
        hand_over(writer, HandingOver(1, which, "not_found"), settings(), LATER)
    assert escalate_cases(sqlite_records, settings(), LATER + hours(47)) == 0
    assert escalate_cases(sqlite_records, settings(), LATER + hours(49)) == 1
    assert len(posts(sqlite_records, f"case:{case_id}:escalated")) == 2


def test_a_draft_that_nobody_sends_escalates_once(sqlite_records: SqlRecords) -> None:
    open_desk(sqlite_records)
    question_id = keep(sqlite_records, asked(state=QuestionState.DRAFTED, answer="Press Save."))
    assert escalate_cases(sqlite_records, settings(), NOW + hours(1)) == 0
    assert escalate_cases(sqlite_records, settings(), LATER) == 1
    assert escalate_cases(sqlite_records, settings(), LATER) == 0
    (post,) = posts(sqlite_records, f"draft:{question_id}:escalated")
    assert post.person_key == "morgan"
    assert "nobody has sent this draft for 48 hours" in words(card_of(post))
