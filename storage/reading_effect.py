"""How much was sent, what became of it, and what plays may do by themselves."""

from datetime import UTC, date, datetime
from typing import Final

import sqlalchemy as sa

from csm.audit import REFUSALS
from csm.outreach import BY_TIER
from csm.ports_outreach import Group, PlayTier, Sent, Tally
from storage import tables
from storage.outreach_columns import MAY_HAVE_REACHED, REACHED_AT, WITH_POST
from storage.reading_base import ReaderPart
from storage.reading_conversation import INSTANT
from storage.sql import hour_of

_HOUR: Final = "%Y-%m-%d %H"

_outreach = tables.outreach.c
_post = tables.post.c
_account = tables.account.c
_audit = tables.audit.c
_tier = tables.play_tier.c

_PLAY = sa.bindparam("play", type_=sa.String())
_SINCE = sa.bindparam("since", type_=INSTANT)
_TODAY = sa.bindparam("today", type_=sa.Date())

# Each part by an index of its own: what is known to be sent, what may have been, what is being.
_SENT = sa.select(_outreach.sent_at.label("at")).where(_outreach.sent_at >= _SINCE)
_IN_DOUBT = (
    sa.select(REACHED_AT.label("at"))
    .select_from(WITH_POST)
    .where(
        _outreach.state == sa.literal_column("'in_doubt'"),
        _outreach.sent_at.is_(None),
        REACHED_AT >= _SINCE,
    )
)
_SENDING = sa.select(_post.claimed_at.label("at")).where(
    _post.state == sa.literal_column("'sending'"),
    _post.outreach_id.is_not(None),
    _post.claimed_at >= _SINCE,
)
# About to be sent, for all that anybody knows.
_CLEARED = sa.select(_post.claimed_at.label("at")).where(
    _post.state == sa.literal_column("'cleared'"), _post.claimed_at >= _SINCE
)
_sends = sa.union_all(_SENT, _IN_DOUBT, _SENDING, _CLEARED).subquery("sends")
_hour = hour_of(_sends.c.at)
_SENDS_BY_HOUR = sa.select(_hour, sa.func.count()).group_by(_hour)
_SENT_SINCE = sa.select(sa.func.count()).select_from(_sends)
_BREAKER_LIFTED = sa.select(sa.func.max(tables.pause.c.lifted_at)).where(
    tables.pause.c.by == sa.literal_column("'breaker'"), tables.pause.c.lifted_at >= _SINCE
)


def _count(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    return sa.func.count(sa.case((condition, 1)))


# By a person: what a play lets go by itself, nobody decided on.
_IS_APPROVED = sa.and_(
    _outreach.approved_at.is_not(None), _outreach.approved_by.not_like(f"{BY_TIER}%")
)
_IS_UNEDITED = sa.and_(
    _outreach.subject == _outreach.drafted_subject, _outreach.body == _outreach.drafted_body
)
_HAS_REPLY = _outreach.reaction.in_(("replied", "positive", "negative"))
_IS_REJECTED = _outreach.state == sa.literal_column("'rejected'")
_STOPPED = (
    sa.select(sa.func.count(sa.distinct(_audit.subject)))
    .where(
        _audit.play == _PLAY,
        _audit.at >= _SINCE,
        # Written out: SQLite uses a partial index only where it can read its condition.
        _audit.what.in_([sa.literal_column(f"'{what}'") for what in REFUSALS]),
    )
    .scalar_subquery()
)
_TALLY = (
    sa.select(
        _count(sa.or_(_IS_APPROVED, _IS_REJECTED)),
        _count(_IS_APPROVED),
        _count(sa.and_(_IS_APPROVED, _IS_UNEDITED)),
        _count(_IS_REJECTED),
        _count(MAY_HAVE_REACHED),
        _count(_HAS_REPLY),
        _count(_outreach.reaction == "positive"),
        _count(_outreach.reaction.in_(("negative", "opted_out"))),
        _STOPPED,
    )
    .select_from(WITH_POST)
    .where(_outreach.play == _PLAY, _outreach.drafted_at >= _SINCE)
)

_IS_CONTROL = _outreach.state == sa.literal_column("'holdout'")
_IS_REACHED = _outreach.goal_reached_on.is_not(None)
_GROUPS = sa.select(
    _count(sa.not_(_IS_CONTROL)),
    _count(sa.and_(sa.not_(_IS_CONTROL), _IS_REACHED)),
    _count(_IS_CONTROL),
    _count(sa.and_(_IS_CONTROL, _IS_REACHED)),
).where(
    _outreach.play == _PLAY,
    # What a person asked for went to whom they chose, and says nothing of the play.
    _outreach.author == "",
    sa.or_(_IS_REACHED, _outreach.goal_by < _TODAY),
)
_SENT_BY_PLAY = (
    sa.select(_outreach.play, sa.func.count(), _count(_HAS_REPLY))
    .select_from(tables.outreach.outerjoin(tables.account, _account.key == _outreach.account_key))
    .where(_outreach.sent_at >= _SINCE)
    .group_by(_outreach.play)
    .order_by(_outreach.play)
)
_IS_OF_CSM = _account.csm_email == sa.bindparam("csm_email", type_=sa.String())
_PLAY_TIERS = sa.select(_tier.play, _tier.tier, _tier.since, _tier.by, _tier.why, _tier.proposed)


class EffectReader(ReaderPart):
    """The part of `csm.ports_outreach.OutreachReader` that counts."""

    def sends_by_hour(self, since: datetime) -> dict[datetime, int]:
        rows = self._rows(_SENDS_BY_HOUR, since=since)
        return {datetime.strptime(row[0], _HOUR).replace(tzinfo=UTC): row[1] for row in rows}

    def sent_since_breaker(self, since: datetime) -> int | None:
        lifted = self._row(_BREAKER_LIFTED, since=since)
        if lifted is None or lifted[0] is None:
            return None
        sent = self._row(_SENT_SINCE, since=lifted[0])
        return int(sent[0]) if sent else 0

    def play_tiers(self) -> dict[str, PlayTier]:
        return {row[0]: PlayTier(*row) for row in self._rows(_PLAY_TIERS)}

    def tally(self, play: str, since: datetime) -> Tally:
        row = self._row(_TALLY, play=play, since=since)
        return Tally(*row) if row else Tally()

    def groups(self, play: str, today: date) -> tuple[Group, Group]:
        row = self._row(_GROUPS, play=play, today=today)
        return (Group(*row[:2]), Group(*row[2:])) if row else (Group(), Group())

    def sent_by_play(self, since: datetime, csm_email: str | None) -> dict[str, Sent]:
        if csm_email is None:
            rows = self._rows(_SENT_BY_PLAY, since=since)
        else:
            email = csm_email.strip().lower()
            rows = self._rows(_SENT_BY_PLAY.where(_IS_OF_CSM), since=since, csm_email=email)
        return {row[0]: Sent(row[1], row[2]) for row in rows}
