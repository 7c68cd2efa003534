"""A small portfolio to test with, and short ways to write records."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy as sa

from csm.health import (
    Cta,
    CtaType,
    Finding,
    FindingKind,
    Grade,
    Health,
    Quadrant,
    Severity,
    Snapshot,
    Stage,
)
from csm.ports import Assessment, Table, Written
from storage.records import SqlRecords

TODAY = date(2026, 7, 1)

ACCOUNT_COLUMNS = ("key", "name", "aliases", "domain", "segment", "csm_email", "status")
ACCOUNTS: list[tuple[Any, ...]] = [
    (
        "a-1",
        "Acmé Corp",
        "Acme|The Coyote's  Supplier",
        "acme.example",
        "smb",
        "Casey@x.example",
        "customer",
    ),
    ("a-2", "Globex", "", "globex.example", "smb", "casey@x.example", "customer"),
    ("a-3", "Initech", "", "", "enterprise", "riley@x.example", "customer"),
    ("a-4", "Hooli", "", "hooli.example", "smb", "casey@x.example", "churned"),
]


def at(month: int, day: int, hour: int = 12) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=UTC)


@contextmanager
def questions_asked() -> Iterator[list[str]]:
    """Every SELECT that a database is sent in the block."""
    asked: list[str] = []

    def note(_conn: object, _cursor: object, statement: str, *_rest: object) -> None:
        if "SELECT" in statement:
            asked.append(statement)

    sa.event.listen(sa.Engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", note)


def write(
    records: SqlRecords,
    kind: str,
    columns: tuple[str, ...],
    rows: list[tuple[Any, ...]],
    reaches_to: date | None = None,
) -> Written:
    with records.writing() as writer:
        return writer.write_table(
            Table(kind, columns, rows, len(rows)), reaches_to, lambda _done: None
        )


def write_accounts(records: SqlRecords) -> dict[str, int]:
    """The accounts above; their ids by key."""
    write(records, "accounts", ACCOUNT_COLUMNS, ACCOUNTS, TODAY)
    with records.reading() as reader:
        ids = reader.account_ids()
        stored = [reader.account(account_id) for account_id in ids]
    return {found.account.key: found.id for found in stored if found}


def health(account_id: int, day: date = TODAY, score: float | None = 50.0) -> Health:
    return Health(
        account_id=account_id,
        day=day,
        score=score,
        outcomes=40.0,
        experience=None,
        confidence=0.5,
        grade=Grade.YELLOW,
        quadrant=Quadrant.FAILING,
        stage=Stage.VALUE,
        measures={"habits": (45.5, 0.25)},
    )


def risk(
    account_id: int,
    rule: str = "detractor",
    severity: Severity = Severity.HIGH,
    *,
    kind: FindingKind = FindingKind.RISK,
    evidence: str = "NPS 3 on 1 June.",
    opened_on: date = TODAY,
    seen_on: date = TODAY,
    closed_on: date | None = None,
) -> Finding:
    return Finding(
        account_id=account_id,
        kind=kind,
        rule=rule,
        severity=severity,
        evidence=evidence,
        opened_on=opened_on,
        seen_on=seen_on,
        closed_on=closed_on,
    )


def cta(
    account_id: int,
    reason: str = "detractor",
    severity: Severity = Severity.HIGH,
    *,
    due_on: date = TODAY,
    owner_email: str = "casey@x.example",
) -> Cta:
    return Cta(
        account_id=account_id,
        type=CtaType.RISK,
        reason=reason,
        title="Call them",
        severity=severity,
        owner_email=owner_email,
        opened_on=TODAY,
        due_on=due_on,
    )


def snapshot(account_id: int, **signals: float) -> Snapshot:
    return Snapshot(account_id=account_id, as_of=TODAY, signals=signals)


def keep(records: SqlRecords, day: date = TODAY, **concluded: Any) -> None:
    """Keep an assessment of what is named; the rest of it is empty."""
    names = ("health", "snapshots", "findings", "opened_ctas", "changed_ctas", "saves")
    parts = {name: concluded.pop(name, []) for name in names}
    assert not concluded
    with records.writing() as writer:
        writer.keep_assessment(Assessment(day=day, **parts))
