"""Two people, or two processes, do the same thing at the same time."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from threading import Barrier, Thread

import pytest

from csm import cta as rules
from csm.assess import Known, assess
from csm.errors import Busy, Conflict
from csm.health import Cta, FindingKind
from csm.people import STAFF_ONLY, Capability, Principal, Role, clear
from csm.playbook import Playbook
from csm.ports import Assessment, Records, StoredCta, Writer
from csm.signal_inputs import SignalInputs
from csm.use_cases import refresh_accounts as refreshing
from csm.use_cases import work_ctas
from storage.database import Database
from storage.records import SqlRecords
from tests.csm.builders import TODAY, moment
from tests.csm.shipped import shipped_playbook
from tests.csm.test_refresh_accounts import CASEY, NOW, TICKET, TOMORROW, portfolio, put, refreshed
from tests.databases import opened, sqlite_url

MORGAN = Principal(key="morgan", name="Morgan", role=Role.MANAGER, email="morgan@ours.example")
SOLVED = ("globex", "t-1", "urgent", moment(10), moment(-1, hour=8))


@pytest.fixture
def impatient(
    request: pytest.FixtureRequest, database: Database, tmp_path: Path
) -> Iterator[SqlRecords]:
    """The same records, for somebody who is told at once when they would have to wait."""
    if database.is_sqlite:
        url = sqlite_url(tmp_path / "records.db")
    else:
        url = request.getfixturevalue("postgres_template")
    with opened(url, patience=0.05) as other:
        yield SqlRecords(other)


def claim(records: Records, who: Principal, cta_id: int) -> StoredCta:
    clearance = clear(who, Capability.WORK_CTAS, STAFF_ONLY)
    return work_ctas.claim_cta(clearance, records, NOW, cta_id)


def ageing_ticket(records: Records, account_id: int) -> StoredCta:
    with records.reading() as reader:
        calls = {call.cta.reason: call for call in reader.ctas_of(account_id)}
    return calls["urgent_ticket_ageing"]


def in_threads(*tasks: Callable[[], object]) -> None:
    threads = [Thread(target=task) for task in tasks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_a_call_that_is_being_claimed_is_nobody_elses_to_claim(
    records: SqlRecords, impatient: SqlRecords, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, globex = portfolio(records)
    refreshed(records)
    wanted = ageing_ticket(records, globex).id
    claim_by_the_rules = rules.claim

    def claim_while_somebody_tries(cta: Cta, who: Principal, now: object) -> Cta:
        monkeypatch.undo()
        with pytest.raises(Busy):
            claim(impatient, MORGAN, wanted)
        return claim_by_the_rules(cta, who, NOW)

    monkeypatch.setattr("csm.cta.claim", claim_while_somebody_tries)
    assert claim(records, CASEY, wanted).cta.claimed_by == "casey"
    with pytest.raises(Conflict, match="casey claimed this"):
        claim(impatient, MORGAN, wanted)


def test_of_two_who_claim_at_once_one_is_told_who_was_first(
    records: SqlRecords, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second asks while the first is about to write, and waits for what the first wrote."""
    _, globex = portfolio(records)
    refreshed(records)
    wanted = ageing_ticket(records, globex).id
    claim_by_the_rules = rules.claim
    told: list[str] = []

    def late() -> None:
        with pytest.raises(Conflict) as caught:
            claim(records, MORGAN, wanted)
        told.append(str(caught.value))

    second = Thread(target=late)

    def claim_while_somebody_waits(cta: Cta, who: Principal, now: object) -> Cta:
        monkeypatch.undo()
        second.start()
        return claim_by_the_rules(cta, who, NOW)

    monkeypatch.setattr("csm.cta.claim", claim_while_somebody_waits)
    assert claim(records, CASEY, wanted).cta.claimed_by == "casey"
    second.join()
    assert len(told) == 1
    assert "casey claimed this" in told[0]
    assert ageing_ticket(records, globex).cta.claimed_by == "casey"


class _TriedBeforeKeeping:
    """Records in which somebody tries something just before an assessment is kept."""

    def __init__(self, records: SqlRecords, attempt: Callable[[], None]) -> None:
        self._records = records
        self._attempt = attempt
        self.reading = records.reading

    @contextmanager
    def writing(self) -> Iterator[Writer]:
        with self._records.writing() as writer, pytest.MonkeyPatch.context() as patch:
            keep = writer.keep_assessment

            def try_and_keep(assessment: Assessment) -> None:
                self._attempt()
                keep(assessment)

            patch.setattr(writer, "keep_assessment", try_and_keep)
            yield writer


def test_a_refresh_undoes_no_claim_that_comes_while_it_writes(
    records: SqlRecords, impatient: SqlRecords
) -> None:
    _, globex = portfolio(records)
    refreshed(records)
    put(records, "tickets", TICKET, SOLVED)
    overtaken = ageing_ticket(records, globex).id

    def attempt() -> None:
        with pytest.raises(Busy):
            claim(impatient, CASEY, overtaken)

    refreshing.refresh_accounts(_TriedBeforeKeeping(records, attempt), shipped_playbook(), TOMORROW)
    with pytest.raises(Conflict, match="its evidence is gone"):
        claim(impatient, CASEY, overtaken)


def refresh_twice_at_once(records: Records, day: date, patch: pytest.MonkeyPatch) -> None:
    """Both have read, and neither has written, when they go on."""
    both_have_read = Barrier(2)

    def meet(inputs: SignalInputs, known: Known, playbook: Playbook) -> Assessment:
        both_have_read.wait(20)
        return assess(inputs, known, playbook)

    with patch.context() as patched:
        patched.setattr(refreshing, "assess", meet)
        failed: list[Exception] = []

        def refresh() -> None:
            try:
                refreshed(records, day)
            except Exception as error:  # noqa: BLE001 - a thread would keep it to itself
                failed.append(error)

        in_threads(refresh, refresh)
    assert failed == []


def test_two_refreshes_at_once_conclude_what_one_does(
    records: SqlRecords, monkeypatch: pytest.MonkeyPatch
) -> None:
    acme, globex = portfolio(records)

    def concluded() -> list[tuple[str, date | None]]:
        with records.reading() as reader:
            return sorted(
                (finding.rule, finding.closed_on)
                for account in (acme, globex)
                for kind in FindingKind
                for finding in reader.findings(account, kind, date.min)
            )

    refresh_twice_at_once(records, TODAY, monkeypatch)
    opened_by_two = concluded()
    assert ("urgent_ticket_ageing", None) in opened_by_two
    assert len(opened_by_two) == len(set(opened_by_two))
    with records.reading() as reader:
        reasons = [(call.cta.account_id, call.cta.reason) for call in reader.open_ctas(None)]
    assert len(reasons) == len(set(reasons))

    put(records, "tickets", TICKET, SOLVED)
    refresh_twice_at_once(records, TOMORROW, monkeypatch)
    closed_by_two = concluded()
    assert closed_by_two.count(("urgent_ticket_ageing", TOMORROW)) == 1
    assert len(closed_by_two) == len(set(closed_by_two))
    with records.reading() as reader:
        closed = reader.newest_closed_ctas_of([acme, globex])
    assert [call.cta.reason for call in closed].count("urgent_ticket_ageing") == 1
