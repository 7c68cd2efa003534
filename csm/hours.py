"""Hours of work and of decency: when a promise falls due, and when a message may arrive."""

from collections.abc import Collection, Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import Final, Protocol
from zoneinfo import ZoneInfo

import holidays

from csm.answer_settings import WorkingHours
from csm.guard_settings import DecentHours

_WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class _Week(Protocol):
    """Which days count, and from when (included) to when (not included) on each."""

    @property
    def days(self) -> Collection[str]: ...
    @property
    def start_time(self) -> time: ...
    @property
    def end_time(self) -> time: ...


def due(now: datetime, hours: float, week: WorkingHours, zone: ZoneInfo) -> datetime:
    """The instant (UTC) at which so many working hours have passed since `now` (aware).

    Days begin and end by the clocks of `zone`; hours are as long as they are, so a day on which
    the clocks change may hold more or fewer of them. No hours at all end when work is next done.
    """
    left = timedelta(hours=hours)
    for begins, ends in _stretches(now, week, week.holidays, zone):
        if left <= ends - begins:
            return begins + left
        left -= ends - begins
    raise AssertionError("working days never end")


def next_decent(now: datetime, hours: DecentHours, zone: ZoneInfo, country: str) -> datetime:
    """The first instant (UTC) from `now` (aware) on at which a message may arrive: `now` itself
    where it may. `zone` and `country` (ISO 3166) are those of whoever gets it; a country whose
    public holidays are not known has none."""
    begins, _ = next(_stretches(now, hours, country if hours.holidays else "", zone))
    return begins


def knows_holidays(country: str) -> bool:
    """Whether the public holidays of a country (ISO 3166, in any case) are known."""
    return country.upper() in _countries()


def is_holiday(day: date, country: str) -> bool:
    """Whether a day is a public holiday of the whole country (ISO 3166, in any case)."""
    return knows_holidays(country) and day in _holidays(country.upper(), day.year)


def _stretches(
    now: datetime, week: _Week, country: str, zone: ZoneInfo
) -> Iterator[tuple[datetime, datetime]]:
    """What is left of today's hours, then those of every day to come; none of it empty."""
    now = now.astimezone(UTC)
    day = now.astimezone(zone).date()
    while True:
        if _WEEKDAYS[day.weekday()] in week.days and not is_holiday(day, country):
            for begins, ends in _hours_of(day, week.start_time, week.end_time, zone):
                if now < ends:
                    yield max(begins, now), ends
        day += timedelta(days=1)


@lru_cache(maxsize=4096)
def _hours_of(
    day: date, starts: time, ends: time, zone: ZoneInfo
) -> tuple[tuple[datetime, datetime], ...]:
    """The spans (UTC) of a day within which its clocks show a time from `starts` up to `ends`. One
    as a rule; none where the clocks leap over it, more where they go back over an end of it."""
    edges = set(_changes(day, zone))
    for clock in (starts, ends):
        for fold in (0, 1):  # the same time may come twice
            edges.add(datetime.combine(day, clock.replace(fold=fold), zone).astimezone(UTC))
    return tuple(
        (begins, until)
        for begins, until in pairwise(sorted(edges))
        if _shows(begins.astimezone(zone), day, starts, ends)
    )


def _shows(local: datetime, day: date, starts: time, ends: time) -> bool:
    return local.date() == day and starts <= local.time() < ends


def _changes(day: date, zone: ZoneInfo) -> Iterator[datetime]:
    """The instant (UTC) of a day at which its clocks change, if they do."""
    midnights = (day, day + timedelta(days=1))
    before, after = (datetime.combine(one, time(), zone).astimezone(UTC) for one in midnights)
    offset = before.astimezone(zone).utcoffset()
    if after.astimezone(zone).utcoffset() == offset:
        return
    while after - before > timedelta(seconds=1):
        middle = before + timedelta(seconds=(after - before) // timedelta(seconds=2))
        if middle.astimezone(zone).utcoffset() == offset:
            before = middle
        else:
            after = middle
    yield after


@lru_cache(maxsize=1)
def _countries() -> Collection[str]:
    return frozenset(holidays.list_supported_countries())


@lru_cache(maxsize=1024)
def _holidays(country: str, year: int) -> Collection[date]:
    return frozenset(holidays.country_holidays(country, years=year))
