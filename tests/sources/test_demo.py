"""The demo portfolio as records: sound, steady, and on the right days."""

from collections import Counter
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from csm.people import AudienceKind, Role
from csm.ports import RECORD_KINDS, Table
from sources.demo import demo_people, demo_places, demo_portfolio
from sources.demo_scene import years_before
from sources.layout import MODELS, natural_key

TODAYS = (date(2026, 11, 22), date(2028, 2, 29), date(2026, 12, 31), date(2027, 1, 1))


def read(today: date) -> dict[str, Table]:
    return {table.kind: table for table in demo_portfolio(today).read(set())}


@pytest.fixture(scope="module", params=TODAYS, ids=str)
def today(request: pytest.FixtureRequest) -> date:
    day = request.param
    assert isinstance(day, date)
    return day


@pytest.fixture(scope="module")
def portfolio(today: date) -> dict[str, Table]:
    return read(today)


def rows(table: Table) -> list[dict[str, Any]]:
    return [dict(zip(table.columns, row, strict=True)) for row in table.rows]


def test_every_kind_is_there_in_order(portfolio: dict[str, Table]) -> None:
    assert tuple(portfolio) == RECORD_KINDS
    for table in portfolio.values():
        assert table.count == len(list(table.rows)) > 0


def test_every_record_is_valid_and_has_a_key_of_its_own(portfolio: dict[str, Table]) -> None:
    for kind, table in portfolio.items():
        keys: Counter[tuple[Any, ...]] = Counter()
        for row in rows(table):
            keys[tuple(row[name] for name in natural_key(kind))] += 1
            if kind != "usage":
                row.pop("account_key", None)
                MODELS[kind].model_validate(row)
        assert keys.most_common(1)[0][1] == 1, kind


def test_values_are_plain(portfolio: dict[str, Table]) -> None:
    plain = (str, int, float, bool, date, datetime, type(None))
    for table in portfolio.values():
        assert all(type(value) in plain for row in table.rows for value in row), table.kind


def test_nothing_has_happened_after_today(portfolio: dict[str, Table], today: date) -> None:
    past = {
        "contacts": ("last_active_on", "left_on"),
        "usage": ("day",),
        "tickets": ("opened_at", "closed_at"),
        "surveys": ("answered_on",),
        "invoices": ("issued_on", "paid_on", "failed_on"),
        "interactions": ("at", "answered_at"),
        "milestones": ("done_on",),
        "trainings": ("completed_on",),
        "advocacy": ("given_on",),
    }
    for kind, names in past.items():
        for row in rows(portfolio[kind]):
            for name in names:
                moment = row[name]
                day = moment.date() if isinstance(moment, datetime) else moment
                assert day is None or day <= today, (kind, name, row)


def test_things_happen_in_order(portfolio: dict[str, Table]) -> None:
    in_order = (
        ("tickets", "opened_at", "closed_at"),
        ("invoices", "issued_on", "due_on"),
        ("subscriptions", "started_on", "renews_on"),
        ("interactions", "at", "answered_at"),
    )
    for kind, first, then in in_order:
        for row in rows(portfolio[kind]):
            assert row[then] is None or row[first] <= row[then], (kind, row)


def test_nothing_is_older_than_the_contract(portfolio: dict[str, Table]) -> None:
    started = {row["key"]: row["started_on"] for row in rows(portfolio["accounts"])}
    for kind, name in (
        ("usage", "day"),
        ("tickets", "opened_at"),
        ("surveys", "answered_on"),
        ("interactions", "at"),
        ("invoices", "issued_on"),
    ):
        for row in rows(portfolio[kind]):
            moment = row[name]
            day = moment.date() if isinstance(moment, datetime) else moment
            assert day >= started[row["account_key"]], (kind, row)


def test_usage_is_daily_for_half_a_year_with_a_weekly_rhythm(
    portfolio: dict[str, Table], today: date
) -> None:
    acme = [row for row in rows(portfolio["usage"]) if row["account_key"] == "acme"]
    days = {row["day"] for row in acme}
    working = [today - timedelta(days=ago) for ago in range(1, 183)]
    assert all((day in days) == (day.weekday() < 5) for day in working)
    assert portfolio["usage"].newest in {today - timedelta(days=ago) for ago in (1, 2)}


def test_acme_uses_a_third_less_than_before(portfolio: dict[str, Table], today: date) -> None:
    acme = [row for row in rows(portfolio["usage"]) if row["account_key"] == "acme"]

    def events(first: int, last: int) -> int:
        inside = (row for row in acme if first >= (today - row["day"]).days > last)
        return sum(row["events"] for row in inside)

    assert 0.6 < events(28, 0) / events(56, 28) < 0.72


def test_the_well_known_accounts(portfolio: dict[str, Table], today: date) -> None:
    accounts = {row["key"]: row for row in rows(portfolio["accounts"])}
    assert 55 <= len(accounts) <= 75
    assert accounts["acme"]["name"] == "Acme"
    assert accounts["acme"]["domain"] == "acme.example"
    assert accounts["acme"]["csm_email"] == "casey@digital-csm.example"
    assert accounts["globex"]["name"] == "Globex"
    assert accounts["globex"]["csm_email"] == "riley@digital-csm.example"
    names = {account["name"] for account in accounts.values()}
    assert {"Initech Labs", "Initech Retail", "Café Zürich", "O'Hara & Daughters"} <= names
    assert any(not name.isascii() and name.isalpha() for name in names)
    assert any("|" in account["aliases"] for account in accounts.values())
    assert all(account["parent_key"] in {None, *accounts} for account in accounts.values())
    (contract,) = (r for r in rows(portfolio["subscriptions"]) if r["account_key"] == "acme")
    assert contract["renews_on"] == today + timedelta(days=75)
    emails = {row["email"]: row["account_key"] for row in rows(portfolio["contacts"])}
    assert emails["jo@acme.example"] == "acme"
    assert emails["sam@globex.example"] == "globex"


def test_csms_share_the_accounts_and_a_few_have_none(portfolio: dict[str, Table]) -> None:
    owners = Counter(row["csm_email"] for row in rows(portfolio["accounts"]))
    assert 2 <= owners.pop("") <= 4
    casey, riley = owners["casey@digital-csm.example"], owners["riley@digital-csm.example"]
    assert owners.keys() == {"casey@digital-csm.example", "riley@digital-csm.example"}
    assert abs(casey - riley) <= 8


def test_currencies(portfolio: dict[str, Table]) -> None:
    currencies = Counter(row["currency"] for row in rows(portfolio["accounts"]))
    assert currencies.most_common(1)[0][0] == "USD"
    assert currencies.keys() == {"USD", "EUR", "GBP", "JPY"}
    assert currencies["JPY"] == 1
    of_account = {row["key"]: row["currency"] for row in rows(portfolio["accounts"])}
    for kind in ("subscriptions", "invoices"):
        for row in rows(portfolio[kind]):
            assert row["currency"] == of_account[row["account_key"]]


def test_eight_of_the_features_are_key(portfolio: dict[str, Table]) -> None:
    features = rows(portfolio["features"])
    assert (len(features), sum(row["is_key"] for row in features)) == (10, 8)


def test_the_same_day_gives_the_same_portfolio() -> None:
    first, second = read(TODAYS[0]), read(TODAYS[0])
    assert {k: list(t.rows) for k, t in first.items()} == {
        k: list(t.rows) for k, t in second.items()
    }


def test_the_next_day_keeps_the_numbers_of_quiet_accounts() -> None:
    def usage(today: date) -> dict[tuple[Any, ...], Any]:
        return {
            tuple(row[:3]): tuple(row[3:])
            for row in read(today)["usage"].rows
            if row[0] == "umbra" and row[1] > date(2026, 9, 1)
        }

    before, after = usage(date(2026, 11, 23)), usage(date(2026, 11, 24))
    assert before.items() <= after.items()
    assert len(after) > len(before)


def test_people_and_places() -> None:
    people = {person.key: person for person in demo_people()}
    assert {key: person.role for key, person in people.items()} == {
        "casey": Role.CSM,
        "riley": Role.CSM,
        "morgan": Role.MANAGER,
        "ada": Role.ADMIN,
        "jo": Role.CONTACT,
        "sam": Role.CONTACT,
    }
    assert (people["jo"].account_key, people["sam"].account_key) == ("acme", "globex")
    assert len({person.zone.key for person in people.values()}) >= 3
    places = {place.channel: place for place in demo_places()}
    assert {place.platform for place in places.values()} == {"console"}
    assert {place.workspace for place in places.values()} == {"demo"}
    assert {name: place.audience.kind for name, place in places.items()} == {
        "cs-team": AudienceKind.STAFF,
        "acme-shared": AudienceKind.CUSTOMER,
        "globex-shared": AudienceKind.CUSTOMER,
    }
    assert places["acme-shared"].audience.account_key == "acme"


@pytest.mark.parametrize(
    ("day", "years", "expected"),
    [
        (date(2028, 2, 29), 1, date(2027, 2, 28)),
        (date(2028, 2, 29), 4, date(2024, 2, 29)),
        (date(2027, 1, 1), 2, date(2025, 1, 1)),
    ],
)
def test_years_before(day: date, years: int, expected: date) -> None:
    assert years_before(day, years) == expected
