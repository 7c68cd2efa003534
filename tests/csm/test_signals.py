"""What holds for all signals together."""

from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from csm.signal_settings import SignalSettings
from csm.signals import FEEDS, MEASURED, SIGNALS, compute
from tests.csm.builders import (
    TODAY,
    Customer,
    ago,
    csat,
    every_feed_fresh,
    healthy,
    inputs_of,
    invoice,
    milestone,
    nps,
    signals_of,
    sponsor,
    subscription,
    talk,
    ticket,
    usage,
)
from tests.csm.shipped import DIRECTORY
from tests.csm.signal_rows import rows


def test_every_measured_signal_is_worked_out_and_no_other() -> None:
    assert set(signals_of(healthy()).columns) == set(MEASURED)


@pytest.mark.parametrize("feed", FEEDS)
def test_signals_are_missing_without_their_feed(feed: str) -> None:
    feeds = every_feed_fresh()
    del feeds[feed]
    table = signals_of(healthy(), feeds=feeds)
    for signal in MEASURED.values():
        if feed in signal.feeds:
            assert np.isnan(table[signal.id]).all(), signal.id
    assert np.isnan(table[f"feed_age_{feed}"]).all()


@pytest.mark.parametrize("feed", FEEDS)
def test_signals_are_missing_when_their_feed_is_too_old(feed: str) -> None:
    limit = getattr(SignalSettings().fresh_for_days, feed)
    resting = [signal.id for signal in MEASURED.values() if signal.feeds == (feed,)]
    fresh = signals_of(healthy(), feeds={**every_feed_fresh(), feed: ago(limit)})
    stale = signals_of(healthy(), feeds={**every_feed_fresh(), feed: ago(limit + 1)})
    assert any(np.isfinite(fresh[name]).all() for name in resting) or feed in {
        "trainings",
        "milestones",
    }
    assert all(np.isnan(stale[name]).all() for name in resting)


def test_a_feed_from_the_future_is_fresh() -> None:
    feeds = {**every_feed_fresh(), "usage": TODAY + timedelta(days=3)}
    assert signals_of(healthy(), feeds=feeds)["feed_age_usage"][0] == 0


customers = st.builds(
    Customer,
    started_on=st.none() | st.integers(0, 900).map(ago),
    status=st.sampled_from(["customer", "trial", "churned"]),
    usage=st.lists(st.integers(0, 125), max_size=20).map(usage),
    subscriptions=st.lists(st.integers(1, 800).map(lambda d: subscription(started_on=ago(d)))),
    tickets=st.lists(st.integers(0, 200).map(lambda d: ticket(d, priority="urgent"))),
    surveys=st.lists(
        st.tuples(st.integers(0, 5), st.integers(0, 400)).map(lambda v: nps(*v))
        | st.tuples(st.integers(1, 5), st.integers(0, 400)).map(lambda v: csat(*v))
    ),
    invoices=st.lists(st.integers(-30, 90).map(invoice)),
    interactions=st.lists(st.integers(0, 200).map(talk)),
    contacts=st.lists(st.integers(0, 200).map(lambda d: sponsor(last_active_on=ago(d)))),
    milestones=st.lists(st.integers(-60, 90).map(milestone)),
)


@given(st.lists(customers, min_size=1, max_size=4))
def test_one_at_a_time_equals_all_at_once(portfolio: list[Customer]) -> None:
    together = signals_of(*portfolio)
    for at, customer in enumerate(portfolio):
        alone = signals_of(customer)
        for name in MEASURED:
            np.testing.assert_array_equal(together[name][at], alone[name][0], err_msg=name)


def test_rows_keep_only_what_is_known() -> None:
    table = compute(inputs_of([Customer()]), SignalSettings())
    (row,) = table.finite_rows()
    assert row["open_tickets"] == 0
    assert "nps_mean" not in row  # missing
    assert "days_since_review" not in row  # never


def test_the_playbook_lists_every_signal() -> None:
    readme = (Path(DIRECTORY) / "README.md").read_text(encoding="utf-8")
    _, _, signals = readme.partition("## Signals")
    listed = [line for line in signals.splitlines() if line.startswith("| `")]
    assert listed == rows()
    assert len(listed) == len(SIGNALS)
