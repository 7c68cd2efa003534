"""Text loses its power over a screen, and nothing else."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.render.neutral import cut_to, neutral, one_line
from bot.render.spark import spark_text

ANY_TEXT = st.text(st.characters(exclude_categories=()))


@given(ANY_TEXT)
def test_no_control_character_but_newline_is_left(text: str) -> None:
    left = {c for c in neutral(text) if unicodedata.category(c) in {"Cc", "Cs", "Zl", "Zp"}}
    assert left <= {"\n"}


@given(ANY_TEXT)
def test_no_bidi_override_is_left(text: str) -> None:
    powers = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
    assert not any(unicodedata.bidirectional(c) in powers for c in neutral(text))


@given(ANY_TEXT)
def test_twice_is_as_good_as_once_and_any_encoder_takes_it(text: str) -> None:
    once = neutral(text)
    assert neutral(once) == once
    assert once.encode("utf-8").decode("utf-8") == once


@given(ANY_TEXT)
def test_one_line_is_one_line(text: str) -> None:
    assert len(one_line(text).splitlines()) <= 1


@pytest.mark.parametrize(
    "text",
    ["Crème brûlée", "株式会社アクメ", "שלום עולם", "👩‍👩‍👧 family", "a\nb", "<b>&amp;*x*_y_[z]"],
)
def test_what_people_write_is_kept_as_it_is(text: str) -> None:
    assert neutral(text) == text


def test_escape_sequences_and_line_ends() -> None:
    assert (
        neutral("a\x1b[31mred\x1b]8;;http://x\x07b\r\nc\rd\te") == "a[31mred]8;;http://xb\nc\nd e"
    )


def test_cut_to_marks_what_it_cut() -> None:
    assert cut_to("abcdef", 6) == "abcdef"
    assert cut_to("abcdef", 5) == "abcd…"
    assert cut_to("abc def", 5) == "abc…"


@given(st.text(), st.integers(min_value=1, max_value=50))
def test_cut_to_keeps_its_limit(text: str, limit: int) -> None:
    assert len(cut_to(text, limit)) <= limit


def test_a_spark_shows_low_high_unknown_and_what_is_out_of_range() -> None:
    assert spark_text([0, 50, 100, None, float("nan"), -9, 900], 0, 100) == "▁▅█··▁█"


def test_a_spark_without_extent_or_without_values() -> None:
    assert spark_text([5, 5], 5, 5) == "▅▅"
    assert spark_text([], 0, 100) == ""


@given(st.lists(st.one_of(st.none(), st.floats())), st.floats(0, 10), st.floats(0, 10))
def test_a_spark_has_one_character_a_value(
    values: list[float | None], low: float, high: float
) -> None:
    assert len(spark_text(values, low, high)) == len(values)
