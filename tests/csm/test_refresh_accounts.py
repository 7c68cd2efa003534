"""The refresh, from records to what is kept, on real databases."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from csm import cta as ctas
from csm.assess import saves_among
from csm.errors import InvalidInput
from csm.health import CtaOutcome, CtaStatus, Finding, FindingKind, Grade, Health, Quadrant, Stage
from csm.people import Principal, Role
from csm.ports import Records, StoredCta, Table
from csm.use_cases.refresh_accounts import RefreshReport, refresh_accounts
from storage.records import SqlRecords
from tests.csm.builders import TODAY, ago, moment
from tests.csm.shipped import shipped_playbook

CASEY = Principal(key="casey", name="Casey", role=Role.CSM, email="casey@ours.example")
TOMORROW = TODAY + timedelta(days=1)
NOW = datetime(2027, 6, 30, 9, tzinfo=UTC)


def put(records: Records, kind: str, columns: Sequence[str], *rows: tuple[Any, ...]) -> None:
    with records.writing() as writer:
        table = Table(kind, tuple(columns), rows, len(rows))
        writer.write_table(table, TOMORROW, lambda _done: None)


TICKET = ("account_key", "key", "priority", "opened_at", "closed_at")
SURVEY = ("account_key", "key", "kind", "score", "answered_on")


def portfolio(records: Records) -> list[int]:
    """Acme, in good health, and Globex, which has an old urgent ticket and a detractor."""
    put(
        records,
        "accounts",
        ("key", "name", "csm_email", "started_on"),
        ("acme", "Acme", "casey@ours.example", ago(500)),
        ("globex", "Globex", "casey@ours.example", ago(500)),
    )
    put(records, "features", ("key", "is_key"), ("boards", True), ("reports", True))
    put(
        records,
        "usage",
        ("account_key", "day", "feature", "events", "active_users"),
        *(
            ("acme", ago(day), feature, 20, 9)
            for day in range(-1, 125)
            for feature in ("boards", "reports")
        ),
    )
    put(
        records,
        "subscriptions",
        ("account_key", "key", "seats", "arr", "started_on", "renews_on"),
        ("acme", "s-1", 10, 1_000_000, ago(500), TODAY + timedelta(days=230)),
        ("globex", "s-2", 10, 1_000_000, ago(500), TODAY + timedelta(days=230)),
    )
    put(records, "tickets", TICKET, ("globex", "t-1", "urgent", moment(10), None))
    put(
        records,
        "surveys",
        SURVEY,
        ("acme", "n-1", "nps", 10, ago(3)),
        ("globex", "n-2", "nps", 1, ago(3)),
    )
    with records.reading() as reader:
        return reader.account_ids()


def refreshed(records: Records, day: date = TODAY) -> RefreshReport:
    return refresh_accounts(records, shipped_playbook(), day)


def open_of(records: Records, ids: Sequence[int]) -> tuple[list[Finding], list[StoredCta]]:
    with records.reading() as reader:
        return reader.open_findings_of(ids), reader.open_ctas_of(ids)


def kept(records: Records, ids: Sequence[int]) -> object:
    """Everything that a refresh keeps, for comparison."""
    with records.reading() as reader:
        return [
            (
                reader.health_history(account, date(2000, 1, 1)),
                reader.snapshot(account),
                sorted(f.rule for f in reader.findings(account, FindingKind.RISK, ago(900))),
                reader.open_findings_of([account]),
                reader.open_ctas_of([account]),
                reader.newest_closed_ctas_of([account]),
            )
            for account in ids
        ]


def test_a_refresh_keeps_what_it_concludes(records: SqlRecords) -> None:
    acme, globex = portfolio(records)
    done: list[int] = []
    report = refresh_accounts(records, shipped_playbook(), TODAY, batch=1, progress=done.append)
    assert done == [1, 1]
    assert report.accounts == 2
    assert report.grades[Grade.GREEN] == 1

    with records.reading() as reader:
        (health,) = reader.health_history(acme, ago(1))
        snapshot = reader.snapshot(acme)
    assert (health.day, health.grade, health.stage) == (TODAY, Grade.GREEN, Stage.GROWTH)
    assert snapshot is not None
    assert snapshot.signals["seat_use"] == 0.9
    assert "days_since_review" not in snapshot.signals

    findings, calls = open_of(records, [globex])
    rules = {finding.rule for finding in findings}
    assert {"urgent_ticket_ageing", "detractor", "account_dark"} <= rules
    assert report.risks_opened == len(rules)
    urgent = next(call.cta for call in calls if call.cta.reason == "urgent_ticket_ageing")
    assert urgent.owner_email == "casey@ours.example"
    assert urgent.evidence == "An urgent ticket has been open for 10 days."
    assert urgent.due_on == TOMORROW


def test_refreshing_twice_on_a_day_changes_nothing(records: SqlRecords) -> None:
    ids = portfolio(records)
    refreshed(records)
    before = kept(records, ids)
    again = refreshed(records)
    assert kept(records, ids) == before
    assert (again.risks_opened, again.risks_closed) == (0, 0)
    assert (again.ctas_opened, again.ctas_closed, again.ctas_escalated) == (0, 0, 0)


def test_a_risk_and_its_call_close_with_their_evidence(sqlite_records: SqlRecords) -> None:
    _, globex = portfolio(sqlite_records)
    refreshed(sqlite_records)
    solved = ("globex", "t-1", "urgent", moment(10), moment(-1, hour=8))
    put(sqlite_records, "tickets", TICKET, solved)
    report = refreshed(sqlite_records, TOMORROW)
    findings, calls = open_of(sqlite_records, [globex])
    assert "urgent_ticket_ageing" not in {finding.rule for finding in findings}
    assert "urgent_ticket_ageing" not in {call.cta.reason for call in calls}
    assert (report.risks_closed, report.ctas_closed) == (1, 1)
    with sqlite_records.reading() as reader:
        closed = {c.cta.reason: c.cta for c in reader.newest_closed_ctas_of([globex])}
    assert closed["urgent_ticket_ageing"].outcome is CtaOutcome.EVIDENCE_GONE


def test_a_lasting_risk_keeps_its_first_day(sqlite_records: SqlRecords) -> None:
    _, globex = portfolio(sqlite_records)
    refreshed(sqlite_records)
    refreshed(sqlite_records, TOMORROW)
    findings, _ = open_of(sqlite_records, [globex])
    urgent = next(f for f in findings if f.rule == "urgent_ticket_ageing")
    assert (urgent.opened_on, urgent.seen_on) == (TODAY, TOMORROW)
    assert urgent.evidence == "An urgent ticket has been open for 11 days."


def test_what_a_person_closed_stays_closed(sqlite_records: SqlRecords) -> None:
    _, globex = portfolio(sqlite_records)
    refreshed(sqlite_records)
    _, calls = open_of(sqlite_records, [globex])
    call = next(call for call in calls if call.cta.reason == "detractor")
    with sqlite_records.writing() as writer:
        closed = ctas.close(call.cta, CASEY, CtaOutcome.DONE, "Called them.", NOW)
        writer.update_cta(call.id, closed)
    refreshed(sqlite_records, TOMORROW)
    _, calls = open_of(sqlite_records, [globex])
    assert "detractor" not in {call.cta.reason for call in calls}


def test_an_unclaimed_call_escalates(sqlite_records: SqlRecords) -> None:
    _, globex = portfolio(sqlite_records)
    refreshed(sqlite_records)
    report = refreshed(sqlite_records, TODAY + timedelta(days=3))
    _, calls = open_of(sqlite_records, [globex])
    escalated = {call.cta.reason for call in calls if call.cta.escalated_on}
    assert "urgent_ticket_ageing" in escalated
    assert report.ctas_escalated == len(escalated)


def test_a_save_is_red_to_yellow_or_better(sqlite_records: SqlRecords) -> None:
    _, globex = portfolio(sqlite_records)
    refreshed(sqlite_records)
    with sqlite_records.reading() as reader:
        assert reader.health_history(globex, ago(1))[0].grade is Grade.RED
    put(
        sqlite_records,
        "usage",
        ("account_key", "day", "feature", "events", "active_users"),
        *(("globex", ago(day), "boards", 20, 9) for day in range(-1, 125)),
    )
    report = refreshed(sqlite_records, TOMORROW)
    assert report.saves == 1
    assert refreshed(sqlite_records, TOMORROW).saves == 1


@pytest.mark.parametrize(("confidence", "saves"), [(1.0, 1), (0.86, 1), (0.85, 0), (0.45, 0)])
def test_what_is_seen_clearly_less_well_is_no_save(confidence: float, saves: int) -> None:
    known: dict[str, Any] = {
        "account_id": 1,
        "outcomes": None,
        "experience": None,
        "quadrant": Quadrant.UNKNOWN,
        "stage": Stage.VALUE,
    }
    red = Health(day=TODAY, score=30, grade=Grade.RED, confidence=1, **known)
    now = Health(day=TOMORROW, score=60, grade=Grade.YELLOW, confidence=confidence, **known)
    assert len(list(saves_among([now], {1: red}))) == saves


def test_the_past_cannot_be_refreshed_any_more(sqlite_records: SqlRecords) -> None:
    ids = portfolio(sqlite_records)
    refreshed(sqlite_records)
    before = kept(sqlite_records, ids)
    with pytest.raises(InvalidInput, match="kept up to 30 Jun 2027 already, so 29 Jun 2027"):
        refreshed(sqlite_records, ago(1))
    assert kept(sqlite_records, ids) == before


def test_some_accounts_only(sqlite_records: SqlRecords) -> None:
    acme, globex = portfolio(sqlite_records)
    report = refresh_accounts(sqlite_records, shipped_playbook(), TODAY, [globex])
    assert report.accounts == 1
    with sqlite_records.reading() as reader:
        assert reader.health_history(acme, ago(1)) == []


def test_an_empty_portfolio_is_fine(sqlite_records: SqlRecords) -> None:
    assert refreshed(sqlite_records).accounts == 0


def test_a_claim_made_meanwhile_is_kept(sqlite_records: SqlRecords) -> None:
    """Somebody claims a call between the refresh's reading and its writing."""
    _, globex = portfolio(sqlite_records)
    refreshed(sqlite_records)
    solved = ("globex", "t-1", "urgent", moment(10), moment(-1, hour=8))
    put(sqlite_records, "tickets", TICKET, solved)
    refresh_accounts(_ClaimingRecords(sqlite_records, globex), shipped_playbook(), TOMORROW)
    with sqlite_records.reading() as reader:
        calls = {call.cta.reason: call.cta for call in reader.open_ctas_of([globex])}
    assert calls["urgent_ticket_ageing"].status is CtaStatus.CLAIMED
    assert calls["urgent_ticket_ageing"].claimed_by == "casey"


class _ClaimingRecords:
    """Records in which Casey claims everything just before the next writing begins."""

    def __init__(self, records: SqlRecords, account_id: int) -> None:
        self._records = records
        self._account_id = account_id
        self.reading = records.reading

    def writing(self) -> Any:
        with self._records.writing() as writer:
            for call in writer.open_ctas_of([self._account_id]):
                writer.update_cta(call.id, ctas.claim(call.cta, CASEY, NOW))
        return self._records.writing()


def test_health_explains_the_score(sqlite_records: SqlRecords) -> None:
    acme, _ = portfolio(sqlite_records)
    refreshed(sqlite_records)
    with sqlite_records.reading() as reader:
        (health,) = reader.health_history(acme, ago(1))
    assert isinstance(health, Health)
    assert sum(share for _, share in health.measures.values()) == pytest.approx(1)
    total = sum(score * share for score, share in health.measures.values())
    assert health.score == pytest.approx(total, abs=0.05)
