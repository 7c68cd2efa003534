"""A portfolio of 10,000 accounts with 90 days of 5 features, for the measurements that need one."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from csm.people import Principal, Role
from csm.ports import Table
from storage.database import open_database
from storage.records import SqlRecords

ACCOUNTS, DAYS, FEATURES = 10_000, 90, 5
TODAY = date(2026, 3, 9)
USAGE_ROWS = ACCOUNTS * DAYS * FEATURES
CSMS = 1_000


def build(path: Path) -> None:
    """Make the database file."""
    database = open_database(f"sqlite:///{path}")
    database.ensure_ready()
    with SqlRecords(database).writing() as writer:
        for table in _tables():
            writer.write_table(table, TODAY, lambda _done: None)
        writer.save_person(
            Principal("casey", "Casey", Role.CSM, email="csm0@bench.example", time_zone="UTC")
        )
    database.close()


def _tables() -> Iterator[Table]:
    yield _table("accounts", ("key", "name", "segment", "csm_email", "started_on"), _accounts())
    yield _table(
        "contacts",
        ("account_key", "key", "name", "email", "role", "last_active_on"),
        (
            (
                _key(a),
                f"{_key(a)}-c{n}",
                f"Person {n}",
                f"p{n}@{_key(a)}.example",
                role,
                _ago(a % 40),
            )
            for a in range(ACCOUNTS)
            for n, role in enumerate(("sponsor", "champion", "user"))
        ),
        3 * ACCOUNTS,
    )
    yield _table(
        "subscriptions",
        ("account_key", "key", "seats", "arr", "started_on", "renews_on"),
        (
            (
                _key(a),
                f"{_key(a)}-s",
                20 + a % 80,
                1_000_00 * (1 + a % 300),
                _ago(400),
                _ago(-(a % 360)),
            )
            for a in range(ACCOUNTS)
        ),
    )
    yield _table(
        "usage",
        ("account_key", "day", "feature", "events", "active_users"),
        _usage(),
        USAGE_ROWS,
    )
    yield _table(
        "tickets",
        ("account_key", "key", "priority", "opened_at", "closed_at", "first_response_minutes"),
        (
            (
                _key(a),
                f"{_key(a)}-t{n}",
                ("normal", "urgent", "low")[(a + n) % 3],
                _at(5 * n + a % 20),
                None if (a + n) % 4 == 0 else _at(5 * n - 4),
                30 * (n + 1),
            )
            for a in range(ACCOUNTS)
            for n in range(1, 5)
        ),
        4 * ACCOUNTS,
    )
    yield _table(
        "surveys",
        ("account_key", "key", "kind", "score", "answered_on"),
        (
            (_key(a), f"{_key(a)}-n{n}", "nps", (a * 3 + n) % 11, _ago(20 * n + a % 30))
            for a in range(ACCOUNTS)
            for n in range(3)
        ),
        3 * ACCOUNTS,
    )
    yield _table(
        "interactions",
        ("account_key", "key", "at", "channel", "direction", "contact_email", "summary"),
        (
            (
                _key(a),
                f"{_key(a)}-i{n}",
                _at(12 * n + a % 50),
                "email",
                "both",
                f"p0@{_key(a)}.example",
                "Called",
            )
            for a in range(ACCOUNTS)
            for n in range(4)
        ),
        4 * ACCOUNTS,
    )


def _table(
    kind: str, columns: tuple[str, ...], rows: Iterator[tuple[Any, ...]], count: int = ACCOUNTS
) -> Table:
    return Table(kind=kind, columns=columns, rows=rows, count=count)


def _key(account: int) -> str:
    return f"account-{account}"


def _ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def _at(days: int) -> datetime:
    return datetime.combine(_ago(days), datetime.min.time(), UTC)


def _accounts() -> Iterator[tuple[Any, ...]]:
    for a in range(ACCOUNTS):
        segment = ("enterprise", "mid-market", "smb")[a % 3]
        yield _key(a), f"Customer {a}", segment, f"csm{a % CSMS}@bench.example", _ago(400)


def _usage() -> Iterator[tuple[Any, ...]]:
    days = [_ago(back) for back in range(DAYS)]
    for a in range(ACCOUNTS):
        for number, day in enumerate(days):
            for feature in range(FEATURES):
                yield _key(a), day, f"feature {feature}", (a + number * feature) % 50, a % 25
