"""Rules of when: what is paused, the hour, and what else goes on between them and us."""

from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from csm.guard.look import after, held, held_awhile, now_of, passed
from csm.guard.rule import Look
from csm.guard.sending import Moment, Sending
from csm.guard_settings import SendGuard
from csm.hours import is_holiday, knows_holidays, next_decent
from csm.pause import Pause
from csm.wording import instant_text, number


def kill_switch(sending: Sending, settings: SendGuard) -> Look:
    """Nobody has stopped everything, the play, or messages to the account."""
    account_key = sending.account.key if sending.account else ""
    pauses = [
        _pause_text(pause)
        for pause in sending.pauses
        if pause.lifted_at is None and pause.covers(sending.play, account_key)
    ]
    if pauses:
        return held_awhile(sending, settings, *pauses)
    return passed("nothing is paused")


def decent_hours(sending: Sending, settings: SendGuard) -> Look:
    """It arrives on a working day, by day, and on no public holiday, where the person is."""
    hours, now = settings.hours, now_of(sending)
    inputs = (
        _clock_text(now, sending.zone),
        f"{hours.starts} to {hours.ends} on {', '.join(hours.days)}",
        _holiday_text(now.astimezone(sending.zone).date(), sending.country, minded=hours.holidays),
    )
    begins = next_decent(now, hours, sending.zone, sending.country)
    return held(begins, *inputs) if begins > now else passed(*inputs)


def ticket(sending: Sending, settings: SendGuard) -> Look:
    """They do not wait for help with something urgent, unless that is what it is about."""
    tickets = [f"urgent: {key}" for key in sending.urgent_tickets]
    tickets += [f"escalated: {key}" for key in sending.escalated_tickets]
    if not tickets:
        return passed("no urgent or escalated ticket is open")
    if sending.is_despite_tickets:
        return passed("the play answers the ticket", *tickets)
    return held_awhile(sending, settings, *tickets)


def negotiation(sending: Sending, settings: SendGuard) -> Look:
    """Nobody negotiates with them, unless the play is part of that."""
    if not sending.negotiation:
        return passed("nothing is being negotiated")
    if sending.is_about_renewal:
        return passed("the play is part of the renewal", sending.negotiation)
    return held_awhile(sending, settings, sending.negotiation)


def human_talk(sending: Sending, settings: SendGuard) -> Look:
    """No person of ours has just talked with them. A draft is not held for it: by the time that it
    is approved, the talk may be long over."""
    rest = f"a machine keeps silent for {number(settings.human_talk_hours)} hours after a talk"
    if sending.last_talk is None:
        return passed("no talk is known", rest)
    talked = f"last talk: {instant_text(sending.last_talk)}"
    until = after(sending.last_talk, timedelta(hours=settings.human_talk_hours))
    if until <= now_of(sending):
        return passed(talked, rest)
    if sending.moment is Moment.DRAFTING:
        reason = f"A person has just talked with them: it can go from {instant_text(until)} on."
        return passed(talked, rest, reason=reason)
    return held(until, talked, rest)


def _pause_text(pause: Pause) -> str:
    scope = f"{pause.scope} {pause.target}".rstrip()
    return f"paused: {scope}, by {pause.by}" + (f": {pause.why}" if pause.why else "")


@lru_cache(maxsize=1024)
def _clock_text(now: datetime, zone: ZoneInfo) -> str:
    """Kept, since many messages are looked at in the same instant."""
    return f"there it is {now.astimezone(zone):%a %H:%M} ({zone.key})"


def _holiday_text(day: date, country: str, *, minded: bool) -> str:
    if not minded:
        return "public holidays do not matter"
    if not country:
        return "the country is not known, so its public holidays are not"
    if not knows_holidays(country):
        return f"the public holidays of {country} are not known"
    return f"{'a' if is_holiday(day, country) else 'no'} public holiday in {country}"
