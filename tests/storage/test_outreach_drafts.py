"""Drafts that time or a person is to do something about; and what a play did before."""

from datetime import datetime, timedelta

from csm.audit import AuditEntry
from csm.outreach import OutreachState
from csm.ports_outreach import PastOutreach
from storage.records import SqlRecords
from tests.storage.conversations import sqlite_plans
from tests.storage.outreaches import add_outreach, outreach
from tests.storage.portfolio import at, write_accounts

NOW = at(7, 1)
MOMENT = timedelta(microseconds=1)
MANY = 1500


def woken(records: SqlRecords, outreach_id: int, when: datetime, what: str = "woken") -> None:
    subject = f"outreach:{outreach_id}"
    with records.writing() as writer:
        writer.audit(AuditEntry(at=when, who="schedule", what=f"outreach.{what}", subject=subject))


def test_drafts_whose_rest_is_over_and_whose_card_has_not_come_again(records: SqlRecords) -> None:
    ids = add_outreach(
        records,
        outreach("now", snoozed_until=NOW),
        outreach("before", snoozed_until=at(6, 30)),
        outreach("still", snoozed_until=NOW + MOMENT),
        outreach("never"),
        outreach("gone", snoozed_until=NOW, state=OutreachState.REJECTED),
        outreach("woken", snoozed_until=at(6, 20)),
        outreach("put off again since", snoozed_until=at(6, 20)),
    )
    woken(records, ids[5], at(6, 20))
    woken(records, ids[6], at(6, 20) - MOMENT)
    woken(records, ids[0], NOW, "snoozed")
    with records.reading() as reader:
        assert reader.drafts_rested(NOW) == [ids[6], ids[1], ids[0]]


def test_drafts_that_nobody_decided_on_oldest_first(records: SqlRecords) -> None:
    before = at(6, 10)
    ids = add_outreach(
        records,
        outreach("just", drafted_at=before),
        outreach("old", drafted_at=at(6, 1)),
        outreach("young", drafted_at=before + MOMENT),
        outreach("rested long ago", drafted_at=at(6, 2), snoozed_until=before),
        outreach("rested of late", drafted_at=at(6, 2), snoozed_until=before + MOMENT),
        outreach("sent", drafted_at=at(6, 1), state=OutreachState.SENT),
    )
    with records.reading() as reader:
        assert reader.drafts_undecided(before) == [ids[1], ids[3], ids[0]]


def test_none_of_many_drafts_is_left_out(sqlite_records: SqlRecords) -> None:
    hour = timedelta(hours=1)
    ids = add_outreach(
        sqlite_records,
        *(
            outreach(f"o{n}", drafted_at=at(6, 1), goes_at=NOW - n * hour, snoozed_until=NOW)
            for n in range(MANY)
        ),
    )
    with sqlite_records.reading() as reader:
        assert reader.drafts_undecided(NOW) == ids
        assert reader.drafts_rested(NOW) == ids
        assert reader.drafts_due(NOW, MANY) == ids[::-1]
        assert reader.drafts_due(NOW, 500) == ids[:-501:-1]


def test_drafts_that_nobody_put_off_oldest_first_and_page_by_page(records: SqlRecords) -> None:
    write_accounts(records)
    ids = add_outreach(
        records,
        outreach("one"),
        outreach("asleep", snoozed_until=NOW + MOMENT),
        outreach("rested", snoozed_until=NOW),
        outreach("sent", state=OutreachState.SENT),
        outreach("of Riley", account_key="a-3"),
        outreach("of nobody", account_key="gone"),
    )
    awake = [ids[0], ids[2], ids[4], ids[5]]
    with records.reading() as reader:

        def found(csm: str | None = None, limit: int = 10, after: int = 0) -> list[int]:
            return [one.id for one in reader.drafts_awake(NOW, csm, limit, after)]

        assert found() == awake
        assert found(limit=2) == awake[:2]
        assert found(limit=2, after=awake[1]) == awake[2:]
        assert found(after=awake[-1]) == []
        assert found("Riley@x.example") == [ids[4]]


def test_what_a_play_did_at_an_account_in_whatever_state(records: SqlRecords) -> None:
    states = list(OutreachState)
    ids = add_outreach(
        records,
        *(outreach(state.value, state=state, drafted_at=at(5, 1)) for state in states),
        outreach("newest", drafted_at=at(6, 2), sent_at=at(6, 4), body="Later."),
        outreach("another play", play="tip"),
        outreach("another account", account_key="a-2"),
    )
    with records.reading() as reader:
        found = reader.outreach_of_play("a-1", "check_in")
    newest = ids[len(states)]
    assert [one.outreach_id for one in found] == [newest, *reversed(ids[: len(states)])]
    assert found[0] == PastOutreach(newest, "check_in", "Later.", at(6, 4), OutreachState.DRAFTED)
    assert [one.state for one in found[1:]] == states[::-1]
    assert {one.at for one in found[1:]} == {at(5, 1)}


def test_drafts_are_found_by_indexes(sqlite_records: SqlRecords) -> None:
    with sqlite_plans() as plans, sqlite_records.reading() as reader:
        reader.drafts_rested(NOW)
        reader.drafts_undecided(NOW)
        reader.drafts_awake(NOW, None, 10)
        reader.outreach_of_play("a-1", "check_in")
    for plan in plans[:3]:
        assert "INDEX ix_outreach_state_drafted_at" in plan, plan
    assert "INDEX ix_audit_subject_number" in plans[0]
    assert "INDEX ix_outreach_account_key_state_drafted_at" in plans[3]
