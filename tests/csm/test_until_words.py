"""Days in the near future, as people type them."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csm.errors import InvalidInput
from csm.until_words import LONGEST, read_until
from csm.wording import day_text

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("7", date(2026, 11, 29)),
        ("in 10 days", date(2026, 12, 2)),
        ("1 day", date(2026, 11, 23)),
        (" 14D ", date(2026, 12, 6)),
        ("in 2 weeks", date(2026, 12, 6)),
        ("3w", date(2026, 12, 13)),
        ("Tomorrow", date(2026, 11, 23)),
        ("2026-12-03", date(2026, 12, 3)),
        ("2026-12-3", date(2026, 12, 3)),
        ("3 Dec", date(2026, 12, 3)),
        ("3rd December 2026", date(2026, 12, 3)),
        ("3. dec.", date(2026, 12, 3)),
        ("Dec 3", date(2026, 12, 3)),
        ("December 3, 2026", date(2026, 12, 3)),
        ("22 Nov", date(2027, 11, 22)),
        ("1 Jan", date(2027, 1, 1)),
        ("sept 5", date(2027, 9, 5)),
        ("fri", date(2026, 11, 27)),
        ("Friday", date(2026, 11, 27)),
        ("sun", date(2026, 11, 29)),  # today is one
        ("next friday", date(2026, 11, 27)),  # of the week that begins tomorrow
    ],
)
def test_days_are_read(text: str, day: date) -> None:
    assert read_until(text, TODAY) == day


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "is no day"),
        ("soon", "is no day"),
        ("31 Feb", "is no day"),
        ("2026-13-01", "is no day"),
        ("3 J", "is no day"),
        ("ju 3", "is no day"),
        ("-3", "is no day"),
        ("0", "is not in the future"),
        ("2026-11-22", "is not in the future"),
        ("21 Nov 2026", "is not in the future"),
        ("2028-01-01", "more than a year away"),
        ("400 days", "more than a year away"),
        ("99 weeks", "more than a year away"),
    ],
)
def test_what_will_not_do_is_refused_with_what_would(text: str, complaint: str) -> None:
    with pytest.raises(InvalidInput, match=complaint) as caught:
        read_until(text, TODAY)
    assert "2026-12-02, 2 Dec, fri or in 10 days" in str(caught.value)


def test_the_next_friday_is_not_this_one() -> None:
    monday = date(2026, 11, 23)
    assert read_until("fri", monday) == date(2026, 11, 27)
    assert read_until("next fri", monday) == date(2026, 12, 4)
    assert read_until("mon", monday) == read_until("next mon", monday) == date(2026, 11, 30)


@pytest.mark.parametrize(
    ("slip", "meant"),
    [("tomorow", "tomorrow"), ("firday", "friday"), ("3 decmber", "december")],
)
def test_a_slip_is_met_with_what_was_meant(slip: str, meant: str) -> None:
    with pytest.raises(InvalidInput, match=f'did you mean "{meant}"'):
        read_until(slip, TODAY)


@given(st.dates(date(2026, 1, 1), date(2030, 12, 31)), st.integers(1, LONGEST.days))
def test_every_day_of_the_next_year_can_be_said_in_three_ways(today: date, days: int) -> None:
    day = today + timedelta(days=days)
    for said in (day.isoformat(), day_text(day), f"in {days} days"):
        assert read_until(said, today) == day


@given(st.text())
def test_nothing_else_is_ever_raised(text: str) -> None:
    try:
        found = read_until(text, TODAY)
    except InvalidInput:
        return
    assert TODAY < found <= TODAY + LONGEST
