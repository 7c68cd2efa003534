"""Stages, their limits, and the moments in them."""

import pytest

from csm.account import Topic
from csm.assess import Known, assess
from csm.cta_plan import CtaBook
from csm.health import CtaType, Health, Stage
from csm.lifecycle import judge_lifecycle, stages
from tests.csm.builders import Customer, ago, healthy, inputs_of, table_of, talk, usage
from tests.csm.shipped import shipped_playbook

NEVER = float("inf")
NONE, RED, YELLOW, LIME, GREEN = range(5)
SETTLED = {"days_since_start": 500.0, "ivm_reached": 1.0, "days_to_renewal": 300.0}
WELL = {**SETTLED, "outcomes_score": 70.0, "experience_score": 70.0, "grade_rank": 3.0}


def stage_of(before: Stage | None, **values: float) -> Stage:
    codes = stages(shipped_playbook().lifecycle, table_of(**values), [before])
    return list(Stage)[int(codes[0])]


@pytest.mark.parametrize(
    ("before", "values", "after"),
    [
        (None, {"days_since_start": 5, "ivm_reached": 0}, Stage.ONBOARDING),
        (None, {"days_since_start": 5}, Stage.ONBOARDING),
        (None, SETTLED, Stage.ADOPTION),
        (None, {}, Stage.ADOPTION),
        (None, WELL, Stage.VALUE),
        (None, {**WELL, "days_to_renewal": 90}, Stage.RENEWAL),
        (None, {**WELL, "grade_rank": GREEN, "seat_use": 0.85}, Stage.GROWTH),
        (None, {**WELL, "is_churned": 1}, Stage.CHURNED),
        # onboarding ends with the first value and the project, or after half a year
        (Stage.ONBOARDING, {"days_since_start": 130, "ivm_reached": 0}, Stage.ONBOARDING),
        (
            Stage.ONBOARDING,
            {"days_since_start": 60, "ivm_reached": 1, "milestones_open": 1},
            Stage.ONBOARDING,
        ),
        (
            Stage.ONBOARDING,
            {"days_since_start": 60, "ivm_reached": 1, "milestones_open": 0},
            Stage.ADOPTION,
        ),
        (Stage.ONBOARDING, {"days_since_start": 181, "ivm_reached": 0}, Stage.ADOPTION),
        # adoption leads to value
        (Stage.ADOPTION, {**SETTLED, "outcomes_score": 59}, Stage.ADOPTION),
        (Stage.ADOPTION, WELL, Stage.VALUE),
        # value is not lost by a bad week, but by a bad month
        (Stage.VALUE, {**WELL, "outcomes_score": 55}, Stage.VALUE),
        (Stage.VALUE, {**WELL, "outcomes_score": 49}, Stage.ADOPTION),
        (Stage.VALUE, {**WELL, "days_to_renewal": 120}, Stage.RENEWAL),
        # missing data moves nobody
        (Stage.VALUE, {"days_since_start": 500}, Stage.VALUE),
        # renewal ends with the next term
        (Stage.RENEWAL, {**WELL, "days_to_renewal": 1}, Stage.RENEWAL),
        (Stage.RENEWAL, {**WELL, "days_to_renewal": 365}, Stage.VALUE),
        (Stage.RENEWAL, {**WELL, "days_to_renewal": NEVER}, Stage.VALUE),
        # growth
        (Stage.VALUE, {**WELL, "grade_rank": GREEN, "seat_use": 0.9}, Stage.GROWTH),
        (Stage.GROWTH, {**WELL, "seat_use": 0.5}, Stage.GROWTH),
        (Stage.GROWTH, {**WELL, "grade_rank": YELLOW}, Stage.VALUE),
        (Stage.GROWTH, {**WELL, "days_to_renewal": 100}, Stage.RENEWAL),
        # a customer who came back
        (Stage.CHURNED, SETTLED, Stage.ADOPTION),
    ],
)
def test_stages(before: Stage | None, values: dict[str, float], after: Stage) -> None:
    assert stage_of(before, **values) is after


def test_a_stage_is_settled() -> None:
    """Asking again, from where one got to, moves no further."""
    for values in (SETTLED, WELL, {**WELL, "days_to_renewal": 90}):
        first = stage_of(None, **values)
        assert stage_of(first, **values) is first


@pytest.mark.parametrize(
    ("stage", "values", "limit"),
    [
        (Stage.ONBOARDING, {"days_since_start": 121}, "onboarding_overrun"),
        (
            Stage.ADOPTION,
            {"days_since_start": 271, "outcomes_score": 40},
            "adoption_overrun",
        ),
        (Stage.VALUE, {"days_since_review": 181}, "value_overrun"),
        (Stage.RENEWAL, {"days_to_renewal": 14}, "renewal_overrun"),
        (
            Stage.GROWTH,
            {"seat_use": 0.95, "arr_change_90d": 0, "days_since_start": 400},
            "growth_overrun",
        ),
    ],
)
def test_limits_are_for_those_in_the_stage(
    stage: Stage, values: dict[str, float], limit: str
) -> None:
    lifecycle = shipped_playbook().lifecycle
    code = float(list(Stage).index(stage))
    table = table_of(**values, stage=[code, (code + 1) % 5])
    (ruling,) = (r for r in judge_lifecycle(lifecycle, table) if r.rule.id == limit)
    assert ruling.truth.yes.tolist() == [True, False]


def ctas_of(customer: Customer, previous: dict[int, Health] | None = None) -> dict[str, str]:
    known = Known(previous or {}, [], CtaBook([], [], {1: "casey@ours.example"}))
    opened = assess(inputs_of([customer]), known, shipped_playbook()).opened_ctas
    lifecycle = {CtaType.LIFECYCLE, CtaType.ACTIVITY}
    return {cta.reason: cta.evidence for cta in opened if cta.type in lifecycle}


def test_a_new_customer_is_welcomed() -> None:
    assert ctas_of(Customer(started_on=ago(3)))["welcome"] == "The contract started 3 days ago."
    assert "welcome" not in ctas_of(Customer(started_on=ago(15)))


def test_first_value_nudge_on_day_14() -> None:
    assert "first_value_nudge" not in ctas_of(Customer(started_on=ago(13)))
    assert "first_value_nudge" in ctas_of(Customer(started_on=ago(14)))
    used = Customer(started_on=ago(14), usage=usage([3]))
    assert "first_value_nudge" not in ctas_of(used)


def test_a_review_is_prepared_14_days_before_it_is_due() -> None:
    who = healthy()
    who.interactions = [talk(5), talk(75, Topic.REVIEW)]
    assert "executive_review_due" not in ctas_of(who)
    who.interactions = [talk(5), talk(76, Topic.REVIEW)]
    assert "executive_review_due" in ctas_of(who)


@pytest.mark.parametrize(
    ("days", "moment"),
    [(90, "renewal_runway_90"), (60, "renewal_runway_60"), (30, "renewal_runway_30")],
)
def test_the_renewal_runway(days: int, moment: str) -> None:
    table = table_of(days_to_renewal=days, grade_rank=[GREEN, LIME])
    rulings = judge_lifecycle(shipped_playbook().lifecycle, table)
    runway = {r.rule.id: r for r in rulings if r.rule.id.startswith("renewal_runway")}
    assert runway[moment].truth.yes.tolist() == [True, False]
    assert sum(bool(ruling.truth.yes[0]) for ruling in runway.values()) == 1
