"""Books of business, and who is in them."""

from datetime import date, timedelta

import pytest

from csm.health import FindingKind, Severity
from storage.records import SqlRecords
from tests.storage.portfolio import (
    TODAY,
    cta,
    health,
    keep,
    questions_asked,
    risk,
    snapshot,
    write,
    write_accounts,
)

SUBSCRIPTION = ("account_key", "key", "started_on", "ends_on", "renews_on", "arr", "trial")
START = date(2026, 1, 1)


@pytest.fixture
def ids(records: SqlRecords) -> dict[str, int]:
    return write_accounts(records)


def test_a_book_holds_the_csms_accounts_by_name(records: SqlRecords, ids: dict[str, int]) -> None:
    with records.reading() as reader:
        own = reader.book("CASEY@x.example", TODAY)
        assert [(line.account_id, line.name) for line in own] == [
            (ids["a-1"], "Acmé Corp"),
            (ids["a-2"], "Globex"),
        ]
        everybody = reader.book(None, TODAY)
        assert [line.name for line in everybody] == ["Acmé Corp", "Globex", "Initech"]
        assert reader.book("nobody@x.example", TODAY) == []
    empty = own[1]
    assert (empty.currency, empty.arr, empty.renewing_arr, empty.renews_on) == ("USD", 0, 0, None)
    assert (empty.health, empty.health_week_ago) == (None, None)
    assert (empty.open_risks, empty.worst_risk) == (0, None)


def test_money_and_renewal_of_a_book(records: SqlRecords, ids: dict[str, int]) -> None:
    write(
        records,
        "subscriptions",
        SUBSCRIPTION,
        [
            ("a-1", "1", START, None, date(2026, 12, 1), 100, False),
            ("a-1", "2", START, None, date(2026, 11, 1), 200, False),
            ("a-1", "trial", START, None, date(2026, 7, 5), 400, True),
            ("a-1", "over", START, TODAY, date(2026, 7, 4), 800, False),
            ("a-1", "to come", TODAY + timedelta(days=1), None, date(2026, 7, 3), 1600, False),
            ("a-2", "1", date(2024, 9, 9), None, None, 5, False),
        ],
    )
    with records.reading() as reader:
        acme, globex = reader.book("casey@x.example", TODAY)
    assert (acme.arr, acme.renewing_arr, acme.renews_on) == (300, 200, date(2026, 11, 1))
    assert (globex.arr, globex.renewing_arr, globex.renews_on) == (5, 5, date(2026, 9, 9))


def test_health_of_a_book_now_and_a_week_ago(records: SqlRecords, ids: dict[str, int]) -> None:
    acme, globex = ids["a-1"], ids["a-2"]
    for ago, score in ((9, 1.0), (6, 2.0), (0, 3.0), (-1, 4.0)):
        day = TODAY - timedelta(days=ago)
        keep(records, day, health=[health(acme, day, score)])
    keep(records, health=[health(globex, TODAY, 5.0)])
    with records.reading() as reader:
        first, second = reader.book("casey@x.example", TODAY)
    assert first.health == health(acme, TODAY, 3.0)
    assert first.health_week_ago is not None
    assert first.health_week_ago.score == 1.0
    assert second.health is not None
    assert second.health_week_ago is None


def test_risks_of_a_book(records: SqlRecords, ids: dict[str, int]) -> None:
    acme = ids["a-1"]
    worst = risk(acme, "sla_breach", Severity.CRITICAL)
    keep(
        records,
        findings=[
            risk(acme, "detractor", Severity.LOW),
            worst,
            risk(acme, "gone", Severity.CRITICAL),
            risk(acme, "expansion", Severity.CRITICAL, kind=FindingKind.LEAD),
            risk(ids["a-3"], "downsell", Severity.MEDIUM),
            risk(ids["a-4"], "downsell", Severity.CRITICAL),
        ],
    )
    keep(records, findings=[risk(acme, "gone", Severity.CRITICAL, closed_on=TODAY)])
    with records.reading() as reader:
        line = reader.book("casey@x.example", TODAY)[0]
        assert (line.open_risks, line.worst_risk) == (2, worst)
        own = reader.open_findings(FindingKind.RISK, "Casey@x.example")
        assert [(one.account_name, one.finding.rule) for one in own] == [
            ("Acmé Corp", "sla_breach"),
            ("Acmé Corp", "detractor"),
        ]
        everybody = reader.open_findings(FindingKind.RISK, None)
        assert [one.finding.rule for one in everybody] == ["sla_breach", "downsell", "detractor"]
        assert len(reader.open_findings(FindingKind.LEAD, None)) == 1


def test_a_book_takes_the_same_few_questions_for_any_number(
    records: SqlRecords, ids: dict[str, int]
) -> None:
    def questions() -> int:
        with questions_asked() as asked, records.reading() as reader:
            reader.book(None, TODAY)
        return len(asked)

    few = questions()
    rows = [(f"b-{n}", f"Company {n}", "smb") for n in range(300)]
    write(records, "accounts", ("key", "name", "segment"), rows)
    with records.reading() as reader:
        all_ids = reader.account_ids()
    keep(records, health=[health(one) for one in all_ids], findings=[risk(one) for one in all_ids])
    assert questions() == few <= 6


def test_peers_are_of_the_same_segment_and_still_customers(
    records: SqlRecords, ids: dict[str, int]
) -> None:
    keep(records, snapshots=[snapshot(one, dau=float(one)) for one in ids.values()])
    with records.reading() as reader:
        assert reader.peer_snapshots(ids["a-1"]) == [snapshot(ids["a-2"], dau=float(ids["a-2"]))]
        assert reader.peer_snapshots(ids["a-3"]) == []
        assert len(reader.peer_snapshots(ids["a-4"])) == 2
        assert reader.peer_snapshots(99_999) == []


def test_who_looks_after_accounts(records: SqlRecords, ids: dict[str, int]) -> None:
    with records.reading() as reader:
        assert reader.csm_emails([ids["a-1"], ids["a-3"]]) == {
            ids["a-1"]: "casey@x.example",
            ids["a-3"]: "riley@x.example",
        }
        assert reader.account_ids() == sorted(ids.values())
        assert reader.open_ctas_of([]) == []


def test_ctas_of_an_owner(records: SqlRecords, ids: dict[str, int]) -> None:
    keep(
        records,
        opened_ctas=[cta(ids["a-1"]), cta(ids["a-3"], owner_email="riley@x.example")],
    )
    with records.reading() as reader:
        assert [one.account_name for one in reader.open_ctas("riley@x.example")] == ["Initech"]
        assert len(reader.open_ctas(None)) == 2
