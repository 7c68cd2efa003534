"""The difference that a play makes, and when nothing may be said of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csm.effect import difference_of, effect_of, wilson
from csm.guard_settings import Effect
from csm.ports_outreach import Group, Tally

SETTINGS = Effect(least=30, confidence=0.95)


# Worked examples of Newcombe (1998), table II, method 10.
@pytest.mark.parametrize(
    ("written", "control", "low", "high"),
    [
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((5, 56), (0, 29), -0.0381, 0.1926),
        ((0, 10), (0, 20), -0.1611, 0.2775),
        ((10, 10), (0, 10), 0.6075, 1.0),
    ],
)
def test_the_interval_is_the_published_one(
    written: tuple[int, int], control: tuple[int, int], low: float, high: float
) -> None:
    found = difference_of(
        Group(written[1], written[0]), Group(control[1], control[0]), confidence=0.95
    )
    assert found.low == pytest.approx(low, abs=0.0001)
    assert found.high == pytest.approx(high, abs=0.0001)


groups = st.integers(1, 5000).flatmap(
    lambda n: st.integers(0, n).map(lambda reached: Group(n, reached))
)


@given(groups, groups, st.floats(0.6, 0.999))
def test_the_difference_lies_in_its_interval(
    written: Group, control: Group, confidence: float
) -> None:
    found = difference_of(written, control, confidence)
    assert -1 <= found.low <= found.difference <= found.high <= 1
    other = difference_of(control, written, confidence)
    assert other.low == pytest.approx(-found.high)
    assert other.high == pytest.approx(-found.low)


@given(groups)
def test_more_confidence_needs_a_wider_interval(group: Group) -> None:
    _, low, high = wilson(group, 0.8)
    _, lower, higher = wilson(group, 0.99)
    assert 0 <= lower <= low <= high <= higher <= 1


def test_a_clear_difference_is_sure_and_a_small_one_is_not() -> None:
    assert difference_of(Group(400, 300), Group(400, 100), 0.95).is_sure
    assert not difference_of(Group(40, 21), Group(40, 20), 0.95).is_sure


def test_too_little_data_claims_nothing_and_says_what_is_missing() -> None:
    report = effect_of("a_play", Tally(sent=200), Group(200, 150), Group(12, 2), SETTINGS)
    assert report.difference is None
    assert report.missing == 18


def test_without_a_control_group_there_is_no_effect() -> None:
    report = effect_of("a_play", Tally(sent=200), Group(200, 150), Group(), SETTINGS)
    assert report.difference is None
    assert report.missing == 30


def test_enough_data_is_reported() -> None:
    report = effect_of("a_play", Tally(sent=200), Group(200, 150), Group(30, 2), SETTINGS)
    assert report.missing == 0
    assert report.difference is not None
    assert report.difference.difference == pytest.approx(0.75 - 2 / 30)
