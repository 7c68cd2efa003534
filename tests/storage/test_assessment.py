"""What a refresh concluded, kept and read again."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from csm.errors import NotFound
from csm.health import CtaOutcome, CtaStatus, FindingKind, Save, Severity
from storage import tables
from storage.database import Database
from storage.records import SqlRecords
from tests.storage.portfolio import (
    TODAY,
    at,
    cta,
    health,
    keep,
    risk,
    snapshot,
    write_accounts,
)

YESTERDAY = TODAY - timedelta(days=1)


@pytest.fixture
def acme(records: SqlRecords) -> int:
    return write_accounts(records)["a-1"]


def test_health_and_snapshot_come_back_as_they_were(records: SqlRecords, acme: int) -> None:
    kept = health(acme)
    keep(records, health=[kept], snapshots=[snapshot(acme, dau=3.5)])
    with records.reading() as reader:
        assert reader.health_history(acme, TODAY) == [kept]
        assert reader.snapshot(acme) == snapshot(acme, dau=3.5)
        assert reader.snapshot(acme + 1) is None


def test_keeping_replaces_the_same_day(records: SqlRecords, acme: int) -> None:
    keep(records, YESTERDAY, health=[health(acme, YESTERDAY, 10.0)])
    keep(records, health=[health(acme, TODAY, 20.0)], snapshots=[snapshot(acme, dau=1.0)])
    keep(records, health=[health(acme, TODAY, None)], snapshots=[snapshot(acme, wau=2.0)])
    with records.reading() as reader:
        history = reader.health_history(acme, date.min)
        assert [(one.day, one.score) for one in history] == [(YESTERDAY, 10.0), (TODAY, None)]
        assert reader.health_history(acme, TODAY) == history[1:]
        assert reader.snapshot(acme) == snapshot(acme, wau=2.0)


def test_the_newest_health_before_a_day(records: SqlRecords, acme: int) -> None:
    for days, score in ((30, 1.0), (8, 2.0), (0, 3.0)):
        day = TODAY - timedelta(days=days)
        keep(records, day, health=[health(acme, day, score)])
    with records.reading() as reader:
        ids = reader.account_ids()
        assert {key: one.score for key, one in reader.previous_health(ids, TODAY).items()} == {
            acme: 2.0
        }
        assert reader.previous_health(ids, TODAY - timedelta(days=30)) == {}
        assert reader.previous_health([], TODAY) == {}


def test_an_open_finding_gets_new_evidence(records: SqlRecords, acme: int) -> None:
    keep(records, YESTERDAY, findings=[risk(acme, opened_on=YESTERDAY, seen_on=YESTERDAY)])
    worse = risk(acme, severity=Severity.CRITICAL, evidence="NPS 0.", opened_on=TODAY)
    keep(records, findings=[worse])
    with records.reading() as reader:
        expected = worse.model_copy(update={"opened_on": YESTERDAY})
        assert reader.findings(acme, FindingKind.RISK, TODAY) == [expected]
        assert reader.open_findings_of([acme]) == [expected]


def test_a_finding_closes_and_may_open_again(records: SqlRecords, acme: int) -> None:
    keep(records, YESTERDAY, findings=[risk(acme, opened_on=YESTERDAY)])
    closed = risk(acme, opened_on=YESTERDAY, closed_on=YESTERDAY)
    keep(records, YESTERDAY, findings=[closed])
    with records.reading() as reader:
        assert reader.open_findings_of([acme]) == []
        assert reader.findings(acme, FindingKind.RISK, YESTERDAY) == [closed]
        assert reader.findings(acme, FindingKind.RISK, TODAY) == []
        assert reader.findings(acme, FindingKind.RISK, None) == []
    keep(records, findings=[risk(acme)])
    with records.reading() as reader:
        assert reader.findings(acme, FindingKind.RISK, YESTERDAY) == [risk(acme), closed]


def test_closing_what_is_open_no_more_changes_nothing(records: SqlRecords, acme: int) -> None:
    keep(records, YESTERDAY, findings=[risk(acme, opened_on=YESTERDAY)])
    closed = risk(acme, opened_on=YESTERDAY, closed_on=TODAY)
    for _ in range(2):
        keep(records, findings=[closed])
    with records.reading() as reader:
        assert reader.findings(acme, FindingKind.RISK, YESTERDAY) == [closed]


def test_findings_come_open_first_then_worst_first(records: SqlRecords, acme: int) -> None:
    critical_but_closed = risk(acme, "sla_breach", Severity.CRITICAL, closed_on=TODAY)
    low, high = risk(acme, "data_gap", Severity.LOW), risk(acme, "downsell", Severity.HIGH)
    lead = risk(acme, "expansion", kind=FindingKind.LEAD)
    keep(records, findings=[low, lead, risk(acme, "sla_breach"), high])
    keep(records, findings=[critical_but_closed])
    with records.reading() as reader:
        found = reader.findings(acme, FindingKind.RISK, TODAY)
        assert found == [high, low, critical_but_closed]
        assert reader.findings(acme, FindingKind.RISK, None) == [high, low]
        assert reader.findings(acme, FindingKind.LEAD, None) == [lead]


def test_keeping_twice_changes_nothing(records: SqlRecords, acme: int) -> None:
    for _ in range(2):
        keep(
            records,
            health=[health(acme)],
            snapshots=[snapshot(acme, dau=1.0)],
            findings=[risk(acme)],
            opened_ctas=[cta(acme)],
            saves=[Save(account_id=acme, day=TODAY, from_score=20.0, to_score=60.0)],
        )
    with records.reading() as reader:
        assert reader.open_findings_of([acme]) == [risk(acme)]
        assert [stored.cta for stored in reader.ctas_of(acme)] == [cta(acme)]
        assert len(reader.health_history(acme, date.min)) == 1


def test_a_save_that_holds_no_more_is_gone(records: SqlRecords, database: Database) -> None:
    ids = write_accounts(records)
    acme, globex = ids["a-1"], ids["a-2"]

    def save(account_id: int, day: date = TODAY) -> Save:
        return Save(account_id=account_id, day=day, from_score=20.0, to_score=60.0)

    keep(records, YESTERDAY, health=[health(acme, YESTERDAY)], saves=[save(acme, YESTERDAY)])
    both = [health(acme), health(globex)]
    keep(records, health=both, saves=[save(acme), save(globex)])
    keep(records, health=[health(acme)])
    assert saves(database) == [(acme, YESTERDAY, 60.0), (globex, TODAY, 60.0)]
    better = save(globex).model_copy(update={"to_score": 70.0})
    keep(records, health=both, saves=[better])
    assert saves(database) == [(acme, YESTERDAY, 60.0), (globex, TODAY, 70.0)]


def saves(database: Database) -> list[tuple[int, date, float]]:
    save = tables.save.c
    rows = sa.select(save.account_id, save.day, save.to_score).order_by(save.account_id)
    with database.reading() as connection:
        return [(row[0], row[1], row[2]) for row in connection.execute(rows)]


def test_a_second_cta_for_the_same_reason_is_not_opened(records: SqlRecords, acme: int) -> None:
    keep(records, opened_ctas=[cta(acme)])
    keep(records, opened_ctas=[cta(acme, severity=Severity.LOW), cta(acme, "downsell")])
    with records.reading() as reader:
        found = [(one.cta.reason, one.cta.severity) for one in reader.ctas_of(acme)]
        assert sorted(found) == [("detractor", Severity.HIGH), ("downsell", Severity.HIGH)]


def test_a_cta_lives_and_ends(records: SqlRecords, acme: int) -> None:
    keep(records, opened_ctas=[cta(acme, owner_email="Casey@x.example")])
    with records.reading() as reader:
        (stored,) = reader.open_ctas("CASEY@x.example")
        assert stored.account_name == "Acmé Corp"
        assert reader.cta(stored.id) == stored
        assert reader.cta(stored.id + 1) is None
        assert reader.open_ctas("riley@x.example") == []
    claimed = stored.cta.model_copy(
        update={"status": CtaStatus.CLAIMED, "claimed_by": "casey", "claimed_at": at(7, 1)}
    )
    with records.writing() as writer:
        writer.update_cta(stored.id, claimed)
        with pytest.raises(NotFound):
            writer.update_cta(stored.id + 1, claimed)
    with records.reading() as reader:
        assert [one.cta for one in reader.open_ctas(None)] == [claimed]
        assert reader.open_ctas_of([acme]) == reader.ctas_of(acme)
    closed = claimed.model_copy(
        update={"status": CtaStatus.CLOSED, "outcome": CtaOutcome.DONE, "closed_at": at(7, 2)}
    )
    keep(records, changed_ctas=[(stored.id, closed)], opened_ctas=[cta(acme)])
    with records.reading() as reader:
        assert [one.cta for one in reader.newest_closed_ctas_of([acme])] == [closed]
        assert [one.cta for one in reader.ctas_of(acme)] == [cta(acme)]
        old = reader.cta(stored.id)
        assert old is not None
        assert old.cta == closed


def test_the_newest_closed_cta_of_each_reason(records: SqlRecords, acme: int) -> None:
    for day, reason in ((1, "detractor"), (5, "detractor"), (3, "detractor"), (2, "downsell")):
        keep(records, opened_ctas=[cta(acme, reason)])
        with records.writing() as writer:
            (stored,) = writer.ctas_of(acme)
            done = {"status": CtaStatus.CLOSED, "closed_at": at(6, day)}
            writer.update_cta(stored.id, stored.cta.model_copy(update=done))
    with records.reading() as reader:
        newest = reader.newest_closed_ctas_of(reader.account_ids())
        assert {one.cta.reason: one.cta.closed_at for one in newest} == {
            "detractor": at(6, 5),
            "downsell": at(6, 2),
        }
        assert reader.newest_closed_ctas_of([]) == []


def test_ctas_come_soonest_due_first(records: SqlRecords, acme: int) -> None:
    later = cta(acme, "a", Severity.CRITICAL, due_on=TODAY + timedelta(days=1))
    low, high = cta(acme, "b", Severity.LOW), cta(acme, "c", Severity.HIGH)
    keep(records, opened_ctas=[later, low, high])
    with records.reading() as reader:
        assert [one.cta for one in reader.ctas_of(acme)] == [high, low, later]
        assert [one.cta for one in reader.open_ctas(None)] == [high, low, later]


def test_changing_a_cta_that_is_gone_keeps_nothing(records: SqlRecords, acme: int) -> None:
    with pytest.raises(NotFound):
        keep(records, health=[health(acme)], changed_ctas=[(99, cta(acme))])
    with records.reading() as reader:
        assert reader.health_history(acme, date.min) == []


def test_a_large_assessment(records: SqlRecords) -> None:
    ids = list(write_accounts(records).values())
    findings = [risk(account_id, f"rule {n}") for account_id in ids for n in range(400)]
    keep(records, findings=findings)
    closed = [one.model_copy(update={"closed_on": TODAY}) for one in findings[::2]]
    keep(records, findings=[*closed, *findings[1::2]])
    with records.reading() as reader:
        assert len(reader.open_findings_of(ids)) == len(findings) // 2
