"""Scoring: signals to measures, measures to axes, axes to a score, a grade and a quadrant.

A measure is a weighted mean of piecewise-linear curves. Each axis is the weighted mean of its
measures that are present, and the overall score the weighted mean of the axes. What is missing
takes no part, and lowers the confidence instead: the weight present / the weight that applies.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np

from csm.condition import judge
from csm.health import Grade, Quadrant
from csm.scorecard import Axis, Curve, Measure, QuadrantFrom, Scorecard
from csm.signal_inputs import Bools, Floats
from csm.signal_table import SignalTable
from csm.signals import CAP_SIGNALS, MEASURED

# Scores are rounded here and nowhere else, before anything is made of them, so that a grade is
# that of the score which is shown.
SCORE_DECIMALS: Final = 1
CONFIDENCE_DECIMALS: Final = 3


@dataclass(frozen=True, slots=True)
class Scores:
    """The scorecard of every account: measures in the scorecard's order, NaN for missing.

    `shares` is the part of the overall score that each measure carries, so that the sum of
    score x share is the score before any cap. `columns` are the signals of `SCORED`.
    """

    measures: list[Floats]
    shares: list[Floats]
    columns: dict[str, Floats]


@dataclass(frozen=True, slots=True)
class _Line:
    score: Floats
    weight: float
    axis: Axis
    applies: Bools
    present: Bools


def score(scorecard: Scorecard, table: SignalTable) -> Scores:
    """Score every account of the table."""
    lines = [_line(measure, table) for measure in scorecard.measures]
    axes = {axis: _axis_mean(lines, axis, len(table)) for axis in Axis}
    shares, confidence = _shares(scorecard, lines, len(table))
    uncapped = np.zeros(len(table))
    for line, share in zip(lines, shares, strict=True):
        uncapped += np.where(line.present, line.score, 0.0) * share
    nothing = ~np.any([line.present for line in lines], axis=0)
    columns = {
        "score": _rounded(np.where(nothing, np.nan, uncapped)),
        "outcomes_score": _rounded(axes[Axis.OUTCOMES]),
        "experience_score": _rounded(axes[Axis.EXPERIENCE]),
        "confidence": np.round(confidence, CONFIDENCE_DECIMALS),
    }
    columns["grade_rank"] = _grade_ranks(scorecard, columns["score"])
    columns["quadrant"] = _quadrants(scorecard.high_from, columns)
    return Scores(
        [line.score for line in lines], shares, _capped(scorecard, table.having(columns), columns)
    )


def _rounded(scores: Floats) -> Floats:
    return np.round(scores, SCORE_DECIMALS)


def _line(measure: Measure, table: SignalTable) -> _Line:
    applies = judge(measure.applies_when, table, MEASURED).yes
    value, weight = np.zeros(len(table)), np.zeros(len(table))
    # Nothing recorded is no sign of idleness, but of a gap in the data.
    usable = applies & _is_fresh(measure, table) & (table["is_unseen"] != 1)
    for curve in measure.curves:
        there = ~np.isnan(table[curve.signal])
        if not curve.optional:
            usable &= there
        value += np.where(there, read_off(curve, table[curve.signal]), 0.0) * curve.weight
        weight += np.where(there, curve.weight, 0.0)
    present = usable & (weight > 0)
    mean = value / np.where(weight > 0, weight, 1.0)
    return _Line(
        _rounded(np.where(present, mean, np.nan)), measure.weight, measure.axis, applies, present
    )


def read_off(curve: Curve, values: Floats) -> Floats:
    """The score on the curve at each value; flat beyond its ends."""
    xs, scores = zip(*curve.points, strict=True)
    score_of: Floats = np.interp(values, xs, scores)
    return score_of


def _is_fresh(measure: Measure, table: SignalTable) -> Bools:
    if measure.age is None or measure.fresh_for_days is None:
        return np.ones(len(table), dtype=np.bool_)
    fresh: Bools = table[measure.age] <= measure.fresh_for_days
    return fresh


def _axis_mean(lines: list[_Line], axis: Axis, size: int) -> Floats:
    value, weight = np.zeros(size), np.zeros(size)
    for line in lines:
        if line.axis is axis:
            value += np.where(line.present, line.score, 0.0) * line.weight
            weight += np.where(line.present, line.weight, 0.0)
    return np.where(weight > 0, value / np.where(weight > 0, weight, 1.0), np.nan)


def _shares(scorecard: Scorecard, lines: list[_Line], size: int) -> tuple[list[Floats], Floats]:
    """Each measure's share of the overall score, and the confidence."""
    shares = _spread(scorecard, lines, [line.present for line in lines], size)
    nominal = _spread(scorecard, lines, [line.applies for line in lines], size)
    confidence = np.zeros(size)
    for line, weight in zip(lines, nominal, strict=True):
        confidence += np.where(line.present, weight, 0.0)
    return shares, np.minimum(confidence, 1.0)


def _spread(
    scorecard: Scorecard, lines: list[_Line], counted: list[Bools], size: int
) -> list[Floats]:
    """Spread 1 over the counted measures: first over the axes, then over each axis's measures."""
    weights = [
        np.where(where, line.weight, 0.0) for line, where in zip(lines, counted, strict=True)
    ]
    of_axis = {axis: np.zeros(size) for axis in Axis}
    for line, weight in zip(lines, weights, strict=True):
        of_axis[line.axis] += weight
    on_axes = np.zeros(size)
    for axis in Axis:
        on_axes += np.where(of_axis[axis] > 0, scorecard.axis_weight(axis), 0.0)
    per_axis = {
        axis: scorecard.axis_weight(axis)
        / np.where(of_axis[axis] * on_axes > 0, of_axis[axis] * on_axes, 1.0)
        for axis in Axis
    }
    return [weight * per_axis[line.axis] for line, weight in zip(lines, weights, strict=True)]


def _grade_ranks(scorecard: Scorecard, scores: Floats) -> Floats:
    lowest = scorecard.grade_from
    ranks = np.searchsorted([lowest.yellow, lowest.lime, lowest.green], scores, side="right") + 1
    return np.where(np.isnan(scores), Grade.NONE.rank, ranks).astype(np.float64)


def _quadrants(high_from: QuadrantFrom, columns: dict[str, Floats]) -> Floats:
    outcomes, experience = columns["outcomes_score"], columns["experience_score"]
    co, cx = outcomes >= high_from.outcomes, experience >= high_from.experience
    names = list(Quadrant)
    choices = [
        (np.isnan(outcomes) | np.isnan(experience), Quadrant.UNKNOWN),
        (co & cx, Quadrant.SUCCESSFUL),
        (cx, Quadrant.FRIENDLY_NO_ROI),
        (co, Quadrant.VALUE_WITHOUT_LOVE),
    ]
    codes = np.select(
        [where for where, _ in choices],
        [float(names.index(quadrant)) for _, quadrant in choices],
        default=float(names.index(Quadrant.FAILING)),
    )
    return codes.astype(np.float64)


def _capped(
    scorecard: Scorecard, table: SignalTable, columns: dict[str, Floats]
) -> dict[str, Floats]:
    """Hold score and grade down where a cap applies. Caps look at what was before any cap."""
    capped = columns["score"]
    for cap in scorecard.caps:
        limit = scorecard.grade_from.ceiling(cap.at_most)
        held = judge(cap.when, table, CAP_SIGNALS).yes
        capped = np.where(held, np.minimum(capped, limit), capped)
    return {**columns, "score": capped, "grade_rank": _grade_ranks(scorecard, capped)}
