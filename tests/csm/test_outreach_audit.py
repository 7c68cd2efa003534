"""The audit: what it keeps of a verdict, and whether anybody touched the chain."""

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from csm.errors import Forbidden, InvalidInput
from csm.guard import Outcome, RuleResult, Verdict
from csm.people import Capability
from csm.use_cases.change_outreach import reject
from csm.use_cases.outreach_audit import WORD_RULES, audited, show, verify
from storage.records import SqlRecords
from tests.csm.outreach_desk import BODY, CASEY, MORGAN, START, OutreachDesk, staff

READING = staff(MORGAN, Capability.READ_AUDIT)


@pytest.fixture
def house(sqlite_records: SqlRecords) -> OutreachDesk:
    return OutreachDesk(sqlite_records)


def approve_three(house: OutreachDesk) -> list[int]:
    """One every hour; the guard minds the second and the third, which is audited as well."""
    ids = []
    for number in range(3):
        ids.append(house.keep(house.draft(key=str(number), body=f"{BODY}{number * '.'}")))
        house.approve(ids[-1])
        house.clock.pass_by(hours=1)
    return ids


def test_a_whole_chain_is_verified(records: SqlRecords) -> None:
    house = OutreachDesk(records)
    approve_three(house)
    verified = verify(READING, records)
    assert verified.is_whole
    assert verified.count == 3
    assert verified.head == house.audit()[-1].hash


def test_an_empty_chain_is_whole(house: OutreachDesk) -> None:
    assert verify(READING, house.records).is_whole


TAMPERING = [
    ("UPDATE audit SET who = 'morgan' WHERE number = 2", "Entry 2 was changed"),
    ("DELETE FROM audit WHERE number = 2", "Entry 2 is missing"),
    ("DELETE FROM audit WHERE number = 3", "the end was cut off"),
]


def tamper(tmp_path: Path, *statements: str) -> None:
    """What somebody could do who has the database's own rights."""
    with closing(sqlite3.connect(tmp_path / "records.db")) as database, database:
        named = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name LIKE 'audit%'"
        for (trigger,) in database.execute(named).fetchall():
            database.execute(f"DROP TRIGGER {trigger}")
        for sql in statements:
            database.execute(sql)


CUT = "DELETE FROM audit WHERE number > {0}"
FORGED = (
    "UPDATE audit_head SET count = {0}, "
    "hash = coalesce((SELECT hash FROM audit WHERE number = {0}), '" + "0" * 64 + "')"
)


@pytest.mark.parametrize("left", [0, 1, 2])
def test_an_end_that_was_cut_off_is_missed_by_the_records(
    house: OutreachDesk, tmp_path: Path, left: int
) -> None:
    clearance = staff(CASEY, Capability.APPROVE_OUTREACH)
    for number in range(3):
        outreach_id = house.keep(house.draft(key=str(number)))
        reject(clearance, house.records, house.desk, house.clock, outreach_id, "No.")
    assert verify(READING, house.records).is_whole
    tamper(tmp_path, CUT.format(left), FORGED.format(left))
    verified = verify(READING, house.records)
    assert verified.breaks == tuple(
        f"Outreach {id_} is rejected, but no entry speaks of it." for id_ in range(left + 1, 4)
    )


def test_a_later_state_must_be_told_as_well(house: OutreachDesk, tmp_path: Path) -> None:
    house.approved()
    tamper(tmp_path, "UPDATE outreach SET state = 'sent'")
    said = ("Outreach 1 is sent, but the last entry says approved.",)
    assert verify(READING, house.records).breaks == said


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE audit SET \"after\" = '{' WHERE number = 2",
        "UPDATE audit SET \"before\" = 'x' WHERE number = 2",
        "UPDATE audit SET at = 'x' WHERE number = 2",
    ],
)
def test_an_entry_that_cannot_be_read_is_told(
    house: OutreachDesk, tmp_path: Path, sql: str
) -> None:
    approve_three(house)
    tamper(tmp_path, sql)
    (said,) = verify(READING, house.records).breaks
    assert "cannot be read" in said


@pytest.mark.parametrize("text", ["1", "null", "[]", '"x"'])
def test_an_entry_that_says_something_else_is_told(
    house: OutreachDesk, tmp_path: Path, text: str
) -> None:
    approve_three(house)
    tamper(tmp_path, f"UPDATE audit SET \"after\" = '{text}' WHERE number = 2")
    assert any("Entry 2 was changed" in one for one in verify(READING, house.records).breaks)


@pytest.mark.parametrize(("sql", "said"), TAMPERING)
def test_whoever_touches_the_chain_is_found(
    house: OutreachDesk, tmp_path: Path, sql: str, said: str
) -> None:
    approve_three(house)
    tamper(tmp_path, sql)
    verified = verify(READING, house.records)
    assert not verified.is_whole
    assert any(said in one for one in verified.breaks)


def test_the_newest_entries_are_shown_oldest_first(house: OutreachDesk) -> None:
    ids = approve_three(house)
    shown = show(READING, house.records, limit=2)
    assert [one.number for one in shown] == [2, 3]
    assert [one.number for one in show(READING, house.records)] == [1, 2, 3]
    (own,) = show(READING, house.records, subject=f"outreach:{ids[1]}")
    assert own.number == 2
    late = show(READING, house.records, since=START + timedelta(hours=1))
    assert [one.number for one in late] == [2, 3]
    assert show(READING, house.records, subject="outreach:99") == []
    newest = show(READING, house.records, since=START, limit=1)
    assert [one.number for one in newest] == [3]


@pytest.mark.parametrize("limit", [0, -1, 501])
def test_a_limit_makes_sense(house: OutreachDesk, limit: int) -> None:
    with pytest.raises(InvalidInput, match="Between 1 and 500"):
        show(READING, house.records, limit=limit)


def test_the_audit_is_for_managers(house: OutreachDesk) -> None:
    with pytest.raises(Forbidden):
        staff(CASEY, Capability.READ_AUDIT)
    reading = staff(CASEY, Capability.READ_ACCOUNTS)
    with pytest.raises(Forbidden):
        show(reading, house.records)
    with pytest.raises(Forbidden):
        verify(reading, house.records)


def test_the_audit_quotes_no_words_and_no_addresses() -> None:
    until = START + timedelta(hours=4)
    verdict = Verdict(
        (
            RuleResult("ungrounded", Outcome.REFUSE, "No.", ("83 %", "Jo")),
            RuleResult("kill_switch", Outcome.HOLD, "No.", ("paused: all, by alex",), until),
            RuleResult("reachable", Outcome.PASS, "Fine.", ("jo@acme.example", "by email")),
        )
    )
    assert audited(verdict) == [
        {"rule": "ungrounded", "outcome": "refuse", "count": 2},
        {
            "rule": "kill_switch",
            "outcome": "hold",
            "until": until.isoformat(),
            "inputs": ["paused: all, by alex"],
        },
        {"rule": "reachable", "outcome": "pass", "inputs": ["by email"]},
    ]


def test_what_the_facts_say_stands_in_no_audit(house: OutreachDesk) -> None:
    """A rule of sending that looks at facts tells of them in the verdict alone."""
    assert "ungrounded" in WORD_RULES
    assert "kill_switch" not in WORD_RULES
    outreach_id = house.keep()
    house.put("accounts", ("key", "name", "csm_email"), ("acme", "Acme", "riley@ours.example"))
    house.approve(outreach_id, MORGAN)
    assert "Casey Rivers" not in house.audit()[-1].entry.model_dump_json()
