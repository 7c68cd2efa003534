"""Signals of the contract and the bills: ARR, seats, renewal, payments."""

from typing import Final

import numpy as np

from csm.columns import count, flag, greatest, least, ratio, total
from csm.signal_inputs import Bools, Floats, Ints, SignalInputs, SubscriptionColumns
from csm.signal_scope import Scope
from csm.signal_table import Signal, Unit

# Not settings of the playbook: the ids and texts of the signals below name these numbers.
RENEWAL_WINDOW_DAYS: Final = 120
ARR_CHANGE_DAYS: Final = 90
SUBSCRIPTIONS: Final = ("subscriptions",)
INVOICES: Final = ("invoices",)

SIGNALS: Final = (
    Signal("arr", Unit.MONEY, "Live annual recurring revenue", SUBSCRIPTIONS),
    Signal("seats", Unit.COUNT, "Seats bought, of live subscriptions", SUBSCRIPTIONS),
    Signal("live_subscriptions", Unit.COUNT, "Live subscriptions, trials aside", SUBSCRIPTIONS),
    Signal("days_to_renewal", Unit.DAYS, "Days to the next renewal; never for monthly terms"
           " and where nothing is live", SUBSCRIPTIONS),
    Signal("arr_renewing_120d", Unit.MONEY, "ARR that renews within 120 days", SUBSCRIPTIONS),
    Signal("arr_renewing_share_120d", Unit.SHARE, "Share of ARR that renews within 120 days",
           SUBSCRIPTIONS),
    Signal("arr_change_90d", Unit.CHANGE, "Live ARR against 90 days ago", SUBSCRIPTIONS),
    Signal("record_conflict", Unit.FLAG, "Marked as churned although paid subscriptions are live",
           SUBSCRIPTIONS),
    Signal("seat_use", Unit.SHARE, "Active seats / seats bought", ("usage", "subscriptions")),
    Signal("invoices_overdue", Unit.COUNT, "Invoices past due and unpaid", INVOICES),
    Signal("invoices_failed", Unit.COUNT, "Invoices whose payment failed, still unpaid", INVOICES),
    Signal("unpaid_amount", Unit.MONEY, "Amount overdue or failed", INVOICES),
    Signal("invoice_overdue_days", Unit.DAYS, "Days that the oldest overdue invoice is late;"
           " 0 where none is", INVOICES),
    Signal("payment_failed_days", Unit.DAYS, "Days since the oldest failed payment that is still"
           " unpaid; 0 where there is none", INVOICES),
)  # fmt: skip


def columns(inputs: SignalInputs, scope: Scope) -> dict[str, Floats]:
    """Every signal of this family but seat use, which needs usage too; by id."""
    return {**_contract(inputs, scope), **_payments(inputs, scope)}


def _contract(inputs: SignalInputs, scope: Scope) -> dict[str, Floats]:
    subs = inputs.subscriptions
    live = counts_for_arr(subs, scope.today)
    before = counts_for_arr(subs, scope.today - ARR_CHANGE_DAYS)
    to_renewal = next_renewals(subs, scope.today) - scope.today
    renewing = live & (to_renewal <= RENEWAL_WINDOW_DAYS)
    arr = total(subs.account, subs.arr, live, scope.size)
    arr_before = total(subs.account, subs.arr, before, scope.size)
    arr_renewing = total(subs.account, subs.arr, renewing, scope.size)
    churned = inputs.accounts.status == "churned"
    return {
        "arr": arr,
        "seats": total(subs.account, subs.seats, live, scope.size),
        "live_subscriptions": count(subs.account, live, scope.size),
        "days_to_renewal": least(subs.account, to_renewal, live, scope.size, empty=np.inf),
        "arr_renewing_120d": arr_renewing,
        "arr_renewing_share_120d": ratio(arr_renewing, arr, empty=0.0),
        "arr_change_90d": ratio(arr, arr_before, empty=1.0) - 1,
        "record_conflict": flag(churned & (arr > 0)),
    }


def counts_for_arr(subs: SubscriptionColumns, day: float) -> Bools:
    """Where the subscription counts on that day: live by the rule of `csm.contract`, no trial."""
    ended = subs.ends_on <= day
    counts: Bools = (subs.started_on <= day) & ~ended & ~subs.trial
    return counts


def next_renewals(subs: SubscriptionColumns, day: float) -> Floats:
    """The day of the next renewal, `day` at the earliest, by the rule of `csm.contract`."""
    known = ~np.isnan(subs.renews_on)
    base = np.where(known, subs.renews_on, subs.started_on)
    rolled = _roll_forward(base, subs.term_months.astype(np.int64), day, at_least_once=~known)
    capped = np.fmin(rolled, subs.ends_on)
    applies = counts_for_arr(subs, day) & (subs.term_months != 1)
    return np.where(applies, capped, np.nan)


def _roll_forward(base: Floats, term: Ints, day: float, at_least_once: Bools) -> Floats:
    """`base` plus the fewest whole terms that bring it to `day` or later."""
    start = base.astype(np.int64).astype("datetime64[D]")
    month = start.astype("datetime64[M]").astype(np.int64)
    day_of_month = (start - start.astype("datetime64[M]")).astype(np.int64)
    this_month = int(np.datetime64(int(day), "D").astype("datetime64[M]").astype(np.int64))
    terms = np.maximum((this_month - month) // term, 0)
    terms = np.maximum(terms, at_least_once)
    rolled = _in_month(month + terms * term, day_of_month)
    later = _in_month(month + (terms + 1) * term, day_of_month)
    # Within the right month it may still be some days too early: then it is one term later.
    return np.where(rolled < day, later, rolled)


def _in_month(month: Ints, day_of_month: Ints) -> Floats:
    """That day (0 is the first) of that month since 1970, or the month's last day."""
    first = month.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    following = (month + 1).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    day: Floats = np.minimum(first + day_of_month, following - 1).astype(np.float64)
    return day


def _payments(inputs: SignalInputs, scope: Scope) -> dict[str, Floats]:
    bills = inputs.invoices
    unpaid = ~scope.happened(bills.paid_on)
    overdue = unpaid & (bills.due_on < scope.today)
    failed = unpaid & scope.happened(bills.failed_on)
    late = scope.days_since(bills.due_on)
    since_failure = scope.days_since(bills.failed_on)
    return {
        "invoices_overdue": count(bills.account, overdue, scope.size),
        "invoices_failed": count(bills.account, failed, scope.size),
        "unpaid_amount": total(bills.account, bills.amount, overdue | failed, scope.size),
        "invoice_overdue_days": greatest(bills.account, late, overdue, scope.size, empty=0.0),
        "payment_failed_days": greatest(
            bills.account, since_failure, failed, scope.size, empty=0.0
        ),
    }
