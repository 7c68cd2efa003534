"""One account: how it is called, its record, its health, and what is open for it."""

from datetime import date, datetime, timedelta

import sqlalchemy as sa

from csm.account import Account, Direction, Priority, Record, Subscription, Ticket
from csm.customer_names import CustomerNames
from csm.health import Finding, FindingKind, Health, Snapshot
from csm.ports import AccountFile, AccountName, StoredAccount, StoredCta
from storage import tables
from storage.prepared_names import Names
from storage.reading_base import (
    CTA_NOT_CLOSED,
    FINDING_COLUMNS,
    HEALTH_COLUMNS,
    STORED_CTAS,
    ReaderPart,
    build_health,
    build_stored_cta,
)
from storage.sql import AnyRow, AnySelect, build, columns_of, end_of

# Wider than any id, so that a number that a person made up is looked for, and not found.
ID = sa.bindparam("id", type_=sa.BigInteger())
AS_OF = sa.bindparam("as_of", type_=sa.Date())
END = sa.bindparam("end", type_=tables.ticket.c.opened_at.type)


def _of_account(model: type[Record], table: sa.Table) -> AnySelect:
    return sa.select(*columns_of(model, table)).where(table.c.account_id == ID)


_NAMES = sa.select(
    tables.account_name.c.account_id, tables.account.c.name, tables.account_name.c.folded
).join_from(tables.account_name, tables.account)
_NAMES_LIKE = _NAMES.where(
    tables.account_name.c.folded == sa.bindparam("folded", type_=sa.String())
).order_by(tables.account.c.id)
_ALL_NAMES = _NAMES.order_by(tables.account_name.c.account_id, tables.account_name.c.folded)

_NAMES_BY_KEY = sa.select(tables.account.c.key, tables.account_name.c.folded).join_from(
    tables.account_name, tables.account
)

_ACCOUNT = sa.select(*columns_of(Account, tables.account)).where(tables.account.c.id == ID)
_CSM_NAME = sa.select(tables.person.c.name).where(
    tables.person.c.email == sa.bindparam("email", type_=sa.String()),
    sa.text("email <> ''"),  # the condition of the index
)
_SUBSCRIPTIONS = _of_account(Subscription, tables.subscription).order_by(
    tables.subscription.c.started_on.desc(), tables.subscription.c.key
)
_OPEN_TICKETS = (
    _of_account(Ticket, tables.ticket)
    .where(
        tables.ticket.c.opened_at < END,
        sa.or_(tables.ticket.c.closed_at.is_(None), tables.ticket.c.closed_at >= END),
    )
    .order_by(tables.ticket.c.opened_at, tables.ticket.c.key)
)
# Only what the customer took part in: a mail that nobody answers is no contact.
_LAST_TWO_WAY = (
    sa.select(tables.interaction.c.at)
    .where(
        tables.interaction.c.account_id == ID,
        tables.interaction.c.at < END,
        tables.interaction.c.direction.in_([Direction.INBOUND, Direction.BOTH]),
    )
    .order_by(tables.interaction.c.at.desc())
    .limit(1)
)
_FEEDS = sa.select(tables.feed.c.kind, tables.feed.c.reaches_to)
_SNAPSHOT = sa.select(*columns_of(Snapshot, tables.snapshot)).where(
    tables.snapshot.c.account_id == ID
)
_HEALTH_HISTORY = (
    sa.select(*HEALTH_COLUMNS)
    .where(
        tables.health.c.account_id == ID,
        tables.health.c.day >= sa.bindparam("since", type_=sa.Date()),
    )
    .order_by(tables.health.c.day)
)
_ALL_FINDINGS = sa.select(*FINDING_COLUMNS).where(
    tables.finding.c.account_id == ID,
    tables.finding.c.kind == sa.bindparam("kind", type_=tables.finding.c.kind.type),
)
_IS_OPEN = tables.finding.c.closed_on.is_(None)
_OPEN_FINDINGS = _ALL_FINDINGS.where(_IS_OPEN)
_RECENT_FINDINGS = _ALL_FINDINGS.where(
    sa.or_(_IS_OPEN, tables.finding.c.closed_on >= sa.bindparam("since", type_=sa.Date()))
)
_CTAS = STORED_CTAS.where(tables.cta.c.account_id == ID, CTA_NOT_CLOSED)
_USAGE_BY_DAY = (
    sa.select(tables.usage_day.c.day, sa.func.sum(tables.usage_day.c.events).label("events"))
    .where(
        tables.usage_day.c.account_id == ID,
        tables.usage_day.c.day > sa.bindparam("after", type_=sa.Date()),
        tables.usage_day.c.day <= AS_OF,
    )
    .group_by(tables.usage_day.c.day)
)


def by_due_day(stored: StoredCta) -> tuple[date, int, int]:
    """Soonest due first, then worst first."""
    return stored.cta.due_on, -stored.cta.severity.rank, stored.id


def worst_first(finding: Finding) -> tuple[bool, int, date, str]:
    """Open before closed, then by severity, then the one that has been open for longest."""
    return finding.closed_on is not None, -finding.severity.rank, finding.opened_on, finding.rule


class AccountReader(ReaderPart):
    """The part of `csm.ports.Reader` that looks at one account."""

    def names_like(self, folded: str) -> list[AccountName]:
        return [_account_name(row) for row in self._rows(_NAMES_LIKE, folded=folded)]

    def all_names(self) -> list[AccountName]:
        return [_account_name(row) for row in self._rows(_ALL_NAMES)]

    def customer_names(self) -> CustomerNames:
        return self._prepared_names(Names.ACCOUNTS, self._names_by_key)

    def account(self, account_id: int) -> StoredAccount | None:
        row = self._row(_ACCOUNT, id=account_id)
        return StoredAccount(account_id, build(Account, row)) if row else None

    def account_file(self, account_id: int, as_of: date) -> AccountFile | None:
        stored = self.account(account_id)
        if stored is None:
            return None
        return AccountFile(
            stored=stored,
            csm_name=self._csm_name(stored.account.csm_email),
            subscriptions=[
                build(Subscription, row) for row in self._rows(_SUBSCRIPTIONS, id=account_id)
            ],
            open_tickets=self._open_tickets(account_id, as_of),
            last_two_way_contact=self._last_two_way_contact(account_id, as_of),
            feeds=self.feeds(),
        )

    def snapshot(self, account_id: int) -> Snapshot | None:
        row = self._row(_SNAPSHOT, id=account_id)
        return build(Snapshot, row) if row else None

    def health_history(self, account_id: int, since: date) -> list[Health]:
        return [
            build_health(row) for row in self._rows(_HEALTH_HISTORY, id=account_id, since=since)
        ]

    def findings(
        self, account_id: int, kind: FindingKind, closed_since: date | None
    ) -> list[Finding]:
        if closed_since is None:
            rows = self._rows(_OPEN_FINDINGS, id=account_id, kind=kind)
        else:
            rows = self._rows(_RECENT_FINDINGS, id=account_id, kind=kind, since=closed_since)
        return sorted((build(Finding, row) for row in rows), key=worst_first)

    def ctas_of(self, account_id: int) -> list[StoredCta]:
        return sorted(map(build_stored_cta, self._rows(_CTAS, id=account_id)), key=by_due_day)

    def weekly_usage(self, account_id: int, as_of: date, weeks: int) -> list[tuple[date, int]]:
        events = [0] * weeks
        after = as_of - timedelta(weeks=weeks)
        for row in self._rows(_USAGE_BY_DAY, id=account_id, after=after, as_of=as_of):
            events[((row.day - after).days - 1) // 7] += row.events
        return [(after + timedelta(weeks=n + 1), count) for n, count in enumerate(events)]

    def feeds(self) -> dict[str, date]:
        return {row.kind: row.reaches_to for row in self._rows(_FEEDS)}

    def _names_by_key(self) -> list[tuple[str, str]]:
        return [(row[0], row[1]) for row in self._rows(_NAMES_BY_KEY)]

    def _csm_name(self, email: str) -> str:
        row = self._row(_CSM_NAME, email=email) if email else None
        return row[0] if row else email

    def _last_two_way_contact(self, account_id: int, as_of: date) -> datetime | None:
        row = self._row(_LAST_TWO_WAY, id=account_id, end=end_of(as_of))
        return row[0] if row else None

    def _open_tickets(self, account_id: int, as_of: date) -> list[Ticket]:
        rows = self._rows(_OPEN_TICKETS, id=account_id, end=end_of(as_of))
        # One that was closed since was not closed yet at the end of that day.
        tickets = [build(Ticket, row).model_copy(update={"closed_at": None}) for row in rows]
        worst = list(Priority)
        return sorted(tickets, key=lambda ticket: worst.index(ticket.priority), reverse=True)


def _account_name(row: AnyRow) -> AccountName:
    return AccountName(account_id=row[0], shown=row[1], folded=row[2])
