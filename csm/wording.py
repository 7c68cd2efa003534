"""How we say dates, counts and lists to people, everywhere the same."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, tzinfo
from typing import Final

_MONTHS: Final = (
    *("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
)


def plural(count: int, one: str, many: str = "", *, zero: str = "no") -> str:
    """`1 risk`, `2 risks`, `no risks`; `many` where adding an s does not do, and `zero` where
    something else than "no" stands for none: `0 days`."""
    word = one if count == 1 else many or f"{one}s"
    return f"{count:,} {word}" if count else f"{zero} {word}"


def day_text(day: date) -> str:
    """`3 Mar 2027`."""
    # By hand, since formats of dates take as long as all the rest of a line.
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def days_away(day: date, today: date) -> str:
    """`today`, `in 1 day`, `in 75 days`, `1 day ago`."""
    days = (day - today).days
    if days == 0:
        return "today"
    phrase = plural(abs(days), "day")
    return f"in {phrase}" if days > 0 else f"{phrase} ago"


def day_and_distance(day: date, today: date) -> str:
    """`3 Mar 2027 (in 75 days)`."""
    return f"{day_text(day)} ({days_away(day, today)})"


def instant_text(instant: datetime, zone: tzinfo = UTC) -> str:
    """`3 Mar 2027, 14:05 CET`, in the reader's time zone."""
    local = instant.astimezone(zone)
    return f"{day_text(local)}, {local.hour:02}:{local.minute:02} {local.tzname()}"


def signed(points: float) -> str:
    """`+4`, `−2.5`, `±0`: with a real minus sign, and no needless decimals."""
    rounded = round(points, 1)
    if rounded == 0:
        return "±0"
    size = f"{abs(rounded):.1f}".removesuffix(".0")
    return f"+{size}" if rounded > 0 else f"−{size}"


def number(value: float) -> str:
    """`72`, `72.5`, `1,250`: at most one decimal, none where it would be zero."""
    return f"{value:,.1f}".removesuffix(".0")


def percent(share: float) -> str:
    """`34 %` for 0.34."""
    return f"{share * 100:.0f} %"


def listing(items: Sequence[str], last: str = "and") -> str:
    """`a`, `a and b`, `a, b and c`."""
    if len(items) <= 1:
        return "".join(items)
    return f"{', '.join(items[:-1])} {last} {items[-1]}"


def shorten(text: str, limit: int) -> str:
    """At most `limit` characters, cut at a word where one is near, ended with an ellipsis."""
    clean = " ".join(text.split())
    if len(clean) <= limit:
        return clean
    cut = clean[: limit - 1]
    at_word = cut.rsplit(" ", 1)[0]
    return (at_word if len(at_word) > limit * 0.6 else cut).rstrip(" ,.;:") + "…"
