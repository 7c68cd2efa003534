"""Signals: the numbers that scorecards, risks, leads and the lifecycle read.

`compute` works them out for one account or a hundred thousand with the same vector operations,
and an account's signals never depend on which others are worked out with it.
"""

from typing import Final

import numpy as np

from csm import (
    signals_commercial,
    signals_relationship,
    signals_sentiment,
    signals_success,
    signals_support,
    signals_usage,
    signals_value,
)
from csm.columns import flag, ratio
from csm.health import Grade, Quadrant, Stage
from csm.signal_inputs import Floats, SignalInputs
from csm.signal_scope import Scope
from csm.signal_settings import FreshForDays, SignalSettings
from csm.signal_table import Signal, SignalTable, Unit

FEEDS: Final = tuple(FreshForDays.model_fields)

_FAMILIES: Final = (
    signals_usage,
    signals_value,
    signals_commercial,
    signals_support,
    signals_sentiment,
    signals_relationship,
    signals_success,
)

_ACCOUNT: Final = (
    Signal("days_since_start", Unit.DAYS, "Days since the contract start"),
    Signal("is_trial", Unit.FLAG, "The account is on trial"),
    Signal("is_churned", Unit.FLAG, "The account is marked as churned"),
    Signal("is_unseen", Unit.FLAG, "Nothing but the contract was ever recorded of the account"),
    Signal("has_csm", Unit.FLAG, "Somebody is named as the account's CSM"),
)

_FEED_AGES: Final = tuple(
    Signal(
        f"feed_age_{feed}", Unit.DAYS, f"Days since the data on {feed} ends; missing if never had"
    )
    for feed in FEEDS
)

# What is measured: all that measures may be made of.
MEASURED: Final[dict[str, Signal]] = {
    signal.id: signal
    for signals in (_ACCOUNT, *(family.SIGNALS for family in _FAMILIES), _FEED_AGES)
    for signal in signals
}

# What is concluded from the scorecard; the caps and everything after the scorecard may use it.
SCORED: Final[dict[str, Signal]] = {
    signal.id: signal
    for signal in (
        Signal("score", Unit.SCORE, "Overall score, after caps"),
        Signal("outcomes_score", Unit.SCORE, "Customer outcomes (CO)"),
        Signal("experience_score", Unit.SCORE, "Customer experience (CX)"),
        Signal("confidence", Unit.SHARE, "Share of the scorecard's weight with fresh data"),
        Signal("grade_rank", Unit.LABEL, "Grade, worst first", labels=tuple(Grade)),
        Signal("quadrant", Unit.LABEL, "Outcomes against experience", labels=tuple(Quadrant)),
    )
}

# What a cap may ask for: not the score and the grade, which it changes.
CAP_SIGNALS: Final[dict[str, Signal]] = {
    **MEASURED,
    **{name: signal for name, signal in SCORED.items() if name not in {"score", "grade_rank"}},
}

STAGED: Final[dict[str, Signal]] = {
    "stage": Signal("stage", Unit.LABEL, "Lifecycle stage", labels=tuple(Stage))
}

# Everything that a risk, a lead or a lifecycle rule may ask for.
SIGNALS: Final[dict[str, Signal]] = {**MEASURED, **SCORED, **STAGED}


def compute(inputs: SignalInputs, settings: SignalSettings) -> SignalTable:
    """Work out every measured signal of the accounts in `inputs`, as of its day."""
    scope = Scope.of(inputs, settings)
    columns = _account(inputs, scope)
    for family in _FAMILIES:
        columns |= family.columns(inputs, scope)
    columns["seat_use"] = ratio(columns["active_seats"], columns["seats"])
    ages = {feed: _feed_age(inputs, feed) for feed in FEEDS}
    fresh = {feed for feed in FEEDS if ages[feed] <= getattr(settings.fresh_for_days, feed)}
    for name in columns:
        if not fresh.issuperset(MEASURED[name].feeds):
            columns[name] = np.full(scope.size, np.nan)
    columns |= {f"feed_age_{feed}": np.full(scope.size, ages[feed]) for feed in FEEDS}
    return SignalTable(inputs.as_of, inputs.account_ids, columns)


def _account(inputs: SignalInputs, scope: Scope) -> dict[str, Floats]:
    accounts = inputs.accounts
    return {
        "days_since_start": scope.since_start,
        "is_trial": flag(accounts.status == "trial"),
        "is_churned": flag(accounts.status == "churned"),
        "is_unseen": flag(_records(inputs, scope.size) == 0),
        "has_csm": flag(accounts.has_csm),
    }


def _records(inputs: SignalInputs, size: int) -> Floats:
    """How many records there are of each account, besides its contract."""
    kinds = (
        inputs.usage_features,
        inputs.tickets,
        inputs.surveys,
        inputs.invoices,
        inputs.objectives,
        inputs.interactions,
        inputs.contacts,
        inputs.milestones,
        inputs.trainings,
    )
    records = np.zeros(size)
    for rows in kinds:
        records += np.bincount(rows.account, minlength=size)
    return records


def _feed_age(inputs: SignalInputs, feed: str) -> float:
    """Days since the feed's data ends; NaN where it was never imported. A feed that reaches
    beyond the given day is as fresh as can be."""
    reaches_to = inputs.feeds.get(feed)
    return max(float((inputs.as_of - reaches_to).days), 0.0) if reaches_to else float("nan")
