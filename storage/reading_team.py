"""What a team's figures are made of: money over a period, grades by week, and what waits."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final

import sqlalchemy as sa

from csm.account import Subscription
from csm.health import CtaOutcome, CtaStatus, CtaType, Grade, Save
from csm.ports_team import DraftsWaiting, NamedSave, Unclaimed
from storage import tables
from storage.reading_base import CTA_NOT_CLOSED, ReaderPart
from storage.reading_conversation import INSTANT
from storage.reading_drafts import IS_AWAKE
from storage.sql import AnyRow, AnySelect, build, columns_of

# A grade that is older says nothing of a day.
_GRADE_LASTS: Final = timedelta(days=14)

_account = tables.account.c
_subscription = tables.subscription.c
_health = tables.health.c
_save = tables.save.c
_cta = tables.cta.c

_EMAIL = sa.bindparam("email", type_=sa.String())
_AFTER = sa.bindparam("after", type_=sa.Date())
_UNTIL = sa.bindparam("until", type_=sa.Date())
_FROM_INSTANT = sa.bindparam("after", type_=INSTANT)
_TO_INSTANT = sa.bindparam("until", type_=INSTANT)
_TODAY = sa.bindparam("today", type_=sa.Date())

_SUBSCRIPTIONS = (
    sa.select(_subscription.account_id, *columns_of(Subscription, tables.subscription))
    .join_from(tables.subscription, tables.account)
    .where(
        sa.not_(_subscription.trial),
        _subscription.started_on <= _UNTIL,
        sa.or_(_subscription.ends_on.is_(None), _subscription.ends_on > _AFTER),
    )
)
# Account by account, for the days of one lie together in the table, and those of all do not.
_GRADES = sa.select(
    _account.id,
    sa.select(_health.grade)
    .where(_health.account_id == _account.id, _health.day <= _UNTIL, _health.day > _AFTER)
    .order_by(_health.day.desc())
    .limit(1)
    .correlate(tables.account)
    .scalar_subquery(),
)
_SAVES = (
    sa.select(_account.name, *columns_of(Save, tables.save))
    .join_from(tables.save, tables.account)
    .where(_save.day > _AFTER, _save.day <= _UNTIL)
    .order_by(_save.day.desc(), sa.func.lower(_account.name), _account.id)
)
_LEADS_PASSED = (
    sa.select(sa.func.count())
    .select_from(tables.cta.join(tables.account))
    .where(
        _cta.type == CtaType.OPPORTUNITY,
        _cta.outcome == CtaOutcome.DONE,
        _cta.closed_at > _FROM_INSTANT,
        _cta.closed_at <= _TO_INSTANT,
    )
)
_UNCLAIMED = (
    sa.select(
        _cta.owner_email,
        _cta.severity,
        sa.func.count(),
        sa.func.sum(sa.case((_cta.due_on < _TODAY, 1), else_=0)),
        sa.func.min(_cta.opened_on),
    )
    .where(CTA_NOT_CLOSED, _cta.status == CtaStatus.OPEN)
    .group_by(_cta.owner_email, _cta.severity)
    .order_by(_cta.owner_email, _cta.severity)
)
_DRAFTS = (
    sa.select(sa.func.count(), sa.func.min(tables.outreach.c.drafted_at))
    .select_from(
        tables.outreach.outerjoin(tables.account, _account.key == tables.outreach.c.account_key)
    )
    .where(IS_AWAKE)
)
_OF_CSM = _account.csm_email == _EMAIL


class TeamReader(ReaderPart):
    """`csm.ports_team.TeamReader`."""

    def subscriptions_since(
        self, csm_email: str | None, after: date, until: date
    ) -> dict[int, list[Subscription]]:
        found: dict[int, list[Subscription]] = defaultdict(list)
        for row in self._of(_SUBSCRIPTIONS, csm_email, after=after, until=until):
            found[row[0]].append(build(Subscription, row, skip=1))
        return dict(found)

    def grades_on(
        self, csm_email: str | None, days: Sequence[date]
    ) -> Mapping[date, Mapping[int, Grade]]:
        return {day: self._grades(csm_email, day) for day in days}

    def saves(self, csm_email: str | None, after: date, until: date) -> list[NamedSave]:
        rows = self._of(_SAVES, csm_email, after=after, until=until)
        return [NamedSave(row[0], build(Save, row, skip=1)) for row in rows]

    def leads_passed(self, csm_email: str | None, after: datetime, until: datetime) -> int:
        ((count,),) = self._of(_LEADS_PASSED, csm_email, after=after, until=until)
        return int(count)

    def unclaimed_ctas(self, csm_email: str | None, today: date) -> list[Unclaimed]:
        rows = self._of(_UNCLAIMED, csm_email, _cta.owner_email == _EMAIL, today=today)
        return [Unclaimed(*row) for row in rows]

    def drafts_waiting(self, csm_email: str | None, now: datetime) -> DraftsWaiting:
        ((count, oldest_at),) = self._of(_DRAFTS, csm_email, now=now)
        return DraftsWaiting(count, oldest_at)

    def _grades(self, csm_email: str | None, day: date) -> dict[int, Grade]:
        rows = self._of(_GRADES, csm_email, after=day - _GRADE_LASTS, until=day)
        return {id_: grade for id_, grade in rows if grade is not None}

    def _of(
        self,
        question: AnySelect,
        csm_email: str | None,
        is_theirs: sa.ColumnElement[bool] = _OF_CSM,
        **values: Any,
    ) -> Sequence[AnyRow]:
        """The question about everybody's accounts, or about one CSM's."""
        if csm_email is None:
            return self._rows(question, **values)
        return self._rows(question.where(is_theirs), email=csm_email.strip().lower(), **values)
