"""Measures of a ranking and of a score, as trec_eval and scikit-learn define them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import log2
from statistics import fmean, median

# Of the unanswerable questions, at least so many are to be abstained from, and of the answerable
# ones at most so many.
LEAST_ABSTAINED = 0.85
MOST_ABSTAINED = 0.15


def recall(ranked: Sequence[str], gains: Mapping[str, int], most: int) -> float:
    """The share of the relevant documents that is among the first ones."""
    return len(set(ranked[:most]) & set(gains)) / len(gains)


def hit(ranked: Sequence[str], gains: Mapping[str, int], most: int) -> float:
    """1 when any of the first ones is relevant."""
    return float(not set(gains).isdisjoint(ranked[:most]))


def reciprocal_rank(ranked: Sequence[str], gains: Mapping[str, int], most: int) -> float:
    places = (place for place, key in enumerate(ranked[:most], start=1) if key in gains)
    return 1 / next(places, float("inf"))


def ndcg(ranked: Sequence[str], gains: Mapping[str, int], most: int) -> float:
    """Normalised discounted cumulative gain, with linear gain."""
    ideal = sorted(gains.values(), reverse=True)
    return _dcg([gains.get(key, 0) for key in ranked[:most]]) / _dcg(ideal[:most])


def _dcg(gains: Sequence[int]) -> float:
    return sum(gain / log2(place + 1) for place, gain in enumerate(gains, start=1))


def auroc(positive: Sequence[float], negative: Sequence[float]) -> float | None:
    """How likely a positive scores above a negative, ties counting half; None without either."""
    if not positive or not negative:
        return None
    return fmean((one > other) + (one == other) / 2 for one in positive for other in negative)


def quantile(values: Sequence[float], share: float) -> float:
    """By linear interpolation; 0 of nothing."""
    if not values:
        return 0.0
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


@dataclass(frozen=True, slots=True)
class TradeOff:
    """What a threshold costs: the shares of questions whose confidence is below it."""

    threshold: float
    unanswerable: float
    answerable: float

    @property
    def balance(self) -> float:
        """Youden's J."""
        return self.unanswerable - self.answerable

    @property
    def reaches_aim(self) -> bool:
        return self.unanswerable >= LEAST_ABSTAINED and self.answerable <= MOST_ABSTAINED


def trade_off(
    threshold: float, answerable: Sequence[float], unanswerable: Sequence[float]
) -> TradeOff:
    return TradeOff(
        threshold,
        unanswerable=fmean(each < threshold for each in unanswerable),
        answerable=fmean(each < threshold for each in answerable),
    )


def best_trade_off(answerable: Sequence[float], unanswerable: Sequence[float]) -> TradeOff | None:
    """The one of the best balance, the lowest of equals; among those that reach the aim, where any
    does. None without both kinds of question."""
    if not answerable or not unanswerable:
        return None
    levels = sorted({*answerable, *unanswerable})
    between = (median(pair) for pair in pairwise(levels))
    offers = [trade_off(level, answerable, unanswerable) for level in (levels[0], *between)]
    return max(offers, key=lambda offer: (offer.reaches_aim, offer.balance, -offer.threshold))
