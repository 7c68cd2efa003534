"""What is too old, deleted a part at a time: no transaction takes long, so that nobody waits.

Records of accounts are gone through by accounts, and long tables by ids, so that each part looks at
few rows; the others have an index of their own, or are short.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from csm.case import CaseStatus
from csm.firing import OVER
from csm.health import CtaStatus
from csm.outreach import OutreachState
from csm.ports_keeping import Kept, Mismatch, OldPost, Swept
from csm.post import PostState
from csm.question import QuestionState
from storage import tables
from storage.reading_base import ReaderPart
from storage.reading_conversation import INSTANT
from storage.sql import AnySelect
from storage.writing_base import WriterPart

_ACCOUNTS: Final = 200  # accounts a part
_ROWS: Final = 2000  # most rows that a part deletes, and rows that one by ids looks at

_BEFORE = sa.bindparam("before", type_=INSTANT)
_DAY = sa.bindparam("day", type_=sa.Date())
_START = sa.bindparam("start", type_=sa.BigInteger())
_END = sa.bindparam("end", type_=sa.BigInteger())

_account = tables.account.c
_case = tables.support_case.c
_firing = tables.firing.c
_health = tables.health.c
_newer = tables.health.alias("newer")
_outreach = tables.outreach.c
_post = tables.post.c
_question = tables.question.c

_ENDED: Final = frozenset(OutreachState) - {
    OutreachState.DRAFTED,
    OutreachState.APPROVED,
    OutreachState.IN_DOUBT,
}
# What a message said, and why; that it was sent, to whom and what came of it stays.
_SAID: Final = {
    "evidence": "",
    "subject": "",
    "body": "",
    "footer": "",
    "links": (),
    "facts": (),
    "used": (),
    "drafted_subject": "",
    "drafted_body": "",
    "verdict": [],
}


def _is_gone(reader: sa.Column[str]) -> sa.ColumnElement[bool]:
    return reader.not_in(sa.select(tables.person.c.key))


def _deletion(table: sa.Table, *conditions: sa.ColumnElement[bool]) -> sa.Delete:
    """Of as many rows as one part may."""
    key = list(table.primary_key.columns)
    old = sa.select(*key).where(*conditions).limit(_ROWS)
    return sa.delete(table).where(sa.tuple_(*key).in_(old))


def _of_accounts(table: sa.Table, *conditions: sa.ColumnElement[bool]) -> sa.Delete:
    of_part = sa.select(_account.id).where(_account.id > _START, _account.id <= _END)
    return _deletion(table, table.c.account_id.in_(of_part), *conditions)


def _in_part(table: sa.Table) -> sa.ColumnElement[bool]:
    return sa.and_(table.c.id > _START, table.c.id <= _END)


def _end_of_part(table: sa.Table, most: int) -> AnySelect:
    part = sa.select(table.c.id).where(table.c.id > _START).order_by(table.c.id).limit(most)
    return sa.select(sa.func.max(part.subquery().c.id))


_BY_ACCOUNT: Final[Mapping[Kept, sa.Delete]] = {
    Kept.USAGE: _of_accounts(tables.usage_day, tables.usage_day.c.day < _DAY),
    Kept.TICKETS: _of_accounts(tables.ticket, tables.ticket.c.closed_at < _BEFORE),
    Kept.SURVEYS: _of_accounts(tables.survey, tables.survey.c.answered_on < _DAY),
    Kept.INTERACTIONS: _of_accounts(tables.interaction, tables.interaction.c.at < _BEFORE),
    Kept.INVOICES: _of_accounts(tables.invoice, tables.invoice.c.paid_on < _DAY),
    # What an account's health was last is known for as long as the account.
    Kept.HEALTH: _of_accounts(
        tables.health,
        _health.day < _DAY,
        sa.exists().where(_newer.c.account_id == _health.account_id, _newer.c.day > _health.day),
    ),
    Kept.FINDINGS: _of_accounts(tables.finding, tables.finding.c.closed_on < _DAY),
    Kept.CTAS: _of_accounts(
        tables.cta, tables.cta.c.status == CtaStatus.CLOSED, tables.cta.c.closed_at < _BEFORE
    ),
}
_BY_ID: Final[Mapping[Kept, tuple[sa.Table, sa.Delete | sa.Update]]] = {
    Kept.POSTS: (
        tables.post,
        sa.delete(tables.post).where(
            _in_part(tables.post),
            sa.or_(
                _post.state.in_([PostState.SENT, PostState.DEAD]),
                # A person was told, and has no way to settle it.
                sa.and_(_post.state == PostState.IN_DOUBT, _post.outreach_id.is_(None)),
            ),
            sa.func.coalesce(_post.sent_at, _post.created_at) < _BEFORE,
        ),
    ),
    Kept.OUTREACH: (
        tables.outreach,
        sa.update(tables.outreach)
        .where(
            _in_part(tables.outreach),
            _outreach.state.in_(sorted(_ENDED)),
            sa.or_(*(_outreach[name] != "" for name in ("body", "drafted_body", "evidence"))),
            sa.func.coalesce(_outreach.ended_at, _outreach.sent_at, _outreach.drafted_at) < _BEFORE,
            _outreach.goal_by < _DAY,
        )
        .values(**_SAID),
    ),
}
_BY_TIME: Final[Mapping[Kept, sa.Delete]] = {
    Kept.QUESTIONS: _deletion(
        tables.question,
        _question.asked_at < _BEFORE,
        _question.state.not_in([QuestionState.ASKED, QuestionState.DRAFTED]),
        ~sa.exists().where(
            _case.question_id == _question.id,
            sa.or_(
                _case.status != CaseStatus.RESOLVED,
                sa.func.coalesce(_case.resolved_at, _case.opened_at) >= _BEFORE,
            ),
        ),
    ),
    Kept.THREADS: _deletion(tables.thread_line, tables.thread_line.c.at < _BEFORE),
    Kept.EVENTS: _deletion(tables.seen_event, tables.seen_event.c.at < _BEFORE),
    Kept.FIRINGS: _deletion(
        tables.firing,
        _firing.due_at < _BEFORE,
        _firing.state.in_(sorted(OVER)),
        sa.func.coalesce(_firing.finished_at, _firing.due_at) < _BEFORE,
    ),
    Kept.SNOOZES: _deletion(
        tables.snooze, sa.or_(tables.snooze.c.until < _DAY, _is_gone(tables.snooze.c.reader))
    ),
    Kept.TOLD: _deletion(tables.told, _is_gone(tables.told.c.reader)),
}

_END_OF_ACCOUNTS: Final = _end_of_part(tables.account, _ACCOUNTS)
_ENDS_BY_ID: Final = {kind: _end_of_part(table, _ROWS) for kind, (table, _) in _BY_ID.items()}

_ON_ITS_WAY: Final = [PostState.WAITING, PostState.CLEARED, PostState.SENDING]
_WITH_POST = sa.select(
    _outreach.id.label("id"), _outreach.state.label("outreach"), _post.state.label("post")
).select_from(tables.outreach.outerjoin(tables.post, _post.outreach_id == _outreach.id))
_MISMATCHES = (
    _WITH_POST.where(
        sa.or_(
            sa.and_(
                _outreach.state == OutreachState.APPROVED,
                sa.or_(_post.id.is_(None), _post.state.not_in(_ON_ITS_WAY)),
            ),
            sa.and_(_outreach.state != OutreachState.APPROVED, _post.state.in_(_ON_ITS_WAY)),
        )
    )
    .order_by(_outreach.id)
    .limit(sa.bindparam("limit", type_=sa.Integer()))
)
_due_at = sa.func.coalesce(_post.not_before, _post.created_at)
_since = sa.case(
    (_post.state == PostState.WAITING, _due_at),
    else_=sa.func.coalesce(_post.claimed_at, _post.created_at),
)


class KeepingReader(ReaderPart):
    """`csm.ports_keeping.KeepingReader`."""

    def outbox_mismatches(self, limit: int) -> list[Mismatch]:
        return [Mismatch(*row) for row in self._rows(_MISMATCHES, limit=limit)]

    def posts_in(
        self, states: Collection[PostState], before: datetime, limit: int
    ) -> list[OldPost]:
        question = (
            sa.select(_post.id, _post.platform, _post.state, _post.outreach_id, _since)
            .where(_post.state.in_(sorted(states)), _since < _BEFORE)
            .order_by(_since, _post.id)
            .limit(limit)
        )
        return [OldPost(*row) for row in self._rows(question, before=before)]


class KeepingWriter(WriterPart, KeepingReader):
    """`csm.ports_keeping.KeepingWriter`."""

    def sweep(self, kind: Kept, before: datetime, start: int) -> Swept:
        if kind in _BY_TIME:
            count = self._swept(_BY_TIME[kind], before)
            return Swept(count, 0 if count == _ROWS else None)
        by_account = _BY_ACCOUNT.get(kind)
        end = self._row(
            _END_OF_ACCOUNTS if by_account is not None else _ENDS_BY_ID[kind], start=start
        )
        if end is None or end[0] is None:
            return Swept(0, None)
        statement = by_account if by_account is not None else _BY_ID[kind][1]
        count = self._swept(statement, before, start=start, end=end[0])
        # Where a part had more than may go at once, it is gone through again.
        return Swept(count, start if by_account is not None and count == _ROWS else end[0])

    def doubt_all(self, now: datetime, claimed_at: datetime) -> int:
        doubted = (
            sa.update(tables.post)
            .where(_post.state.in_([PostState.WAITING, PostState.CLEARED]), _due_at <= now)
            .values(state=PostState.SENDING, claimed_at=claimed_at)
        )
        return self._connection.execute(doubted).rowcount

    def _swept(self, statement: sa.Delete | sa.Update, before: datetime, **values: Any) -> int:
        given = {"before": before, "day": before.date(), **values}
        known = {name: given[name] for name in statement.compile().params if name in given}
        return self._connection.execute(statement, known).rowcount
