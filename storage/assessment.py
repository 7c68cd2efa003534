"""What a refresh concluded, kept: health, snapshots, findings, CTAs and saves."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

import sqlalchemy as sa
from pydantic import BaseModel

from csm.errors import NotFound
from csm.health import Cta, Finding, Health, Save, Snapshot
from csm.ports import Assessment
from storage import tables
from storage.bulk import Target, replace
from storage.sql import IDS, id_list, is_among

_FINDING_CHANGES: Final = ("severity", "evidence", "seen_on", "closed_on")

_OPEN_FINDING: Final = Target(
    tables.finding,
    columns=tuple(Finding.model_fields),
    key=("account_id", "kind", "rule"),
    key_condition="closed_on IS NULL",
    changing=_FINDING_CHANGES,
)
_OPEN_CTA: Final = Target(
    tables.cta,
    columns=tuple(Cta.model_fields),
    key=("account_id", "reason"),
    key_condition="status <> 'closed'",
    changing=(),
)

_LOCKED_ACCOUNTS = (
    sa.select(tables.account.c.id)
    .where(is_among(tables.account.c.id, IDS))
    .order_by(tables.account.c.key)  # the order of an import, or each could wait for the other
    .with_for_update(key_share=True)
)
_OPEN_FINDINGS = sa.select(
    tables.finding.c.account_id,
    tables.finding.c.kind,
    tables.finding.c.rule,
    tables.finding.c.id,
).where(is_among(tables.finding.c.account_id, IDS), tables.finding.c.closed_on.is_(None))

_SAVES_OF_DAY = sa.delete(tables.save).where(
    is_among(tables.save.c.account_id, IDS),
    tables.save.c.day == sa.bindparam("day", type_=sa.Date()),
)


def keep_assessment(connection: sa.Connection, assessment: Assessment) -> None:
    """Keep a refresh. Doing it twice for the same day, or by two at once, changes nothing more.

    Raises NotFound when a CTA that changed is no longer there.
    """
    # Two refreshes of the same account take turns; SQLite has a single writer anyhow.
    account_ids = sorted(_accounts_of(assessment))
    connection.execute(_LOCKED_ACCOUNTS, {"ids": id_list(connection, account_ids)})
    _keep(connection, tables.health, Health, ("account_id", "day"), assessment.health)
    _keep(connection, tables.snapshot, Snapshot, ("account_id",), assessment.snapshots)
    _keep_saves(connection, assessment)
    _keep_findings(connection, assessment.findings)
    change_ctas(connection, assessment.changed_ctas)
    opened = (tuple(_cta_values(cta).values()) for cta in assessment.opened_ctas)
    replace(connection, _OPEN_CTA, opened)


def change_ctas(connection: sa.Connection, changed: Sequence[tuple[int, Cta]]) -> None:
    """Replace CTAs by id. Raises NotFound when one of them is not there."""
    if not changed:
        return
    by_id = tables.cta.c.id == sa.bindparam("cta_id")
    values = [{"cta_id": cta_id, **_cta_values(cta)} for cta_id, cta in changed]
    if connection.execute(sa.update(tables.cta).where(by_id), values).rowcount != len(values):
        raise NotFound("That call to action is no longer there.")


def _accounts_of(assessment: Assessment) -> set[int]:
    concluded: Iterable[Health | Snapshot | Finding | Cta | Save] = (
        *assessment.health,
        *assessment.snapshots,
        *assessment.findings,
        *assessment.opened_ctas,
        *assessment.saves,
        *(cta for _, cta in assessment.changed_ctas),
    )
    return {conclusion.account_id for conclusion in concluded}


def _keep(
    connection: sa.Connection,
    table: sa.Table,
    model: type[BaseModel],
    key: tuple[str, ...],
    conclusions: Sequence[BaseModel],
) -> None:
    columns = tuple(model.model_fields)
    rows = (tuple(getattr(one, name) for name in columns) for one in conclusions)
    replace(connection, Target(table, columns, key), rows)


def _keep_saves(connection: sa.Connection, assessment: Assessment) -> None:
    """Replace the day's saves: what an earlier refresh of the day saw may hold no more."""
    assessed = sorted({health.account_id for health in assessment.health})
    values = {"ids": id_list(connection, assessed), "day": assessment.day}
    connection.execute(_SAVES_OF_DAY, values)
    _keep(connection, tables.save, Save, ("account_id", "day"), assessment.saves)


def _keep_findings(connection: sa.Connection, findings: Sequence[Finding]) -> None:
    _close_findings(connection, [finding for finding in findings if finding.closed_on])
    still_open = (
        tuple(getattr(finding, name) for name in _OPEN_FINDING.columns)
        for finding in findings
        if not finding.closed_on
    )
    replace(connection, _OPEN_FINDING, still_open)


def _close_findings(connection: sa.Connection, findings: Sequence[Finding]) -> None:
    """Close those still open: another refresh may have closed one since this one read it."""
    ids = id_list(connection, sorted({finding.account_id for finding in findings}))
    known = {tuple(row[:3]): row[3] for row in connection.execute(_OPEN_FINDINGS, {"ids": ids})}
    changed: list[dict[str, Any]] = []
    for finding in findings:
        finding_id = known.get((finding.account_id, finding.kind, finding.rule))
        if finding_id is not None:
            changes = {name: getattr(finding, name) for name in _FINDING_CHANGES}
            changed.append({"finding_id": finding_id, **changes})
    if changed:
        by_id = tables.finding.c.id == sa.bindparam("finding_id")
        connection.execute(sa.update(tables.finding).where(by_id), changed)


def _values(model: BaseModel) -> dict[str, Any]:
    return {name: getattr(model, name) for name in type(model).model_fields}


def _cta_values(cta: Cta) -> dict[str, Any]:
    return {**_values(cta), "owner_email": cta.owner_email.lower()}
