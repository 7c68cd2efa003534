"""Working hours: when a promise falls due that is made in hours of work."""

from collections.abc import Collection, Iterator
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

import holidays

from csm.answer_settings import WorkingHours

_WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def due(now: datetime, hours: float, week: WorkingHours, zone: ZoneInfo) -> datetime:
    """The instant (UTC) at which so many working hours have passed since `now` (aware).

    Days begin and end by the clocks of `zone`; hours are as long as they are, so a day on which
    the clocks change may hold more or fewer of them. No hours at all end when work is next done.
    """
    left = timedelta(hours=hours)
    for begins, ends in _stretches(now, week, zone):
        if left <= ends - begins:
            return begins + left
        left -= ends - begins
    raise AssertionError("working days never end")


def _stretches(
    now: datetime, week: WorkingHours, zone: ZoneInfo
) -> Iterator[tuple[datetime, datetime]]:
    """What is left of today's working time, then that of every day to come; none of it empty."""
    day = now.astimezone(zone).date()
    while True:
        if _WEEKDAYS[day.weekday()] in week.days and not _is_holiday(day, week.holidays):
            opens, closes = (
                datetime.combine(day, time, zone).astimezone(UTC)
                for time in (week.start_time, week.end_time)
            )
            begins = max(opens, now.astimezone(UTC))
            if begins < closes:
                yield begins, closes
        day += timedelta(days=1)


def _is_holiday(day: date, country: str) -> bool:
    return bool(country) and day in _holidays(country, day.year)


@lru_cache(maxsize=64)
def _holidays(country: str, year: int) -> Collection[date]:
    return frozenset(holidays.country_holidays(country, years=year))
