"""Writing imported records: counts, natural keys, names, feeds."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from csm.errors import InvalidInput
from csm.ports import RECORD_KINDS, Table, Written
from storage import tables
from storage.database import Database
from storage.records import SqlRecords
from tests.storage.portfolio import ACCOUNT_COLUMNS, ACCOUNTS, TODAY, at, write, write_accounts

USAGE = ("account_key", "day", "feature", "events", "active_users")

OF_ACME = {"account_key": "a-1", "key": "k"}
ONE_ROW: dict[str, dict[str, Any]] = {
    "accounts": {"key": "a-9", "name": "Umbrella"},
    "features": {"key": "export", "name": "Export", "is_key": False},
    "contacts": {**OF_ACME, "name": "Jo", "email": "Jo@acme.example"},
    "subscriptions": {**OF_ACME, "started_on": TODAY, "arr": 10**12},
    "usage": dict(zip(USAGE, ("a-1", TODAY, "export", 3, None), strict=True)),
    "tickets": {**OF_ACME, "opened_at": at(6, 1), "escalated": True},
    "surveys": {**OF_ACME, "kind": "nps", "score": 0, "answered_on": TODAY},
    "invoices": {**OF_ACME, "amount": 1, "issued_on": TODAY, "due_on": TODAY},
    "objectives": {**OF_ACME, "title": "Faster", "progress": 40},
    "interactions": {**OF_ACME, "at": at(6, 1), "summary": "“Hi”\n; --"},
    "milestones": {**OF_ACME, "title": "Go live", "due_on": TODAY, "planned_hours": 2.5},
    "trainings": {**OF_ACME, "course": "Basics", "completed_on": TODAY},
    "advocacy": {**OF_ACME, "kind": "reference", "given_on": TODAY},
}
CHANGES: dict[str, dict[str, Any]] = {
    "accounts": {"name": "Umbrella Ltd"},
    "features": {"is_key": True},
    "contacts": {"email": "joanna@acme.example"},
    "subscriptions": {"arr": 5},
    "usage": {"active_users": 2},
    "tickets": {"escalated": False},
    "surveys": {"score": 10},
    "invoices": {"due_on": TODAY + timedelta(days=1)},
    "objectives": {"progress": 41},
    "interactions": {"at": at(6, 1, hour=13)},
    "milestones": {"planned_hours": 2.25},
    "trainings": {"completed_on": None},
    "advocacy": {"kind": "case study"},
}


def write_one(records: SqlRecords, kind: str, values: dict[str, Any]) -> Written:
    return write(records, kind, tuple(values), [tuple(values.values())])


def test_every_kind_has_an_example() -> None:
    assert tuple(ONE_ROW) == tuple(CHANGES) == RECORD_KINDS


@pytest.mark.parametrize("kind", RECORD_KINDS)
def test_writing_twice_changes_nothing(records: SqlRecords, kind: str) -> None:
    write_accounts(records)
    row = ONE_ROW[kind]
    assert write_one(records, kind, row) == Written({kind: 1}, {kind: 0}, {kind: 0})
    assert write_one(records, kind, row) == Written({kind: 0}, {kind: 0}, {kind: 1})
    changed = {**row, **CHANGES[kind]}
    assert write_one(records, kind, changed) == Written({kind: 0}, {kind: 1}, {kind: 0})
    assert write_one(records, kind, changed) == Written({kind: 0}, {kind: 0}, {kind: 1})


def test_columns_that_are_left_out_get_defaults_and_then_stay(records: SqlRecords) -> None:
    write(records, "accounts", ("key", "name"), [("a", "Acme")])
    write(records, "accounts", ("key", "name", "segment"), [("a", "Acme", "smb")])
    write(records, "accounts", ("key", "name"), [("a", "Acme Ltd")])
    with records.reading() as reader:
        stored = reader.account(reader.account_ids()[0])
    assert stored is not None
    account = stored.account
    assert (account.name, account.segment, account.currency) == ("Acme Ltd", "smb", "USD")


def test_the_last_row_with_a_key_counts(records: SqlRecords, database: Database) -> None:
    write_accounts(records)
    rows = [("a-1", TODAY, "export", number, None) for number in range(1200)]
    write(records, "usage", USAGE, rows)
    with database.reading() as connection:
        found = connection.execute(sa.select(tables.usage_day.c.events)).all()
    assert [tuple(row) for row in found] == [(1199,)]


def test_unknown_features_are_made_as_key_features(records: SqlRecords, database: Database) -> None:
    write_accounts(records)
    write(records, "features", ("key", "is_key"), [("login", False)])
    rows = [("a-1", TODAY, name, 1, 1) for name in ("export", "login", "Export")]
    assert write(records, "usage", USAGE, rows).inserted == {"usage": 3}
    feature = tables.feature.c
    with database.reading() as connection:
        found = connection.execute(sa.select(feature.key, feature.is_key))
        assert {row.key: row.is_key for row in found} == {
            "login": False,
            "export": True,
            "Export": True,
        }


def test_an_unknown_account_is_refused_and_nothing_stays(records: SqlRecords) -> None:
    write_accounts(records)
    rows = [("a-1", TODAY, "export", 1, 1), ("nobody", TODAY, "export", 1, 1)]
    with pytest.raises(InvalidInput, match="nobody"):
        write(records, "usage", USAGE, rows, TODAY)
    with records.reading() as reader:
        assert "usage" not in reader.feeds()
        assert reader.weekly_usage(reader.account_ids()[0], TODAY, 1) == [(TODAY, 0)]


def test_an_instant_without_a_zone_is_refused(records: SqlRecords) -> None:
    write_accounts(records)
    naive = at(6, 1).replace(tzinfo=None)
    with pytest.raises(ValueError, match="time zone"):
        write(records, "tickets", ("account_key", "key", "opened_at"), [("a-1", "t", naive)])


def test_progress_counts_rows_up_to_all_of_them(records: SqlRecords) -> None:
    write_accounts(records)
    rows = [("a-1", TODAY - timedelta(days=n), "export", 1, 1) for n in range(1700)]
    told: list[int] = []
    with records.writing() as writer:
        writer.write_table(Table("usage", USAGE, iter(rows), len(rows)), TODAY, told.append)
    assert told == sorted(told)
    assert told[-1] == 1700


def test_feeds_move_forward_only(records: SqlRecords) -> None:
    write(records, "accounts", ACCOUNT_COLUMNS, ACCOUNTS, TODAY)
    write(records, "accounts", ACCOUNT_COLUMNS, ACCOUNTS, TODAY - timedelta(days=1))
    write(records, "accounts", ACCOUNT_COLUMNS, ACCOUNTS, None)
    with records.reading() as reader:
        assert reader.feeds() == {"accounts": TODAY}
    write(records, "accounts", ACCOUNT_COLUMNS, [], TODAY + timedelta(days=1))
    with records.reading() as reader:
        assert reader.feeds() == {"accounts": TODAY + timedelta(days=1)}


def test_accounts_are_found_by_every_name(records: SqlRecords) -> None:
    acme = write_accounts(records)["a-1"]
    with records.reading() as reader:
        for folded in ("a-1", "acme corp", "acme", "the coyote's supplier", "acme.example"):
            found = reader.names_like(folded)
            assert [(name.account_id, name.shown) for name in found] == [(acme, "Acmé Corp")]
        assert reader.names_like("acm") == []
        assert reader.names_like("") == []
        assert {name.folded for name in reader.all_names() if name.account_id == acme} == {
            "a-1",
            "acme corp",
            "acme",
            "the coyote's supplier",
            "acme.example",
        }
        assert reader.account_keys() == {"a-1", "a-2", "a-3", "a-4"}


def test_names_follow_a_renaming(records: SqlRecords) -> None:
    write_accounts(records)
    write(records, "accounts", ("key", "name", "aliases"), [("a-1", "Road Runner", "")])
    with records.reading() as reader:
        assert reader.names_like("acme corp") == []
        assert [name.shown for name in reader.names_like("road runner")] == ["Road Runner"]
        assert len(reader.names_like("globex")) == 1


def test_two_accounts_may_share_a_name(records: SqlRecords) -> None:
    write(records, "accounts", ("key", "name"), [("1", "Twin"), ("2", "TWIN")])
    with records.reading() as reader:
        assert [name.shown for name in reader.names_like("twin")] == ["Twin", "TWIN"]


def test_names_are_made_ready_anew_when_one_changes(records: SqlRecords) -> None:
    def said(text: str, but_of: str | None = None) -> list[str]:
        with records.reading() as reader:
            return sorted(reader.customer_names().said_in(text, but_of))

    assert said("we are acme corp now") == []
    write_accounts(records)
    assert said("we are acme corp now") == ["acme", "acme corp"]
    assert said("we are acme corp now", but_of="a-1") == []
    with records.reading() as reader:
        before = reader.customer_names()
    write(records, "accounts", ("key", "name"), [("a-1", "Acmé Corp")])
    with records.reading() as reader:
        assert reader.customer_names() is before
    write(records, "accounts", ("key", "name", "aliases"), [("a-1", "Road Runner", "")])
    assert said("we are acme corp now") == ["acme"]
    assert said("a road runner") == ["road runner"]
    write(records, "accounts", ("key", "name"), [("a-9", "Newcomer")])
    assert said("a newcomer") == ["newcomer"]


@settings(
    max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(
    text=st.text(
        st.characters(blacklist_categories=["Cs"], blacklist_characters="\0"), min_size=1
    ).filter(lambda text: len(text) <= 300),
    hours=st.floats(0, 100_000),
)
def test_hostile_text_comes_back_as_it_went_in(
    records: SqlRecords, database: Database, text: str, hours: float
) -> None:
    write_accounts(records)
    columns = ("account_key", "key", "title", "due_on", "planned_hours")
    write(records, "milestones", columns, [("a-1", "m", text, TODAY, hours)])
    milestone = tables.milestone.c
    with database.reading() as connection:
        row = connection.execute(sa.select(milestone.title, milestone.planned_hours)).one()
    assert tuple(row) == (text, hours)


def test_deleting_an_account_deletes_its_record(records: SqlRecords, database: Database) -> None:
    write_accounts(records)
    for kind, row in ONE_ROW.items():
        write_one(records, kind, row)
    with database.writing() as connection:
        connection.execute(sa.delete(tables.account))
    with database.reading() as connection:
        left = {
            table.name
            for table in tables.metadata.sorted_tables
            if connection.execute(sa.select(sa.exists().select_from(table))).scalar_one()
        }
    assert left == {"feature", "feed", "names_state"}
