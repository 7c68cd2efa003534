"""The columns that signals are worked out from: storage fills them, `csm.signals` reads them.

Every table is a set of numpy columns of one length. `account` is a position in
`SignalInputs.account_ids`, not an id. A day is a float: days since 1970-01-01, NaN for none; an
instant is the same with its fraction of a day, in UTC. Text columns are numpy string arrays,
where "" is none. Booleans are bool arrays. Money is in minor units, as float.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Texts = NDArray[np.str_]

# Usage is read for this many days before the given day, and for as many after the contract start.
USAGE_WINDOW_DAYS: Final = 126

EPOCH: Final = date(1970, 1, 1)


def day_number(day: date) -> float:
    """Days since 1970-01-01."""
    return float((day - EPOCH).days)


@dataclass(frozen=True, slots=True)
class AccountColumns:
    """One row an account, in the order of `account_ids`."""

    started_on: Floats
    status: Texts
    has_csm: Bools


@dataclass(frozen=True, slots=True)
class UsageDayColumns:
    """One row an account and day, inside the window, summed over features.

    `active_users` is the largest number of people any single feature saw that day: a lower bound
    of the day's distinct people. NaN where the source does not know people.
    """

    account: Ints
    day: Floats
    events: Floats
    active_users: Floats


@dataclass(frozen=True, slots=True)
class UsageFeatureColumns:
    """One row an account and feature over all of history, up to the given day."""

    account: Ints
    is_key: Bools
    first_day: Floats
    last_day: Floats


@dataclass(frozen=True, slots=True)
class SubscriptionColumns:
    account: Ints
    seats: Floats
    arr: Floats
    started_on: Floats
    ends_on: Floats
    renews_on: Floats
    term_months: Floats
    trial: Bools


@dataclass(frozen=True, slots=True)
class TicketColumns:
    """Tickets opened up to the given day."""

    account: Ints
    priority: Texts
    opened_at: Floats
    closed_at: Floats
    first_response_minutes: Floats
    escalated: Bools
    reopened: Floats
    sla_breached: Floats  # 1, 0, or NaN: judge by the targets


@dataclass(frozen=True, slots=True)
class SurveyColumns:
    account: Ints
    kind: Texts
    score: Floats
    answered_on: Floats


@dataclass(frozen=True, slots=True)
class InvoiceColumns:
    account: Ints
    amount: Floats
    due_on: Floats
    paid_on: Floats
    failed_on: Floats


@dataclass(frozen=True, slots=True)
class ObjectiveColumns:
    account: Ints
    due_on: Floats
    status: Texts


@dataclass(frozen=True, slots=True)
class InteractionColumns:
    """Timeline entries up to the given day."""

    account: Ints
    at: Floats
    direction: Texts
    topic: Texts
    contact_is_sponsor: Bools
    answered_at: Floats


@dataclass(frozen=True, slots=True)
class ContactColumns:
    account: Ints
    role: Texts
    last_active_on: Floats
    left_on: Floats
    last_interaction_at: Floats


@dataclass(frozen=True, slots=True)
class MilestoneColumns:
    account: Ints
    due_on: Floats
    done_on: Floats
    planned_hours: Floats
    actual_hours: Floats


@dataclass(frozen=True, slots=True)
class TrainingColumns:
    account: Ints
    completed_on: Floats


@dataclass(frozen=True, slots=True)
class SignalInputs:
    """Everything for some accounts as of one day. `feeds` gives, for each kind of record that was
    ever imported (names as in `csm.ports.RECORD_KINDS`), the day its data reaches to."""

    as_of: date
    account_ids: Ints
    key_feature_count: int
    feeds: dict[str, date]
    accounts: AccountColumns
    usage_days: UsageDayColumns
    usage_features: UsageFeatureColumns
    subscriptions: SubscriptionColumns
    tickets: TicketColumns
    surveys: SurveyColumns
    invoices: InvoiceColumns
    objectives: ObjectiveColumns
    interactions: InteractionColumns
    contacts: ContactColumns
    milestones: MilestoneColumns
    trainings: TrainingColumns
