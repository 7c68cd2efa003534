"""Drafts: those that time, or a person, is to do something about; and what a play did before."""

from datetime import datetime

import sqlalchemy as sa

from csm.ports_outreach import PastOutreach, StoredOutreach
from storage import tables
from storage.reading_base import ReaderPart
from storage.reading_conversation import INSTANT, LIMIT, NOW
from storage.reading_outreach import STORED_OUTREACH, build_stored_outreach

_outreach = tables.outreach.c
_account = tables.account.c
_audit = tables.audit.c

_ACCOUNT_KEY = sa.bindparam("account_key", type_=sa.String())
_PLAY = sa.bindparam("play", type_=sa.String())
_BEFORE = sa.bindparam("before", type_=INSTANT)

# Conditions are written out: SQLite uses a partial index only where it can read its condition.
_IS_DRAFT = _outreach.state == sa.literal_column("'drafted'")
# Nobody has put it off until later.
IS_AWAKE = sa.and_(
    _IS_DRAFT, sa.or_(_outreach.snoozed_until.is_(None), _outreach.snoozed_until <= NOW)
)
# The audit alone remembers that a card came again: the draft stays as old as its rest.
_WAS_WOKEN = sa.exists(
    sa.select(sa.literal_column("1"))
    .select_from(tables.audit)
    .where(
        _audit.subject
        == sa.literal_column("'outreach:'", sa.String()) + sa.cast(_outreach.id, sa.String()),
        _audit.what == sa.literal_column("'outreach.woken'"),
        _audit.at >= _outreach.snoozed_until,
    )
)
_RESTED = (
    sa.select(_outreach.id)
    .where(_IS_DRAFT, _outreach.snoozed_until <= NOW, sa.not_(_WAS_WOKEN))
    .order_by(_outreach.snoozed_until, _outreach.id)
)
_UNDECIDED = (
    sa.select(_outreach.id)
    .where(
        _IS_DRAFT,
        _outreach.drafted_at <= _BEFORE,
        sa.or_(_outreach.snoozed_until.is_(None), _outreach.snoozed_until <= _BEFORE),
    )
    .order_by(_outreach.drafted_at, _outreach.id)
)
# Or the table would be read in the order of ids, for a few drafts among all there ever were.
_UNSORTED_ID = sa.func.coalesce(_outreach.id, _outreach.id)
_AWAKE = (
    STORED_OUTREACH.where(
        IS_AWAKE,
        sa.bindparam("after", type_=sa.BigInteger()) < _UNSORTED_ID,
    )
    .order_by(_UNSORTED_ID)
    .limit(LIMIT)
)
_IS_OF_CSM = _account.csm_email == sa.bindparam("csm_email", type_=sa.String())
_AT = sa.func.coalesce(_outreach.sent_at, _outreach.drafted_at, type_=INSTANT)
# Or SQLite would go through all that the play ever wrote to anybody.
_UNSORTED_PLAY = sa.func.coalesce(_outreach.play, _outreach.play)
_OF_PLAY = (
    sa.select(_outreach.id, _outreach.play, _outreach.body, _AT, _outreach.state)
    .where(_outreach.account_key == _ACCOUNT_KEY, _UNSORTED_PLAY == _PLAY)
    .order_by(_outreach.drafted_at.desc(), _outreach.id.desc())
)


class DraftsReader(ReaderPart):
    """The part of `csm.ports_outreach.OutreachReader` that is about drafts."""

    def drafts_rested(self, now: datetime) -> list[int]:
        return [row[0] for row in self._rows(_RESTED, now=now)]

    def drafts_undecided(self, before: datetime) -> list[int]:
        return [row[0] for row in self._rows(_UNDECIDED, before=before)]

    def drafts_awake(
        self, now: datetime, csm_email: str | None, limit: int, after: int = 0
    ) -> list[StoredOutreach]:
        question, values = _AWAKE, {"now": now, "limit": limit, "after": after}
        if csm_email is not None:
            question = question.where(_IS_OF_CSM)
            values["csm_email"] = csm_email.strip().lower()
        return list(map(build_stored_outreach, self._rows(question, **values)))

    def outreach_of_play(self, account_key: str, play: str) -> list[PastOutreach]:
        rows = self._rows(_OF_PLAY, account_key=account_key, play=play)
        return [PastOutreach(*row) for row in rows]
