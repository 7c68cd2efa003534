"""Redaction in the chain of the audit: what an erasure attests is accepted, and nothing else."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa

from csm.audit import ERASURE, SEALS, AuditEntry, Chained, breaks, seal
from csm.privacy import Subject
from storage.database import Database
from storage.records import SqlRecords
from tests.storage.portfolio import at

JO = Subject(addresses=("jo@acme.example",), person_keys=("jo",))
AGAIN = Subject(addresses=("mo@acme.example",), person_keys=("mo",))
SECRET = "5" * 64


def entry(subject: str, who: str = "casey", **fields: object) -> AuditEntry:
    given = {"at": at(7, 1), "who": who, "what": "outreach.approved", "subject": subject, **fields}
    return AuditEntry.model_validate(given)


def erase(records: SqlRecords, subject: Subject = JO, *, attested: bool = True) -> dict[int, str]:
    with records.writing() as writer:
        seals = writer.erase_person(subject, SECRET, at(7, 2)).redacted
        if attested:
            after = {SEALS: {str(number): one for number, one in seals.items()}}
            writer.audit(entry("contact:erased-1", what=ERASURE, after=after))
        return seals


def faults(records: SqlRecords) -> list[str]:
    with records.reading() as reader:
        return list(breaks(reader.audit_chain(), reader.audit_head()))


def chain(records: SqlRecords) -> list[Chained]:
    with records.reading() as reader:
        return list(reader.audit_chain())


@pytest.fixture
def three(records: SqlRecords) -> SqlRecords:
    """Entries of which the second names two people."""
    with records.writing() as writer:
        said = {"source": "mail of jo@acme.example", "copied": ["mo@acme.example"]}
        writer.audit_all(
            [entry("outreach:1"), entry("outreach:2", "jo", after=said), entry("outreach:3")]
        )
    return records


def test_an_attested_redaction_is_accepted(three: SqlRecords) -> None:
    before = chain(three)
    assert list(erase(three)) == [2]
    _, redacted, *_ = after = chain(three)
    assert faults(three) == []
    assert (redacted.number, redacted.previous, redacted.hash, redacted.redacted) == (
        2,
        before[1].previous,
        before[1].hash,
        1,
    )
    assert redacted.entry.who.startswith("erased-")
    assert redacted.entry.after == {"source": "mail of [erased]", "copied": ["mo@acme.example"]}
    assert [after[0], after[2]] == [before[0], before[2]]


def test_a_second_person_in_the_same_entry_is_attested_anew(three: SqlRecords) -> None:
    erase(three)
    assert list(erase(three, AGAIN)) == [2]
    link = chain(three)[1]
    assert link.redacted == 2
    assert link.entry.after["copied"] == ["[erased]"]
    assert faults(three) == []


def test_an_erasure_that_finds_nothing_redacts_nothing(three: SqlRecords) -> None:
    erase(three)
    assert erase(three) == {}
    assert faults(three) == []


def test_a_redaction_without_a_word_of_it_is_a_break(three: SqlRecords) -> None:
    erase(three, attested=False)
    (said,) = faults(three)
    assert "Entry 2 was redacted, but no later entry attests" in said


def test_a_second_redaction_needs_an_attestation_of_its_own(three: SqlRecords) -> None:
    erase(three)
    erase(three, AGAIN, attested=False)
    assert any("Entry 2" in one for one in faults(three))


def test_an_attestation_of_something_else_is_none(three: SqlRecords) -> None:
    with three.writing() as writer:
        (number, said), *_ = writer.erase_person(JO, SECRET, at(7, 2)).redacted.items()
        other = {"1": said, str(number): said[::-1], "x": said}
        writer.audit(entry("contact:erased-1", what=ERASURE, after={SEALS: other}))
    assert any("Entry 2" in one for one in faults(three))


@pytest.mark.parametrize("after", [{SEALS: "all"}, {SEALS: ["2"]}, {}, {SEALS: {"-2": "x"}}])
def test_rubbish_attests_nothing(three: SqlRecords, after: dict[str, object]) -> None:
    with three.writing() as writer:
        writer.erase_person(JO, SECRET, at(7, 2))
        writer.audit(entry("contact:erased-1", what=ERASURE, after=after))
    assert len(faults(three)) == 1


def test_nobody_attests_beforehand(three: SqlRecords) -> None:
    """Whoever writes an attestation first, and the entry after it, finds no belief."""
    erase(three, attested=False)
    redacted = chain(three)[1]
    early = {str(redacted.number + 3): seal(redacted)}
    with three.writing() as writer:
        writer.audit(entry("contact:erased-1", what=ERASURE, after={SEALS: early}))
    assert len(faults(three)) == 1


FORGERIES: dict[str, tuple[str, str]] = {
    "an entry forged as redacted": (
        "UPDATE audit SET who = 'alex', redacted = 1 WHERE number = 3",
        "Entry 3 was redacted, but no later entry attests",
    ),
    "a redacted entry changed again": (
        "UPDATE audit SET who = 'alex' WHERE number = 2",
        "Entry 2 was redacted, but no later entry attests",
    ),
    "a redaction counted again": (
        "UPDATE audit SET redacted = 2 WHERE number = 2",
        "Entry 2 was redacted, but no later entry attests",
    ),
    "a redaction denied": ("UPDATE audit SET redacted = 0 WHERE number = 2", "Entry 2 was changed"),
    "the attestation deleted": ("DELETE FROM audit WHERE number = 4", "the end was cut off"),
    "the attestation changed": (
        "UPDATE audit SET \"after\" = '{}' WHERE number = 4",
        "Entry 4 was changed",
    ),
    "the attestation redacted": (
        "UPDATE audit SET redacted = 1 WHERE number = 4",
        "Entry 4 attests redactions, and was redacted itself",
    ),
    "the hash of a redacted entry": (
        "UPDATE audit SET hash = previous WHERE number = 2",
        "Entry 3 does not follow",
    ),
}


@pytest.mark.parametrize(("change", "said"), FORGERIES.values(), ids=FORGERIES)
def test_whoever_forges_is_found(
    sqlite_records: SqlRecords, tmp_path: Path, change: str, said: str
) -> None:
    """By somebody with the database's own rights, who takes the triggers away first."""
    with sqlite_records.writing() as writer:
        jo = entry("outreach:2", "jo")
        writer.audit_all([entry("outreach:1"), jo, entry("outreach:3")])
    erase(sqlite_records)
    assert faults(sqlite_records) == []
    with closing(sqlite3.connect(tmp_path / "records.db")) as database, database:
        named = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name LIKE 'audit%'"
        for (trigger,) in database.execute(named).fetchall():
            database.execute(f"DROP TRIGGER {trigger}")
        database.execute(change)
    assert any(said in one for one in faults(sqlite_records))


REFUSED = [
    "redacted = 0",
    "who = 'alex'",
    "redacted = redacted + 2",
    "redacted = redacted + 1, what = 'x'",
    "redacted = redacted + 1, hash = 'x'",
    "redacted = redacted + 1, previous = 'x'",
    "redacted = redacted + 1, number = 99",
    "redacted = redacted + 1, at = '2027-01-01 00:00:00'",
    "redacted = redacted + 1, account_key = 'x'",
    "redacted = redacted + 1, fingerprint = 'x'",
]


@pytest.mark.parametrize("change", REFUSED)
def test_the_database_refuses_every_change_but_a_redaction(database: Database, change: str) -> None:
    records = SqlRecords(database)
    with records.writing() as writer:
        writer.audit(entry("outreach:2", "jo"))
    erase(records)
    for number in (1, 2):
        if change == "redacted = 0" and number == 2:
            continue
        with pytest.raises(sa.exc.DatabaseError), database.writing() as connection:
            connection.exec_driver_sql(f"UPDATE audit SET {change} WHERE number = {number}")
    with pytest.raises(sa.exc.DatabaseError), database.writing() as connection:
        connection.exec_driver_sql("DELETE FROM audit")
    assert faults(records) == []
