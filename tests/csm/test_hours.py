"""Promises in working hours: nights, weekends, holidays and changes of the clocks."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from csm.answer_settings import Weekday, WorkingHours
from csm.hours import due

DAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WEEK = WorkingHours(days=DAYS[:5], starts="09:00", ends="17:00")
BERLIN = ZoneInfo("Europe/Berlin")
LONDON = ZoneInfo("Europe/London")


def utc(day: int, hour: int, minute: int = 0, month: int = 7) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "hours", "then"),
    [
        (utc(1, 10), 4, utc(1, 14)),  # a Wednesday
        (utc(1, 13), 4, utc(1, 17)),  # to the very end of the day
        (utc(1, 13, 30), 4, utc(2, 9, 30)),
        (utc(1, 3), 4, utc(1, 13)),
        (utc(1, 17), 4, utc(2, 13)),
        (utc(1, 22), 4, utc(2, 13)),
        (utc(3, 16), 4, utc(6, 12)),  # over a weekend
        (utc(4, 12), 4, utc(6, 13)),
        (utc(1, 10), 0.5, utc(1, 10, 30)),
        (utc(1, 10), 20, utc(3, 14)),
        (utc(1, 10), 0, utc(1, 10)),
        (utc(4, 12), 0, utc(6, 9)),
    ],
)
def test_hours_of_work_are_counted(now: datetime, hours: float, then: datetime) -> None:
    assert due(now, hours, WEEK, ZoneInfo("UTC")) == then


def test_the_owner_s_clock_counts_not_the_asker_s() -> None:
    tokyo = ZoneInfo("Asia/Tokyo")
    assert due(utc(1, 10), 1, WEEK, tokyo) == utc(2, 1)
    assert due(utc(1, 0), 1, WEEK, tokyo) == utc(1, 1)
    assert due(utc(5, 23, 59), 1, WEEK, tokyo) == utc(6, 1)  # their Monday has begun


def test_holidays_are_free_where_a_country_is_given() -> None:
    german = WorkingHours(days=DAYS[:5], starts="09:00", ends="17:00", holidays="DE")
    christmas_eve = datetime(2026, 12, 24, 15, 0, tzinfo=UTC)  # a Thursday
    assert due(christmas_eve, 2, german, BERLIN) == datetime(2026, 12, 28, 9, 0, tzinfo=UTC)
    assert due(christmas_eve, 2, WEEK, BERLIN) == datetime(2026, 12, 25, 9, 0, tzinfo=UTC)
    new_year = datetime(2026, 12, 31, 16, 0, tzinfo=UTC)
    assert due(new_year, 1, german, BERLIN) == datetime(2027, 1, 4, 9, 0, tzinfo=UTC)


def test_a_day_on_which_the_clocks_change_has_other_hours() -> None:
    nights = WorkingHours(days=DAYS, starts="01:00", ends="05:00")
    spring = datetime(2026, 3, 28, 23, 30, tzinfo=UTC)  # the clocks go from 2 to 3
    assert due(spring, 3, nights, BERLIN) == datetime(2026, 3, 29, 3, 0, tzinfo=UTC)
    assert due(spring, 3.5, nights, BERLIN) == datetime(2026, 3, 29, 23, 30, tzinfo=UTC)
    autumn = datetime(2026, 10, 24, 22, 0, tzinfo=UTC)
    assert due(autumn, 5, nights, BERLIN) == datetime(2026, 10, 25, 4, 0, tzinfo=UTC)


def test_hours_that_do_not_exist_on_a_day_are_not_counted() -> None:
    gap = WorkingHours(days=DAYS, starts="02:15", ends="03:00")
    saturday = datetime(2026, 3, 28, 12, 0, tzinfo=UTC)
    assert due(saturday, 0.5, gap, BERLIN) == datetime(2026, 3, 30, 0, 45, tzinfo=UTC)


INSTANTS = st.integers(0, 6 * 366 * 24 * 60).map(
    lambda minutes: datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)
CLOCK = st.integers(0, 23 * 60 + 59).map(lambda minute: f"{minute // 60:02d}:{minute % 60:02d}")
ZONES = st.sampled_from(
    ["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"]
).map(ZoneInfo)


@st.composite
def weeks(draw: st.DrawFn) -> WorkingHours:
    starts, ends = sorted((draw(CLOCK), draw(CLOCK)))
    assume(starts < ends)
    days = draw(st.lists(st.sampled_from(DAYS), min_size=1, unique=True))
    country = draw(st.sampled_from(["", "DE", "US"]))
    return WorkingHours(days=tuple(days), starts=starts, ends=ends, holidays=country)


@given(INSTANTS, st.floats(0.01, 12), weeks(), ZONES)
def test_a_promise_falls_into_working_time(
    now: datetime, hours: float, week: WorkingHours, zone: ZoneInfo
) -> None:
    then = due(now, hours, week, zone)
    assert then >= now + timedelta(hours=hours) - timedelta(microseconds=1)
    local = (then - timedelta(microseconds=2)).astimezone(zone)
    assert DAYS[local.weekday()] in week.days
    assert then.utcoffset() == timedelta(0)


@given(INSTANTS, st.integers(1, 600), st.integers(1, 600), weeks(), ZONES)
def test_two_promises_in_a_row_are_one_of_both(
    now: datetime, first: int, second: int, week: WorkingHours, zone: ZoneInfo
) -> None:
    one_by_one = due(due(now, first / 60, week, zone), second / 60, week, zone)
    at_once = due(now, (first + second) / 60, week, zone)
    assert abs(one_by_one - at_once) < timedelta(milliseconds=1)


@given(INSTANTS, st.integers(0, 40_000), st.floats(0.1, 30), weeks(), ZONES)
def test_who_asks_later_is_not_promised_sooner(
    now: datetime, minutes: int, hours: float, week: WorkingHours, zone: ZoneInfo
) -> None:
    later = now + timedelta(minutes=minutes)
    assert due(now, hours, week, zone) <= due(later, hours, week, zone)
