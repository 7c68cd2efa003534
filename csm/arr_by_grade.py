"""ARR by health over the last weeks: how much of it each grade carried, week by week."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from csm.account import Subscription
from csm.contract import is_live
from csm.health import Grade

_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class GradedWeeks:
    """ARR in minor units of one currency on the last day of each week, by the grade that its
    account had then: None on days on which no account had any, for then nobody looked."""

    currency: str
    days: tuple[date, ...]
    arr: Mapping[Grade, tuple[int | None, ...]]


def week_ends(today: date, weeks: int) -> tuple[date, ...]:
    """The last days of so many weeks, of which the last ends today; oldest first."""
    return tuple(today - n * _WEEK for n in reversed(range(weeks)))


def graded_weeks(
    subscriptions: Mapping[int, Sequence[Subscription]],
    grades: Mapping[date, Mapping[int, Grade]],
    days: Sequence[date],
    currency: str,
) -> GradedWeeks:
    """From the subscriptions and grades (of each day) by account id. An account that has no grade
    of a day is under NONE."""
    totals = [_on(day, subscriptions, grades[day], currency) for day in days]
    arr = {grade: tuple(total[grade] if total else None for total in totals) for grade in Grade}
    return GradedWeeks(currency, tuple(days), arr)


def _on(
    day: date,
    subscriptions: Mapping[int, Sequence[Subscription]],
    grades: Mapping[int, Grade],
    currency: str,
) -> dict[Grade, int] | None:
    if not grades:
        return None
    total = dict.fromkeys(Grade, 0)
    for account_id, bought in subscriptions.items():
        arr = sum(
            one.arr
            for one in bought
            if one.currency == currency and not one.trial and is_live(one, day)
        )
        total[grades.get(account_id, Grade.NONE)] += arr
    return total
