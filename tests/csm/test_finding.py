"""Findings open, last and close with their evidence."""

from csm.finding import Follow, follow
from csm.health import Finding, FindingKind, Severity
from csm.rule import Rule, judge_rule
from tests.csm.builders import TODAY, ago, table_of

RULE = Rule.model_validate(
    {
        "id": "pile",
        "name": "Pile",
        "severity": "low",
        "when": {"signal": "open_tickets", "at_least": 5},
        "severity_when": [{"when": {"signal": "open_tickets", "at_least": 9}, "severity": "high"}],
        "evidence": "{open_tickets:ticket|tickets} open.",
    }
)


def finding(rule: str = "pile", kind: FindingKind = FindingKind.RISK) -> Finding:
    return Finding(
        account_id=1,
        kind=kind,
        rule=rule,
        severity=Severity.LOW,
        evidence="5 tickets open.",
        opened_on=ago(4),
        seen_on=ago(1),
    )


def followed(open_tickets: float, *before: Finding) -> Follow:
    table = table_of(open_tickets=open_tickets)
    return follow(FindingKind.RISK, [judge_rule(RULE, table)], table, before)


def test_it_opens() -> None:
    (opened,) = followed(6).active
    assert (opened.opened_on, opened.seen_on, opened.closed_on) == (TODAY, TODAY, None)
    assert (opened.evidence, opened.severity) == ("6 tickets open.", Severity.LOW)


def test_it_lasts_with_the_evidence_of_today() -> None:
    (kept,) = followed(9, finding()).active
    assert (kept.opened_on, kept.seen_on) == (ago(4), TODAY)
    assert (kept.evidence, kept.severity) == ("9 tickets open.", Severity.HIGH)


def test_it_closes_and_keeps_its_last_evidence() -> None:
    result = followed(4, finding())
    assert result.active == []
    (closed,) = result.closed
    assert (closed.closed_on, closed.seen_on) == (TODAY, ago(1))
    assert closed.evidence == "5 tickets open."


def test_what_cannot_be_judged_stays_as_it_was() -> None:
    assert followed(float("nan"), finding()) == Follow([], [])
    assert followed(float("nan")) == Follow([], [])


def test_a_rule_that_was_taken_out_closes_its_findings() -> None:
    (closed,) = followed(9, finding("old_rule")).closed
    assert closed.closed_on == TODAY


def test_the_other_kind_is_left_alone() -> None:
    assert followed(4, finding(kind=FindingKind.LEAD)) == Follow([], [])


def test_another_status_is_not_meant() -> None:
    table = table_of(open_tickets=9, is_churned=1)
    result = follow(FindingKind.RISK, [judge_rule(RULE, table)], table, [finding()])
    assert result.active == []
    assert len(result.closed) == 1


def test_only_the_reasons_that_hold_are_told() -> None:
    rule = Rule.model_validate(
        {
            "id": "money",
            "name": "Money",
            "severity": "low",
            "reason": [
                {"when": {"signal": "invoices_failed", "above": 0}, "evidence": "Failed."},
                {
                    "when": {"signal": "invoices_overdue", "above": 0},
                    "evidence": "Overdue.",
                    "severity": "critical",
                },
            ],
        }
    )
    table = table_of(invoices_failed=[1, 0, 1], invoices_overdue=[0, 1, 1])
    found = follow(FindingKind.RISK, [judge_rule(rule, table)], table, []).active
    assert [(f.evidence, f.severity.value) for f in found] == [
        ("Failed.", "low"),
        ("Overdue.", "critical"),
        ("Failed. Overdue.", "critical"),
    ]
