"""A day in the near future, as people type it: `2026-12-03`, `3 Dec`, `fri`, `in 10 days`."""

import re
from datetime import date, timedelta
from typing import Final

from csm.errors import InvalidInput
from csm.playbook_part import nearest
from csm.wording import day_text

LONGEST: Final = timedelta(days=366)
"""No day may be farther off."""

_MONTHS: Final = (
    *("january", "february", "march", "april", "may", "june", "july", "august", "september"),
    *("october", "november", "december"),
)
_WEEKDAYS: Final = (
    *("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
)
# Shorter words are near to too many others.
_SHORTEST_SLIP: Final = 4
_SPAN: Final = re.compile(r"(?:in )?(\d{1,3}) ?(d|days?|w|weeks?)?")
_ISO: Final = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_DAY_FIRST: Final = re.compile(r"(\d{1,2})(?:st|nd|rd|th|\.)? ([a-z]{3,9})\.?(?: (\d{4}))?")
_MONTH_FIRST: Final = re.compile(r"([a-z]{3,9})\.? (\d{1,2})(?:st|nd|rd|th)?(?: (\d{4}))?")


def read_until(text: str, today: date) -> date:
    """The day that is meant; without a year, the next one of that name. Raises InvalidInput, which
    says what would do."""
    said = " ".join(text.lower().replace(",", " ").split())
    day = _span(said, today) or _weekday(said, today) or _written_out(said, today)
    if day is None:
        slip = _slip(said) or "."
        raise InvalidInput(
            f"“{text.strip()[:40]}” is no day that I can read{slip} {_would_do(today)}"
        )
    if day <= today:
        raise InvalidInput(f"{day_text(day)} is not in the future. {_would_do(today)}")
    if day - today > LONGEST:
        raise InvalidInput(f"{day_text(day)} is more than a year away. {_would_do(today)}")
    return day


def _span(said: str, today: date) -> date | None:
    if said == "tomorrow":
        return today + timedelta(days=1)
    found = _SPAN.fullmatch(said)
    if found is None:
        return None
    is_weeks = (found[2] or "d").startswith("w")
    return today + timedelta(days=int(found[1]) * (7 if is_weeks else 1))


def _weekday(said: str, today: date) -> date | None:
    """`fri` is the next one after today, `next fri` the one in the week after this."""
    name, is_next_week = said.removeprefix("next ").rstrip("."), said.startswith("next ")
    found = [n for n, day in enumerate(_WEEKDAYS) if len(name) > 1 and day.startswith(name)]
    if len(found) != 1:
        return None
    if is_next_week:
        return today + timedelta(days=7 - today.weekday() + found[0])
    return today + timedelta(days=(found[0] - today.weekday() - 1) % 7 + 1)


def _slip(said: str) -> str:
    known = ["tomorrow", *_WEEKDAYS, *_MONTHS, "days", "weeks"]
    slips = (nearest(word, known) for word in said.split() if len(word) >= _SHORTEST_SLIP)
    return next(filter(None, slips), "")


def _written_out(said: str, today: date) -> date | None:
    if found := _ISO.fullmatch(said):
        return _day(int(found[1]), int(found[2]), int(found[3]))
    if found := _DAY_FIRST.fullmatch(said):
        return _named(found[2], int(found[1]), found[3], today)
    if found := _MONTH_FIRST.fullmatch(said):
        return _named(found[1], int(found[2]), found[3], today)
    return None


def _named(month: str, day: int, year: str | None, today: date) -> date | None:
    numbers = [n for n, name in enumerate(_MONTHS, start=1) if name.startswith(month)]
    if len(numbers) != 1:
        return None
    if year is not None:
        return _day(int(year), numbers[0], day)
    this_year = _day(today.year, numbers[0], day)
    if this_year is not None and this_year > today:
        return this_year
    return _day(today.year + 1, numbers[0], day)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _would_do(today: date) -> str:
    later = today + timedelta(days=10)
    short = day_text(later).rsplit(" ", 1)[0]
    return f"Type a day within a year, such as {later.isoformat()}, {short}, fri or in 10 days."
