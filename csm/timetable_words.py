"""Days and times as people type and read them: `mon,thu 7:30`, `every day at 8am`."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import time
from typing import Final

from csm.errors import InvalidInput
from csm.playbook_part import Weekday, nearest
from csm.timetable import WEEKDAYS
from csm.wording import listing

EXAMPLES: Final = "mon 8:00, mon,thu 7:30, weekdays 9:15, daily 8am, 8:00 or just mon"

_NAMES: Final[dict[Weekday, str]] = {
    "mon": "Monday",
    "tue": "Tuesday",
    "wed": "Wednesday",
    "thu": "Thursday",
    "fri": "Friday",
    "sat": "Saturday",
    "sun": "Sunday",
}
_WORKDAYS: Final = WEEKDAYS[:5]
_SEVERAL: Final[dict[str, tuple[Weekday, ...]]] = {
    **dict.fromkeys(("daily", "day", "everyday"), WEEKDAYS),
    **dict.fromkeys(("weekdays", "weekday", "workdays", "workday"), _WORKDAYS),
    **dict.fromkeys(("weekends", "weekend"), WEEKDAYS[5:]),
}
DAY_WORDS: Final = (*WEEKDAYS, *(name.lower() for name in _NAMES.values()), *_SEVERAL)
"""What days are called, for guessing what was meant by a slip."""

_NOON: Final = "noon"
_FILLERS: Final = frozenset({"at", "on", "and", "every", "each", "o'clock", "h"})
_TIME: Final = re.compile(r"(\d{1,2})(?:[:.h]?(\d{2}))?\s*([ap]\.?m\.?)?(?:\s*h)?", re.ASCII)
_RANGE: Final = re.compile(r"([a-z]+)\s*[-–]\s*([a-z]+)")


@dataclass(frozen=True, slots=True)
class Chosen:
    """What somebody typed. `days` as `mon,thu`, empty where the days stay as they are; `at` as
    `07:30`, empty where the time stays."""

    days: str
    at: str


def read_timetable(text: str) -> Chosen:
    """Raises InvalidInput, which says what would do."""
    lowered = " ".join(text.lower().replace(",", " ").replace("&", " ").replace("+", " ").split())
    days: set[Weekday] = set()
    times: list[str] = []
    for word in _words(lowered):
        if word in _FILLERS:
            continue
        if word == _NOON:
            times.append("12:00")
        elif word[0].isdigit():
            times.append(_time_in(word))
        else:
            days.update(_days_in(word))
    if len(times) > 1:
        raise _wrong(f"One time of day, please: I read {listing(times)}")
    if not days and not times:
        raise _wrong("Which day, and at what time?")
    return Chosen(",".join(day for day in WEEKDAYS if day in days), "".join(times))


def timetable_text(days: Collection[str], at: str, zone: str = "") -> str:
    """`Mondays and Thursdays at 08:00 (Europe/Berlin)`."""
    where = f" ({zone})" if zone else ""
    return f"{_days_text(days)} at {at}{where}"


def _words(text: str) -> list[str]:
    """With what belongs together as one word: `8 am`, `mon - fri`."""
    joined = re.sub(r"(\d)\s+([ap]\.?m\b)", r"\1\2", text)
    return re.sub(r"\s*[-–]\s*", "-", joined).split()


def _time_in(word: str) -> str:
    found = _TIME.fullmatch(word)
    if found is None:
        raise _wrong(f"“{word[:20]}” is no time of day")
    hour, minute, half = int(found[1]), int(found[2] or 0), (found[3] or "")[:1]
    if half and not 1 <= hour <= 12:
        raise _wrong(f"“{word[:20]}” is no time of day")
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    if hour > 23 or minute > 59:
        raise _wrong(f"“{word[:20]}” is no time of day")
    return f"{time(hour, minute):%H:%M}"


def _days_in(word: str) -> tuple[Weekday, ...]:
    if spread := _RANGE.fullmatch(word):
        first, last = WEEKDAYS.index(_day(spread[1])), WEEKDAYS.index(_day(spread[2]))
        if last < first:
            last += len(WEEKDAYS)
        return tuple(WEEKDAYS[number % len(WEEKDAYS)] for number in range(first, last + 1))
    return _SEVERAL.get(word) or (_day(word),)


def _day(word: str) -> Weekday:
    """A day by its name, or by the first letters of it that are no other's."""
    singular = word.rstrip(".").removesuffix("s") if len(word) > 5 else word.rstrip(".")
    found = [day for day, name in _NAMES.items() if name.lower().startswith(singular)]
    if len(found) != 1:
        slip = nearest(word, list(DAY_WORDS))
        raise _wrong(f"“{word[:20]}” is no day of the week{slip}")
    return found[0]


def _days_text(days: Collection[str]) -> str:
    chosen = tuple(day for day in WEEKDAYS if day in days)
    if chosen == WEEKDAYS:
        return "Every day"
    if chosen == _WORKDAYS:
        return "Mondays to Fridays"
    return listing([f"{_NAMES[day]}s" for day in chosen])


def _wrong(what: str) -> InvalidInput:
    end = "" if what.endswith("?") else "."
    return InvalidInput(f"{what}{end} Type it as {EXAMPLES}.")
