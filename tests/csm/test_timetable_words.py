"""Days and times as people type them, and as they read them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csm.errors import InvalidInput
from csm.timetable import WEEKDAYS
from csm.timetable_words import Chosen, read_timetable, timetable_text

ALL = "mon,tue,wed,thu,fri,sat,sun"
WORKDAYS = "mon,tue,wed,thu,fri"


@pytest.mark.parametrize(
    ("typed", "days", "at"),
    [
        ("mon 8:00", "mon", "08:00"),
        ("Mon 08:00", "mon", "08:00"),
        ("mon,thu 7.30", "mon,thu", "07:30"),
        ("thu, mon 7:30", "mon,thu", "07:30"),
        ("daily 8am", ALL, "08:00"),
        ("every day at 8", ALL, "08:00"),
        ("weekdays 9:15", WORKDAYS, "09:15"),
        ("every weekday at 9:15", WORKDAYS, "09:15"),
        ("mon-fri 9:15", WORKDAYS, "09:15"),
        ("mon – fri 9:15", WORKDAYS, "09:15"),
        ("fri-mon 10", "mon,fri,sat,sun", "10:00"),
        ("weekend 10", "sat,sun", "10:00"),
        ("tuesday and friday 14:00", "tue,fri", "14:00"),
        ("Tuesdays & Fridays at 2 pm", "tue,fri", "14:00"),
        ("on wednesdays, 12:05pm", "wed", "12:05"),
        ("sat 12am", "sat", "00:00"),
        ("fr 8", "fri", "08:00"),
        ("fr 8h", "fri", "08:00"),
        ("mon 08h00", "mon", "08:00"),
        ("mon 8h30", "mon", "08:30"),
        ("mon 0800", "mon", "08:00"),
        ("mon 1730", "mon", "17:30"),
        ("mon noon", "mon", "12:00"),
        ("weekdays at noon", WORKDAYS, "12:00"),
        ("8:00 mon", "mon", "08:00"),
        ("mon mon 8", "mon", "08:00"),
        ("8:00", "", "08:00"),
        ("at 8 p.m.", "", "20:00"),
        ("23:59", "", "23:59"),
        ("mon", "mon", ""),
        ("thurs.", "thu", ""),
    ],
)
def test_what_people_type_is_understood(typed: str, days: str, at: str) -> None:
    assert read_timetable(typed) == Chosen(days, at)


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("", "Which day"),
        ("at", "Which day"),
        ("t 8:00", "“t” is no day"),
        ("moonday 8:00", "“moonday” is no day"),
        ("mon-foo 8", "“foo” is no day"),
        ("mon 25:00", "“25:00” is no time"),
        ("mon 8:60", "“8:60” is no time"),
        ("mon 13pm", "“13pm” is no time"),
        ("mon 0am", "“0am” is no time"),
        ("mon 8:0", "“8:0” is no time"),
        ("mon 8:00 9:00", "One time of day, please: I read 08:00 and 09:00."),
        ("tomorrow", "“tomorrow” is no day"),
        ("mon 8²", "is no time"),
        ("mno 8:00", '“mno” is no day of the week; did you mean "mon"?'),
        ("wendesday", 'did you mean "wednesday"?'),
        ("mon 8:00 noon", "One time of day, please: I read 08:00 and 12:00."),
        ("mon midnight", "“midnight” is no day"),
    ],
)
def test_what_cannot_be_read_is_said_with_what_would_do(typed: str, told: str) -> None:
    with pytest.raises(InvalidInput, match="Type it as mon 8:00") as refused:
        read_timetable(typed)
    assert told in str(refused.value)


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(typed: str) -> None:
    try:
        chosen = read_timetable(typed)
    except InvalidInput:
        return
    assert chosen.days or chosen.at
    assert set(filter(None, chosen.days.split(","))) <= set(WEEKDAYS)


@pytest.mark.parametrize(
    ("days", "at", "text"),
    [
        ("mon,thu", "08:00", "Mondays and Thursdays at 08:00 (Europe/Berlin)"),
        ("thu,mon", "08:00", "Mondays and Thursdays at 08:00 (Europe/Berlin)"),
        (ALL, "07:30", "Every day at 07:30 (Europe/Berlin)"),
        (WORKDAYS, "07:30", "Mondays to Fridays at 07:30 (Europe/Berlin)"),
        ("sat", "10:00", "Saturdays at 10:00 (Europe/Berlin)"),
    ],
)
def test_it_is_said_back_in_words(days: str, at: str, text: str) -> None:
    assert timetable_text(days.split(","), at, "Europe/Berlin") == text


def test_without_a_zone_none_is_said() -> None:
    assert timetable_text(["mon"], "08:00") == "Mondays at 08:00"


@given(st.frozensets(st.sampled_from(WEEKDAYS), min_size=1), st.times())
def test_what_is_said_can_be_typed(days: frozenset[str], at: object) -> None:
    said = timetable_text(days, f"{at:%H:%M}")
    typed = said.replace(" to ", "-")
    chosen = ",".join(day for day in WEEKDAYS if day in days)
    assert read_timetable(typed) == Chosen(chosen, f"{at:%H:%M}")
