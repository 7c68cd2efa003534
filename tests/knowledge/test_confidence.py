"""How sure the search is of what it found."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.confidence import (
    USUAL_LEAD,
    USUAL_WORD_LEAD,
    Evidence,
    confidence,
    lead,
    word_lead,
)

SHARES = st.floats(0, 1)
SCORES = st.lists(st.floats(0.01, 1), min_size=1, max_size=15).map(
    lambda values: sorted(values, reverse=True)
)
CLEAR = Evidence(similarity=0.75, lead=0.4, word_lead=0.6, coverage=1.0)


def test_clear_evidence_is_believed_and_none_is_not() -> None:
    assert confidence(CLEAR) > 0.95
    assert confidence(Evidence()) < 0.01


@given(SHARES, SHARES, SHARES, SHARES)
def test_it_is_a_share_and_more_evidence_never_lowers_it(
    similarity: float, lead_: float, word_lead_: float, coverage: float
) -> None:
    weak = Evidence(similarity, lead_, word_lead_, coverage)
    assert 0 < confidence(weak) < 1
    for stronger in (
        Evidence(1.0, lead_, word_lead_, coverage),
        Evidence(similarity, 1.0, word_lead_, coverage),
        Evidence(similarity, lead_, 1.0, coverage),
        Evidence(similarity, lead_, word_lead_, 1.0),
    ):
        assert confidence(stronger) >= confidence(weak)


def test_the_lead_is_over_the_next_nine() -> None:
    assert lead([0.9, *[0.5] * 9, 0.1], 11) == pytest.approx(0.4)
    assert word_lead([0.8, *[0.2] * 9, 0.1], 11) == pytest.approx(0.75)


def test_what_was_not_given_is_no_better_than_the_worst_given() -> None:
    assert lead([0.9, 0.6, 0.3], 100) == pytest.approx(0.9 - (0.6 + 8 * 0.3) / 9)
    assert word_lead([0.8, 0.4], 100) == pytest.approx(1 - 0.4 / 9 / 0.8)


def test_a_library_of_one_document_says_nothing_by_its_lead() -> None:
    assert lead([0.7], 1) == pytest.approx(USUAL_LEAD)
    assert word_lead([0.7], 1) == pytest.approx(USUAL_WORD_LEAD)


def test_nothing_found_leads_nothing() -> None:
    assert lead([], 0) == word_lead([], 0) == word_lead([0.0], 3) == 0


@given(SCORES, st.integers(0, 30))
def test_leads_stay_in_their_bounds(values: list[float], more: int) -> None:
    documents = len(values) + more
    assert 0 <= word_lead(values, documents) <= 1
    assert -1e-9 <= lead(values, documents) <= 1
