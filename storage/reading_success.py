"""What facts for customers are read by: accounts with their signals, and success records."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

import sqlalchemy as sa

from csm.account import Account, Objective, Record, Ticket, Training
from csm.health import Snapshot
from csm.ports_outreach import SuccessRecords
from storage import tables
from storage.reading_base import ReaderPart
from storage.sql import IDS, AnySelect, Model, build, columns_of, is_among

_SINCE = sa.bindparam("since", type_=tables.ticket.c.closed_at.type)


def _of_accounts(model: type[Record], table: sa.Table) -> AnySelect:
    return (
        sa.select(table.c.account_id, *columns_of(model, table))
        .where(is_among(table.c.account_id, IDS))
        .order_by(table.c.account_id, table.c.key)
    )


_ACCOUNTS = (
    sa.select(tables.account.c.id, *columns_of(Account, tables.account))
    .where(is_among(tables.account.c.id, IDS))
    .order_by(tables.account.c.id)
)
_SNAPSHOTS = sa.select(*columns_of(Snapshot, tables.snapshot)).where(
    is_among(tables.snapshot.c.account_id, IDS)
)
_TRAININGS = _of_accounts(Training, tables.training)
_OBJECTIVES = _of_accounts(Objective, tables.objective)
_CLOSED_TICKETS = _of_accounts(Ticket, tables.ticket).where(tables.ticket.c.closed_at >= _SINCE)


class SuccessReader(ReaderPart):
    """The part of `csm.ports.Reader` that facts for customers are read by."""

    def accounts_with_snapshots(
        self, account_ids: Collection[int]
    ) -> list[tuple[int, Account, Snapshot | None]]:
        ids = self._ids(list(account_ids))
        snapshots = (build(Snapshot, row) for row in self._rows(_SNAPSHOTS, ids=ids))
        by_account = {snapshot.account_id: snapshot for snapshot in snapshots}
        return [
            (row[0], build(Account, row, skip=1), by_account.get(row[0]))
            for row in self._rows(_ACCOUNTS, ids=ids)
        ]

    def success_records(
        self, account_ids: Collection[int], closed_since: datetime
    ) -> dict[int, SuccessRecords]:
        ids = self._ids(list(account_ids))
        trainings = self._by_account(Training, _TRAININGS, ids=ids)
        objectives = self._by_account(Objective, _OBJECTIVES, ids=ids)
        tickets = self._by_account(Ticket, _CLOSED_TICKETS, ids=ids, since=closed_since)
        return {
            account_id: SuccessRecords(
                trainings.get(account_id, ()),
                objectives.get(account_id, ()),
                tickets.get(account_id, ()),
            )
            for account_id in trainings.keys() | objectives.keys() | tickets.keys()
        }

    def _by_account(
        self, model: type[Model], question: AnySelect, **values: object
    ) -> dict[int, list[Model]]:
        found: dict[int, list[Model]] = defaultdict(list)
        for row in self._rows(question, **values):
            found[row[0]].append(build(model, row, skip=1))
        return found
