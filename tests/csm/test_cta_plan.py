"""Calls to action open once, rest, escalate, and close by themselves."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from csm.cta_plan import CtaBook, CtaPlan, CtaSettings, EscalateAfterDays, Wanted, plan
from csm.health import Cta, CtaOutcome, CtaStatus, Severity
from csm.ports import StoredCta
from csm.rule import Rule
from tests.csm.builders import TODAY, ago

SETTINGS = CtaSettings(escalate_after_days=EscalateAfterDays(low=14, medium=7, high=3, critical=1))
RULE = Rule.model_validate(
    {
        "id": "dark",
        "name": "Dark",
        "severity": "medium",
        "when": {"signal": "days_since_usage", "above": 45},
        "evidence": "Quiet.",
        "play": "dormant_account",
        "cta": {"type": "risk", "title": "Wake them up", "due_in_days": 3},
    }
)


def want(severity: str = "medium", since: date | None = TODAY, **changes: Any) -> Wanted:
    return Wanted(1, RULE, Severity(severity), "Quiet for 45 days.", since, **changes)


def kept(**changes: Any) -> StoredCta:
    values: dict[str, Any] = {
        "account_id": 1,
        "type": "risk",
        "reason": "dark",
        "title": "Wake them up",
        "evidence": "Quiet for 45 days.",
        "severity": "medium",
        "play": "dormant_account",
        "owner_email": "casey@ours.example",
        "opened_on": TODAY,
        "due_on": TODAY + timedelta(days=3),
    }
    return StoredCta(7, "Acme", Cta(**{**values, **changes}))


def closed(days_ago: int, outcome: str = "done", **changes: Any) -> StoredCta:
    at = datetime.combine(ago(days_ago), time(10), UTC)
    return kept(status="closed", outcome=outcome, closed_by="casey", closed_at=at, **changes)


def planned(
    *wanted: Wanted,
    open_cta: StoredCta | None = None,
    closed_cta: StoredCta | None = None,
    gone: bool = False,
    owner: str = "casey@ours.example",
) -> CtaPlan:
    book = CtaBook([open_cta] if open_cta else [], [closed_cta] if closed_cta else [], {1: owner})
    return plan(TODAY, wanted, {(1, "dark")} if gone else set(), book, SETTINGS)


def test_it_opens() -> None:
    assert planned(want()) == CtaPlan([kept().cta], [])


def test_one_that_is_open_is_not_opened_again() -> None:
    assert planned(want(), open_cta=kept()) == CtaPlan([], [])


def test_a_rule_without_a_call_opens_none() -> None:
    silent = RULE.model_copy(update={"cta": None})
    assert planned(Wanted(1, silent, Severity.LOW, "x", TODAY)) == CtaPlan([], [])


def test_an_open_one_follows_evidence_severity_and_owner() -> None:
    before = kept(evidence="Quiet for 44 days.", severity="low", owner_email="riley@ours.example")
    ((cta_id, now),) = planned(want(), open_cta=before).changed
    assert cta_id == 7
    assert now == kept().cta


def test_a_claimed_one_keeps_its_owner() -> None:
    before = kept(status="claimed", claimed_by="riley", owner_email="riley@ours.example")
    assert planned(want(), open_cta=before).changed == []


def test_the_owners_address_is_compared_without_case() -> None:
    assert planned(want(), open_cta=kept(), owner="Casey@Ours.example").changed == []


@pytest.mark.parametrize("outcome", ["done", "no_action_needed", "could_not_reach", "lost"])
def test_what_a_person_closed_rests_while_the_finding_lasts(outcome: str) -> None:
    assert planned(want(since=ago(9)), closed_cta=closed(3, outcome)) == CtaPlan([], [])


def test_it_comes_back_when_the_finding_opened_anew() -> None:
    assert len(planned(want(since=ago(2)), closed_cta=closed(3)).opened) == 1


def test_it_comes_back_when_it_got_worse() -> None:
    assert len(planned(want("high", since=ago(9)), closed_cta=closed(3)).opened) == 1
    assert planned(want("low", since=ago(9)), closed_cta=closed(3)).opened == []


def test_what_closed_by_itself_may_come_back_at_once() -> None:
    gone = closed(0, "evidence_gone")
    assert len(planned(want(), closed_cta=gone).opened) == 1


def test_a_moment_comes_back_after_its_time_or_never() -> None:
    never = want(since=None)
    assert planned(never, closed_cta=closed(900)).opened == []
    monthly = want(since=None, again_after_days=30)
    assert planned(monthly, closed_cta=closed(29)).opened == []
    assert len(planned(monthly, closed_cta=closed(30)).opened) == 1


def test_an_unclaimed_one_closes_when_its_evidence_is_gone() -> None:
    ((_, now),) = planned(open_cta=kept(), gone=True).changed
    assert (now.status, now.outcome) == (CtaStatus.CLOSED, CtaOutcome.EVIDENCE_GONE)
    assert now.closed_at == datetime.combine(TODAY, time(), UTC)
    assert now.closed_by == ""


def test_a_claimed_one_stays_and_says_so_once() -> None:
    before = kept(status="claimed", claimed_by="casey")
    ((_, now),) = planned(open_cta=before, gone=True).changed
    assert now.status is CtaStatus.CLAIMED
    assert now.evidence == "No longer seen since 30 Jun 2027. Quiet for 45 days."
    again = StoredCta(7, "Acme", now)
    assert planned(open_cta=again, gone=True).changed == []


def test_what_cannot_be_judged_stays_open() -> None:
    assert planned(open_cta=kept()) == CtaPlan([], [])


@pytest.mark.parametrize(
    ("severity", "days"), [("low", 14), ("medium", 7), ("high", 3), ("critical", 1)]
)
def test_an_unclaimed_one_escalates(severity: str, days: int) -> None:
    young = kept(severity=severity, opened_on=ago(days - 1))
    assert planned(want(severity), open_cta=young).changed == []
    old = kept(severity=severity, opened_on=ago(days))
    ((_, now),) = planned(want(severity), open_cta=old).changed
    assert now.escalated_on == TODAY
    assert planned(want(severity), open_cta=StoredCta(7, "Acme", now)).changed == []


def test_a_claimed_one_does_not_escalate() -> None:
    old = kept(severity="critical", opened_on=ago(30), status="claimed", claimed_by="casey")
    assert planned(want("critical"), open_cta=old).changed == []
