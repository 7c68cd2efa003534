"""Milestones of onboardings, contracts that come up for renewal, and business reviews."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime

import sqlalchemy as sa

from csm.account import AccountStatus, Milestone, Record, Subscription, Topic
from storage import tables
from storage.reading_base import ReaderPart
from storage.sql import IDS, AnySelect, Model, build, columns_of, end_of, is_among

_EMAIL = sa.bindparam("email", type_=sa.String())
_SINCE = sa.bindparam("since", type_=sa.Date())
_UNTIL = sa.bindparam("until", type_=tables.interaction.c.at.type)

_account, _milestone = tables.account.c, tables.milestone.c


def _of_account(model: type[Record], table: sa.Table) -> AnySelect:
    return sa.select(table.c.account_id, *columns_of(model, table))


_MILESTONES = (
    _of_account(Milestone, tables.milestone)
    .join_from(tables.account, tables.milestone)
    .where(
        _account.status != AccountStatus.CHURNED,
        sa.or_(_milestone.done_on.is_(None), _milestone.done_on >= _SINCE),
    )
    .order_by(_milestone.account_id, _milestone.due_on, _milestone.key)
)
_OWN_MILESTONES = _MILESTONES.where(_account.csm_email == _EMAIL)
_SUBSCRIPTIONS = (
    _of_account(Subscription, tables.subscription)
    .where(is_among(tables.subscription.c.account_id, IDS))
    .order_by(tables.subscription.c.account_id, tables.subscription.c.key)
)
_LAST_REVIEWS = (
    sa.select(tables.interaction.c.account_id, sa.func.max(tables.interaction.c.at))
    .where(
        is_among(tables.interaction.c.account_id, IDS),
        tables.interaction.c.topic == Topic.REVIEW,
        tables.interaction.c.at < _UNTIL,
    )
    .group_by(tables.interaction.c.account_id)
)


class RunwayReader(ReaderPart):
    """`csm.ports_success.RunwayReader`."""

    def milestones(self, csm_email: str | None, done_since: date) -> dict[int, list[Milestone]]:
        if csm_email is None:
            return self._grouped(Milestone, _MILESTONES, since=done_since)
        email = csm_email.lower()
        return self._grouped(Milestone, _OWN_MILESTONES, since=done_since, email=email)

    def subscriptions_of(self, account_ids: Collection[int]) -> dict[int, list[Subscription]]:
        ids = self._ids(list(account_ids))
        return self._grouped(Subscription, _SUBSCRIPTIONS, ids=ids)

    def last_reviews(self, account_ids: Collection[int], until: date) -> dict[int, datetime]:
        rows = self._rows(_LAST_REVIEWS, ids=self._ids(list(account_ids)), until=end_of(until))
        return {row[0]: row[1] for row in rows}

    def _grouped(
        self, model: type[Model], question: AnySelect, **values: object
    ) -> dict[int, list[Model]]:
        found: dict[int, list[Model]] = defaultdict(list)
        for row in self._rows(question, **values):
            found[row[0]].append(build(model, row, skip=1))
        return dict(found)
