"""Reciprocal rank fusion."""

from hypothesis import given
from hypothesis import strategies as st

from knowledge.fusion import fuse

ORDERS = st.lists(st.lists(st.text("abcdef", min_size=1, max_size=1), unique=True), max_size=4)


def test_what_both_rank_high_beats_what_one_ranks_first() -> None:
    assert fuse([["a", "b", "c"], ["d", "b", "e"]])[0] == "b"


def test_one_order_alone_stays_as_it_is() -> None:
    assert fuse([["c", "a", "b"], []]) == ["c", "a", "b"]


def test_equals_come_in_the_order_of_their_keys() -> None:
    assert fuse([["b", "a"], ["a", "b"]]) == ["a", "b"]


@given(ORDERS)
def test_everything_is_kept_once(orders: list[list[str]]) -> None:
    fused = fuse(orders)
    assert len(fused) == len(set(fused))
    assert set(fused) == {key for order in orders for key in order}


@given(ORDERS)
def test_which_order_is_given_first_does_not_matter(orders: list[list[str]]) -> None:
    assert fuse(orders) == fuse(orders[::-1])


@given(ORDERS)
def test_what_every_order_puts_first_is_first(orders: list[list[str]]) -> None:
    raised = [["!", *order] for order in orders]
    assert fuse(raised)[:1] == ["!"] * bool(raised)
