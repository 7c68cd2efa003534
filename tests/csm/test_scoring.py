"""Scoring: curves, axes, grades, quadrants, freshness, confidence, caps."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from csm.health import Grade, Quadrant
from csm.scorecard import Scorecard
from csm.scoring import Scores, score
from tests.csm.builders import healthy, signals_of, table_of
from tests.csm.shipped import shipped_playbook

NAN = float("nan")


def line(signal: str, axis: str, **changes: Any) -> dict[str, Any]:
    """A measure that is its signal, from 0 to 100."""
    curve = {"signal": signal, "points": [[0, 0], [100, 100]]}
    values = {"id": signal, "name": signal, "axis": axis, "weight": 1, "curve": [curve]}
    return {**values, **changes}


def card(*measures: dict[str, Any], **changes: Any) -> Scorecard:
    values = {
        "axis_weights": {"outcomes": 60, "experience": 40},
        "grade_from": {"green": 75, "lime": 60, "yellow": 40},
        "high_from": {"outcomes": 60, "experience": 50},
        "measure": list(measures),
    }
    return Scorecard.model_validate({**values, **changes})


# Any signals do: what counts here is the arithmetic.
SEATS = line("seats", "outcomes", weight=3)
LOAD = line("ticket_load", "outcomes")
NPS = line("nps", "experience")


def only(scores: Scores, name: str) -> float:
    return float(scores.columns[name][0])


def test_curves_are_lines_through_their_points_and_flat_beyond() -> None:
    curve = {"signal": "seats", "points": [[10, 100], [20, 50], [40, 0]]}
    scorecard = card(line("seats", "outcomes", curve=[curve]))
    table = table_of(seats=[0, 10, 15, 30, 40, 99, float("inf")])
    expected = [100, 100, 75, 25, 0, 0, 0]
    np.testing.assert_allclose(score(scorecard, table).measures[0], expected)


def test_a_measure_is_the_weighted_mean_of_its_curves() -> None:
    curves = [
        {"signal": "seats", "points": [[0, 0], [100, 100]], "weight": 3},
        {"signal": "nps", "points": [[0, 0], [100, 100]], "optional": True},
    ]
    scorecard = card(line("both", "outcomes", curve=curves))
    table = table_of(seats=[80, 80, NAN], nps=[40, NAN, 40])
    np.testing.assert_allclose(score(scorecard, table).measures[0], [70, 80, NAN])


def test_axes_and_the_overall_score_are_weighted_means() -> None:
    scores = score(card(SEATS, LOAD, NPS), table_of(seats=80, ticket_load=40, nps=50))
    assert only(scores, "outcomes_score") == 70
    assert only(scores, "experience_score") == 50
    assert only(scores, "score") == 62
    assert only(scores, "confidence") == 1


def test_what_is_missing_takes_no_part_and_lowers_the_confidence() -> None:
    scores = score(card(SEATS, LOAD, NPS), table_of(ticket_load=40, nps=50))
    assert only(scores, "outcomes_score") == 40
    assert only(scores, "score") == 44
    # Seats carry 3 of 4 parts of the outcomes, which are 60 % of all.
    assert only(scores, "confidence") == pytest.approx(0.55)


def test_a_missing_axis_leaves_the_score_to_the_other() -> None:
    scores = score(card(SEATS, NPS), table_of(nps=50))
    assert np.isnan(only(scores, "outcomes_score"))
    assert only(scores, "score") == 50
    assert only(scores, "confidence") == pytest.approx(0.4)
    assert only(scores, "quadrant") == list(Quadrant).index(Quadrant.UNKNOWN)


def test_nothing_known_is_no_score_and_no_grade() -> None:
    scores = score(card(SEATS, NPS), table_of())
    assert np.isnan(only(scores, "score"))
    assert only(scores, "grade_rank") == Grade.NONE.rank
    assert only(scores, "confidence") == 0


def test_a_measure_that_does_not_apply_costs_no_confidence() -> None:
    condition = {"signal": "days_since_start", "at_most": 90}
    scorecard = card(line("seats", "outcomes", applies_when=condition), LOAD)
    table = table_of(seats=0, ticket_load=80, days_since_start=[30, 91])
    scores = score(scorecard, table)
    np.testing.assert_allclose(scores.columns["score"], [40, 80])
    np.testing.assert_allclose(scores.columns["confidence"], [1, 1])


def test_old_data_is_missing_data() -> None:
    scorecard = card(line("seats", "outcomes", age="feed_age_usage", fresh_for_days=7), NPS)
    table = table_of(seats=80, nps=50, feed_age_usage=[7, 8, NAN])
    scores = score(scorecard, table)
    np.testing.assert_allclose(scores.columns["outcomes_score"], [80, NAN, NAN])
    np.testing.assert_allclose(scores.columns["confidence"], [1, 0.4, 0.4])


@pytest.mark.parametrize(
    ("value", "grade"),
    [
        (0, Grade.RED),
        (39.94, Grade.RED),
        (39.96, Grade.YELLOW),
        (40, Grade.YELLOW),
        (59.9, Grade.YELLOW),
        (60, Grade.LIME),
        (74.9, Grade.LIME),
        (75, Grade.GREEN),
        (100, Grade.GREEN),
    ],
)
def test_grades_are_those_of_the_score_that_is_shown(value: float, grade: Grade) -> None:
    scores = score(card(SEATS), table_of(seats=value))
    assert only(scores, "grade_rank") == grade.rank


@pytest.mark.parametrize(
    ("outcomes", "experience", "quadrant"),
    [
        (60, 50, Quadrant.SUCCESSFUL),
        (59, 50, Quadrant.FRIENDLY_NO_ROI),
        (60, 49, Quadrant.VALUE_WITHOUT_LOVE),
        (59, 49, Quadrant.FAILING),
    ],
)
def test_quadrants(outcomes: float, experience: float, quadrant: Quadrant) -> None:
    scores = score(card(SEATS, NPS), table_of(seats=outcomes, nps=experience))
    assert only(scores, "quadrant") == list(Quadrant).index(quadrant)


def cap(when: dict[str, Any], at_most: str) -> dict[str, Any]:
    return {"id": "limit", "when": when, "at_most": at_most, "text": "Held back."}


def test_a_cap_holds_grade_and_score_down() -> None:
    poor = cap({"signal": "outcomes_score", "below": 50}, "yellow")
    scorecard = card(SEATS, NPS, cap=[poor], axis_weights={"outcomes": 10, "experience": 90})
    scores = score(scorecard, table_of(seats=[49, 51, 0], nps=[100, 100, 20]))
    np.testing.assert_allclose(scores.columns["score"], [59.9, 95.1, 18])
    assert scores.columns["grade_rank"].tolist() == [2, 4, 1]


def test_a_good_nps_with_poor_outcomes_never_reads_as_healthy() -> None:
    scorecard = shipped_playbook().scorecard
    table = table_of(seat_use=0.1, feed_age_usage=0, nps_mean=10, days_since_survey=1)
    scores = score(scorecard, table)
    assert only(scores, "experience_score") == 100
    assert only(scores, "grade_rank") <= Grade.YELLOW.rank


def test_unknown_outcomes_never_read_as_green() -> None:
    scores = score(shipped_playbook().scorecard, table_of(nps_mean=10, days_since_survey=1))
    assert only(scores, "grade_rank") == Grade.LIME.rank
    assert only(scores, "score") == 74.9


def test_a_healthy_customer_is_green() -> None:
    scores = score(shipped_playbook().scorecard, signals_of(healthy()))
    assert only(scores, "grade_rank") == Grade.GREEN.rank
    assert only(scores, "confidence") == 1


maybe = st.floats(-50, 150) | st.just(NAN)


@given(maybe, maybe, maybe)
def test_scores_stay_within_0_and_100_and_shares_add_up(
    seats: float, load: float, nps: float
) -> None:
    scores = score(card(SEATS, LOAD, NPS), table_of(seats=seats, ticket_load=load, nps=nps))
    shares = sum(float(share[0]) for share in scores.shares)
    assert 0 <= only(scores, "confidence") <= 1
    if np.isnan(only(scores, "score")):
        assert shares == 0
    else:
        assert 0 <= only(scores, "score") <= 100
        assert shares == pytest.approx(1)


@given(st.floats(0, 100), st.floats(0, 100), st.floats(0, 100))
def test_better_signals_never_score_worse(one: float, two: float, nps: float) -> None:
    low, high = sorted([one, two])
    scores = score(card(SEATS, LOAD, NPS), table_of(seats=[low, high], ticket_load=50, nps=nps))
    assert scores.columns["score"][0] <= scores.columns["score"][1]


@given(st.floats(0, 100), st.floats(0, 100), st.floats(0, 100))
def test_taking_a_signal_away_touches_no_other_measure(a: float, b: float, c: float) -> None:
    scorecard = card(SEATS, LOAD, NPS)
    scores = score(scorecard, table_of(seats=[a, NAN], ticket_load=b, nps=c))
    for measure in scores.measures[1:]:
        assert measure[0] == measure[1]
    assert scores.columns["confidence"][1] < scores.columns["confidence"][0]


@given(st.lists(st.tuples(maybe, maybe, maybe), min_size=1, max_size=8))
def test_one_at_a_time_equals_all_at_once(rows: list[tuple[float, float, float]]) -> None:
    scorecard = card(SEATS, LOAD, NPS)
    seats, load, nps = (list(column) for column in zip(*rows, strict=True))
    together = score(scorecard, table_of(seats=seats, ticket_load=load, nps=nps))
    for at, row in enumerate(rows):
        alone = score(scorecard, table_of(seats=row[0], ticket_load=row[1], nps=row[2]))
        for name, column in alone.columns.items():
            np.testing.assert_array_equal(together.columns[name][at], column[0])
