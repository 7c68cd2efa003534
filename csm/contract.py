"""What a subscription means on a given day: is it live, what is it worth, when does it renew."""

import calendar
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import count

from csm.account import Subscription


def add_months(day: date, months: int) -> date:
    """The same day of a later month; a day that the month lacks becomes its last one.

    31 January and one month is 28 (or 29) February. Beyond the calendar it is `date.max`.
    """
    years, month_index = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month_index + 1
    if year > date.max.year:
        return date.max
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def is_live(subscription: Subscription, as_of: date) -> bool:
    """Started, and not ended: the day in `ends_on` is the first one without it."""
    return subscription.started_on <= as_of and not has_ended(subscription, as_of)


def has_ended(subscription: Subscription, as_of: date) -> bool:
    return subscription.ends_on is not None and subscription.ends_on <= as_of


def live_arr(subscriptions: Iterable[Subscription], as_of: date) -> int:
    """Annual recurring revenue on that day, in minor units: live ones that are not trials."""
    return sum(s.arr for s in subscriptions if is_live(s, as_of) and not s.trial)


def next_renewal(subscription: Subscription, as_of: date) -> date | None:
    """The next day, `as_of` included, on which this subscription is to be renewed.

    It is `renews_on` while that lies ahead. When that is missing or past, the term is counted on
    from it, or from the start. An end that is already known comes first. None for a trial, for
    one that has ended, and for monthly terms: those roll on and have no renewal to prepare.
    """
    if subscription.trial or subscription.term_months == 1 or has_ended(subscription, as_of):
        return None
    renewal = _renewal_by_term(subscription, as_of)
    return renewal if subscription.ends_on is None else min(renewal, subscription.ends_on)


def earliest_renewal(subscriptions: Iterable[Subscription], as_of: date) -> date | None:
    """The first renewal ahead among the subscriptions that are live on that day."""
    return min((day for day, _ in _renewals(subscriptions, as_of)), default=None)


def renewing_arr(subscriptions: Iterable[Subscription], as_of: date) -> int:
    """ARR that comes up at the account's earliest renewal, in minor units; 0 where none is ahead.

    Only the subscriptions that renew on that very day count: live ones that are not trials.
    """
    renewals = list(_renewals(subscriptions, as_of))
    first = min((day for day, _ in renewals), default=None)
    return sum(subscription.arr for day, subscription in renewals if day == first)


def _renewals(
    subscriptions: Iterable[Subscription], as_of: date
) -> Iterator[tuple[date, Subscription]]:
    """Each subscription that is live on that day and has a renewal ahead, with its day."""
    for subscription in subscriptions:
        renewal = next_renewal(subscription, as_of) if is_live(subscription, as_of) else None
        if renewal is not None:
            yield renewal, subscription


def _renewal_by_term(subscription: Subscription, as_of: date) -> date:
    if subscription.renews_on is not None and subscription.renews_on >= as_of:
        return subscription.renews_on
    anchor = subscription.renews_on or subscription.started_on
    # Counted from the anchor each time, so that a clipped month end does not stick.
    terms = (add_months(anchor, n * subscription.term_months) for n in count(1))
    return next(day for day in terms if day >= as_of)
