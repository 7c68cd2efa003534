"""What facts for customers are read by: accounts with their signals, and their success records."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from csm.health import Snapshot
from csm.ports import Assessment, Records, Table

NOW = datetime(2026, 7, 1, 10, 0, tzinfo=UTC)


def write(records: Records, kind: str, columns: tuple[str, ...], *rows: tuple[Any, ...]) -> None:
    with records.writing() as writer:
        writer.write_table(Table(kind, columns, rows, len(rows)), None, lambda _done: None)


@pytest.fixture
def filled(records: Records) -> Records:
    write(records, "accounts", ("key", "name"), ("acme", "Acme"), ("bolt", "Bolt"), ("cog", "Cog"))
    write(
        records,
        "trainings",
        ("account_key", "key", "course", "completed_on"),
        ("acme", "b", "Basics", None),
        ("acme", "a", "Alerts", date(2026, 1, 1)),
    )
    write(records, "objectives", ("account_key", "key", "title"), ("bolt", "o", "Faster"))
    write(
        records,
        "tickets",
        ("account_key", "key", "subject", "opened_at", "closed_at"),
        ("acme", "open", "Open", NOW - timedelta(days=20), None),
        ("acme", "late", "Late", NOW - timedelta(days=20), NOW - timedelta(days=7, seconds=1)),
        ("acme", "just", "Just", NOW - timedelta(days=20), NOW - timedelta(days=7)),
    )
    return records


def test_success_records_of_several_accounts(filled: Records) -> None:
    with filled.reading() as reader:
        acme, bolt, cog = reader.account_ids()
        found = reader.success_records([acme, bolt, cog], NOW - timedelta(days=7))
    assert found.keys() == {acme, bolt}
    assert [one.course for one in found[acme].trainings] == ["Alerts", "Basics"]
    assert [one.key for one in found[acme].closed_tickets] == ["just"]
    assert (found[acme].objectives, found[bolt].trainings) == ((), ())
    assert [one.title for one in found[bolt].objectives] == ["Faster"]


def test_accounts_with_their_snapshots(filled: Records) -> None:
    with filled.reading() as reader:
        acme, bolt, cog = reader.account_ids()
    snapshot = Snapshot(account_id=bolt, as_of=NOW.date(), signals={"seats": 3.0})
    with filled.writing() as writer:
        writer.keep_assessment(
            Assessment(NOW.date(), [], [snapshot], [], opened_ctas=[], changed_ctas=[], saves=[])
        )
    with filled.reading() as reader:
        found = reader.accounts_with_snapshots([cog, bolt, acme, 10**9])
        assert reader.accounts_with_snapshots([]) == []
    assert [(id_, account.key) for id_, account, _ in found] == [
        (acme, "acme"),
        (bolt, "bolt"),
        (cog, "cog"),
    ]
    assert [kept for _, _, kept in found] == [None, snapshot, None]
