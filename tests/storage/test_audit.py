"""The audit: a chain without a gap, the same when read back, and refused to whoever changes it."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
import sqlalchemy as sa

from csm.audit import GENESIS, AuditEntry, Chained, Head, breaks
from csm.errors import Busy
from storage.database import Database
from storage.records import SqlRecords
from tests.storage.conversations import at_once
from tests.storage.portfolio import at

ODD = {
    "big": 1e20,
    "tiny": 5e-324,
    "minus nothing": -0.0,
    "a third": 1 / 3,
    "whole": 2.0,
    "number": 2**70,
    "z": {"b": [1, None, True], "a": "é\U0001f642"},
    "": [],
}


def entry(subject: str = "outreach:1", **fields: object) -> AuditEntry:
    given = {"at": at(7, 1), "who": "casey", "what": "outreach.approved", **fields}
    return AuditEntry.model_validate({"subject": subject, **given})


def append(records: SqlRecords, *entries: AuditEntry) -> list[Chained]:
    with records.writing() as writer:
        return [writer.audit(one) for one in entries]


def chain(records: SqlRecords) -> tuple[list[Chained], Head]:
    with records.reading() as reader:
        return list(reader.audit_chain()), reader.audit_head()


def test_an_audit_begins_empty_and_whole(records: SqlRecords) -> None:
    assert chain(records) == ([], Head())
    assert list(breaks(*chain(records))) == []


def test_each_entry_follows_the_one_before_it(records: SqlRecords) -> None:
    first, second = append(records, entry(), entry("outreach:2"))
    (third,) = append(records, entry("pause:1"))
    assert [one.number for one in (first, second, third)] == [1, 2, 3]
    assert [one.previous for one in (first, second, third)] == [GENESIS, first.hash, second.hash]
    links, head = chain(records)
    assert links == [first, second, third]
    assert head == Head(3, third.hash)
    assert list(breaks(links, head)) == []


def test_entries_appended_together_are_a_chain_like_any_other(records: SqlRecords) -> None:
    (first,) = append(records, entry())
    with records.writing() as writer:
        assert writer.audit_all([]) == []
        more = writer.audit_all([entry("outreach:2"), entry("pause:1", after={"why": "\x00"})])
        last = writer.audit(entry("pause:2"))
    links, head = chain(records)
    assert links == [first, *more, last]
    assert [one.entry.subject for one in links] == [
        "outreach:1",
        "outreach:2",
        "pause:1",
        "pause:2",
    ]
    assert more[1].entry.after == {"why": "\ufffd"}
    assert head == Head(4, last.hash)
    assert list(breaks(links, head)) == []


def test_an_entry_reads_back_so_that_its_hash_is_the_same(records: SqlRecords) -> None:
    west = timezone(-timedelta(hours=9, minutes=30))
    given = entry(
        at=datetime(2026, 7, 1, 1, 2, 3, 456789, tzinfo=west),
        account_key="a-1",
        play="check_in",
        fingerprint="f" * 64,
        before=ODD,
        after={"state": "approved", "until": at(7, 2), "nul": "\x00"},
        verdict=[{"rule": "pause", "inputs": ("a", 1.5), "until": None}],
    )
    append(records, given)
    links, head = chain(records)
    assert list(breaks(links, head)) == []
    (link,) = links
    assert link.entry.at == given.at
    assert link.entry.at.tzinfo is UTC
    assert link.entry.before == ODD
    assert link.entry.after == {
        "state": "approved",
        "until": "2026-07-02T12:00:00Z",
        "nul": "\ufffd",
    }
    assert link.entry.verdict == [{"rule": "pause", "inputs": ["a", 1.5], "until": None}]


def test_what_is_undone_leaves_no_gap(records: SqlRecords) -> None:
    append(records, entry())

    def fail() -> None:
        with records.writing() as writer:
            assert writer.audit(entry("outreach:2")).number == 2
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    append(records, entry("outreach:3"))
    links, head = chain(records)
    assert [one.entry.subject for one in links] == ["outreach:1", "outreach:3"]
    assert list(breaks(links, head)) == []


def test_the_chain_is_read_from_anywhere_and_as_far_as_asked(records: SqlRecords) -> None:
    append(records, *(entry(f"outreach:{number % 2}") for number in range(1, 7)))
    with records.reading() as reader:
        assert [one.number for one in reader.audit_chain(2)] == [3, 4, 5, 6]
        assert [one.number for one in reader.audit_chain(2, 3)] == [3, 4, 5]
        assert [one.number for one in reader.audit_of("outreach:1")] == [1, 3, 5]
        assert reader.audit_of("outreach:9") == []


def test_two_who_append_take_turns(records: SqlRecords, impatient: SqlRecords) -> None:
    append(records, entry())
    with records.writing() as writer:
        writer.audit(entry("outreach:2"))
        with pytest.raises(Busy), impatient.writing() as other:
            other.audit(entry("outreach:3"))


def test_many_who_append_at_once_make_one_chain(records: SqlRecords) -> None:
    def work() -> None:
        for _ in range(5):
            append(records, entry(), entry())

    at_once(*(work for _ in range(4)))
    links, head = chain(records)
    assert len(links) == 40
    assert list(breaks(links, head)) == []


CHANGES = (
    "UPDATE audit SET who = 'nobody'",
    "UPDATE audit SET hash = hash WHERE number = 2",
    "DELETE FROM audit",
    "DELETE FROM audit WHERE number = 2",
    "INSERT INTO audit SELECT * FROM audit WHERE true ON CONFLICT (number) DO UPDATE SET who = ''",
    "DELETE FROM audit_head",
    "UPDATE audit_head SET count = 1",
    "UPDATE audit_head SET hash = 'forged'",
    "UPDATE audit_head SET id = 2, count = 9",
)
CHANGES_OF_ITS_OWN = {
    "sqlite": (
        "REPLACE INTO audit SELECT * FROM audit WHERE number = 1",
        "REPLACE INTO audit_head SELECT * FROM audit_head",
    ),
    "postgresql": ("TRUNCATE audit", "TRUNCATE audit_head, audit", "TRUNCATE audit_head"),
}


def test_no_entry_is_ever_changed_or_deleted(records: SqlRecords, database: Database) -> None:
    append(records, entry(), entry("outreach:2"))
    before = chain(records)
    kind = "sqlite" if database.is_sqlite else "postgresql"
    for statement in (*CHANGES, *CHANGES_OF_ITS_OWN[kind]):
        refused = pytest.raises(sa.exc.DBAPIError, match="never changed or deleted")
        with refused, database.writing() as connection:
            connection.exec_driver_sql(statement)
        assert chain(records) == before


def test_the_chain_is_streamed(records: SqlRecords) -> None:
    append(records, *(entry() for _ in range(3)))
    with records.reading() as reader:
        links = reader.audit_chain()
        assert next(links).number == 1
        assert reader.audit_head().count == 3
        assert [one.number for one in links] == [2, 3]
