"""How dates, counts and lists read."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csm.wording import (
    day_and_distance,
    day_text,
    days_away,
    instant_text,
    listing,
    number,
    percent,
    plural,
    shorten,
    signed,
)

DAY = date(2027, 3, 3)


@pytest.mark.parametrize(
    ("count", "text"), [(0, "no risks"), (1, "1 risk"), (2, "2 risks"), (1200, "1,200 risks")]
)
def test_plural(count: int, text: str) -> None:
    assert plural(count, "risk") == text


def test_plural_with_words_of_its_own() -> None:
    assert plural(2, "reply", "replies") == "2 replies"
    assert plural(0, "reply", "replies") == "no replies"
    assert [plural(count, "day", zero="0") for count in (0, 1)] == ["0 days", "1 day"]


def test_plural_of_an_irregular_word() -> None:
    assert plural(2, "breach", "breaches") == "2 breaches"


@pytest.mark.parametrize(
    ("days", "text"),
    [(0, "today"), (1, "in 1 day"), (75, "in 75 days"), (-1, "1 day ago"), (-40, "40 days ago")],
)
def test_days_away(days: int, text: str) -> None:
    assert days_away(DAY + timedelta(days=days), DAY) == text


def test_day_and_distance() -> None:
    assert day_and_distance(DAY, date(2027, 3, 1)) == "3 Mar 2027 (in 2 days)"


def test_an_instant_is_told_in_the_readers_zone() -> None:
    noon = datetime(2027, 1, 5, 12, 30, tzinfo=UTC)
    assert instant_text(noon, ZoneInfo("Europe/Berlin")) == "5 Jan 2027, 13:30 CET"


@pytest.mark.parametrize(
    ("points", "text"), [(4.0, "+4"), (-2.5, "−2.5"), (0.04, "±0"), (-0.04, "±0"), (-11.96, "−12")]
)
def test_signed(points: float, text: str) -> None:
    assert signed(points) == text


def test_numbers_have_no_needless_decimals() -> None:
    assert [number(72.0), number(72.46), number(1250)] == ["72", "72.5", "1,250"]
    assert percent(0.336) == "34 %"


@pytest.mark.parametrize(
    ("items", "text"),
    [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")],
)
def test_listing(items: list[str], text: str) -> None:
    assert listing(items) == text


@given(st.text(), st.integers(min_value=1, max_value=60))
def test_shorten_keeps_to_the_limit_and_says_that_it_cut(text: str, limit: int) -> None:
    short = shorten(text, limit)
    assert len(short) <= limit
    assert short == " ".join(text.split()) or short.endswith("…")


@given(
    st.dates(min_value=date(1000, 1, 1), max_value=date(9998, 1, 1)),
    st.times(),
    st.sampled_from(["UTC", "Europe/Berlin", "America/St_Johns", "Asia/Kathmandu"]),
)
def test_days_and_instants_read_as_formats_of_dates_write_them(
    day: date, hour: time, zone: str
) -> None:
    instant = datetime.combine(day, hour, UTC)
    local = instant.astimezone(ZoneInfo(zone))
    assert day_text(day) == f"{day.day} {day:%b %Y}"
    assert instant_text(instant, ZoneInfo(zone)) == f"{local.day} {local:%b %Y, %H:%M %Z}"
