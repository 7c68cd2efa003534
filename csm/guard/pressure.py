"""Rules of how often: to a person, to an account, by a play, with the same words, by us all."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from csm.guard.look import after, held, held_awhile, now_of, passed, refused
from csm.guard.rule import Look
from csm.guard.sending import Sending
from csm.guard_settings import SendGuard
from csm.wording import day_text, number, plural


def frequency_contact(sending: Sending, settings: SendGuard) -> Look:
    """The person has not had too many messages, whatever channel and kind they were of."""
    key = sending.contact.key if sending.contact else ""
    instants = (touch.at for touch in sending.touches if touch.contact_key == key)
    limits = settings.frequency
    return _within(sending, instants, limits.contact_most, limits.contact_days)


def frequency_account(sending: Sending, settings: SendGuard) -> Look:
    """Nor has the account, whoever there they went to."""
    instants = (touch.at for touch in sending.touches)
    limits = settings.frequency
    return _within(sending, instants, limits.account_most, limits.account_days)


def play_cooldown(sending: Sending, _settings: SendGuard) -> Look:
    """The play has not written to the account within its cooldown."""
    days = sending.cooldown_days
    return _not_since(sending, sending.play_sent_at, days, f"the play {sending.play}")


def same_text(sending: Sending, settings: SendGuard) -> Look:
    """The account has not had these very words."""
    return _not_since(sending, sending.text_sent_at, settings.same_text_days, "this text")


def volume(sending: Sending, settings: SendGuard) -> Look:
    """No more goes out than at any busy hour: something else would be wrong."""
    breaker = settings.breaker
    limit = max(breaker.least, breaker.times * sending.normal_hour)
    inputs = (
        f"{sending.sent_last_hour:,} sent in the last hour",
        f"the line stops at {number(limit)}",
        f"a busy hour has {number(sending.normal_hour)}",
    )
    if sending.sent_last_hour >= limit:
        return held_awhile(sending, settings, *inputs)
    return passed(*inputs)


def _within(sending: Sending, instants: Iterable[datetime], most: int, days: int) -> Look:
    """One more message within the last so many days of 24 hours. One that seems to come from the
    future, because a clock was set back, counts as well. Held until so many fell out of the span
    that there is room for one."""
    now, span = now_of(sending), timedelta(days=days)
    ends = sorted(end for end in (after(instant, span) for instant in instants) if end > now)
    said = f"{len(ends)} of {most} in {plural(days, 'day')}"
    return passed(said) if len(ends) < most else held(ends[len(ends) - most], said)


def _not_since(sending: Sending, last: datetime | None, days: int, what: str) -> Look:
    """Nothing of the kind within the last so many days of 24 hours, nor in the future."""
    said = f"not twice in {plural(days, 'day')}"
    if last is None:
        return passed(f"{what} was not sent to them lately", said)
    when = f"{what} was last sent to them on {day_text(last.astimezone(UTC))}"
    if after(last, timedelta(days=days)) > now_of(sending):
        return refused(when, said)
    return passed(when, said)
