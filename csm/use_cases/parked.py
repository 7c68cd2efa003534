"""Appointments that cannot be planned, as when a backup names a time zone that this machine lacks.
They are parked: without a next time, until they can be read again. All others go on."""

from datetime import datetime, time
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from csm.firing import Appointment
from csm.ports import Writer
from csm.timetable import WEEKDAYS
from csm.use_cases.colleagues import administrators, name_in, post_key, tell_person
from csm.views.job_news import parked_card

PARKED_KEY: Final = "job-parked"
"""How the keys of the posts begin that tell administrators."""


def why_unplannable(appointment: Appointment) -> str:
    """What of its timetable cannot be read here, in words; empty where all can."""
    if not set(appointment.days.split(",")) <= set(WEEKDAYS):
        return f"“{appointment.days}” are no days of the week"
    if not _is_time(appointment.at):
        return f"“{appointment.at}” is no time of day"
    if not _is_zone(appointment.zone):
        return f"this machine does not know the time zone “{appointment.zone}”"
    return ""


def is_parked(appointment: Appointment) -> bool:
    """Whether it is switched on, and yet has no next time because it cannot be read."""
    is_without = appointment.is_on and appointment.next_at is None
    return is_without and bool(why_unplannable(appointment))


def tell_parked(writer: Writer, platform: str, appointment: Appointment, now: datetime) -> None:
    """Tell administrators, once a day for each thing that cannot be read: a whole team may be in
    one time zone. `platform` is where people are written to whose platform is not known."""
    problem, reader = why_unplannable(appointment), appointment.reader
    key = post_key(PARKED_KEY, now.date().isoformat(), problem)
    card = parked_card(appointment.job, name_in(writer, reader) if reader else "", problem)
    for person in administrators(writer):
        tell_person(writer, key, platform, person, card, now)


@lru_cache(maxsize=256)
def _is_time(text: str) -> bool:
    try:
        return time.fromisoformat(text).tzinfo is None
    except ValueError:
        return False


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # not known, no name at all, or a folder of them
        return False
    return True
