"""The columns that signals are worked out from, as of a day."""

from collections import defaultdict
from dataclasses import fields
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from csm.errors import NotFound
from csm.signal_inputs import USAGE_WINDOW_DAYS, SignalInputs, day_number
from storage.records import SqlRecords
from tests.storage.portfolio import TODAY, at, write, write_accounts

TOMORROW = TODAY + timedelta(days=1)
D = day_number(TODAY)
NAN = float("nan")
USAGE = ("account_key", "day", "feature", "events", "active_users")
PARTS = {field.name for field in fields(SignalInputs)} - {
    "as_of",
    "account_ids",
    "key_feature_count",
    "feeds",
    "accounts",
}


def instant(moment: datetime) -> float:
    return moment.timestamp() / 86_400


def read(records: SqlRecords, *account_ids: int, as_of: date = TODAY) -> SignalInputs:
    with records.reading() as reader:
        return reader.signal_inputs(account_ids, as_of)


def write_of(records: SqlRecords, kind: str, columns: str, *rows: tuple[Any, ...]) -> None:
    """Rows of a kind; the first value of each is the account's key."""
    names = ("account_key", "key", *columns.split())
    write(records, kind, names, [(row[0], f"k{n}", *row[1:]) for n, row in enumerate(rows)])


@pytest.fixture
def ids(records: SqlRecords) -> dict[str, int]:
    return write_accounts(records)


def test_no_records_give_empty_columns(records: SqlRecords, ids: dict[str, int]) -> None:
    found = read(records, ids["a-1"])
    assert found.feeds == {"accounts": TODAY}
    assert found.key_feature_count == 0
    for name in PARTS:
        assert len(getattr(found, name).account) == 0, name
    assert found.tickets.priority.dtype.kind == "U"
    assert found.subscriptions.trial.dtype == np.bool_
    assert read(records).account_ids.size == 0


def test_accounts_stand_in_the_order_asked_for(records: SqlRecords, ids: dict[str, int]) -> None:
    write(
        records,
        "accounts",
        ("key", "name", "started_on", "csm_email"),
        [("a-1", "Acme", TODAY, "casey@x.example"), ("a-3", "Initech", None, "")],
    )
    write_of(records, "objectives", "title due_on", ("a-1", "t", TODAY), ("a-4", "t", TOMORROW))
    found = read(records, ids["a-4"], ids["a-3"], ids["a-1"])
    assert found.account_ids.tolist() == [ids["a-4"], ids["a-3"], ids["a-1"]]
    assert found.accounts.status.tolist() == ["churned", "customer", "customer"]
    assert found.accounts.has_csm.tolist() == [True, False, True]
    np.testing.assert_equal(found.accounts.started_on, [NAN, NAN, D])
    pairs = zip(found.objectives.account.tolist(), found.objectives.due_on.tolist(), strict=True)
    assert sorted(pairs) == [(0, D + 1), (2, D)]


def test_an_account_that_is_gone(records: SqlRecords, ids: dict[str, int]) -> None:
    with pytest.raises(NotFound):
        read(records, ids["a-1"], 99_999)


def test_tickets_as_known_on_the_day(records: SqlRecords, ids: dict[str, int]) -> None:
    write_of(
        records,
        "tickets",
        "priority opened_at closed_at first_response_minutes sla_breached escalated reopened",
        ("a-1", "urgent", at(6, 1, 6), at(7, 1, 23), 30, True, True, 2),
        ("a-1", "low", at(7, 1, 23), at(7, 2, 0), 59, None, False, 0),
        ("a-1", "low", at(7, 1, 23), at(7, 2, 0), 60, False, False, 0),
        ("a-1", "low", at(7, 2, 0), None, None, None, False, 0),
    )
    tickets = read(records, ids["a-1"]).tickets
    order = np.lexsort((tickets.sla_breached, tickets.opened_at))
    assert tickets.priority[order].tolist() == ["urgent", "low", "low"]
    np.testing.assert_allclose(
        tickets.opened_at[order],
        [instant(at(6, 1, 6)), instant(at(7, 1, 23)), instant(at(7, 1, 23))],
        rtol=0,
        atol=1e-6,
    )
    np.testing.assert_allclose(
        tickets.closed_at[order], [instant(at(7, 1, 23)), NAN, NAN], rtol=0, atol=1e-6
    )
    np.testing.assert_equal(tickets.first_response_minutes[order], [30.0, NAN, 59.0])
    np.testing.assert_equal(tickets.sla_breached[order], [1.0, 0.0, NAN])
    assert tickets.escalated[order].tolist() == [True, False, False]
    assert tickets.reopened[order].tolist() == [2.0, 0.0, 0.0]


def test_what_comes_later_is_not_there_yet(records: SqlRecords, ids: dict[str, int]) -> None:
    write_of(
        records,
        "surveys",
        "kind score answered_on",
        ("a-1", "nps", 9, TODAY),
        ("a-1", "nps", 0, TOMORROW),
    )
    write_of(
        records,
        "invoices",
        "amount issued_on due_on paid_on failed_on",
        ("a-1", 100, TODAY, TOMORROW, TOMORROW, TOMORROW),
        ("a-1", 200, TOMORROW, TOMORROW, None, None),
    )
    write_of(
        records,
        "milestones",
        "title due_on done_on planned_hours",
        ("a-1", "m", TODAY, TOMORROW, 2.5),
    )
    write_of(records, "trainings", "course completed_on", ("a-1", "c", TOMORROW))
    found = read(records, ids["a-1"])
    assert found.surveys.score.tolist() == [9.0]
    assert found.surveys.answered_on.tolist() == [D]
    assert found.invoices.amount.tolist() == [100.0]
    np.testing.assert_equal(found.invoices.paid_on, [NAN])
    np.testing.assert_equal(found.invoices.failed_on, [NAN])
    np.testing.assert_equal(found.milestones.done_on, [NAN])
    assert found.milestones.planned_hours.tolist() == [2.5]
    np.testing.assert_equal(found.trainings.completed_on, [NAN])
    later = read(records, ids["a-1"], as_of=TOMORROW)
    assert len(later.surveys.score) == len(later.invoices.amount) == 2
    assert later.trainings.completed_on.tolist() == [D + 1]


def test_contacts_and_who_spoke_with_them(records: SqlRecords, ids: dict[str, int]) -> None:
    write_of(
        records,
        "contacts",
        "name email role last_active_on left_on",
        ("a-1", "Jo", "Jo@acme.example", "sponsor", TODAY, TOMORROW),
        ("a-1", "Al", "al@acme.example", "user", TOMORROW, TODAY),
        ("a-1", "No Address", "", "sponsor", None, None),
        ("a-2", "Other Jo", "jo@acme.example", "user", None, None),
    )
    write_of(
        records,
        "interactions",
        "at direction topic contact_email answered_at",
        ("a-1", at(6, 1), "both", "review", "JO@acme.example", None),
        ("a-1", at(6, 2), "internal", "general", "jo@acme.example", None),
        ("a-1", at(7, 2, 0), "both", "general", "jo@acme.example", None),
        ("a-1", at(6, 3), "inbound", "question", "al@acme.example", at(7, 2, 0)),
        ("a-1", at(6, 4), "inbound", "question", "", at(7, 1, 23)),
        ("a-2", at(6, 5), "outbound", "general", "jo@acme.example", None),
    )
    found = read(records, ids["a-1"], ids["a-2"])
    contacts = found.contacts
    order = np.lexsort((contacts.last_interaction_at, contacts.role, contacts.account))
    assert contacts.role[order].tolist() == ["sponsor", "sponsor", "user", "user"]
    np.testing.assert_equal(contacts.last_active_on[order], [D, NAN, NAN, NAN])
    np.testing.assert_equal(contacts.left_on[order], [NAN, NAN, D, NAN])
    np.testing.assert_allclose(
        contacts.last_interaction_at[order],
        [instant(at(6, 1)), NAN, instant(at(6, 3)), instant(at(6, 5))],
        rtol=0,
        atol=1e-6,
    )
    interactions = found.interactions
    order = np.argsort(interactions.at)
    assert interactions.account[order].tolist() == [0, 0, 0, 0, 1]
    assert interactions.contact_is_sponsor[order].tolist() == [True, True, False, False, False]
    assert interactions.topic[order].tolist()[0] == "review"
    assert interactions.direction[order].tolist()[1] == "internal"
    np.testing.assert_equal(np.isnan(interactions.answered_at[order]), [1, 1, 1, 0, 1])


def test_subscriptions(records: SqlRecords, ids: dict[str, int]) -> None:
    write_of(
        records,
        "subscriptions",
        "seats arr started_on ends_on renews_on term_months trial",
        ("a-1", 10, 2**40, TODAY, None, TOMORROW, 24, True),
    )
    one = read(records, ids["a-1"]).subscriptions
    assert (one.seats[0], one.arr[0], one.started_on[0]) == (10.0, float(2**40), D)
    assert (one.renews_on[0], one.term_months[0]) == (D + 1, 24.0)
    assert np.isnan(one.ends_on[0])
    assert one.trial[0]


def test_features_over_all_of_history(records: SqlRecords, ids: dict[str, int]) -> None:
    write(records, "features", ("key", "is_key"), [("login", False), ("unused", True)])
    long_ago = TODAY - timedelta(days=2000)
    write(
        records,
        "usage",
        USAGE,
        [
            ("a-1", long_ago - timedelta(days=1), "export", 0, 0),
            ("a-1", long_ago, "export", 1, None),
            ("a-1", TODAY, "export", 1, None),
            ("a-1", TOMORROW, "export", 1, None),
            ("a-1", TODAY, "login", 0, 3),
            ("a-2", TOMORROW, "login", 5, 3),
        ],
    )
    found = read(records, ids["a-1"], ids["a-2"])
    assert found.key_feature_count == 2
    features = found.usage_features
    order = np.argsort(features.is_key)
    assert features.account.tolist() == [0, 0]
    assert features.is_key[order].tolist() == [False, True]
    assert features.first_day[order].tolist() == [D, D - 2000]
    assert features.last_day[order].tolist() == [D, D]


used_days = st.lists(
    st.tuples(
        st.sampled_from(["a-1", "a-2"]),
        st.integers(-3, 3 * USAGE_WINDOW_DAYS),
        st.sampled_from(["x", "y", "z"]),
        st.integers(0, 5),
        st.none() | st.integers(0, 4),
    ),
    max_size=60,
    unique_by=lambda row: row[:3],
)


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(rows=used_days, start=st.none() | st.integers(-5, 3 * USAGE_WINDOW_DAYS))
@pytest.mark.parametrize("edge", [USAGE_WINDOW_DAYS - 1, USAGE_WINDOW_DAYS])
def test_days_of_usage_inside_the_windows(
    sqlite_records: SqlRecords,
    edge: int,
    rows: list[tuple[str, int, str, int, int | None]],
    start: int | None,
) -> None:
    check_usage_days(sqlite_records, [*rows, ("a-1", edge, "edge", 1, None)], start)


@pytest.mark.parametrize("start", [None, 0, 100, 200, 300, 378])
def test_days_of_usage_on_both_databases(records: SqlRecords, start: int | None) -> None:
    rows = [
        (key, ago, feature, ago % 4, ago % 3 or None)
        for key in ("a-1", "a-2")
        for ago in range(-2, 400)
        for feature in ("x", "y")
    ]
    check_usage_days(records, rows, start)


def check_usage_days(
    records: SqlRecords,
    rows: list[tuple[str, int, str, int, int | None]],
    start: int | None,
) -> None:
    """Write the rows anew (days as days ago) and compare with what Python makes of them."""
    ids = write_accounts(records)
    started_on = None if start is None else TODAY - timedelta(days=start)
    write(records, "accounts", ("key", "name", "started_on"), [("a-1", "Acme", started_on)])
    dated = [(key, TODAY - timedelta(days=ago), *rest) for key, ago, *rest in rows]
    days = [TODAY - timedelta(days=ago) for ago in range(-3, 3 * USAGE_WINDOW_DAYS + 1)]
    # Rows of the example before are overwritten with nothing.
    zeros = [
        (key, day, feature, 0, None)
        for key in ("a-1", "a-2")
        for day in days
        for feature in ("x", "y", "z", "edge")
    ]
    write(records, "usage", USAGE, zeros)
    write(records, "usage", USAGE, dated)

    expected: dict[tuple[int, float], list[float]] = defaultdict(lambda: [0.0, NAN])
    for key, ago, _feature, events, users in rows:
        of_contract = start is not None and key == "a-1" and 0 <= start - ago < USAGE_WINDOW_DAYS
        if ago < 0 or not (ago < USAGE_WINDOW_DAYS or of_contract) or not (events or users):
            continue
        entry = expected[0 if key == "a-1" else 1, D - ago]
        entry[0] += events
        entry[1] = float(np.fmax(entry[1], NAN if users is None else users))

    found = read(records, ids["a-1"], ids["a-2"]).usage_days
    places = list(zip(found.account.tolist(), found.day.tolist(), strict=True))
    assert len(places) == len(set(places))
    values = np.column_stack([found.events, found.active_users])
    assert set(places) == set(expected)
    np.testing.assert_equal(values, np.array([expected[place] for place in places]).reshape(-1, 2))
