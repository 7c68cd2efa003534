"""How jobs, their times and their delays are called."""

from datetime import timedelta

from csm.wording import plural

_DAY = timedelta(days=1)
_HOUR = timedelta(hours=1)
_MINUTE = timedelta(minutes=1)


def span_text(span: timedelta) -> str:
    """`45 seconds`, `15 minutes`, `26 hours`, `3 days`: rounded down, two days and more in days."""
    if span < _MINUTE:
        return plural(max(0, int(span.total_seconds())), "second", zero="0")
    if span < _HOUR:
        return plural(span // _MINUTE, "minute")
    if span < 2 * _DAY:
        return plural(span // _HOUR, "hour")
    return plural(span // _DAY, "day")


def too_late_text(late: timedelta, useful_for: timedelta) -> str:
    """Why something that was missed is not made up for."""
    return f"too late: {span_text(late)} after its time, of use for {span_text(useful_for)}"
