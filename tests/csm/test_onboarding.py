"""How far onboardings are, and which of them comes first."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csm.health import Stage
from csm.onboarding import (
    FirstValue,
    Onboarding,
    days_late,
    first_value,
    is_onboarding,
    onboarding,
    worst_first,
)
from tests.csm.digest_builders import TODAY, health, line, milestone

LIMITS = (90, 120)


def known(*steps: object, waiting: bool = False, **signals: float) -> Onboarding:
    return onboarding(line(), steps, signals, LIMITS, TODAY, 7, waiting)  # type: ignore[arg-type]


def test_milestones_are_late_due_or_done() -> None:
    one = known(
        milestone(-5),
        milestone(-1),
        milestone(0),
        milestone(7),
        milestone(8),
        milestone(-9, done=-2),
    )
    assert [step.key for step in one.late] == ["m-5", "m-1"]
    assert [step.key for step in one.due] == ["m0", "m7"]
    assert [step.key for step in one.done] == ["m-9"]
    assert (one.is_in_trouble, days_late(one, TODAY)) == (True, 5)


def test_what_is_done_tomorrow_is_not_done() -> None:
    one = known(milestone(-5, done=1))
    assert [step.key for step in one.late] == ["m-5"]
    assert one.done == ()


@pytest.mark.parametrize(
    ("signals", "value"),
    [
        ({}, None),
        ({"ivm_reached": 0.0}, None),
        ({"ivm_reached": 0.0, "days_of_ivm_so_far": 89.0}, FirstValue(89, False, 90, 0)),
        ({"ivm_reached": 0.0, "days_of_ivm_so_far": 90.0}, FirstValue(90, False, 90, 1)),
        ({"ivm_reached": 0.0, "days_of_ivm_so_far": 400.0}, FirstValue(400, False, 120, 2)),
        ({"ivm_reached": 1.0, "days_of_ivm_so_far": 28.0}, FirstValue(28, True, 90, 0)),
        ({"ivm_reached": 1.0, "days_of_ivm_so_far": 300.0}, FirstValue(300, True, 120, 0)),
    ],
)
def test_time_to_the_first_value(signals: dict[str, float], value: FirstValue | None) -> None:
    assert first_value(signals, LIMITS) == value


def test_what_goes_well_is_not_told() -> None:
    assert not known(milestone(30), ivm_reached=0, days_of_ivm_so_far=20).is_worth_telling
    assert known(milestone(30), ivm_reached=0, days_of_ivm_so_far=95).is_worth_telling
    reached = {"ivm_reached": 1.0, "days_of_ivm_so_far": 30.0}
    assert not onboarding(line(), (), reached, LIMITS, TODAY, 7, was_waiting=False).is_worth_telling
    assert onboarding(line(), (), reached, LIMITS, TODAY, 7, was_waiting=True).is_worth_telling


def test_who_is_being_onboarded() -> None:
    assert is_onboarding(line(health=health(stage=Stage.ONBOARDING)))
    assert not is_onboarding(line(health=health(stage=Stage.RENEWAL)))
    assert not is_onboarding(line(health=None))


_ONE = st.builds(
    lambda late, missed, id_: Onboarding(
        line=line(id_),
        late=(milestone(-late),) if late else (),
        value=FirstValue(10, False, 90, missed),
    ),
    late=st.integers(0, 60),
    missed=st.integers(0, 2),
    id_=st.integers(1, 99),
)


@given(st.lists(_ONE, max_size=20))
def test_the_worst_come_first_whatever_their_order(some: list[Onboarding]) -> None:
    ordered = worst_first(some, {}, TODAY)
    assert sorted(ordered, key=id) == sorted(some, key=id)
    for before, after in pairwise(ordered):
        assert before.value
        assert after.value
        now, then = before.value.missed, after.value.missed
        assert now > then or (now == then and days_late(before, TODAY) >= days_late(after, TODAY))
    assert [one.line.name for one in worst_first(reversed(some), {}, TODAY)] == [
        one.line.name for one in ordered
    ]


def test_more_at_stake_comes_first_among_equals() -> None:
    some = [Onboarding(line(1), late=(milestone(-3),)), Onboarding(line(2), late=(milestone(-3),))]
    assert [one.line.account_id for one in worst_first(some, {1: 10.0, 2: 20.0}, TODAY)] == [2, 1]
