"""How a rule of sending says what it found."""

from datetime import UTC, datetime, timedelta
from typing import Final

from csm.guard.rule import Look
from csm.guard.sending import Sending
from csm.guard.verdict import Outcome
from csm.guard_settings import SendGuard

# A hold ends later than it was made, however short the settings make it.
_SHORTEST: Final = timedelta(seconds=1)
# A day early, so that it can be told by the clocks of every zone.
_END_OF_TIME: Final = datetime(9999, 12, 30, tzinfo=UTC)


def passed(*inputs: str, reason: str = "") -> Look:
    """Nothing is against it."""
    return Look(Outcome.PASS, inputs, reason=reason)


def refused(*inputs: str, reason: str = "") -> Look:
    """Time will not mend it."""
    return Look(Outcome.REFUSE, inputs, reason=reason)


def held(until: datetime, *inputs: str) -> Look:
    """Not before `until`, which is known exactly and lies after now."""
    return Look(Outcome.HOLD, inputs, until)


def held_awhile(sending: Sending, settings: SendGuard, *inputs: str) -> Look:
    """Nobody knows for how long: it is looked at again after `recheck_hours`."""
    wait = max(timedelta(hours=settings.recheck_hours), _SHORTEST)
    return held(after(sending.now, wait), *inputs)


def after(instant: datetime, span: timedelta) -> datetime:
    """So much later, in UTC, or at the end of all time: records may hold any year."""
    try:
        return instant.astimezone(UTC) + span
    except OverflowError:
        return _END_OF_TIME


def now_of(sending: Sending) -> datetime:
    """Now, in UTC: spans of time are counted there, since clocks elsewhere leap."""
    return sending.now.astimezone(UTC)
