"""Questions grouped by what they are about."""

from collections.abc import Sequence

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import ArrayLike

from csm.ports_answers import Vectors
from knowledge.embedder import MiniLm
from knowledge.gaps import SAME_THING, Clusters, cluster

ASKED = (
    "Can I embed a dashboard in our intranet?",
    "How do I connect Snowflake as a data source?",
    "How do we show a dashboard inside another website?",
    "Does the mobile app work offline?",
    "snowflake connector set up",
    "is there an iframe embed for dashboards",
    "use the app without internet connection",
    "Is there a dark mode?",
)


def _given(matrix: ArrayLike) -> Vectors:
    return np.array(matrix, dtype=np.float32)


def test_paraphrases_meet_and_others_do_not() -> None:
    model = MiniLm()

    def likeness(texts: Sequence[str]) -> Vectors:
        vectors = model.embed(texts)
        return vectors @ vectors.T

    assert cluster(ASKED, likeness) == [[0, 2, 5], [1, 4], [3, 6], [7]]


def test_one_text_or_none_needs_no_model() -> None:
    def never(_texts: Sequence[str]) -> Vectors:
        raise AssertionError("nothing is to be compared")

    assert cluster([], never) == []
    assert cluster(["alone"], never) == [[0]]


def test_a_chain_of_likenesses_does_not_join_its_ends() -> None:
    """a is like b and b like c, but a and c have nothing in common."""
    high, low = SAME_THING + 0.2, -0.5
    alike = _given([[1, high + 0.05, low], [high + 0.05, 1, high], [low, high, 1]])
    assert cluster(["a", "b", "c"], lambda _texts: alike) == [[0, 1], [2]]


def test_the_mean_of_a_group_counts() -> None:
    high, just = 0.9, SAME_THING + 0.01
    alike = _given([[1, high, just], [high, 1, just], [just, just, 1]])
    assert cluster(["a", "b", "c"], lambda _texts: alike) == [[0, 1, 2]]


@given(st.integers(2, 12), st.integers(0, 1000))
def test_each_text_is_in_one_group_and_the_order_is_that_of_the_texts(
    count: int, seed: int
) -> None:
    vectors = np.random.default_rng(seed).standard_normal((count, 3))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    groups = cluster([str(n) for n in range(count)], lambda _texts: _given(vectors @ vectors.T))
    assert sorted(position for group in groups for position in group) == list(range(count))
    assert groups == sorted(sorted(group) for group in groups)


def test_whoever_pages_through_the_groups_waits_once() -> None:
    asked: list[tuple[str, ...]] = []

    def likeness(texts: Sequence[str]) -> Vectors:
        asked.append(tuple(texts))
        return _given(np.eye(len(texts)))

    clusters = Clusters(likeness)
    assert clusters(["a", "b"]) == clusters(["a", "b"]) == [[0], [1]]
    assert clusters(["a", "c"]) == [[0], [1]]
    assert asked == [("a", "b"), ("a", "c")]


def test_thousands_of_questions_are_grouped_as_few_are() -> None:
    """What counts is that the work grows with the square of their number: a cube of it would take
    minutes."""
    generator = np.random.default_rng(1)
    topics = generator.normal(size=(100, 200))
    about = generator.integers(0, 100, 2_000)
    vectors = topics[about] + generator.normal(size=(2_000, 200)) * 0.1
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    groups = cluster(["x"] * 2_000, lambda _texts: _given(vectors @ vectors.T))
    assert {len(set(about[group])) for group in groups} == {1}
    assert len(groups) == len(set(about))
