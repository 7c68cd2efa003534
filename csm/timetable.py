"""When something is due again and again, by the clocks of whoever it is for.

Local times are what people choose, and clocks are put forward and back. A time that a day does not
have (02:30 when clocks go from 02:00 to 03:00) falls as much later as the clocks go forward, so at
03:30; one that a day has twice is its first. A day is therefore never left out and never doubled.
Only where a whole day is left out of the calendar does it fall together with the next one.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import takewhile
from typing import Final
from zoneinfo import ZoneInfo

from csm.playbook_part import Weekday

WEEKDAYS: Final[tuple[Weekday, ...]] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Timetable:
    """Days of the week, at least one, and a time of day (whole minutes) in a time zone."""

    days: frozenset[Weekday]
    at: time
    zone: str = "UTC"

    def on(self, day: date) -> datetime:
        """The instant of that local day, in UTC; of a time that comes twice, the first."""
        at = self.at.replace(fold=0)
        return datetime.combine(day, at, ZoneInfo(self.zone)).astimezone(UTC)

    def next_after(self, instant: datetime) -> datetime:
        """The first time later than that instant, in UTC."""
        return next(self._later_than(instant))

    def latest_until(self, instant: datetime) -> datetime:
        """The last time that is not later than that instant, in UTC."""
        day = self._day_of(instant) + _DAY
        while not self._is_due(day) or self.on(day) > instant:
            day -= _DAY
        return self.on(day)

    def between(self, after: datetime, until: datetime) -> list[datetime]:
        """Every time later than `after` and not later than `until`, soonest first, in UTC."""
        return list(takewhile(lambda due: due <= until, self._later_than(after)))

    def period(self, due: datetime) -> str:
        """What names one time for good, however the clocks go: the day that it is for, as
        2027-03-28. That is the local day, but where the clocks moved a late time beyond it."""
        day = self._day_of(due)
        for candidate in (day, day - _DAY):
            if self._is_due(candidate) and self.on(candidate) == due:
                return candidate.isoformat()
        return day.isoformat()

    def _later_than(self, instant: datetime) -> Iterator[datetime]:
        # A time that its day does not have may fall on the day after.
        day, last = self._day_of(instant) - _DAY, instant
        while True:
            if self._is_due(day) and (due := self.on(day)) > last:
                yield due
                last = due
            day += _DAY

    def _is_due(self, day: date) -> bool:
        return WEEKDAYS[day.weekday()] in self.days

    def _day_of(self, instant: datetime) -> date:
        return instant.astimezone(ZoneInfo(self.zone)).date()
