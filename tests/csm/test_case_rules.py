"""What people do with cases."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csm import case_rules as rules
from csm.case import Case, CaseStatus
from csm.errors import Conflict
from csm.people import Principal, Role

NOW = datetime(2027, 6, 30, 9, 15, tzinfo=UTC)
CASEY = Principal(key="casey", name="Casey", role=Role.CSM, time_zone="Europe/Berlin")
RILEY = Principal(key="riley", name="Riley", role=Role.CSM)
MORGAN = Principal(key="morgan", name="Morgan", role=Role.MANAGER)
JO = Principal("jo", "Jo", Role.CONTACT, "jo@acme.example", "acme")
PEOPLE = (CASEY, RILEY, MORGAN)

OPEN = Case(
    question_id=1,
    account_key="acme",
    owner_key="casey",
    reason="not_found",
    opened_at=NOW,
    due_at=NOW + timedelta(hours=4),
)


def name_of(key: str) -> str:
    return key.capitalize()


def claimed(who: Principal = CASEY) -> Case:
    return rules.claim(OPEN, who, NOW, name_of)


def test_claim() -> None:
    case = claimed()
    assert (case.status, case.claimed_by, case.claimed_at) == ("claimed", "casey", NOW)
    assert OPEN.status is CaseStatus.OPEN
    later = NOW + timedelta(hours=1)
    assert rules.claim(case, CASEY, later, name_of) == case


def test_who_was_first_is_told_in_the_readers_time() -> None:
    with pytest.raises(Conflict, match=r"Casey claimed this case on 30 Jun 2027, 09:15 UTC"):
        rules.claim(claimed(), RILEY, NOW, name_of)
    with pytest.raises(Conflict, match=r"Riley claimed this case on 30 Jun 2027, 11:15 CEST"):
        rules.answer(claimed(RILEY), CASEY, NOW, name_of)


def test_release() -> None:
    assert rules.release(claimed(), CASEY, name_of) == OPEN
    assert rules.release(claimed(), MORGAN, name_of) == OPEN
    with pytest.raises(Conflict, match="Casey claimed"):
        rules.release(claimed(), RILEY, name_of)
    with pytest.raises(Conflict, match="Nobody has claimed"):
        rules.release(OPEN, CASEY, name_of)
    with pytest.raises(Conflict, match="has had an answer"):
        rules.release(rules.answer(OPEN, CASEY, NOW, name_of), CASEY, name_of)


def test_an_answer_claims_and_the_first_one_counts() -> None:
    case = rules.answer(OPEN, CASEY, NOW, name_of)
    assert (case.status, case.claimed_by, case.answered_by) == ("answered", "casey", "casey")
    again = rules.answer(case, CASEY, NOW + timedelta(hours=2), name_of)
    assert again.answered_at == NOW


def test_an_answer_by_hand_leaves_the_claim_where_it_is() -> None:
    case = rules.answer_in_thread(claimed(), RILEY, NOW)
    assert (case.status, case.claimed_by, case.answered_by) == ("answered", "casey", "riley")
    assert rules.answer_in_thread(OPEN, RILEY, NOW).claimed_by == "riley"
    resolved = rules.resolve(claimed(), CASEY, NOW, name_of)
    assert rules.answer_in_thread(resolved, RILEY, NOW) == resolved


def test_resolve() -> None:
    case = rules.resolve(claimed(), CASEY, NOW, name_of)
    assert (case.status, case.resolved_by, case.resolved_at) == ("resolved", "casey", NOW)
    assert rules.resolve(OPEN, RILEY, NOW, name_of).resolved_by == "riley"
    assert rules.resolve(claimed(), MORGAN, NOW, name_of).resolved_by == "morgan"
    with pytest.raises(Conflict, match="Casey claimed"):
        rules.resolve(claimed(), RILEY, NOW, name_of)


def test_resolved_is_resolved() -> None:
    case = rules.resolve(claimed(), CASEY, NOW, name_of)
    told = "Casey resolved this case on 30 Jun 2027"
    with pytest.raises(Conflict, match=told):
        rules.claim(case, RILEY, NOW, name_of)
    with pytest.raises(Conflict, match=told):
        rules.resolve(case, MORGAN, NOW, name_of)
    with pytest.raises(Conflict, match="You resolved this case"):
        rules.release(case, CASEY, name_of)


@pytest.mark.parametrize("before", [OPEN, claimed(), rules.answer(OPEN, CASEY, NOW, name_of)])
def test_what_is_reopened_waits_for_a_reply_again(before: Case) -> None:
    later, due = NOW + timedelta(days=3), NOW + timedelta(days=4)
    resolved = rules.resolve(before, CASEY, NOW, name_of)
    reopened = rules.reopen(resolved, later, due)
    assert rules.waits_for_a_reply(reopened)
    assert (reopened.claimed_by, reopened.due_at) == (before.claimed_by, due)
    assert (reopened.resolved_by, reopened.answered_by) == ("", "")
    with pytest.raises(Conflict, match="not resolved"):
        rules.reopen(before, later, due)


def test_a_promise_in_the_thread_claims_what_nobody_has() -> None:
    taken = rules.claim_in_thread(OPEN, CASEY, NOW)
    assert (taken.status, taken.claimed_by, taken.due_at) == ("claimed", "casey", OPEN.due_at)
    assert rules.claim_in_thread(taken, RILEY, NOW) == taken
    for done in (
        rules.answer(OPEN, CASEY, NOW, name_of),
        rules.resolve(OPEN, CASEY, NOW, name_of),
    ):
        assert rules.claim_in_thread(done, RILEY, NOW) == done


def test_the_customer_may_settle_it() -> None:
    settled = rules.settle(claimed(), JO, NOW)
    assert (settled.status, settled.resolved_by) == ("resolved", "jo")
    assert rules.settle(settled, CASEY, NOW) == settled


def test_a_customer_who_comes_back_waits_as_if_new() -> None:
    case = rules.resolve(rules.answer(OPEN, CASEY, NOW, name_of), CASEY, NOW, name_of)
    escalated = case.model_copy(update={"escalated_at": NOW})
    due = NOW + timedelta(days=1)
    back = rules.come_back(escalated, NOW + timedelta(hours=5), due)
    assert back.opened_at == NOW + timedelta(hours=5)
    assert (back.status, back.claimed_by, back.due_at) == ("claimed", "casey", due)
    assert (back.answered_at, back.resolved_at, back.escalated_at) == (None, None, None)
    assert rules.waits_for_a_reply(back)


def test_overdue_only_while_the_customer_waits() -> None:
    late = OPEN.due_at + timedelta(seconds=1)
    assert not rules.is_overdue(OPEN, OPEN.due_at)
    assert rules.is_overdue(OPEN, late)
    assert not rules.is_overdue(rules.answer(OPEN, CASEY, NOW, name_of), late)


VERBS = (
    "claim", "release", "answer", "by_hand", "promise", "resolve", "settle", "reopen", "back",
)  # fmt: skip
STEPS = st.lists(
    st.tuples(
        st.sampled_from(VERBS),
        st.sampled_from(PEOPLE),
    ),
    max_size=12,
)


@given(STEPS)
def test_whatever_people_do_the_case_makes_sense(steps: list[tuple[str, Principal]]) -> None:
    case = OPEN
    for step, who in steps:
        before = case
        try:
            case = done(case, step, who)
        except Conflict:
            case = before
        assert (case.status is CaseStatus.RESOLVED) == (case.resolved_at is not None)
        assert bool(case.claimed_by) == (case.claimed_at is not None)
        assert bool(case.answered_by) == (case.answered_at is not None)
        if case.status is CaseStatus.OPEN:
            assert not case.claimed_by
        if case.status in (CaseStatus.CLAIMED, CaseStatus.ANSWERED):
            assert case.claimed_by
        if before.claimed_by and case.claimed_by not in ("", before.claimed_by):
            raise AssertionError("a claim was taken from somebody")


def done(case: Case, step: str, who: Principal) -> Case:
    match step:
        case "claim":
            return rules.claim(case, who, NOW, name_of)
        case "release":
            return rules.release(case, who, name_of)
        case "answer":
            return rules.answer(case, who, NOW, name_of)
        case "by_hand":
            return rules.answer_in_thread(case, who, NOW)
        case "resolve":
            return rules.resolve(case, who, NOW, name_of)
        case "reopen":
            return rules.reopen(case, NOW, NOW)
        case "promise":
            return rules.claim_in_thread(case, who, NOW)
        case "settle":
            return rules.settle(case, who, NOW)
        case _:
            return rules.come_back(case, NOW, NOW)
