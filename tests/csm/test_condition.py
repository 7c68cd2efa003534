"""Conditions: comparisons, combinations, and what a missing signal means."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from csm.condition import Condition, faults, judge
from csm.signals import SIGNALS
from tests.csm.builders import table_of

NAN = float("nan")


def verdict(raw: dict[str, Any], **values: float) -> str:
    """What a condition says of one account."""
    truth = judge(Condition.model_validate(raw), table_of(**values), SIGNALS)
    assert not (truth.yes & truth.no).any()
    return "yes" if truth.yes[0] else "no" if truth.no[0] else "unknown"


@pytest.mark.parametrize(
    ("comparison", "holds", "fails"),
    [
        ("at_least", [5, 6], [4.9]),
        ("at_most", [5, 4], [5.1]),
        ("above", [5.1], [5, 4]),
        ("below", [4.9], [5, 6]),
        ("equals", [5], [4.9, 5.1]),
    ],
)
def test_comparisons(comparison: str, holds: list[float], fails: list[float]) -> None:
    raw = {"signal": "open_tickets", comparison: 5}
    assert [verdict(raw, open_tickets=value) for value in holds] == ["yes"] * len(holds)
    assert [verdict(raw, open_tickets=value) for value in fails] == ["no"] * len(fails)
    assert verdict(raw, open_tickets=NAN) == "unknown"


def test_comparisons_of_one_signal_must_all_hold() -> None:
    raw = {"signal": "days_to_renewal", "above": 30, "at_most": 60}
    assert verdict(raw, days_to_renewal=45) == "yes"
    assert verdict(raw, days_to_renewal=30) == "no"


def test_never_is_more_than_any_number() -> None:
    raw = {"signal": "days_to_renewal", "at_most": 120}
    assert verdict(raw, days_to_renewal=float("inf")) == "no"


def test_missing() -> None:
    assert verdict({"signal": "nps", "missing": True}, nps=NAN) == "yes"
    assert verdict({"signal": "nps", "missing": True}, nps=0) == "no"
    assert verdict({"signal": "nps", "missing": False}, nps=0) == "yes"


def test_labels_are_compared_by_their_order() -> None:
    raw = {"signal": "grade_rank", "at_most": "yellow"}
    assert verdict(raw, grade_rank=1) == "yes"
    assert verdict(raw, grade_rank=3) == "no"


YES = {"signal": "score", "above": 10}
NO = {"signal": "score", "above": 90}
UNKNOWN = {"signal": "nps", "above": 0}


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ({"all": [YES, YES]}, "yes"),
        ({"all": [YES, UNKNOWN]}, "unknown"),
        ({"all": [NO, UNKNOWN]}, "no"),
        ({"any": [NO, NO]}, "no"),
        ({"any": [YES, UNKNOWN]}, "yes"),
        ({"any": [NO, UNKNOWN]}, "unknown"),
        ({"not": YES}, "no"),
        ({"not": UNKNOWN}, "unknown"),
        ({"not": {"any": [NO, {"all": [YES, {"not": NO}]}]}}, "no"),
    ],
)
def test_combinations(raw: dict[str, Any], expected: str) -> None:
    assert verdict(raw, score=50) == expected


def test_no_condition_always_holds() -> None:
    truth = judge(None, table_of(score=[1, NAN]), SIGNALS)
    assert truth.yes.all()
    assert not truth.no.any()


@given(st.lists(st.floats(-5, 5) | st.just(NAN), min_size=1, max_size=20), st.integers(-4, 4))
def test_all_accounts_at_once_as_one_by_one(values: list[float], threshold: int) -> None:
    raw = {"any": [{"signal": "score", "above": threshold}, {"signal": "nps", "missing": False}]}
    condition = Condition.model_validate(raw)
    together = judge(condition, table_of(score=values), SIGNALS)
    for at, value in enumerate(values):
        alone = judge(condition, table_of(score=value), SIGNALS)
        np.testing.assert_array_equal(together.yes[at], alone.yes[0])
        np.testing.assert_array_equal(together.no[at], alone.no[0])


@pytest.mark.parametrize(
    ("raw", "complaint"),
    [
        ({}, "exactly one of"),
        ({"all": [YES], "signal": "nps", "above": 1}, "exactly one of"),
        ({"signal": "nps"}, "needs a comparison"),
        ({"all": [YES], "above": 1}, "needs its signal"),
        ({"signal": "nps", "missing": True, "above": 1}, "missing stands alone"),
        ({"signal": "nps", "at_leest": 1}, 'did you mean "at_least"?'),
        ({"signal": "nps", "above": True}, "must be a number"),
        ({"signal": "nps", "missing": "yes"}, "valid boolean"),
        ({"all": []}, "at least 1 item"),
    ],
)
def test_what_makes_no_sense_is_refused(raw: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ValidationError, match="(?s)" + complaint.replace("?", r"\?")):
        Condition.model_validate(raw)


@pytest.mark.parametrize(
    ("raw", "complaint"),
    [
        ({"signal": "open_tikets", "above": 1}, 'did you mean "open_tickets"?'),
        ({"signal": "grade_rank", "equals": "gren"}, 'did you mean "green"?'),
        ({"signal": "grade_rank", "equals": 3}, "it must be one of none, red"),
        ({"signal": "nps", "above": "high"}, "it must be a number"),
        ({"not": {"any": [{"signal": "zzz", "above": 1}]}}, 'unknown signal "zzz"'),
    ],
)
def test_unknown_signals_and_labels_are_named(raw: dict[str, Any], complaint: str) -> None:
    (fault,) = faults(Condition.model_validate(raw), SIGNALS)
    assert complaint in fault
