"""The measures of a ranking, against figures worked out by hand."""

import math
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.metrics import (
    auroc,
    best_trade_off,
    hit,
    ndcg,
    quantile,
    recall,
    reciprocal_rank,
    trade_off,
)

RANKED = ["x", "a", "y", "b", "z"]
GAINS = {"a": 1, "b": 2, "c": 1}
SHARES = st.lists(st.floats(0, 1), min_size=1, max_size=20)


def test_recall_is_of_all_relevant_documents() -> None:
    assert recall(RANKED, GAINS, 1) == 0
    assert recall(RANKED, GAINS, 2) == pytest.approx(1 / 3)
    assert recall(RANKED, GAINS, 10) == pytest.approx(2 / 3)


def test_a_hit_is_any_relevant_document() -> None:
    assert hit(RANKED, GAINS, 1) == 0
    assert hit(RANKED, GAINS, 2) == 1


def test_the_reciprocal_rank_is_of_the_first_relevant_document() -> None:
    assert reciprocal_rank(RANKED, GAINS, 10) == 0.5
    assert reciprocal_rank(RANKED, GAINS, 1) == 0


def test_gain_is_linear_and_the_ideal_has_all_relevant_documents() -> None:
    found = 1 / math.log2(3) + 2 / math.log2(5)
    ideal = 2 + 1 / math.log2(3) + 1 / math.log2(4)
    assert ndcg(RANKED, GAINS, 10) == pytest.approx(found / ideal)
    assert ndcg(["b", "a", "c"], GAINS, 10) == 1
    assert ndcg(["b"], GAINS, 1) == 1
    assert ndcg([], GAINS, 10) == 0


def test_the_area_under_the_curve_counts_ties_half() -> None:
    assert auroc([0.9, 0.5], [0.5, 0.1]) == pytest.approx(3.5 / 4)
    assert auroc([0.1], [0.9]) == 0
    assert auroc([], [0.1]) is None
    assert auroc([0.1], []) is None


@given(SHARES, SHARES)
def test_the_area_of_the_opposite_is_the_rest(positive: list[float], negative: list[float]) -> None:
    one, other = auroc(positive, negative), auroc(negative, positive)
    assert one is not None
    assert other is not None
    assert one + other == pytest.approx(1)


def test_quantiles_lie_between_the_values() -> None:
    assert quantile([4, 1, 3, 2], 0.5) == 2.5
    assert quantile([1, 2, 3, 4, 5], 0.95) == pytest.approx(4.8)
    assert quantile([7], 0.95) == 7
    assert quantile([], 0.5) == 0


def test_the_threshold_parts_the_kinds_of_question() -> None:
    best = best_trade_off([0.9, 0.8, 0.7], [0.3, 0.2])
    assert best is not None
    assert 0.3 < best.threshold < 0.7
    assert (best.unanswerable, best.answerable) == (1, 0)
    assert best.reaches_aim


def test_of_equally_good_thresholds_the_lowest_is_chosen() -> None:
    best = best_trade_off([0.2, 0.8], [0.1, 0.5])
    assert best is not None
    assert best.balance == 0.5
    assert best.threshold == pytest.approx(0.15)


def test_what_reaches_the_aim_is_chosen_over_a_better_balance() -> None:
    """Abstaining from 16 % of the answerable would catch every unanswerable one."""
    answerable = [0.45] * 1 + [0.55] * 15 + [0.9] * 84
    unanswerable = [0.4] * 86 + [0.5] * 14
    assert trade_off(0.52, answerable, unanswerable).reaches_aim
    hard = [0.45] * 16 + [0.9] * 84
    best = best_trade_off(hard, unanswerable)
    assert best is not None
    assert best.reaches_aim
    assert best.threshold < 0.45


@pytest.mark.parametrize(("answerable", "unanswerable"), [([], [0.1]), ([0.1], []), ([], [])])
def test_without_both_kinds_there_is_no_threshold(
    answerable: Sequence[float], unanswerable: Sequence[float]
) -> None:
    assert best_trade_off(answerable, unanswerable) is None


@given(SHARES, SHARES)
def test_no_other_threshold_has_a_better_balance(
    answerable: list[float], unanswerable: list[float]
) -> None:
    best = best_trade_off(answerable, unanswerable)
    assert best is not None
    others = [trade_off(level / 50, answerable, unanswerable) for level in range(51)]
    assert all(
        best.reaches_aim or other.balance <= best.balance + 1e-9
        for other in others
        if min((*answerable, *unanswerable)) < other.threshold
    )
