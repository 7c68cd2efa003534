"""The portfolio as a whole: what a refresh of all accounts reads."""

from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa

from csm.health import CtaStatus, Finding, Health
from csm.ports import StoredCta
from csm.signal_inputs import SignalInputs
from storage import tables
from storage.reading_base import (
    CTA_NOT_CLOSED,
    FINDING_COLUMNS,
    HEALTH_COLUMNS,
    STORED_CTAS,
    ReaderPart,
    build_health,
    build_stored_cta,
)
from storage.signal_columns import read_signal_inputs
from storage.sql import IDS, build, is_among

_IS_EMPTY = sa.select(
    ~sa.exists(sa.select(tables.account.c.id)) & ~sa.exists(sa.select(tables.person.c.key))
)
_ACCOUNT_IDS = sa.select(tables.account.c.id).order_by(tables.account.c.id)
_ACCOUNT_KEYS = sa.select(tables.account.c.key)
_CSM_EMAILS = sa.select(tables.account.c.id, tables.account.c.csm_email).where(
    is_among(tables.account.c.id, IDS)
)
_earlier = tables.health.alias("earlier")
_PREVIOUS_HEALTH = (
    sa.select(*HEALTH_COLUMNS)
    .join_from(tables.account, tables.health)
    .where(
        is_among(tables.account.c.id, IDS),
        tables.health.c.day
        == sa.select(sa.func.max(_earlier.c.day))
        .where(
            _earlier.c.account_id == tables.account.c.id,
            _earlier.c.day < sa.bindparam("before", type_=sa.Date()),
        )
        .correlate(tables.account)
        .scalar_subquery(),
    )
)
_OPEN_FINDINGS = (
    sa.select(*FINDING_COLUMNS)
    .where(is_among(tables.finding.c.account_id, IDS), tables.finding.c.closed_on.is_(None))
    .order_by(tables.finding.c.account_id, tables.finding.c.kind, tables.finding.c.rule)
)
OPEN_CTAS = STORED_CTAS.where(is_among(tables.cta.c.account_id, IDS), CTA_NOT_CLOSED).order_by(
    tables.cta.c.account_id, tables.cta.c.id
)
_closings = (
    sa.select(
        tables.cta.c.id,
        sa.func.row_number()
        .over(
            partition_by=(tables.cta.c.account_id, tables.cta.c.reason),
            order_by=(tables.cta.c.closed_at.desc(), tables.cta.c.id.desc()),
        )
        .label("place"),
    )
    .where(is_among(tables.cta.c.account_id, IDS), tables.cta.c.status == CtaStatus.CLOSED)
    .subquery()
)
_NEWEST_CLOSED_CTAS = (
    STORED_CTAS.join(_closings, _closings.c.id == tables.cta.c.id)
    .where(_closings.c.place == 1)
    .order_by(tables.cta.c.account_id, tables.cta.c.id)
)


class PortfolioReader(ReaderPart):
    """The part of `csm.ports.Reader` that feeds a refresh and an import."""

    def is_empty(self) -> bool:
        return bool(self._connection.execute(_IS_EMPTY).scalar_one())

    def account_ids(self) -> list[int]:
        return [row[0] for row in self._rows(_ACCOUNT_IDS)]

    def account_keys(self) -> set[str]:
        return {row[0] for row in self._rows(_ACCOUNT_KEYS)}

    def signal_inputs(self, account_ids: Sequence[int], as_of: date) -> SignalInputs:
        return read_signal_inputs(self._connection, account_ids, as_of)

    def newest_health_day(self) -> date | None:
        return self._connection.execute(sa.select(sa.func.max(tables.health.c.day))).scalar()

    def previous_health(self, account_ids: Sequence[int], before: date) -> dict[int, Health]:
        rows = self._rows(_PREVIOUS_HEALTH, ids=self._ids(account_ids), before=before)
        return {health.account_id: health for health in map(build_health, rows)}

    def open_findings_of(self, account_ids: Sequence[int]) -> list[Finding]:
        rows = self._rows(_OPEN_FINDINGS, ids=self._ids(account_ids))
        return [build(Finding, row) for row in rows]

    def open_ctas_of(self, account_ids: Sequence[int]) -> list[StoredCta]:
        return [build_stored_cta(row) for row in self._rows(OPEN_CTAS, ids=self._ids(account_ids))]

    def newest_closed_ctas_of(self, account_ids: Sequence[int]) -> list[StoredCta]:
        rows = self._rows(_NEWEST_CLOSED_CTAS, ids=self._ids(account_ids))
        return [build_stored_cta(row) for row in rows]

    def csm_emails(self, account_ids: Sequence[int]) -> dict[int, str]:
        return {row[0]: row[1] for row in self._rows(_CSM_EMAILS, ids=self._ids(account_ids))}
