"""Why a score is what it is."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from csm.explain import caps_on, moved, pulls, uncapped_score
from csm.health import Grade, Health, Quadrant, Stage
from tests.csm.builders import TODAY
from tests.csm.shipped import shipped_playbook

Measures = dict[str, tuple[float, float]]


def health(measures: Measures, outcomes: float | None = 70, experience: float = 70) -> Health:
    return Health(
        account_id=1,
        day=TODAY,
        score=70,
        outcomes=outcomes,
        experience=experience,
        confidence=1,
        grade=Grade.LIME,
        quadrant=Quadrant.SUCCESSFUL,
        stage=Stage.VALUE,
        measures=measures,
    )


def spread(raw: dict[str, tuple[float, float]]) -> Measures:
    """Scores with weights that add up to 1."""
    whole = sum(weight for _, weight in raw.values())
    return {name: (score, weight / whole) for name, (score, weight) in raw.items()}


measures = st.dictionaries(
    st.sampled_from("abcdef"), st.tuples(st.floats(0, 100), st.floats(1, 50)), min_size=1
).map(spread)


@given(measures, measures)
def test_points_add_up_to_the_change_of_the_score(now: Measures, before: Measures) -> None:
    today, earlier = health(now), health(before)
    change = (uncapped_score(today) or 0) - (uncapped_score(earlier) or 0)
    assert sum(points for _, points in moved(today, earlier)) == pytest.approx(change, abs=1e-9)


@given(measures, measures)
def test_the_way_back_is_the_way_there(now: Measures, before: Measures) -> None:
    there = dict(moved(health(now), health(before)))
    back = dict(moved(health(before), health(now)))
    assert there == pytest.approx({name: -points for name, points in back.items()}, abs=1e-9)


def test_the_largest_move_comes_first() -> None:
    before = health({"habits": (80, 0.5), "support": (60, 0.3), "sentiment": (50, 0.2)})
    now = health({"habits": (60, 0.5), "support": (70, 0.3), "sentiment": (50, 0.2)})
    (first, lost), (second, won), (third, nothing) = moved(now, before)
    assert (first, second, third) == ("habits", "support", "sentiment")
    assert lost == pytest.approx(-10)
    assert won == pytest.approx(3)
    assert nothing == 0


def test_a_measure_that_went_missing_is_named() -> None:
    before = health({"habits": (80, 0.5), "sentiment": (20, 0.5)})
    now = health({"habits": (80, 1.0)})
    points = dict(moved(now, before))
    assert points["sentiment"] > points["habits"] > 0
    assert sum(points.values()) == pytest.approx(30)


def test_without_two_scores_nothing_moved() -> None:
    assert moved(health({"habits": (80, 1)}), None) == []
    assert moved(health({}), health({"habits": (80, 1)})) == []
    assert moved(health({"habits": (80, 1)}), health({})) == []


@given(measures)
def test_pulls_add_up_to_what_is_missing_from_100(now: Measures) -> None:
    costs = pulls(health(now))
    assert sum(points for _, points in costs) == pytest.approx(
        100 - (uncapped_score(health(now)) or 0)
    )
    assert [points for _, points in costs] == sorted((p for _, p in costs), reverse=True)


@given(measures)
def test_every_pull_is_a_loss(now: Measures) -> None:
    assume(now)
    assert all(points >= 0 for _, points in pulls(health(now)))


def test_the_caps_that_are_felt() -> None:
    scorecard = shipped_playbook().scorecard
    good = {"sentiment": (90.0, 1.0)}
    assert [cap.id for cap in caps_on(health(good, outcomes=49), scorecard)] == ["poor_outcomes"]
    unknown = caps_on(health(good, outcomes=None), scorecard)
    assert [cap.id for cap in unknown] == ["unknown_outcomes"]
    assert caps_on(health(good), scorecard) == []


def test_a_cap_above_the_score_is_not_felt() -> None:
    scorecard = shipped_playbook().scorecard
    assert caps_on(health({"sentiment": (30, 1)}, outcomes=20), scorecard) == []
    assert caps_on(health({}), scorecard) == []
