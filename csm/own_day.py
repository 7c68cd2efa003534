"""Which day it is for a person."""

from datetime import date

from csm.people import Principal
from csm.ports import Clock


def own_day(person: Principal, clock: Clock) -> date:
    """The day on their own calendar: distances that they read, and days that they type, are by
    it. The product's own is `clock.today()`."""
    return clock.now().astimezone(person.zone).date()
