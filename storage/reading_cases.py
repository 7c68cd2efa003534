"""Cases: questions that were handed over to a person, and what that person answered."""

from collections.abc import Collection
from dataclasses import asdict
from datetime import datetime

import sqlalchemy as sa

from csm.case import Case, CaseReply
from csm.ports_answers import AskedBy, AskedIn, StoredCase
from storage import tables
from storage.reading_base import ReaderPart
from storage.reading_conversation import (
    ACCOUNT_NAME,
    INSTANT,
    IS_ASKED_BY,
    IS_ASKED_IN,
    QUESTION_COLUMNS,
    build_question,
)
from storage.sql import IDS, AnyRow, build, columns_of, is_among

_case = tables.support_case.c
_reply = tables.case_reply.c
_question = tables.question.c

_ID = sa.bindparam("id", type_=sa.BigInteger())
_OWNER = sa.bindparam("owner", type_=sa.String())
_CASE_COLUMNS = columns_of(Case, tables.support_case)

_CASES = sa.select(_case.id, ACCOUNT_NAME, *_CASE_COLUMNS, *QUESTION_COLUMNS).select_from(
    tables.support_case.join(tables.question, _question.id == _case.question_id).outerjoin(
        tables.account, tables.account.c.key == _case.account_key
    )
)
_BY_ID = _CASES.where(_case.id == _ID)
_OF_QUESTION = _CASES.where(_case.question_id == _ID)
# The status is written out: SQLite uses a partial index only where it can read its condition.
_NOT_RESOLVED = _CASES.where(_case.status != sa.literal_column("'resolved'"))
_ALL_OPEN = _NOT_RESOLVED.order_by(_case.due_at, _case.id)
_OPEN_OF = _ALL_OPEN.where(sa.or_(_case.owner_key == _OWNER, _case.claimed_by == _OWNER))
_OPEN_ASKED_BY = _ALL_OPEN.where(IS_ASKED_BY)
_OPEN_ASKED_IN = _ALL_OPEN.where(IS_ASKED_IN)
# In the one order in which questions are locked: see reading_conversation.
_TO_ESCALATE = _NOT_RESOLVED.where(
    _case.answered_at.is_(None),
    _case.escalated_at.is_(None),
    _case.opened_at < sa.bindparam("before", type_=INSTANT),
).order_by(sa.func.coalesce(_question.asked_at, _question.asked_at), _question.id)
_REPLIES = (
    sa.select(*columns_of(CaseReply, tables.case_reply))
    .where(is_among(_reply.case_id, IDS))
    .order_by(_reply.at, _reply.id)
)


class CaseReader(ReaderPart):
    """The part of `csm.ports_answers.ConversationReader` that is about cases."""

    _case_by_id = _BY_ID
    _case_by_question = _OF_QUESTION
    _cases_to_escalate = _TO_ESCALATE

    def case(self, case_id: int) -> StoredCase | None:
        row = self._row(self._case_by_id, id=case_id)
        return _stored_case(row) if row else None

    def case_of_question(self, question_id: int) -> StoredCase | None:
        row = self._row(self._case_by_question, id=question_id)
        return _stored_case(row) if row else None

    def open_cases(self, owner_key: str | None = None) -> list[StoredCase]:
        everybodys = owner_key is None
        rows = self._rows(_ALL_OPEN) if everybodys else self._rows(_OPEN_OF, owner=owner_key)
        return list(map(_stored_case, rows))

    def open_cases_of(self, asked: AskedBy | AskedIn) -> list[StoredCase]:
        cases = _OPEN_ASKED_BY if isinstance(asked, AskedBy) else _OPEN_ASKED_IN
        return list(map(_stored_case, self._rows(cases, **asdict(asked))))

    def cases_to_escalate(self, opened_before: datetime) -> list[StoredCase]:
        return list(map(_stored_case, self._rows(self._cases_to_escalate, before=opened_before)))

    def case_replies(self, case_ids: Collection[int]) -> list[CaseReply]:
        rows = self._rows(_REPLIES, ids=self._ids(sorted(case_ids)))
        return [build(CaseReply, row) for row in rows]


def _stored_case(row: AnyRow) -> StoredCase:
    return StoredCase(
        id=row[0],
        account_name=row[1],
        case=build(Case, row, skip=2),
        question=build_question(row[2 + len(_CASE_COLUMNS) :]),
    )
