"""Times that come again: no day left out or doubled, in any time zone that there is."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from csm.playbook_part import Weekday
from csm.timetable import WEEKDAYS, Timetable

DAY = timedelta(days=1)
EVERY_DAY = frozenset(WEEKDAYS)
ZONES = sorted(available_timezones())

zones = st.sampled_from(ZONES)
minutes = st.times().map(lambda at: at.replace(second=0, microsecond=0))
some_days = st.frozensets(st.sampled_from(WEEKDAYS), min_size=1)
instants = st.integers(0, 68 * 365 * 24 * 60).map(
    lambda passed: datetime(1970, 1, 1, tzinfo=UTC) + timedelta(minutes=passed)
)


@st.composite
def changes_of_clocks(draw: st.DrawFn) -> tuple[str, datetime]:
    """A zone, and an instant within a day of one at which its clocks change, where they do."""
    zone, start = draw(zones), draw(instants)
    for hours in range(0, 24 * 400, 24):
        instant = start + timedelta(hours=hours)
        if offset(instant, zone) != offset(instant + DAY, zone):
            return zone, instant + timedelta(hours=draw(st.integers(-24, 36)))
    return zone, start


def offset(instant: datetime, zone: str) -> timedelta | None:
    return instant.astimezone(ZoneInfo(zone)).utcoffset()


def local(instant: datetime, zone: str) -> datetime:
    return instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def days_between(first: date, last: date) -> list[date]:
    return [first + number * DAY for number in range((last - first).days + 1)]


def skips(zone: str, day: date) -> bool:
    """Whether the calendar of a zone leaves a whole day out."""
    noon = datetime.combine(day, time(12), ZoneInfo(zone)).astimezone(UTC)
    return local(noon, zone).date() != day


@given(changes_of_clocks(), minutes)
@example(("Europe/Berlin", datetime(2027, 3, 27, tzinfo=UTC)), time(2, 30))
@example(("Europe/Berlin", datetime(2027, 10, 30, tzinfo=UTC)), time(2, 30))
@example(("America/Nuuk", datetime(2024, 3, 29, tzinfo=UTC)), time(23, 30))
@example(("Pacific/Apia", datetime(2011, 12, 29, tzinfo=UTC)), time(8))
@example(("Pacific/Kwajalein", datetime(1993, 8, 20, tzinfo=UTC)), time(0))
@example(("America/Sao_Paulo", datetime(2018, 11, 3, tzinfo=UTC)), time(0))
def test_every_day_has_its_time_once(where: tuple[str, datetime], at: time) -> None:
    zone, instant = where
    timetable = Timetable(EVERY_DAY, at, zone)
    due = timetable.between(instant - 3 * DAY, instant + 5 * DAY)
    periods = [timetable.period(one) for one in due]
    assert due == sorted(set(due))
    first, last = date.fromisoformat(periods[0]), date.fromisoformat(periods[-1])
    expected = [day.isoformat() for day in days_between(first, last) if not skips(zone, day)]
    assert periods == expected
    assert len(due) >= 6


@given(changes_of_clocks(), minutes)
@example(("Europe/Berlin", datetime(2027, 3, 27, tzinfo=UTC)), time(2, 30))
@example(("Australia/Hobart", datetime(1970, 3, 7, tzinfo=UTC)), time(2, fold=1))
def test_the_clocks_show_it_or_they_leap_over_it(where: tuple[str, datetime], at: time) -> None:
    zone, instant = where
    timetable = Timetable(EVERY_DAY, at, zone)
    for due in timetable.between(instant - DAY, instant + 3 * DAY):
        shown = local(due, zone)
        wanted = datetime.combine(date.fromisoformat(timetable.period(due)), at)
        before = due - DAY
        if shown == wanted:
            # Where it comes twice, this is the first.
            earlier = wanted.replace(tzinfo=ZoneInfo(zone), fold=0).astimezone(UTC)
            assert due == earlier
        else:
            leap = (offset(due, zone) or timedelta()) - (offset(before, zone) or timedelta())
            assert shown - wanted == leap > timedelta()


@given(changes_of_clocks(), minutes, some_days)
def test_next_and_latest_agree(
    where: tuple[str, datetime], at: time, days: frozenset[Weekday]
) -> None:
    zone, instant = where
    timetable = Timetable(days, at, zone)
    following = timetable.next_after(instant)
    latest = timetable.latest_until(instant)
    assert latest <= instant < following
    assert timetable.next_after(latest) == following
    assert timetable.latest_until(following) == following
    assert timetable.latest_until(following - timedelta(microseconds=1)) == latest
    assert timetable.between(latest, following) == [following]
    assert timetable.between(instant, following - timedelta(microseconds=1)) == []
    assert timetable.period(latest) < timetable.period(following)
    for due in (latest, following):
        assert WEEKDAYS[date.fromisoformat(timetable.period(due)).weekday()] in days


@given(changes_of_clocks(), minutes, some_days)
def test_walking_is_the_same_as_looking(
    where: tuple[str, datetime], at: time, days: frozenset[Weekday]
) -> None:
    zone, instant = where
    timetable = Timetable(days, at, zone)
    until = instant + 15 * DAY
    walked, due = [], timetable.next_after(instant)
    while due <= until:
        walked.append(due)
        due = timetable.next_after(due)
    assert walked == timetable.between(instant, until)


@pytest.mark.parametrize(
    ("at", "day", "utc"),
    [
        (time(2, 30), date(2027, 3, 28), datetime(2027, 3, 28, 1, 30, tzinfo=UTC)),  # 03:30
        (time(2, 30), date(2027, 10, 31), datetime(2027, 10, 31, 0, 30, tzinfo=UTC)),  # the first
        (time(8), date(2027, 3, 27), datetime(2027, 3, 27, 7, tzinfo=UTC)),
        (time(8), date(2027, 3, 28), datetime(2027, 3, 28, 6, tzinfo=UTC)),
    ],
)
def test_berlin_by_hand(at: time, day: date, utc: datetime) -> None:
    assert Timetable(EVERY_DAY, at, "Europe/Berlin").on(day) == utc


def test_a_late_time_that_leaps_into_the_next_day_is_still_of_its_own() -> None:
    timetable = Timetable(EVERY_DAY, time(23, 30), "America/Nuuk")
    leapt, following = timetable.between(
        datetime(2024, 3, 30, 12, tzinfo=UTC), datetime(2024, 4, 1, 12, tzinfo=UTC)
    )
    assert local(leapt, "America/Nuuk") == datetime.fromisoformat("2024-03-31 00:30")
    assert [timetable.period(leapt), timetable.period(following)] == ["2024-03-30", "2024-03-31"]


def test_a_weekday_that_the_calendar_left_out_is_made_up_for() -> None:
    # Apia had no Friday, 30 December 2011.
    timetable = Timetable(frozenset({"fri"}), time(8), "Pacific/Apia")
    due = timetable.next_after(datetime(2011, 12, 26, tzinfo=UTC))
    assert local(due, "Pacific/Apia") == datetime.fromisoformat("2011-12-31 08:00")
    assert timetable.period(due) == "2011-12-30"
    assert timetable.period(timetable.next_after(due)) == "2012-01-06"
