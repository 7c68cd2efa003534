"""Outreach: one message, lists of them, and those that something is to be done about."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from pydantic import TypeAdapter

from csm.letter import MAIL
from csm.outreach import Fact, Outreach, OutreachState
from csm.ports_answers import StoredPost
from csm.ports_outreach import StoredOutreach
from storage import tables
from storage.reading_base import ReaderPart
from storage.reading_conversation import (
    ACCOUNT_NAME,
    LIMIT,
    NOW,
    POSTS,
    build_stored_post,
)
from storage.sql import columns_of

_outreach = tables.outreach.c
_account = tables.account.c

_FACTS = TypeAdapter(tuple[Fact, ...])

_ID = sa.bindparam("id", type_=sa.BigInteger())
_MESSAGE = sa.bindparam("message", type_=sa.String())

STORED_OUTREACH = sa.select(
    _outreach.id, ACCOUNT_NAME, *columns_of(Outreach, tables.outreach)
).select_from(tables.outreach.outerjoin(tables.account, _account.key == _outreach.account_key))

# Conditions are written out: SQLite uses a partial index only where it can read its condition.
_NEWEST_FIRST = (_outreach.drafted_at.desc(), _outreach.id.desc())
_BY_ID = STORED_OUTREACH.where(_outreach.id == _ID)
_WITH_MESSAGE = (
    STORED_OUTREACH.where(_outreach.message == _MESSAGE, sa.text("outreach.message <> ''"))
    .order_by(_outreach.id.desc())
    .limit(1)
)
_BY_MAIL = _WITH_MESSAGE.where(_outreach.channel == sa.literal_column("'email'"))
# Of a direct message nobody keeps the channel that the platform made for it.
_BY_CHAT = _WITH_MESSAGE.where(
    _outreach.platform == sa.bindparam("platform", type_=sa.String()),
    sa.or_(
        _outreach.channel == sa.literal_column("'dm'"),
        sa.and_(
            _outreach.channel == sa.literal_column("'channel'"),
            _outreach.workspace == sa.bindparam("workspace", type_=sa.String()),
            _outreach.place == sa.bindparam("place", type_=sa.String()),
        ),
    ),
)
_LIST = (
    STORED_OUTREACH.where(
        # Not one parameter for all of them: with few states, an index finds the newest.
        _outreach.state.in_(sa.bindparam("states", type_=_outreach.state.type, expanding=True))
    )
    .order_by(*_NEWEST_FIRST)
    .limit(LIMIT)
)
_IS_OF_ACCOUNT = _outreach.account_key == sa.bindparam("account_key", type_=sa.String())
_IS_OF_CSM = _account.csm_email == sa.bindparam("csm_email", type_=sa.String())
_POST_OF = POSTS.where(tables.post.c.outreach_id == _ID)
_DRAFTS_DUE = (
    sa.select(_outreach.id)
    .where(_outreach.state == sa.literal_column("'drafted'"), _outreach.goes_at <= NOW)
    .order_by(_outreach.goes_at, _outreach.id)
    .limit(LIMIT)
)
# Or the table would be read in the order of ids, for a few open goals among all there ever were.
_UNSORTED_ID = sa.func.coalesce(_outreach.id, _outreach.id)
_GOALS_OPEN = (
    STORED_OUTREACH.where(
        _outreach.goal_reached_on.is_(None),
        _outreach.goal_by >= sa.bindparam("earliest", type_=sa.Date()),
        sa.bindparam("after", type_=sa.BigInteger()) < _UNSORTED_ID,
    )
    .order_by(_UNSORTED_ID)
    .limit(LIMIT)
)


class OutreachReader(ReaderPart):
    """The part of `csm.ports_outreach.OutreachReader` that is about messages."""

    _outreach_by_id = _BY_ID
    _outreach_by_mail = _BY_MAIL
    _outreach_by_chat = _BY_CHAT
    _post_of_outreach = _POST_OF

    def outreach(self, outreach_id: int) -> StoredOutreach | None:
        row = self._row(self._outreach_by_id, id=outreach_id)
        return build_stored_outreach(row) if row else None

    def outreach_by_message(
        self, platform: str, workspace: str, channel: str, message: str
    ) -> StoredOutreach | None:
        if platform == MAIL:
            row = self._row(self._outreach_by_mail, message=message)
        else:
            where = {"platform": platform, "workspace": workspace, "place": channel}
            row = self._row(self._outreach_by_chat, message=message, **where)
        return build_stored_outreach(row) if row else None

    def outreach_list(
        self,
        states: Collection[OutreachState],
        account_key: str | None = None,
        csm_email: str | None = None,
        limit: int = 200,
    ) -> list[StoredOutreach]:
        question, values = _LIST, dict[str, Any](states=list(states), limit=limit)
        if account_key is not None:
            question = question.where(_IS_OF_ACCOUNT)
            values["account_key"] = account_key
        if csm_email is not None:
            question = question.where(_IS_OF_CSM)
            values["csm_email"] = csm_email.strip().lower()
        return list(map(build_stored_outreach, self._rows(question, **values)))

    def outreach_post(self, outreach_id: int) -> StoredPost | None:
        row = self._row(self._post_of_outreach, id=outreach_id)
        return build_stored_post(row) if row else None

    def drafts_due(self, now: datetime, limit: int) -> list[int]:
        return [row[0] for row in self._rows(_DRAFTS_DUE, now=now, limit=limit)]

    def goals_open(self, today: date, limit: int, after: int = 0) -> list[StoredOutreach]:
        earliest = today - timedelta(days=1)
        rows = self._rows(_GOALS_OPEN, earliest=earliest, limit=limit, after=after)
        return list(map(build_stored_outreach, rows))


def build_outreach(values: Iterable[Any]) -> Outreach:
    """Outreach from its columns; JSON knows neither tuples nor facts, so they are made anew."""
    fields = dict(zip(Outreach.model_fields, values, strict=True))
    fields["facts"] = _FACTS.validate_python(fields["facts"])
    for name in ("links", "used"):
        fields[name] = tuple(fields[name])
    return Outreach.model_construct(**fields)


def build_stored_outreach(row: Sequence[Any]) -> StoredOutreach:
    return StoredOutreach(id=row[0], account_name=row[1], outreach=build_outreach(row[2:]))
