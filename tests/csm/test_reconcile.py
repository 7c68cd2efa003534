"""Reconciliation: what is broken, lost or stuck is found, and administrators told of it once."""

from datetime import datetime, time, timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from csm.audit import AuditEntry
from csm.firing import Firing
from csm.outreach import OutreachState
from csm.people import Principal, Role
from csm.ports_answers import StoredPost
from csm.post import PostState
from csm.use_cases.reconcile import reconcile
from jobs.schedule import job_table
from storage.records import SqlRecords
from tests.bot.desks import desk
from tests.bot.slack_records import FixedClock
from tests.storage.conversations import add_posts, post
from tests.storage.outreaches import add_outreach, outreach, queue

CLOCK = FixedClock()
NOW = CLOCK.now()
JOBS = job_table(time(2))


@pytest.fixture
def records(sqlite_records: SqlRecords) -> SqlRecords:
    with sqlite_records.writing() as writer:
        writer.save_person(Principal("ada", "Ada Plainly", Role.ADMIN))
        writer.save_person(Principal("morgan", "Morgan Lee", Role.MANAGER))
        writer.link_person("ada", "slack", "T1", "U1")
    return sqlite_records


def run(records: SqlRecords, *platforms: str) -> str:
    steps: list[tuple[int, int]] = []
    given = desk(*platforms or ("slack",))
    words = reconcile(records, given, JOBS, CLOCK, lambda *step: steps.append(step))
    assert steps == [(0, 3), (1, 3), (2, 3), (3, 3)]
    return words


def told(records: SqlRecords) -> list[StoredPost]:
    with records.reading() as reader:
        return [one for one in reader.posts("waiting") if one.post.key.startswith("reconcile:")]


def ago(**time: int) -> datetime:
    return NOW - timedelta(**time)


def test_nothing_is_said_where_all_is_well(records: SqlRecords) -> None:
    queue(records, outreach("fine"), created_at=ago(hours=1))
    with records.writing() as writer:
        writer.audit(entry())
    add_posts(
        records,
        post("soon", created_at=ago(hours=2)),
        post("rests", created_at=ago(days=3), not_before=ago(hours=1)),
        post("sending", created_at=ago(days=3), state=PostState.SENDING, claimed_at=ago(minutes=9)),
        post("in doubt", created_at=ago(days=1), state=PostState.IN_DOUBT),
    )
    run_of(records, ago(minutes=20))
    words = run(records)
    assert words == "The audit is whole (1 entry), and nothing is missing from the outbox."
    assert told(records) == []


def run_of(records: SqlRecords, started_at: datetime) -> None:
    with records.writing() as writer:
        (number,) = writer.add_firings(
            [Firing(job="verdicts", period="2026-03-02", due_at=ago(days=1))]
        )
        assert writer.take_firing(number, "token", "reference", started_at)


def lost(records: SqlRecords) -> None:
    add_outreach(records, outreach("lost", state=OutreachState.APPROVED))
    with records.writing() as writer:
        writer.audit(entry())


def entry(**changes: Any) -> AuditEntry:
    given = {"at": NOW, "who": "ada", "what": "outreach.approved", "subject": "outreach:1"}
    return AuditEntry.model_validate(given | {"after": {"state": "approved"}} | changes)


def stuck(records: SqlRecords) -> None:
    given = post("p", created_at=ago(days=1), state=PostState.SENDING, claimed_at=ago(hours=2))
    add_posts(records, given)


def doubted(records: SqlRecords) -> None:
    (number,) = add_outreach(records, outreach("doubted", state=OutreachState.IN_DOUBT))
    given = post("p", created_at=ago(days=4), state=PostState.IN_DOUBT, outreach_id=number)
    add_posts(records, given)
    with records.writing() as writer:
        writer.audit(entry(what="outreach.in_doubt", after={"state": "in_doubt"}))


def late(records: SqlRecords) -> None:
    add_posts(records, post("p", created_at=ago(days=2)))


def hung(records: SqlRecords) -> None:
    run_of(records, ago(hours=1))


def untold(records: SqlRecords) -> None:
    add_outreach(records, outreach("sent", state=OutreachState.SENT, sent_at=ago(days=1)))


@pytest.mark.parametrize(
    ("trouble", "words", "said"),
    [
        (lost, "1 messages that the outbox lost", "is approved, but in the outbox it has no"),
        (stuck, "1 messages stuck while they were sent", "nobody has settled it since 2 Mar"),
        (doubted, "1 messages in doubt", "may or may not have arrived"),
        (late, "1 messages that wait for too long", "should have been sent since 28 Feb"),
        (hung, "1 jobs that run for too long", "The job verdicts of 2026-03-02 runs since"),
        (untold, "1 breaks of the audit", "The audit is not whole. Outreach 1 is sent, but no"),
    ],
)
def test_each_trouble_is_told_to_administrators_once(
    records: SqlRecords, trouble: Any, words: str, said: str
) -> None:
    trouble(records)
    assert run(records).startswith(f"Found {words}; 1 of them new.")
    (one,) = told(records)
    assert (one.post.person_key, one.post.platform) == ("ada", "slack")
    assert said in one.post.card["summary"]
    assert one.post.card["blocks"][1]["text"]
    assert run(records).startswith(f"Found {words}; 0 of them new.")
    assert len(told(records)) == 1


def test_what_waits_for_a_platform_that_is_not_connected_is_no_trouble(
    records: SqlRecords,
) -> None:
    late(records)
    assert "nothing is missing" in run(records, "console")


def test_a_broken_chain_is_found(records: SqlRecords) -> None:
    with records.writing() as writer:
        writer.audit_all([entry(subject="pause:1"), entry(subject="pause:2")])
    with records._database.writing() as connection:
        for trigger in ("audit_no_delete", "audit_head_grows"):
            connection.execute(sa.text(f"DROP TRIGGER {trigger}"))
        connection.execute(sa.text("DELETE FROM audit WHERE number = 1"))
    assert "breaks of the audit" in run(records)
    assert any("Entry 1 is missing" in one.post.card["summary"] for one in told(records))


def test_a_great_trouble_is_not_a_flood_of_messages(records: SqlRecords) -> None:
    add_posts(records, *(post(f"p{number}", created_at=ago(days=2)) for number in range(50)))
    assert "10 messages that wait for too long; 10 of them new" in run(records)
    assert len(told(records)) == 10
