"""What is asked of accounts and people when their questions are answered."""

from datetime import date, timedelta

from csm.people import Principal, Role
from storage.records import SqlRecords
from tests.storage.portfolio import TODAY, at, write, write_accounts


def test_topics_of_an_accounts_tickets(records: SqlRecords) -> None:
    write_accounts(records)
    columns = ("account_key", "key", "subject", "opened_at")
    rows = [
        ("a-1", "late", "On the last day", at(7, 8, 23)),
        ("a-1", "early", "On the first", at(7, 1, 0)),
        ("a-1", "before", "", at(6, 30, 23)),
        ("a-1", "after", "", at(7, 9, 0)),
        ("a-2", "other", "", at(7, 2)),
    ]
    write(records, "tickets", columns, rows)
    with records.reading() as reader:
        topics = reader.ticket_topics("a-1", date(2026, 7, 1), date(2026, 7, 8))
        assert topics == [("early", "On the first"), ("late", "On the last day")]
        assert reader.ticket_topics("nobody", date(2026, 7, 1), date(2026, 7, 8)) == []


def test_arr_is_that_of_a_book(records: SqlRecords) -> None:
    write_accounts(records)
    columns = ("account_key", "key", "started_on", "ends_on", "arr", "trial")
    start = date(2026, 1, 1)
    rows = [
        ("a-1", "1", start, None, 100, False),
        ("a-1", "2", start, None, 200, False),
        ("a-1", "trial", start, None, 400, True),
        ("a-1", "over", start, TODAY, 800, False),
        ("a-1", "to come", TODAY + timedelta(days=1), None, 1600, False),
        ("a-3", "1", start, None, 5_000_000_000, False),
    ]
    write(records, "subscriptions", columns, rows)
    write(records, "accounts", ("key", "name", "currency"), [("a-3", "Initech", "EUR")])
    with records.reading() as reader:
        found = reader.arr_of({"a-1", "a-2", "a-3", "nobody"}, TODAY)
        book = {line.name: (line.arr, line.currency) for line in reader.book(None, TODAY)}
        assert reader.arr_of([], TODAY) == {}
        assert reader.arr_of(["a-1"], date(2025, 1, 1)) == {"a-1": (0, "USD")}
    assert found == {"a-1": (300, "USD"), "a-2": (0, "USD"), "a-3": (5_000_000_000, "EUR")}
    assert list(book.values()) == list(found.values())


def test_who_looks_after_an_account(records: SqlRecords) -> None:
    write_accounts(records)
    write(records, "accounts", ("key", "name", "csm_email"), [("a-2", "Globex", "")])
    with records.reading() as reader:
        assert reader.account_csm("a-1") == ("Acmé Corp", "casey@x.example")
        assert reader.account_csm("a-2") == ("Globex", "")
        assert reader.account_csm("nobody") is None


def test_every_account_of_a_person_on_a_platform(records: SqlRecords) -> None:
    with records.writing() as writer:
        writer.save_person(Principal("casey", "Casey", Role.CSM))
        writer.save_person(Principal("riley", "Riley", Role.CSM))
        for key, *place in (
            ("casey", "teams", "T2", "U9"),
            ("casey", "slack", "T1", "U1"),
            ("riley", "slack", "T1", "U2"),
        ):
            writer.link_person(key, *place)
    with records.reading() as reader:
        assert reader.platform_ids("casey") == [("slack", "T1", "U1"), ("teams", "T2", "U9")]
        assert reader.platform_ids("nobody") == []
