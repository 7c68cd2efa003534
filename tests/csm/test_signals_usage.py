"""Signals of usage and of the initial value moment, against examples worked out by hand."""

import math
from datetime import timedelta

import pytest

from csm.signal_settings import InitialValue, SignalSettings
from tests.csm.builders import TODAY, Customer, ago, every_feed_fresh, signal, usage


def test_events_are_counted_in_windows_that_end_on_the_day() -> None:
    who = Customer(usage=usage([0, 27], events=5) + usage([28, 55], events=7) + usage([56], 9))
    assert signal("usage_events_28d", who) == 10
    assert signal("usage_events_previous_28d", who) == 14


def test_baseline_is_the_twelve_weeks_before_scaled_to_28_days() -> None:
    who = Customer(usage=usage([28, 60, 111], events=30) + usage([112], events=1000))
    assert signal("usage_events_baseline_28d", who) == pytest.approx(30)


def test_baseline_of_a_young_account_is_scaled_by_the_days_it_has_lived() -> None:
    # 70 days lived: 42 of them before the last 28.
    who = Customer(started_on=ago(69), usage=usage([30, 50], events=21))
    assert signal("usage_events_baseline_28d", who) == pytest.approx(42 * 28 / 42)


def test_too_young_an_account_has_nothing_to_compare_with() -> None:
    who = Customer(started_on=ago(54), usage=usage([0, 30]))
    assert math.isnan(signal("usage_change_28d", who))
    assert math.isnan(signal("usage_change_baseline", who))


@pytest.mark.parametrize(
    ("now", "before", "change"), [(5, 10, -0.5), (15, 10, 0.5), (0, 10, -1), (4, 0, 1), (0, 0, 0)]
)
def test_change_against_the_month_before(now: int, before: int, change: float) -> None:
    who = Customer(usage=usage([3], events=now) + usage([30], events=before))
    assert signal("usage_change_28d", who) == pytest.approx(change)


def test_windows_end_where_the_feed_ends() -> None:
    who = Customer(usage=usage(range(3, 70), events=1))
    feeds = {**every_feed_fresh(), "usage": ago(3)}
    assert signal("usage_change_28d", who, feeds=feeds) == 0
    assert signal("days_since_usage", who, feeds=feeds) == 0


def test_how_often() -> None:
    # Four people on day 1, two people on each of three other days: 10 user days, peak 4.
    who = Customer(usage=usage([1], users=4) + usage([2, 9, 16], users=2))
    assert signal("active_days_per_week", who) == 1
    assert signal("active_seats", who) == 4
    assert signal("user_days_per_week", who) == pytest.approx(10 / 4 / 4)


def test_a_new_account_is_judged_by_the_weeks_it_has_lived() -> None:
    who = Customer(started_on=ago(13), usage=usage(range(6)))
    assert signal("active_days_per_week", who) == 3


def test_people_are_unknown_where_the_source_does_not_count_them() -> None:
    who = Customer(usage=usage([1, 2], users=None))
    assert math.isnan(signal("active_seats", who))
    assert math.isnan(signal("user_days_per_week", who))


def test_no_usage_is_nobody_for_sure() -> None:
    assert signal("active_seats", Customer()) == 0
    assert signal("user_days_per_week", Customer()) == 0
    assert signal("usage_events_28d", Customer()) == 0


def test_seats_are_unknown_when_usage_never_told_of_people() -> None:
    assert math.isnan(signal("active_seats", Customer(usage=usage([50], users=None))))
    assert signal("active_seats", Customer(usage=usage([50], users=3))) == 0


def test_key_features() -> None:
    who = Customer(
        usage=usage([3], feature="key_a") + usage([40], feature="key_b") + usage([3], feature="x")
    )
    assert signal("key_features_28d", who) == 1
    assert signal("key_feature_share_28d", who) == pytest.approx(1 / 20)
    assert signal("key_features_ever", who) == 2
    assert math.isnan(signal("key_feature_share_28d", who, key_features=0))


def test_early_adoption_counts_key_features_first_used_in_60_days() -> None:
    who = Customer(
        started_on=ago(100),
        usage=usage([100, 5], feature="key_a")
        + usage([41], feature="key_b")
        + usage([40], feature="key_c"),
    )
    assert signal("early_key_features", who) == 2
    assert signal("early_key_feature_share", who) == pytest.approx(0.1)


def test_silence_counts_from_the_last_use_or_from_the_start() -> None:
    assert signal("days_since_usage", Customer(usage=usage([12, 50]))) == 12
    assert signal("days_since_usage", Customer(started_on=ago(33))) == 33
    assert math.isinf(signal("days_since_usage", Customer(started_on=None)))


def test_initial_value_is_two_good_weeks_in_a_row() -> None:
    # Weeks 1 and 3 are good, then 4: the run is complete at the end of week 4.
    days = [0, 1, 2, 14, 15, 16, 21, 22, 23]
    who = Customer(started_on=ago(60), usage=usage(60 - day for day in days))
    assert signal("ivm_reached", who) == 1
    assert signal("days_to_ivm", who) == 28
    assert signal("days_of_ivm_so_far", who) == 28


def test_two_good_weeks_apart_are_not_it() -> None:
    days = [0, 1, 2, 14, 15, 16]
    who = Customer(started_on=ago(60), usage=usage(60 - day for day in days))
    assert signal("ivm_reached", who) == 0
    assert math.isnan(signal("days_to_ivm", who))
    assert signal("days_of_ivm_so_far", who) == 60


def test_initial_value_is_unknown_where_the_past_is_not_read() -> None:
    assert math.isnan(signal("ivm_reached", Customer(started_on=ago(300))))
    assert signal("ivm_reached", Customer(started_on=ago(252))) == 0
    late = Customer(started_on=ago(300), usage=usage(range(14)))
    assert signal("ivm_reached", late) == 1
    assert math.isnan(signal("days_to_ivm", late))


def test_good_habits_can_be_set() -> None:
    settings = SignalSettings(initial_value=InitialValue(active_days_a_week=1, weeks_in_a_row=3))
    who = Customer(started_on=ago(40), usage=usage([40, 33, 26]))
    assert signal("days_to_ivm", who, settings=settings) == 21
    assert signal("ivm_reached", who) == 0


def test_a_moment_in_the_running_week_is_today_at_the_latest() -> None:
    who = Customer(started_on=ago(10), usage=usage(range(11)))
    assert signal("days_to_ivm", who) == 10


def test_usage_after_the_day_is_not_counted() -> None:
    yesterday = TODAY - timedelta(days=1)
    who = Customer(usage=usage([1], events=3))
    assert signal("usage_events_28d", who, as_of=yesterday) == 3
