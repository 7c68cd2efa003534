"""Subscriptions on a given day."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csm.account import Subscription
from csm.contract import (
    add_months,
    earliest_renewal,
    is_live,
    live_arr,
    next_renewal,
    renewing_arr,
)

TODAY = date(2026, 7, 1)


def bought(
    started_on: date = date(2025, 9, 15),
    *,
    renews_on: date | None = None,
    ends_on: date | None = None,
    term_months: int = 12,
    trial: bool = False,
    arr: int = 100_00,
) -> Subscription:
    return Subscription(
        key="s",
        started_on=started_on,
        renews_on=renews_on,
        ends_on=ends_on,
        term_months=term_months,
        trial=trial,
        arr=arr,
    )


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2026, 1, 31), 2, date(2026, 3, 31)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2024, 2, 29), 48, date(2028, 2, 29)),
        (date(2026, 12, 5), 1, date(2027, 1, 5)),
        (date(2026, 7, 1), 0, date(2026, 7, 1)),
        (date(9999, 12, 1), 1, date.max),
    ],
)
def test_months_are_added_as_people_do(day: date, months: int, expected: date) -> None:
    assert add_months(day, months) == expected


@pytest.mark.parametrize(
    ("started_on", "ends_on", "expected"),
    [
        (TODAY, None, True),
        (TODAY + timedelta(days=1), None, False),
        (date(2025, 1, 1), TODAY, False),
        (date(2025, 1, 1), TODAY + timedelta(days=1), True),
    ],
)
def test_a_subscription_is_live_from_its_start_up_to_its_end(
    started_on: date, ends_on: date | None, expected: bool
) -> None:
    assert is_live(bought(started_on, ends_on=ends_on), TODAY) is expected


def test_arr_counts_what_is_live_and_paid_for() -> None:
    subscriptions = [
        bought(arr=1_00),
        bought(arr=2_00),
        bought(arr=4_00, trial=True),
        bought(arr=8_00, ends_on=TODAY),
        bought(TODAY + timedelta(days=1), arr=16_00),
    ]
    assert live_arr(subscriptions, TODAY) == 3_00
    assert live_arr([], TODAY) == 0


@pytest.mark.parametrize(
    ("subscription", "expected"),
    [
        (bought(renews_on=date(2026, 9, 15)), date(2026, 9, 15)),
        (bought(renews_on=TODAY), TODAY),
        (bought(renews_on=date(2026, 6, 30)), date(2027, 6, 30)),
        (bought(date(2024, 8, 31), renews_on=date(2025, 8, 31), term_months=6), date(2026, 8, 31)),
        (bought(), date(2026, 9, 15)),
        (bought(date(2026, 1, 31), term_months=3), date(2026, 7, 31)),
        (bought(TODAY), date(2027, 7, 1)),
        (bought(TODAY + timedelta(days=9)), date(2027, 7, 10)),
        (bought(ends_on=date(2026, 8, 1)), date(2026, 8, 1)),
        (bought(ends_on=date(2026, 12, 1)), date(2026, 9, 15)),
        (bought(renews_on=date(2026, 9, 15), ends_on=TODAY), None),
        (bought(renews_on=date(2026, 9, 15), trial=True), None),
        (bought(renews_on=date(2026, 9, 15), term_months=1), None),
    ],
)
def test_the_next_renewal(subscription: Subscription, expected: date | None) -> None:
    assert next_renewal(subscription, TODAY) == expected


def test_the_earliest_renewal_is_among_live_ones() -> None:
    subscriptions = [
        bought(renews_on=date(2026, 12, 1)),
        bought(renews_on=date(2026, 11, 1)),
        bought(renews_on=date(2026, 7, 2), trial=True),
        bought(TODAY + timedelta(days=1), renews_on=date(2026, 7, 3)),
    ]
    assert earliest_renewal(subscriptions, TODAY) == date(2026, 11, 1)
    assert earliest_renewal([], TODAY) is None


def test_the_arr_that_renews_is_that_of_the_earliest_renewal() -> None:
    subscriptions = [
        bought(renews_on=date(2026, 11, 1), arr=1_00),
        bought(renews_on=date(2025, 11, 1), arr=2_00),
        bought(renews_on=date(2026, 12, 1), arr=4_00),
        bought(renews_on=date(2026, 11, 1), arr=8_00, trial=True),
        bought(renews_on=date(2026, 11, 1), arr=16_00, ends_on=TODAY),
        bought(renews_on=date(2026, 7, 20), arr=32_00, term_months=1),
        bought(TODAY + timedelta(days=1), renews_on=date(2026, 11, 1), arr=64_00),
    ]
    assert renewing_arr(iter(subscriptions), TODAY) == 3_00
    assert renewing_arr(subscriptions[3:], TODAY) == 0
    assert renewing_arr([], TODAY) == 0


def test_an_end_that_is_known_counts_as_the_renewal_it_comes_before() -> None:
    ending = bought(ends_on=date(2026, 8, 1), arr=1_00)
    assert renewing_arr([ending, bought(renews_on=date(2026, 9, 1), arr=2_00)], TODAY) == 1_00


days = st.dates(date(1990, 1, 1), date(2090, 1, 1))


@given(
    started_on=days,
    renews_on=st.none() | days,
    ends_on=st.none() | days,
    term_months=st.integers(1, 120),
    trial=st.booleans(),
    as_of=days,
)
def test_a_renewal_lies_ahead_and_before_the_end(
    started_on: date,
    renews_on: date | None,
    ends_on: date | None,
    term_months: int,
    trial: bool,
    as_of: date,
) -> None:
    subscription = bought(
        started_on, renews_on=renews_on, ends_on=ends_on, term_months=term_months, trial=trial
    )
    renewal = next_renewal(subscription, as_of)
    has_none = trial or term_months == 1 or (ends_on is not None and ends_on <= as_of)
    assert (renewal is None) is has_none
    if renewal is not None:
        assert renewal >= as_of
        assert ends_on is None or renewal <= ends_on
        later_start = max(as_of, started_on, renews_on or as_of)
        assert renewal <= add_months(later_start, term_months)


@given(day=days, months=st.integers(0, 600))
def test_added_months_never_skip_one(day: date, months: int) -> None:
    later = add_months(day, months)
    assert (later.year - day.year) * 12 + later.month - day.month == months
    assert later.day <= day.day
    assert later.day == day.day or (later + timedelta(days=1)).day == 1
