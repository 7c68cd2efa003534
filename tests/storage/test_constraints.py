"""What the database itself refuses, whoever writes."""

from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from csm.account import Account
from csm.errors import Conflict
from storage import tables
from storage.database import Database
from storage.records import SqlRecords
from storage.tables_conclusion import CtaRow
from storage.tables_record import AccountRow
from tests.storage.portfolio import TODAY, cta, risk, write_accounts

GOOD_SUBSCRIPTION: dict[str, Any] = {
    "key": "s",
    "product": "",
    "plan": "",
    "seats": 1,
    "arr": 1,
    "currency": "USD",
    "started_on": TODAY,
    "term_months": 12,
    "auto_renew": False,
    "trial": False,
    "entitlements": "",
}


def insert(database: Database, table: sa.Table, values: dict[str, Any]) -> None:
    with database.writing() as connection:
        connection.execute(sa.insert(table).values(**values))


@pytest.mark.parametrize(
    "wrong",
    [
        {"arr": -1},
        {"seats": -1},
        {"seats": 10_000_001},
        {"term_months": 0},
        {"currency": "US"},
        {"key": ""},
        {"account_id": 999_999},
        {"started_on": None},
    ],
)
def test_bad_subscriptions(records: SqlRecords, database: Database, wrong: dict[str, Any]) -> None:
    account_id = write_accounts(records)["a-1"]
    good = {"account_id": account_id, **GOOD_SUBSCRIPTION}
    with pytest.raises(IntegrityError):
        insert(database, tables.subscription, {**good, **wrong})
    insert(database, tables.subscription, good)
    with pytest.raises(Conflict):
        insert(database, tables.subscription, good)


@pytest.mark.parametrize(("kind", "score"), [("csat", 0), ("csat", 6), ("nps", 11), ("nps", -1)])
def test_bad_scores(records: SqlRecords, database: Database, kind: str, score: int) -> None:
    values = {
        "account_id": write_accounts(records)["a-1"],
        "key": "v",
        "kind": kind,
        "score": score,
        "answered_on": TODAY,
        "contact_email": "",
        "comment": "",
    }
    with pytest.raises(IntegrityError):
        insert(database, tables.survey, values)


def test_an_unknown_enum_value_is_refused(database: Database) -> None:
    statement = (
        "INSERT INTO person (key, name, role, email, time_zone) VALUES ('x', 'X', '{}', '', '')"
    )
    with database.writing() as connection:
        connection.exec_driver_sql(statement.format("csm"))
    with pytest.raises(IntegrityError), database.writing() as connection:
        connection.exec_driver_sql(statement.format("CSM").replace("'x'", "'y'"))


def test_one_open_finding_of_a_rule(records: SqlRecords, database: Database) -> None:
    account_id = write_accounts(records)["a-1"]
    closed = risk(account_id, closed_on=TODAY).model_dump()
    for values in (closed, closed, risk(account_id).model_dump()):
        insert(database, tables.finding, values)
    with pytest.raises(Conflict):
        insert(database, tables.finding, risk(account_id).model_dump())


def test_one_cta_not_closed_of_a_reason(records: SqlRecords, database: Database) -> None:
    account_id = write_accounts(records)["a-1"]
    insert(database, tables.cta, cta(account_id).model_dump())
    with pytest.raises(Conflict):
        insert(database, tables.cta, {**cta(account_id).model_dump(), "status": "claimed"})
    insert(database, tables.cta, {**cta(account_id).model_dump(), "status": "closed"})


def test_only_a_customers_place_names_an_account(database: Database) -> None:
    values = {
        "platform": "slack",
        "workspace": "T1",
        "channel": "C1",
        "kind": "channel",
        "audience": "staff",
        "name": "",
        "account_key": "a-1",
    }
    with pytest.raises(IntegrityError):
        insert(database, tables.place, values)
    insert(database, tables.place, {**values, "audience": "customer"})


def test_rows_are_their_domain_models() -> None:
    row = AccountRow.model_validate({"key": "a", "name": "Acme", "started_on": date(2026, 1, 1)})
    assert isinstance(row, Account)
    assert row.currency == "USD"
    assert set(CtaRow.model_fields) == {"id", *cta(1).model_dump()}
