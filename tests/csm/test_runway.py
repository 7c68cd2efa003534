"""The runway to a renewal."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csm.health import CtaStatus, Severity
from csm.runway import (
    Approach,
    most_at_stake_first,
    notice_text,
    outlook,
    renews_by_itself,
    step_of,
)
from csm.views.next_steps import by_pressure
from tests.csm.digest_builders import TODAY, cta, day, line, subscription

STEPS = (120, 90, 60, 30)


@pytest.mark.parametrize(
    ("days", "step"),
    [(121, None), (120, 120), (91, 120), (90, 90), (31, 60), (30, 30), (0, 30), (-1, None)],
)
def test_the_step_that_a_renewal_is_in(days: int, step: int | None) -> None:
    assert step_of(line(renews=days), STEPS, TODAY) == step
    assert step_of(line(), STEPS, TODAY) is None


@given(st.integers(0, 200), st.lists(st.integers(1, 365), min_size=1, max_size=6))
def test_no_shorter_step_would_do(days: int, steps: list[int]) -> None:
    step = step_of(line(renews=days), steps, TODAY)
    if step is None:
        assert days > max(steps)
    else:
        assert step >= days
        assert not any(days <= other < step for other in steps)


def test_what_renews_by_itself() -> None:
    auto, signed = subscription(60, auto_renew=True), subscription(60)
    elsewhen = subscription(200, key="t")
    assert renews_by_itself([auto, elsewhen], day(60), TODAY)
    assert not renews_by_itself([auto, signed], day(60), TODAY)
    assert not renews_by_itself([], day(60), TODAY)
    ends = subscription(60, auto_renew=True, ends_on=day(60))
    assert not renews_by_itself([ends], day(60), TODAY)


def test_notice() -> None:
    at = day(60)
    assert notice_text([subscription(60)], {}, at, TODAY) == ""
    assert "ends then" in notice_text([subscription(60, ends_on=at)], {}, at, TODAY)
    assert "churn" in notice_text([], {"days_since_churn_notice": 3}, at, TODAY)
    assert "change the contract" in notice_text([], {"days_since_contract_change": 120}, at, TODAY)
    assert notice_text([], {"days_since_contract_change": 121}, at, TODAY) == ""


@given(st.floats(0, 1), st.floats(0, 1))
def test_a_greater_share_never_sounds_worse(one: float, other: float) -> None:
    words = ["needs a plan", "undecided", "likely to renew", "expected to renew"]
    low, high = sorted((one, other))
    assert words.index(outlook(low)) <= words.index(outlook(high))


def approach(id_: int, renews: int) -> Approach:
    return Approach(line(id_, renews), 60, None, False, "", None, None, 1, ())


def test_what_is_most_at_stake_comes_first() -> None:
    some = [approach(1, 50), approach(2, 40), approach(3, 45)]
    ordered = most_at_stake_first(some, {1: 5.0, 2: 0.0, 3: 0.0})
    assert [one.line.account_id for one in ordered] == [1, 2, 3]


def test_what_nobody_has_taken_up_is_most_pressing() -> None:
    claimed = cta(1, status=CtaStatus.CLAIMED, severity=Severity.CRITICAL)
    low, high = cta(2, severity=Severity.LOW), cta(3, severity=Severity.HIGH, due_on=day(9))
    assert [one.id for one in by_pressure([claimed, low, high])] == [3, 2, 1]
