"""Promises in working hours, and decent hours: nights, weekends, holidays, clocks that change."""

from collections.abc import Collection
from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import holidays
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from csm.answer_settings import WorkingHours
from csm.guard_settings import DecentHours
from csm.hours import due, is_holiday, knows_holidays, next_decent
from csm.playbook_part import Weekday

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


DECENT = DecentHours(days=DAYS[:5], starts="09:00", ends="17:00", holidays=True)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.mark.parametrize(
    ("now", "zone", "country", "then"),
    [
        # Inside, and at both ends.
        ("2026-07-01T10:00+02:00", "Europe/Berlin", "DE", "2026-07-01T10:00+02:00"),
        ("2026-07-01T09:00+02:00", "Europe/Berlin", "DE", "2026-07-01T09:00+02:00"),
        ("2026-07-01T08:59:59.9+02:00", "Europe/Berlin", "DE", "2026-07-01T09:00+02:00"),
        ("2026-07-01T16:59:59.9+02:00", "Europe/Berlin", "DE", "2026-07-01T16:59:59.9+02:00"),
        ("2026-07-01T17:00+02:00", "Europe/Berlin", "DE", "2026-07-02T09:00+02:00"),
        # A weekend; Christmas and a weekend; a year's end.
        ("2026-07-03T18:00+02:00", "Europe/Berlin", "DE", "2026-07-06T09:00+02:00"),
        ("2026-12-24T18:00+01:00", "Europe/Berlin", "DE", "2026-12-28T09:00+01:00"),
        ("2026-12-31T20:00+01:00", "Europe/Berlin", "DE", "2027-01-04T09:00+01:00"),
        # It is the reader's country that has the holiday.
        ("2026-07-03T10:00-04:00", "America/New_York", "US", "2026-07-06T09:00-04:00"),
        ("2026-07-03T10:00-04:00", "America/New_York", "DE", "2026-07-03T10:00-04:00"),
        ("2026-07-03T10:00-04:00", "America/New_York", "us", "2026-07-06T09:00-04:00"),
        # A country that nobody knows has no holidays.
        ("2026-12-25T10:00+01:00", "Europe/Berlin", "", "2026-12-25T10:00+01:00"),
        ("2026-12-25T10:00+01:00", "Europe/Berlin", "ZZ", "2026-12-25T10:00+01:00"),
        # The clocks changed on the Sunday between.
        ("2026-03-27T18:00+01:00", "Europe/Berlin", "DE", "2026-03-30T09:00+02:00"),
        ("2026-10-30T18:00-04:00", "America/New_York", "US", "2026-11-02T09:00-05:00"),
        # Both sides of the date line: the same instant is two days.
        ("2026-07-17T22:00+00:00", "Pacific/Kiritimati", "KI", "2026-07-20T09:00+14:00"),
        ("2026-07-17T22:00+00:00", "Pacific/Pago_Pago", "AS", "2026-07-17T11:00-11:00"),
        # A leap day, a Thursday.
        ("2024-02-28T18:00+05:45", "Asia/Kathmandu", "", "2024-02-29T09:00+05:45"),
        ("2024-02-29T23:00+05:45", "Asia/Kathmandu", "", "2024-03-01T09:00+05:45"),
    ],
)
def test_the_next_decent_hour(now: str, zone: str, country: str, then: str) -> None:
    found = next_decent(at(now), DECENT, ZoneInfo(zone), country)
    assert found == at(then)
    assert found.utcoffset() == timedelta(0)


def test_holidays_are_no_matter_where_the_playbook_says_so() -> None:
    any_day = DECENT.model_copy(update={"holidays": False})
    christmas = at("2026-12-25T10:00+01:00")
    assert next_decent(christmas, any_day, BERLIN, "DE") == christmas


def test_decent_hours_follow_the_clocks_where_they_leap() -> None:
    early = DecentHours(days=DAYS, starts="02:30", ends="04:00", holidays=False)
    spring = at("2026-03-29T00:30+01:00")  # 02:00 becomes 03:00, which is past half past two
    assert next_decent(spring, early, BERLIN, "") == at("2026-03-29T03:00+02:00")


def test_decent_hours_follow_the_clocks_where_they_go_back() -> None:
    early = DecentHours(days=DAYS, starts="02:15", ends="02:45", holidays=False)
    autumn = at("2026-10-25T02:50+02:00")  # half past two comes once more
    assert next_decent(autumn, early, BERLIN, "") == at("2026-10-25T02:15+01:00")
    assert next_decent(at("2026-10-25T02:50+01:00"), early, BERLIN, "") == at(
        "2026-10-26T02:15+01:00"
    )


def test_a_day_that_a_country_skipped_has_no_hours() -> None:
    apia = ZoneInfo("Pacific/Apia")  # went from Thursday 29 to Saturday 31 December 2011
    assert next_decent(at("2011-12-29T18:00-10:00"), DECENT, apia, "") == at(
        "2012-01-02T09:00+14:00"
    )


def test_countries_are_known_in_any_case() -> None:
    assert knows_holidays("DE")
    assert knows_holidays("de")
    assert not knows_holidays("")
    assert not knows_holidays("ZZ")
    assert is_holiday(date(2026, 12, 25), "de")
    assert not is_holiday(date(2026, 12, 24), "DE")
    assert not is_holiday(date(2026, 12, 25), "ZZ")


FAR_AND_NEAR = st.sampled_from(
    [
        *("Pacific/Kiritimati", "Pacific/Pago_Pago", "Asia/Kathmandu", "America/St_Johns"),
        *("Australia/Lord_Howe", "Europe/Berlin", "America/New_York", "Africa/Casablanca"),
        *("Pacific/Apia", "Africa/Cairo", "UTC"),
    ]
).map(ZoneInfo)
# Around changes of the clocks, a leap day and the ends of years; and anywhere.
TURNS = [
    *("2026-03-29T01:00", "2026-10-25T01:00", "2026-03-08T07:00", "2026-11-01T06:00"),
    *("2026-04-04T15:00", "2026-10-03T15:30", "2026-02-15T02:00", "2026-03-22T02:00"),
    *("2026-04-23T22:00", "2026-10-29T21:00", "2024-02-29T00:00", "2028-02-29T12:00"),
    *("2024-12-31T23:00", "2026-01-01T00:00", "2011-12-30T10:00"),
]
NEAR_TURNS = st.builds(
    lambda turn, minutes: datetime.fromisoformat(turn + "+00:00") + timedelta(minutes=minutes),
    st.sampled_from(TURNS),
    st.integers(-3000, 1500),
)


@st.composite
def decencies(draw: st.DrawFn) -> DecentHours:
    starts, ends = sorted((draw(CLOCK), draw(CLOCK)))
    assume(starts < ends)
    days = draw(st.lists(st.sampled_from(DAYS), min_size=1, unique=True))
    return DecentHours(days=tuple(days), starts=starts, ends=ends, holidays=draw(st.booleans()))


@cache
def country_holidays(country: str) -> Collection[date]:
    return frozenset(holidays.country_holidays(country, years=range(2011, 2032)))


def is_decent(instant: datetime, hours: DecentHours, zone: ZoneInfo, country: str) -> bool:
    """By the clock on their wall and the calendar beside it, and nothing else."""
    local = instant.astimezone(zone)
    is_free = hours.holidays and country and local.date() in country_holidays(country)
    is_open = hours.start_time <= local.time() < hours.end_time
    return DAYS[local.weekday()] in hours.days and is_open and not is_free


@given(
    st.one_of(INSTANTS, NEAR_TURNS),
    st.one_of(st.just(DECENT), decencies()),
    FAR_AND_NEAR,
    st.sampled_from(["", "DE", "US", "NP", "MA"]),
)
def test_a_held_message_goes_at_the_first_decent_minute(
    now: datetime, hours: DecentHours, zone: ZoneInfo, country: str
) -> None:
    then = next_decent(now, hours, zone, country)
    assert then >= now
    assert is_decent(then, hours, zone, country)
    # Nothing decent lies between: by the minute near both ends, by the quarter in long nights.
    minute, span = timedelta(minutes=1), (then - now) // timedelta(minutes=1)
    near = {*range(min(span, 60)), *range(max(span - 60, 0), span)}
    for minutes in sorted({*near, *range(0, span, 15)}):
        assert not is_decent(now + minutes * minute, hours, zone, country)
    if then > now:
        assert not is_decent(then - timedelta(seconds=1), hours, zone, country)
