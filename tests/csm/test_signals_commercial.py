"""Signals of contract and bills, against examples worked out by hand and the rule for one."""

import math
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csm.account import Subscription
from csm.contract import earliest_renewal, live_arr
from tests.csm.builders import (
    TODAY,
    Customer,
    ago,
    inputs_of,
    invoice,
    signal,
    signals_of,
    subscription,
    usage,
)

IN_90_DAYS = TODAY + timedelta(days=90)


def test_live_arr_and_seats() -> None:
    who = Customer(
        subscriptions=[
            subscription(arr=100, seats=5),
            subscription(arr=50, seats=3, ends_on=TODAY),
            subscription(arr=70, seats=4, started_on=TODAY + timedelta(days=1)),
            subscription(arr=90, seats=9, trial=True),
        ]
    )
    assert signal("arr", who) == 100
    assert signal("seats", who) == 5
    assert signal("live_subscriptions", who) == 1


def test_seat_use() -> None:
    who = Customer(subscriptions=[subscription(seats=8)], usage=usage([1], users=6))
    assert signal("seat_use", who) == 0.75
    assert math.isnan(signal("seat_use", Customer(usage=usage([1]))))


def test_renewal() -> None:
    who = Customer(
        subscriptions=[
            subscription(arr=300, renews_on=IN_90_DAYS),
            subscription(arr=100, renews_on=TODAY + timedelta(days=121)),
        ]
    )
    assert signal("days_to_renewal", who) == 90
    assert signal("arr_renewing_120d", who) == 300
    assert signal("arr_renewing_share_120d", who) == 0.75


def test_no_renewal_is_never_and_not_unknown() -> None:
    monthly = Customer(subscriptions=[subscription(term_months=1)])
    assert math.isinf(signal("days_to_renewal", monthly))
    assert math.isinf(signal("days_to_renewal", Customer()))
    assert signal("arr_renewing_120d", monthly) == 0


def test_arr_change_over_90_days() -> None:
    who = Customer(subscriptions=[subscription(arr=60), subscription(arr=40, ends_on=ago(10))])
    assert signal("arr_change_90d", who) == pytest.approx(-0.4)
    assert signal("arr_change_90d", Customer()) == 0


def test_churned_with_live_arr_is_a_conflict() -> None:
    assert (
        signal("record_conflict", Customer(status="churned", subscriptions=[subscription()])) == 1
    )
    assert signal("record_conflict", Customer(status="churned")) == 0
    assert signal("record_conflict", Customer(subscriptions=[subscription()])) == 0


def test_invoices() -> None:
    who = Customer(
        invoices=[
            invoice(20, amount=500),
            invoice(5, amount=300, failed_on=ago(4)),
            invoice(-10, amount=200, failed_on=ago(9)),
            invoice(50, amount=900, paid_on=ago(45), failed_on=ago(49)),
            invoice(0, amount=800),
        ]
    )
    assert signal("invoices_overdue", who) == 2
    assert signal("invoices_failed", who) == 2
    assert signal("unpaid_amount", who) == 1000
    assert signal("invoice_overdue_days", who) == 20
    assert signal("payment_failed_days", who) == 9


def test_no_invoices_in_a_fresh_feed_is_good_news() -> None:
    assert signal("invoices_overdue", Customer()) == 0
    assert signal("invoice_overdue_days", Customer()) == 0


def test_what_is_paid_later_was_unpaid_on_the_day() -> None:
    who = Customer(invoices=[invoice(20, paid_on=ago(5))])
    assert signal("invoices_overdue", who) == 0
    assert signal("invoices_overdue", who, as_of=ago(10)) == 1


days = st.dates(date(2019, 1, 1), date(2028, 12, 31))
subscriptions = st.builds(
    Subscription,
    key=st.just("s"),
    arr=st.integers(0, 10**9),
    seats=st.integers(0, 100),
    started_on=days,
    ends_on=st.none() | days,
    renews_on=st.none() | days,
    term_months=st.sampled_from([1, 2, 3, 6, 7, 12, 24, 36]),
    trial=st.booleans(),
)


@given(st.lists(subscriptions, max_size=4), st.dates(date(2024, 1, 1), date(2028, 12, 31)))
def test_agrees_with_the_rule_for_one_subscription(
    contract: list[Subscription], as_of: date
) -> None:
    table = signals_of(
        Customer(subscriptions=contract), as_of=as_of, feeds={"subscriptions": as_of}
    )
    renewal = earliest_renewal([s for s in contract if not s.trial], as_of)
    expected = math.inf if renewal is None else (renewal - as_of).days
    assert table["days_to_renewal"][0] == expected
    assert table["arr"][0] == live_arr(contract, as_of)


def test_inputs_of_no_accounts_give_no_signals() -> None:
    assert len(inputs_of([]).account_ids) == 0
    assert len(signals_of()) == 0
