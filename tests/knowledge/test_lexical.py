"""BM25 over a shelf: what it finds, and the file that keeps it."""

import logging
import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.lexical import LexicalIndex, build, digest, load, save
from knowledge.words import words

TEXTS = {
    "a": "Reset the password of a colleague",
    "b": "A dashboard shows charts, and a dashboard is shared",
    "c": "Password rules: passwords expire",
    "d": "",
}


@pytest.fixture
def index() -> LexicalIndex:
    return build(TEXTS.items())


def test_words_meet_whatever_their_ending_or_case() -> None:
    assert words("Resetting PASSWORDS") == words("reset the password") == ("password", "reset")
    assert words("and of the") == words("") == words("🎉!?") == ()


def test_the_chunk_with_more_of_the_words_comes_first(index: LexicalIndex) -> None:
    found = index.best(dict.fromkeys(words("reset my password"), 1.0), 10)
    assert [fingerprint for fingerprint, _ in found] == ["a", "c"]
    assert 0 < found[1][1] < found[0][1] < 1


def test_a_words_weight_decides(index: LexicalIndex) -> None:
    assert index.best({"dashboard": 1.0, "reset": 0.1}, 1)[0][0] == "b"
    assert index.best({"dashboard": 0.1, "reset": 1.0}, 1)[0][0] == "a"


def test_unknown_words_find_nothing_and_lower_the_score(index: LexicalIndex) -> None:
    assert index.best({"kubernetes": 1.0}, 5) == []
    assert index.best({}, 5) == []
    alone = index.best({"reset": 1.0}, 5)[0][1]
    assert index.best({"reset": 1.0, "kubernetes": 1.0}, 5)[0][1] < alone * 0.6


def test_scores_are_those_of_the_textbook() -> None:
    """Lucene's BM25 with k1 = 1.5 and b = 0.75, worked out by hand for 120 chunks."""
    texts = {f"{number:03}": f"filler{number} alpha" for number in range(119)}
    texts["beta"] = "beta beta alpha gamma"
    index = build(texts.items())
    length = (119 * 2 + 4) / 120
    rarity = math.log(1 + (120 - 1 + 0.5) / 1.5)
    saturated = 2 / (2 + 1.5 * (1 - 0.75 + 0.75 * 4 / length))
    assert index.rarity("beta") == pytest.approx(rarity)
    ((found, score),) = index.best({"beta": 1.0}, 1)
    assert found == "beta"
    assert score == pytest.approx(saturated)


def test_on_a_tiny_shelf_no_word_counts_as_common() -> None:
    """The same chunk among 100 others that lack its words."""
    alone = build([("a", "reset password")])
    among = build(
        [("a", "reset password"), *((f"{n:03}", f"thing{n} other{n}") for n in range(99))]
    )
    assert alone.rarity("reset") == among.rarity("reset")
    assert alone.best({"reset": 1.0}, 1)[0][1] == pytest.approx(among.best({"reset": 1.0}, 1)[0][1])


def test_equals_come_in_the_order_of_their_fingerprints() -> None:
    index = build([("z", "alpha beta"), ("m", "alpha beta"), ("a", "alpha gamma delta epsilon")])
    assert [found[0] for found in index.best({"alpha": 1.0}, 2)] == ["m", "z"]


@given(
    st.dictionaries(st.text("abcd", min_size=1, max_size=3), st.text("rs tu", max_size=12)),
    st.text("rs tu", max_size=8),
    st.integers(1, 4),
)
def test_a_shelf_of_anything_can_be_searched(
    chunks: dict[str, str], question: str, most: int
) -> None:
    index = build(chunks.items())
    weights = dict.fromkeys(words(question), 1.0)
    found = index.best(weights, most)
    holding = {name for name, text in chunks.items() if set(words(text)) & set(weights)}
    assert len(found) == min(most, len(holding))
    assert {name for name, _ in found} <= holding
    assert [score for _, score in found] == sorted((score for _, score in found), reverse=True)


def test_a_kept_index_finds_the_same(index: LexicalIndex, tmp_path: Path) -> None:
    file = tmp_path / "deeper" / "words.npz"
    save(index, file)
    kept = load(file, digest(TEXTS))
    assert kept is not None
    weights = dict.fromkeys(words("shared password dashboards"), 1.0)
    assert kept.best(weights, 10) == index.best(weights, 10)
    assert list(tmp_path.rglob("*.new")) == []


def test_an_index_of_other_chunks_is_not_taken(index: LexicalIndex, tmp_path: Path) -> None:
    save(index, tmp_path / "words.npz")
    assert load(tmp_path / "words.npz", digest(["a", "b"])) is None
    assert load(tmp_path / "none.npz", digest(TEXTS)) is None


def _overwritten(content: bytes) -> bytes:
    middle = len(content) // 2
    return content[:middle] + bytes(64) + content[middle + 64 :]


@pytest.mark.parametrize(
    "damage",
    [lambda _: b"", lambda _: b"garbage" * 99, lambda content: content[:-200], _overwritten],
    ids=["empty", "garbage", "cut off", "overwritten"],
)
def test_a_damaged_file_is_not_taken(
    index: LexicalIndex, tmp_path: Path, damage: Callable[[bytes], bytes]
) -> None:
    file = tmp_path / "words.npz"
    save(index, file)
    file.write_bytes(damage(file.read_bytes()))
    assert load(file, digest(TEXTS)) is None


def test_an_empty_shelf_is_kept_too(tmp_path: Path) -> None:
    save(build([]), tmp_path / "words.npz")
    kept = load(tmp_path / "words.npz", digest([]))
    assert kept is not None
    assert list(kept.fingerprints) == []
    assert np.size(kept.data) == 0


def test_counting_says_nothing_of_its_steps(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        build([("a", "reset your password")])
    assert caplog.records == []
