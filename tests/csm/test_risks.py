"""Every named risk: it opens with its evidence, does not open without, and closes again."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from csm.account import Direction, Objective, Subscription, Topic
from csm.assess import Known, assess
from csm.cta_plan import CtaBook
from csm.health import Finding, Severity
from csm.risk import RiskFamily
from tests.csm.builders import (
    TODAY,
    Customer,
    ago,
    healthy,
    inputs_of,
    invoice,
    milestone,
    moment,
    nps,
    sponsor,
    subscription,
    talk,
    ticket,
    usage,
)
from tests.csm.shipped import shipped_playbook

NOTHING = CtaBook([], [], {})


def findings_of(customer: Customer, open_findings: list[Finding] | None = None) -> list[Finding]:
    known = Known({}, open_findings or [], NOTHING)
    return list(assess(inputs_of([customer]), known, shipped_playbook()).findings)


@dataclass(frozen=True)
class Story:
    """How a healthy customer gets a risk, its evidence, and how bad it is."""

    rule: str
    happens: Callable[[Customer], Customer]
    evidence: str
    severity: Severity

    def __str__(self) -> str:
        return f"{self.rule}: {self.evidence}"


def _with(**changes: object) -> Callable[[Customer], Customer]:
    return lambda customer: customer.having(**changes)


def _also(**records: Sequence[object]) -> Callable[[Customer], Customer]:
    """The customer with more records."""

    def add(customer: Customer) -> Customer:
        more = {kind: [*getattr(customer, kind), *rows] for kind, rows in records.items()}
        return customer.having(**more)

    return add


def _new(days: int, **changes: object) -> Callable[[Customer], Customer]:
    return _with(started_on=ago(days), **changes)


def _fewer_people(customer: Customer) -> Customer:
    rows = [entry.model_copy(update={"active_users": 2}) for entry in customer.usage]
    return replace(customer, usage=rows)


def _rarely_lately(customer: Customer) -> Customer:
    rows = [entry for entry in customer.usage if (TODAY - entry.day).days >= 28]
    return replace(customer, usage=rows + usage([2, 9, 16], events=100, users=8))


def _renews(days: int) -> list[Subscription]:
    return [subscription(renews_on=TODAY + timedelta(days=days))]


def _dark(customer: Customer) -> Customer:
    rows = [entry for entry in customer.usage if (TODAY - entry.day).days >= 50]
    return replace(customer, usage=rows, interactions=[talk(60)])


LOW, MEDIUM, HIGH, CRITICAL = Severity

STORIES = [
    Story("habits_decline", _rarely_lately, "Usage is down", HIGH),
    Story("low_deployment", _fewer_people, "2 of 10 seats bought were seen", HIGH),
    Story(
        "account_dark",
        _with(interactions=[talk(45)]),
        "No word from them is on record for 45 days.",
        MEDIUM,
    ),
    Story("account_dark", _with(usage=usage([45])), "Nobody has used the product for 45 d", HIGH),
    Story("account_dark", _dark, "for 50 days. No word from them is on record for 60", CRITICAL),
    Story(
        "onboarding_late",
        _new(100, milestones=[milestone(9), milestone(8), milestone(-5)]),
        "2 onboarding milestones are late, the oldest by 9 days.",
        MEDIUM,
    ),
    Story(
        "no_initial_value_90",
        _new(90, usage=usage([80, 40, 3])),
        "90 days after the start",
        HIGH,
    ),
    Story(
        "no_initial_value_120",
        _new(120, usage=usage([80, 40, 3])),
        "120 days after the start",
        CRITICAL,
    ),
    Story(
        "objective_overdue",
        _also(objectives=[Objective(key="p", title="Grow", due_on=ago(3), status="at_risk")]),
        "1 objective of the success plan past due, the oldest by 3 days.",
        MEDIUM,
    ),
    Story("sponsor_change", _also(contacts=[sponsor(left_on=ago(20))]), "left 20 days ago", HIGH),
    Story(
        "sponsor_change",
        _with(contacts=[sponsor(left_on=ago(200))]),
        "left 200 days ago and nobody has taken over.",
        HIGH,
    ),
    Story(
        "sponsor_change",
        _with(contacts=[sponsor(email="", last_active_on=ago(90))]),
        "inactive for 90 days",
        HIGH,
    ),
    Story(
        "sponsor_change",
        _also(interactions=[talk(10, Topic.SPONSOR_CHANGE)]),
        "change of sponsor 10 days ago",
        HIGH,
    ),
    Story(
        "company_event",
        _also(interactions=[talk(7, Topic.COMPANY_EVENT)]),
        "reported 7 days ago",
        MEDIUM,
    ),
    Story(
        "renewal_at_risk",
        lambda who: _fewer_people(replace(_dark(who), subscriptions=_renews(40))),
        "Renews in 40 days and health is",
        HIGH,
    ),
    Story(
        "downsell",
        lambda who: _fewer_people(replace(who, subscriptions=_renews(170))),
        "They use 20 % of the seats they pay for and renew in 170 days.",
        MEDIUM,
    ),
    Story(
        "downsell",
        _also(subscriptions=[subscription(arr=600_000, ends_on=ago(30))]),
        "ARR is down 33 % on 90 days ago.",
        HIGH,
    ),
    Story(
        "payment_failure",
        _also(invoices=[invoice(3, failed_on=ago(2))]),
        "1 payment failed, the oldest 2 days ago. 1 invoice is overdue",
        MEDIUM,
    ),
    Story("payment_failure", _also(invoices=[invoice(30)]), "the oldest by 30 days", HIGH),
    Story(
        "contract_change_requested",
        _also(interactions=[talk(4, Topic.CONTRACT_CHANGE, Direction.INBOUND)]),
        "They asked to change the contract 4 days ago.",
        HIGH,
    ),
    Story(
        "contract_change_requested",
        _also(interactions=[talk(1, Topic.CHURN)]),
        "A churn was recorded 1 day ago.",
        CRITICAL,
    ),
    Story("detractor", _also(surveys=[nps(4, 2)]), "The newest NPS answer is 4", HIGH),
    Story(
        "detractor",
        _also(surveys=[nps(2, 20), nps(10, 3)]),
        "1 NPS answer of 6 or less in the last 30 days.",
        HIGH,
    ),
    Story(
        "support_overload",
        _also(tickets=[ticket(n) for n in range(5)]),
        "5 tickets are open, against 0 normally.",
        MEDIUM,
    ),
    Story(
        "support_overload",
        _also(tickets=[ticket(n + 2, closed_at=moment(n + 1)) for n in range(6)]),
        "6 tickets were opened in the last 28 days, against 0 normally.",
        MEDIUM,
    ),
    Story(
        "urgent_ticket_ageing",
        _also(tickets=[ticket(8, priority="urgent")]),
        "An urgent ticket has been open for 8 days.",
        HIGH,
    ),
    Story(
        "sla_breach",
        _also(tickets=[ticket(8, closed_at=moment(7), sla_breached=True)]),
        "breached for 1 ticket of",
        MEDIUM,
    ),
    Story(
        "unanswered_question",
        _also(interactions=[talk(2, Topic.QUESTION)]),
        "waiting for an answer for 60 hours.",
        MEDIUM,
    ),
    Story(
        "data_gap",
        _with(status="churned"),
        "Marked as churned, although 1 paid subscription is live.",
        MEDIUM,
    ),
]


@pytest.mark.parametrize("story", STORIES, ids=str)
def test_a_risk_opens_with_its_evidence(story: Story) -> None:
    found = {finding.rule: finding for finding in findings_of(story.happens(healthy()))}
    assert story.evidence in found[story.rule].evidence
    assert found[story.rule].severity is story.severity
    assert found[story.rule].opened_on == TODAY


@pytest.mark.parametrize("story", STORIES, ids=str)
def test_it_closes_when_its_evidence_is_gone(story: Story) -> None:
    (risk,) = (f for f in findings_of(story.happens(healthy())) if f.rule == story.rule)
    before = risk.model_copy(update={"opened_on": ago(9), "seen_on": ago(1)})
    (closed,) = (f for f in findings_of(healthy(), [before]) if f.rule == story.rule)
    assert closed == before.model_copy(update={"closed_on": TODAY})


def test_a_healthy_customer_has_no_risk() -> None:
    names = {risk.id for risk in shipped_playbook().risks}
    assert names.isdisjoint(finding.rule for finding in findings_of(healthy()))


def test_every_named_risk_has_its_story() -> None:
    assert {risk.id for risk in shipped_playbook().risks} == {story.rule for story in STORIES}
    assert {risk.family for risk in shipped_playbook().risks} == set(RiskFamily)


def test_an_account_that_we_cannot_see_is_a_data_gap() -> None:
    known = Known({}, [], NOTHING)
    dark = inputs_of([Customer()], feeds={"subscriptions": TODAY})
    found = assess(dark, known, shipped_playbook()).findings
    assert [(f.rule, f.evidence) for f in found] == [
        ("data_gap", "Only 0 % of the scorecard has fresh data: we cannot see this account.")
    ]


def test_a_renewal_of_unknown_health_is_at_risk() -> None:
    known = Known({}, [], NOTHING)
    who = Customer(subscriptions=[subscription(renews_on=TODAY + timedelta(days=100))])
    found = assess(inputs_of([who], feeds={"subscriptions": TODAY}), known, shipped_playbook())
    evidence = {finding.rule: finding.evidence for finding in found.findings}
    assert evidence["renewal_at_risk"].endswith("and we cannot tell how healthy they are.")


def test_stale_data_heals_nothing() -> None:
    story = next(story for story in STORIES if story.rule == "urgent_ticket_ageing")
    (risk,) = (f for f in findings_of(story.happens(healthy())) if f.rule == story.rule)
    inputs = inputs_of([healthy()], feeds={"usage": TODAY, "tickets": ago(31)})
    found = assess(inputs, Known({}, [risk], NOTHING), shipped_playbook()).findings
    assert all(finding.rule != story.rule for finding in found)


def test_churned_accounts_have_no_risks_but_a_wrong_mark() -> None:
    who = replace(healthy(), status="churned", subscriptions=[], tickets=[ticket(9)])
    assert findings_of(who) == []
