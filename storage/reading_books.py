"""Many accounts in a list: a CSM's book of business, a team's, an account's peers."""

from collections import defaultdict
from datetime import date, timedelta
from typing import Final

import sqlalchemy as sa

from csm.account import AccountStatus, Subscription
from csm.contract import earliest_renewal, live_arr, renewing_arr
from csm.health import Finding, FindingKind, Health, Snapshot
from csm.ports import BookLine, StoredCta, StoredFinding
from storage import tables
from storage.reading_account import ID, by_due_day, worst_first
from storage.reading_base import (
    CTA_NOT_CLOSED,
    FINDING_COLUMNS,
    HEALTH_COLUMNS,
    STORED_CTAS,
    ReaderPart,
    build_health,
    build_stored_cta,
)
from storage.sql import AnyRow, AnySelect, build, columns_of

_WEEK: Final = timedelta(days=7)

_EMAIL = sa.bindparam("email", type_=sa.String())
_UNTIL = sa.bindparam("until", type_=sa.Date())
_KIND = sa.bindparam("kind", type_=tables.finding.c.kind.type)

_account = tables.account.c
_NOT_CHURNED = _account.status != AccountStatus.CHURNED


def _both(question: AnySelect) -> dict[bool, AnySelect]:
    """The question about everybody's accounts (False) and about one CSM's (True)."""
    everybody = question.where(_NOT_CHURNED)
    return {False: everybody, True: everybody.where(_account.csm_email == _EMAIL)}


_ACCOUNTS = _both(
    sa.select(_account.id, _account.name, _account.currency).order_by(
        sa.func.lower(_account.name), _account.id
    )
)
_SUBSCRIPTIONS = _both(
    sa.select(
        tables.subscription.c.account_id, *columns_of(Subscription, tables.subscription)
    ).join_from(tables.account, tables.subscription)
)
_earlier = tables.health.alias("earlier")
_HEALTH = _both(
    sa.select(*HEALTH_COLUMNS)
    # Nothing is added but a reason for SQLite not to begin with the health of all days there were.
    .join_from(tables.account, tables.health, tables.health.c.account_id == _account.id + 0)
    .where(
        tables.health.c.day
        == sa.select(sa.func.max(_earlier.c.day))
        .where(_earlier.c.account_id == _account.id, _earlier.c.day <= _UNTIL)
        .correlate(tables.account)
        .scalar_subquery()
    )
)
_FINDINGS = _both(
    sa.select(tables.finding.c.id, _account.name, *FINDING_COLUMNS)
    .join_from(tables.account, tables.finding)
    .where(tables.finding.c.closed_on.is_(None), tables.finding.c.kind == _KIND)
)
CTA_BY_ID = STORED_CTAS.where(tables.cta.c.id == ID)
_ALL_CTAS = STORED_CTAS.where(CTA_NOT_CLOSED)
_OWN_CTAS = _ALL_CTAS.where(tables.cta.c.owner_email == _EMAIL)

_self = tables.account.alias("self")
_PEERS = (
    sa.select(*columns_of(Snapshot, tables.snapshot))
    .select_from(
        _self.join(tables.account, _self.c.segment == _account.segment).join(tables.snapshot)
    )
    .where(_self.c.id == ID, _account.id != ID, _NOT_CHURNED)
    .order_by(_account.id)
)


class BookReader(ReaderPart):
    """The part of `csm.ports.Reader` that looks at many accounts."""

    def book(self, csm_email: str | None, as_of: date) -> list[BookLine]:
        subscriptions: dict[int, list[Subscription]] = defaultdict(list)
        for row in self._of_book(_SUBSCRIPTIONS, csm_email):
            subscriptions[row[0]].append(build(Subscription, row, skip=1))
        now = self._health(csm_email, as_of)
        week_ago = self._health(csm_email, as_of - _WEEK)
        risks: dict[int, list[Finding]] = defaultdict(list)
        for stored in self.open_findings(FindingKind.RISK, csm_email):
            risks[stored.finding.account_id].append(stored.finding)
        return [
            BookLine(
                account_id=row.id,
                name=row.name,
                currency=row.currency,
                arr=live_arr(subscriptions[row.id], as_of),
                renewing_arr=renewing_arr(subscriptions[row.id], as_of),
                renews_on=earliest_renewal(subscriptions[row.id], as_of),
                health=now.get(row.id),
                health_week_ago=week_ago.get(row.id),
                open_risks=len(risks[row.id]),
                worst_risk=risks[row.id][0] if risks[row.id] else None,
            )
            for row in self._of_book(_ACCOUNTS, csm_email)
        ]

    def open_findings(self, kind: FindingKind, csm_email: str | None) -> list[StoredFinding]:
        rows = self._of_book(_FINDINGS, csm_email, kind=kind)
        found = [StoredFinding(row[0], row[1], build(Finding, row, skip=2)) for row in rows]
        return sorted(found, key=lambda stored: worst_first(stored.finding))

    def open_ctas(self, owner_email: str | None) -> list[StoredCta]:
        if owner_email is None:
            rows = self._rows(_ALL_CTAS)
        else:
            rows = self._rows(_OWN_CTAS, email=owner_email.lower())
        return sorted(map(build_stored_cta, rows), key=by_due_day)

    def cta(self, cta_id: int) -> StoredCta | None:
        row = self._row(CTA_BY_ID, id=cta_id)
        return build_stored_cta(row) if row else None

    def peer_snapshots(self, account_id: int) -> list[Snapshot]:
        return [build(Snapshot, row) for row in self._rows(_PEERS, id=account_id)]

    def _health(self, csm_email: str | None, until: date) -> dict[int, Health]:
        rows = self._of_book(_HEALTH, csm_email, until=until)
        return {health.account_id: health for health in map(build_health, rows)}

    def _of_book(
        self, questions: dict[bool, AnySelect], csm_email: str | None, **values: object
    ) -> list[AnyRow]:
        if csm_email is not None:
            values["email"] = csm_email.lower()
        return list(self._rows(questions[csm_email is not None], **values))
