"""Signals of usage: how much, how often, how broadly, and how it moves.

Windows end on the last day that usage data reaches to, not on the given day: a feed that is three
days late must not look like a fall.
"""

from typing import Final

import numpy as np

from csm.columns import count, flag, greatest, ratio, total
from csm.signal_inputs import Bools, Floats, SignalInputs, day_number
from csm.signal_scope import Scope
from csm.signal_table import Signal, Unit

RECENT_DAYS: Final = 28
BASELINE_DAYS: Final = 84
USAGE: Final = ("usage",)

SIGNALS: Final = (
    Signal("usage_events_28d", Unit.COUNT, "Events in the last 28 days", USAGE),
    Signal("usage_events_previous_28d", Unit.COUNT, "Events in the 28 days before", USAGE),
    Signal(
        "usage_events_baseline_28d",
        Unit.NUMBER,
        "The account's own normal: events in the 12 weeks before the last 28 days, per 28 days",
        USAGE,
    ),
    Signal(
        "usage_change_28d",
        Unit.CHANGE,
        "Events of the last 28 days against the 28 days before; missing in the first 8 weeks",
        USAGE,
    ),
    Signal(
        "usage_change_baseline",
        Unit.CHANGE,
        "Events of the last 28 days against the account's own 12-week normal; missing in the"
        " first 8 weeks",
        USAGE,
    ),
    Signal(
        "active_days_per_week",
        Unit.NUMBER,
        "Days a week on which anybody used the product, last 28 days",
        USAGE,
    ),
    Signal(
        "user_days_per_week",
        Unit.NUMBER,
        "Active days a week of each active user, last 28 days; missing where the source does not"
        " count people",
        USAGE,
    ),
    Signal(
        "active_seats",
        Unit.COUNT,
        "Most people seen on one day of the last 28 days: at least so many seats are in use",
        USAGE,
    ),
    Signal("days_since_usage", Unit.DAYS, "Days since anybody used the product", USAGE),
    Signal("key_features_28d", Unit.COUNT, "Key features used in the last 28 days", USAGE),
    Signal(
        "key_feature_share_28d", Unit.SHARE, "Share of the key features used, last 28 days", USAGE
    ),
    Signal("key_features_ever", Unit.COUNT, "Key features ever used", USAGE),
    Signal(
        "early_key_features",
        Unit.COUNT,
        "Key features used in the first days after the contract start (60, unless set otherwise)",
        USAGE,
    ),
    Signal(
        "early_key_feature_share", Unit.SHARE, "Share of the key features used by then", USAGE
    ),
)  # fmt: skip


def columns(inputs: SignalInputs, scope: Scope) -> dict[str, Floats]:
    """Every signal of this family, by id."""
    end = usage_end(inputs, scope)
    return {
        **_volume(inputs, scope, end),
        **_frequency(inputs, scope, end),
        **_breadth(inputs, scope, end, scope.settings.early_adoption.first_days),
    }


def usage_end(inputs: SignalInputs, scope: Scope) -> float:
    """The last day that usage is known for, at most the given day."""
    feed = inputs.feeds.get("usage")
    return min(scope.today, day_number(feed)) if feed else scope.today


def _volume(inputs: SignalInputs, scope: Scope, end: float) -> dict[str, Floats]:
    days = inputs.usage_days

    def events(first: float, last: float) -> Floats:
        return total(days.account, days.events, _within(days.day, first, last), scope.size)

    recent = events(end - RECENT_DAYS + 1, end)
    previous = events(end - 2 * RECENT_DAYS + 1, end - RECENT_DAYS)
    before = events(end - RECENT_DAYS - BASELINE_DAYS + 1, end - RECENT_DAYS)
    lived = _days_lived(scope, end) - RECENT_DAYS
    covered = np.clip(lived, 0, BASELINE_DAYS)
    # Less than four weeks of an account's own past is no normal to compare with.
    comparable = lived >= RECENT_DAYS
    baseline = np.where(comparable, ratio(before * RECENT_DAYS, covered), np.nan)
    return {
        "usage_events_28d": recent,
        "usage_events_previous_28d": previous,
        "usage_events_baseline_28d": baseline,
        "usage_change_28d": np.where(comparable, _change(recent, previous), np.nan),
        "usage_change_baseline": _change(recent, baseline),
    }


def _change(now: Floats, before: Floats) -> Floats:
    """Relative change. From nothing to something counts as +100 %, from nothing to nothing as 0."""
    from_nothing = np.where(np.isnan(before), np.nan, flag(now > 0))
    return np.where(before > 0, ratio(now, before) - 1, from_nothing)


def _days_lived(scope: Scope, end: float) -> Floats:
    """Days of the contract up to the end of the data; endless where the start is not known."""
    lived = scope.since_start - (scope.today - end) + 1
    return np.where(np.isnan(lived), np.inf, lived)


def _within(day: Floats, first: float, last: float) -> Bools:
    return (day >= first) & (day <= last)


def _frequency(inputs: SignalInputs, scope: Scope, end: float) -> dict[str, Floats]:
    days = inputs.usage_days
    used = _within(days.day, end - RECENT_DAYS + 1, end) & (days.events > 0)
    people = used & ~np.isnan(days.active_users)
    weeks = np.clip(_days_lived(scope, end), 7, RECENT_DAYS) / 7
    active_days = count(days.account, used, scope.size)
    counted = count(days.account, people, scope.size)
    peak = greatest(days.account, days.active_users, people, scope.size)
    # No usage is nobody, known for sure, unless their usage never told of people.
    ever = count(days.account, days.events > 0, scope.size)
    ever_counted = count(days.account, ~np.isnan(days.active_users), scope.size)
    nobody = (counted == 0) & (active_days == 0) & ((ever == 0) | (ever_counted > 0))
    peak = np.where(nobody, 0.0, peak)
    user_days = total(days.account, days.active_users, people, scope.size)
    last_day = greatest(
        inputs.usage_features.account,
        inputs.usage_features.last_day,
        scope.happened(inputs.usage_features.last_day),
        scope.size,
    )
    return {
        "active_days_per_week": active_days / weeks,
        "user_days_per_week": ratio(user_days, peak, empty=0.0) / weeks,
        "active_seats": peak,
        "days_since_usage": scope.silence(np.maximum(end - last_day, 0)),
    }


def _breadth(inputs: SignalInputs, scope: Scope, end: float, first_days: int) -> dict[str, Floats]:
    features = inputs.usage_features
    started = inputs.accounts.started_on[features.account]
    known = float(inputs.key_feature_count)
    recent = count(
        features.account, features.is_key & (features.last_day > end - RECENT_DAYS), scope.size
    )
    early = count(
        features.account,
        features.is_key & (features.first_day < started + first_days),
        scope.size,
    )
    early = np.where(np.isnan(scope.since_start), np.nan, early)
    every = np.full(scope.size, known)
    return {
        "key_features_28d": recent,
        "key_feature_share_28d": ratio(recent, every),
        "key_features_ever": count(features.account, features.is_key, scope.size),
        "early_key_features": early,
        "early_key_feature_share": ratio(early, every),
    }
