"""What a 360 reads of one account, as of a day."""

from datetime import date, timedelta
from typing import Any

import pytest

from csm.account import Account, AccountStatus, Priority, Subscription
from csm.people import Principal, Role
from csm.ports import AccountFile
from storage.records import SqlRecords
from tests.storage.portfolio import TODAY, at, questions_asked, write, write_accounts

TOMORROW = TODAY + timedelta(days=1)


@pytest.fixture
def acme(records: SqlRecords) -> int:
    return write_accounts(records)["a-1"]


def write_of_acme(records: SqlRecords, kind: str, columns: str, *rows: tuple[Any, ...]) -> None:
    names = ("account_key", "key", *columns.split())
    write(records, kind, names, [("a-1", f"k{n}", *row) for n, row in enumerate(rows)], TODAY)


def file_of(records: SqlRecords, account_id: int, as_of: date = TODAY) -> AccountFile:
    with records.reading() as reader:
        found = reader.account_file(account_id, as_of)
    assert found is not None
    return found


def test_the_account_itself(records: SqlRecords, acme: int) -> None:
    file = file_of(records, acme)
    assert file.stored.id == acme
    assert file.stored.account == Account(
        key="a-1",
        name="Acmé Corp",
        aliases="Acme|The Coyote's  Supplier",
        domain="acme.example",
        segment="smb",
        csm_email="casey@x.example",
        status=AccountStatus.CUSTOMER,
    )
    assert (file.subscriptions, file.open_tickets, file.last_two_way_contact) == ([], [], None)
    assert file.feeds == {"accounts": TODAY}
    with records.reading() as reader:
        assert reader.account(acme + 99) is None
        assert reader.account_file(acme + 99, TODAY) is None


def test_the_csm_by_name_or_else_by_address(records: SqlRecords, acme: int) -> None:
    assert file_of(records, acme).csm_name == "casey@x.example"
    with records.writing() as writer:
        writer.save_person(Principal("casey", "Casey Field", Role.CSM, "casey@x.example"))
    assert file_of(records, acme).csm_name == "Casey Field"
    write(records, "accounts", ("key", "name", "csm_email"), [("a-1", "Acme", "")])
    assert file_of(records, acme).csm_name == ""


def test_open_tickets_worst_and_oldest_first(records: SqlRecords, acme: int) -> None:
    write_of_acme(
        records,
        "tickets",
        "subject priority opened_at closed_at",
        ("low", "low", at(5, 1), None),
        ("urgent, new", "urgent", at(6, 2), None),
        ("urgent, old", "urgent", at(6, 1), at(7, 2, 0)),
        ("closed", "urgent", at(6, 1), at(7, 1, 23)),
        ("later", "urgent", at(7, 2, 0), None),
        ("high", "high", at(7, 1, 23), None),
    )
    tickets = file_of(records, acme).open_tickets
    assert [ticket.subject for ticket in tickets] == ["urgent, old", "urgent, new", "high", "low"]
    assert {ticket.closed_at for ticket in tickets} == {None}
    assert tickets[0].priority is Priority.URGENT
    assert tickets[0].opened_at == at(6, 1)


def test_the_last_contact_is_one_that_they_took_part_in(records: SqlRecords, acme: int) -> None:
    write_of_acme(
        records,
        "interactions",
        "at direction",
        (at(6, 30), "outbound"),
        (at(6, 29), "internal"),
        (at(5, 1), "inbound"),
        (at(4, 1), "both"),
        (at(7, 2, 0), "both"),
    )
    assert file_of(records, acme).last_two_way_contact == at(5, 1)
    assert file_of(records, acme, date(2026, 4, 30)).last_two_way_contact == at(4, 1)
    assert file_of(records, acme, date(2026, 3, 31)).last_two_way_contact is None
    assert file_of(records, acme, TOMORROW).last_two_way_contact == at(7, 2, 0)


def test_subscriptions_newest_first(records: SqlRecords, acme: int) -> None:
    write_of_acme(records, "subscriptions", "started_on arr", (date(2024, 1, 1), 1), (TODAY, 2))
    first, second = file_of(records, acme).subscriptions
    assert type(first) is Subscription
    assert (first.arr, second.arr) == (2, 1)


def test_a_file_takes_few_questions(records: SqlRecords, acme: int) -> None:
    with questions_asked() as asked:
        file_of(records, acme)
    assert len(asked) <= 6


def test_weeks_of_usage(records: SqlRecords, acme: int) -> None:
    days = {0: 1, 6: 2, 7: 4, 13: 8, 14: 16, 20: 32, 21: 64, -1: 128}
    write(
        records,
        "usage",
        ("account_key", "day", "feature", "events"),
        [
            (key, TODAY - timedelta(days=ago), feature, events)
            for ago, events in days.items()
            for key, feature in (("a-1", "x"), ("a-1", "y"), ("a-2", "x"))
        ],
    )
    with records.reading() as reader:
        assert reader.weekly_usage(acme, TODAY, 3) == [
            (TODAY - timedelta(days=14), 96),
            (TODAY - timedelta(days=7), 24),
            (TODAY, 6),
        ]
        assert reader.weekly_usage(acme, TODAY, 0) == []
        assert reader.weekly_usage(acme + 99, TODAY, 1) == [(TODAY, 0)]
