"""Signals of the initial value moment (IVM): good habits, some weeks in a row."""

from typing import Final

import numpy as np

from csm.columns import count, flag
from csm.signal_inputs import USAGE_WINDOW_DAYS, Bools, Floats, Ints, SignalInputs
from csm.signal_scope import Scope
from csm.signal_settings import InitialValue
from csm.signal_table import Signal, Unit
from csm.signals_usage import usage_end

WEEKS: Final = USAGE_WINDOW_DAYS // 7

SIGNALS: Final = (
    Signal(
        "ivm_reached",
        Unit.FLAG,
        "Whether the initial value moment was seen; missing for older accounts where it may lie"
        " in the part of their past that is not read",
        ("usage",),
    ),
    Signal(
        "days_to_ivm",
        Unit.DAYS,
        "Time to value: days from the contract start to the initial value moment, where it came"
        f" within the first {USAGE_WINDOW_DAYS} days",
        ("usage",),
    ),
    Signal(
        "days_of_ivm_so_far",
        Unit.DAYS,
        "Days to the initial value moment, or days waited for it until now",
        ("usage",),
    ),
)


def columns(inputs: SignalInputs, scope: Scope) -> dict[str, Floats]:
    """Every signal of this family, by id."""
    rule = scope.settings.initial_value
    days = inputs.usage_days
    used = days.events > 0
    since_start = days.day - inputs.accounts.started_on[days.account]
    before_end = usage_end(inputs, scope) - days.day

    first = _first_run(_good_weeks(days.account, since_start, used, scope.size, rule), rule)
    to_ivm = (first + rule.weeks_in_a_row) * 7
    # The last week may not be over yet; the moment is then today at the latest.
    to_ivm = np.minimum(to_ivm, np.maximum(scope.since_start, 0))
    recent = _first_run(_good_weeks(days.account, before_end, used, scope.size, rule), rule)

    seen = ~np.isnan(first) | ~np.isnan(recent)
    # The first and the last part of the past are read; between them nothing can be said.
    all_read = scope.since_start <= 2 * USAGE_WINDOW_DAYS
    reached = np.where(seen | all_read, flag(seen), np.nan)
    waited = np.where(reached == 0, np.maximum(scope.since_start, 0), np.nan)
    return {
        "ivm_reached": reached,
        "days_to_ivm": to_ivm,
        "days_of_ivm_so_far": np.where(np.isnan(to_ivm), waited, to_ivm),
    }


def _good_weeks(account: Ints, offset: Floats, used: Bools, size: int, rule: InitialValue) -> Bools:
    """An (accounts, weeks) table of where a week had enough active days. `offset` is in days."""
    inside = used & (offset >= 0) & (offset < WEEKS * 7)
    week = np.where(inside, offset, 0).astype(np.int64) // 7
    active_days = count(account * WEEKS + week, inside, size * WEEKS)
    good: Bools = active_days.reshape(size, WEEKS) >= rule.active_days_a_week
    return good


def _first_run(good: Bools, rule: InitialValue) -> Floats:
    """The week in which the first long enough run of good weeks begins; NaN where none does."""
    length = rule.weeks_in_a_row
    run = np.ones((len(good), WEEKS - length + 1), dtype=np.bool_)
    for step in range(length):
        run &= good[:, step : step + run.shape[1]]
    return np.where(run.any(axis=1), run.argmax(axis=1).astype(np.float64), np.nan)
