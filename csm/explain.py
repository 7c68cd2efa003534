"""Why a score is what it is: what moved it, what pulls it down, what holds it back."""

from collections.abc import Mapping

import numpy as np

from csm.condition import judge
from csm.health import Health, Quadrant
from csm.scorecard import Cap, Scorecard
from csm.signal_table import SignalTable
from csm.signals import CAP_SIGNALS, MEASURED


def uncapped_score(health: Health) -> float | None:
    """The score before any cap; None where no measure was present."""
    if not health.measures:
        return None
    return sum(score * share for score, share in health.measures.values())


def moved(now: Health, before: Health | None) -> list[tuple[str, float]]:
    """(measure, points) by which each measure moved the score, the largest first.

    The points sum exactly to the change of the uncapped score, whatever appeared, vanished or
    changed its weight. Each measure is counted by how far it lies above or below the level, the
    mean of the two scores: share_now x (score_now - level) - share_before x (score_before -
    level). Shares sum to 1 on both days, so the level cancels out, and a measure that only gained
    weight because another went missing moves little. Empty where one of the days has no score.
    """
    score_now = uncapped_score(now)
    score_before = None if before is None else uncapped_score(before)
    if before is None or score_now is None or score_before is None:
        return []
    level = (score_now + score_before) / 2
    points = {
        measure: _above(now.measures, measure, level) - _above(before.measures, measure, level)
        for measure in sorted({*now.measures, *before.measures})
    }
    return sorted(points.items(), key=lambda item: -abs(item[1]))


def _above(measures: Mapping[str, tuple[float, float]], measure: str, level: float) -> float:
    score, share = measures.get(measure, (level, 0.0))
    return share * (score - level)


def pulls(now: Health) -> list[tuple[str, float]]:
    """(measure, points) that each measure costs, compared with a full score; the dearest first."""
    costs = [(name, share * (100 - score)) for name, (score, share) in now.measures.items()]
    return sorted(costs, key=lambda item: (-item[1], item[0]))


def caps_on(
    health: Health, scorecard: Scorecard, signals: Mapping[str, float] | None = None
) -> list[Cap]:
    """The caps that hold this score down: those whose condition holds and whose limit is felt.

    `signals` are the account's measured signals, for caps that ask for one.
    """
    uncapped = uncapped_score(health)
    if uncapped is None:
        return []
    table = _one_row(health, signals or {})
    return [
        cap
        for cap in scorecard.caps
        if round(uncapped, 1) > scorecard.grade_from.ceiling(cap.at_most)
        and bool(judge(cap.when, table, CAP_SIGNALS).yes[0])
    ]


def _one_row(health: Health, signals: Mapping[str, float]) -> SignalTable:
    scored = {
        "outcomes_score": health.outcomes,
        "experience_score": health.experience,
        "confidence": health.confidence,
        "quadrant": list(Quadrant).index(health.quadrant),
    }
    values = {name: signals.get(name) for name in MEASURED} | scored
    columns = {
        name: np.array([np.nan if value is None else value], dtype=np.float64)
        for name, value in values.items()
    }
    return SignalTable(health.day, np.array([health.account_id]), columns)
