"""Outreach, its posts, what stops it and what plays may do by themselves, changed."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from csm.errors import Conflict, NotFound
from csm.outreach import Outreach
from csm.pause import Pause, PauseScope
from csm.ports_answers import StoredPost
from csm.ports_outreach import PlayTier, StoredOutreach, StoredPause
from csm.post import Post
from csm.suppression import Suppression
from storage import tables
from storage.bulk import Target, replace
from storage.encoding import storable
from storage.reading_conversation import (
    ACCOUNT_NAME,
    IS_LEFT,
    IS_OF_OUTREACH,
    IS_ON_PLATFORM,
    IS_TIME,
    IS_WAITING,
    LIMIT,
    NOW,
    build_stored_post,
)
from storage.reading_dealings import DealingsReader
from storage.reading_effect import EffectReader
from storage.reading_outreach import OutreachReader, build_stored_outreach
from storage.reading_reach import PAUSES, ReachReader, build_stored_pause
from storage.sql import IDS, Model, columns_of, is_among
from storage.writing_audit import AuditWriter
from storage.writing_base import values_of

_outreach = tables.outreach.c
_post = tables.post.c
_pause = tables.pause.c
_suppression = tables.suppression.c

_OWN: Final = (tables.outreach,)
_POST_COLUMNS = columns_of(Post, tables.post)
_ROW_ID = sa.bindparam("row_id", type_=sa.BigInteger())

# Whoever reads outreach to change it keeps others from doing the same until it is done. It is
# locked before its post, and both before its account, or each could wait for the other.
# Outreach before its post, as everybody locks them who reads one after the other.
_BOTH: Final = (tables.outreach, tables.post)
_OF_BOTH = tables.post.join(tables.outreach, _outreach.id == _post.outreach_id)
_TO_RELEASE = (
    sa.select(
        _post.id,
        *_POST_COLUMNS,
        _outreach.id,
        ACCOUNT_NAME,
        *columns_of(Outreach, tables.outreach),
    )
    .select_from(_OF_BOTH.outerjoin(tables.account, tables.account.c.key == _outreach.account_key))
    .where(IS_ON_PLATFORM, IS_WAITING, IS_OF_OUTREACH, IS_TIME)
    .order_by(sa.func.coalesce(_post.not_before, _post.created_at), _post.created_at, _post.id)
    .limit(LIMIT)
    # What somebody else is releasing or changing at this moment is left to them.
    .with_for_update(skip_locked=True, of=_BOTH)
)
# What takes longer to read than all the rest of it.
_POST_ANEW: Final = tuple(name for name in Post.model_fields if name != "card")
_OUTREACH_ANEW: Final = tuple(
    name for name in Outreach.model_fields if name not in {"facts", "verdict"}
)
_ON_ITS_WAY = (
    sa.select(
        _outreach.id,
        _post.id,
        *(_post[name] for name in _POST_ANEW),
        *(_outreach[name] for name in _OUTREACH_ANEW),
    )
    .select_from(_OF_BOTH)
    .where(is_among(_outreach.id, IDS))
    .order_by(_outreach.id)
    .with_for_update(of=_BOTH)
)
_RETURN_CLEARED = (
    sa.update(tables.post)
    # A parameter that is called like a column would be taken for a new value of it.
    .where(_post.platform == sa.bindparam("on_platform", type_=sa.String()), IS_LEFT)
    .values(state=sa.literal_column("'waiting'"), claimed_at=None)
)
_HELD = (
    sa.select(_outreach.id)
    .join_from(tables.outreach, tables.post, _post.outreach_id == _outreach.id)
    .where(
        _outreach.state == sa.literal_column("'approved'"), _outreach.held_until > NOW, IS_WAITING
    )
    .order_by(_outreach.id)
    .with_for_update(of=_OWN)
)
_WAKE_OUTREACH = (
    sa.update(tables.outreach).where(is_among(_outreach.id, IDS)).values(held_until=NOW)
)
_WAKE_POSTS = (
    sa.update(tables.post)
    .where(is_among(_post.outreach_id, IDS), IS_WAITING)
    .values(not_before=NOW)
)
_FORGET_POST = sa.delete(tables.post).where(
    _post.id == _ROW_ID, _post.state.in_(("waiting", "cleared"))
)
_PAUSES_TO_LIFT = PAUSES.where(
    _pause.scope == sa.bindparam("scope", type_=_pause.scope.type),
    _pause.target == sa.bindparam("target", type_=sa.String()),
).with_for_update()
_LIFT_PAUSES = sa.update(tables.pause).where(is_among(_pause.id, IDS))
_LIFT_SUPPRESSION = sa.update(tables.suppression).where(
    _suppression.id == _ROW_ID, _suppression.lifted_at.is_(None)
)
_PLAY_TIER = Target(tables.play_tier, ("play", "tier", "since", "by", "why", "proposed"), ("play",))


class OutreachWriter(OutreachReader, ReachReader, DealingsReader, EffectReader, AuditWriter):
    """`csm.ports_outreach.OutreachWriter`."""

    _outreach_by_id = OutreachReader._outreach_by_id.with_for_update(of=_OWN)
    _outreach_by_mail = OutreachReader._outreach_by_mail.with_for_update(of=_OWN)
    _outreach_by_chat = OutreachReader._outreach_by_chat.with_for_update(of=_OWN)
    _post_of_outreach = OutreachReader._post_of_outreach.with_for_update()
    # Two who send to the same account take turns, so that no cap is passed by both at once.
    _accounts_dealt_with = DealingsReader._accounts_dealt_with.with_for_update(
        key_share=True, of=tables.account
    )

    def add_outreach(self, outreach: Outreach) -> int | None:
        insert = self._insert(tables.outreach).values(**_values(dict(outreach)))
        statement = insert.on_conflict_do_nothing().returning(_outreach.id)
        added: int | None = self._connection.execute(statement).scalar()
        return added

    def update_outreach(self, outreach_id: int, outreach: Outreach) -> None:
        self.change_outreaches({outreach_id: dict(outreach)})

    def change_outreaches(self, changes: Mapping[int, Mapping[str, Any]]) -> None:
        self._change_fields(tables.outreach, changes, "message")

    def change_posts(self, changes: Mapping[int, Mapping[str, Any]]) -> None:
        self._change_fields(tables.post, changes, "post")

    def take_due_outreach(
        self, platform: str, now: datetime, limit: int
    ) -> list[tuple[StoredPost, StoredOutreach]]:
        split = 1 + len(_POST_COLUMNS)
        return [
            (build_stored_post(row[:split]), build_stored_outreach(row[split:]))
            for row in self._rows(_TO_RELEASE, platform=platform, now=now, limit=limit)
        ]

    def outreach_on_its_way(
        self, known: Collection[tuple[StoredPost, StoredOutreach]]
    ) -> list[tuple[StoredPost, StoredOutreach]]:
        if not known:
            return []
        by_id = {outreach.id: (stored, outreach) for stored, outreach in known}
        split = len(_POST_ANEW)
        return [
            _as_now(*by_id[row[0]], row[1], row[2 : 2 + split], row[2 + split :])
            for row in self._rows(_ON_ITS_WAY, ids=self._ids(list(by_id)))
        ]

    def return_cleared(self, platform: str, claimed_before: datetime) -> int:
        values = {"on_platform": platform, "before": claimed_before}
        return self._connection.execute(_RETURN_CLEARED, values).rowcount

    def wake_held(self, now: datetime) -> int:
        held = self._ids([row[0] for row in self._rows(_HELD, now=now)])
        self._connection.execute(_WAKE_OUTREACH, {"ids": held, "now": now})
        return self._connection.execute(_WAKE_POSTS, {"ids": held, "now": now}).rowcount

    def forget_post(self, post_id: int) -> None:
        if self._connection.execute(_FORGET_POST, {"row_id": post_id}).rowcount != 1:
            raise Conflict("That message is being sent or was sent: it can no longer be stopped.")

    def add_pause(self, pause: Pause) -> int:
        insert = sa.insert(tables.pause).values(**values_of(pause)).returning(_pause.id)
        pause_id: int = self._connection.execute(insert).scalar_one()
        return pause_id

    def lift_pauses(
        self, scope: PauseScope, target: str, by: str, at: datetime
    ) -> list[StoredPause]:
        found = list(
            map(build_stored_pause, self._rows(_PAUSES_TO_LIFT, scope=scope, target=target))
        )
        lifted = {"lifted_by": by, "lifted_at": at}
        ids = self._ids([stored.id for stored in found])
        self._connection.execute(_LIFT_PAUSES.values(**lifted), {"ids": ids})
        return [StoredPause(one.id, one.pause.model_copy(update=lifted)) for one in found]

    def add_suppression(self, suppression: Suppression) -> int | None:
        return self._add(tables.suppression, suppression)

    def lift_suppression(self, suppression_id: int, by: str, at: datetime) -> bool:
        lift = _LIFT_SUPPRESSION.values(lifted_by=by, lifted_at=at)
        return self._connection.execute(lift, {"row_id": suppression_id}).rowcount == 1

    def set_play_tier(self, tier: PlayTier) -> None:
        values = {name: storable(value) for name, value in asdict(tier).items()}
        replace(self._connection, _PLAY_TIER, [tuple(values[name] for name in _PLAY_TIER.columns)])

    def _change_fields(
        self, table: sa.Table, changes: Mapping[int, Mapping[str, Any]], what: str
    ) -> None:
        """Those fields of rows by id: one statement for all in which the same ones change. Raises
        NotFound when a row is not there."""
        alike: dict[tuple[str, ...], list[dict[str, Any]]] = {}
        for number, fields in changes.items():
            if fields:
                values = {"row_id": number, **_values(fields)}
                alike.setdefault(tuple(values), []).append(values)
        update = sa.update(table).where(table.c.id == _ROW_ID)
        for rows in alike.values():
            if self._connection.execute(update, rows).rowcount != len(rows):
                raise NotFound(f"That {what} is no longer there.")


def _as_now(
    stored: StoredPost,
    outreach: StoredOutreach,
    post_id: int,
    post_now: Sequence[Any],
    now: Sequence[Any],
) -> tuple[StoredPost, StoredOutreach]:
    """What was known, with everything that was read anew."""
    fields = dict(zip(_OUTREACH_ANEW, now, strict=True))
    for name in ("links", "used"):  # JSON knows no tuples
        fields[name] = tuple(fields[name])
    post = _updated(stored.post, dict(zip(_POST_ANEW, post_now, strict=True)))
    after = _updated(outreach.outreach, fields)
    return StoredPost(post_id, post), StoredOutreach(outreach.id, outreach.account_name, after)


def _updated(known: Model, fields: Mapping[str, Any]) -> Model:
    """Most often nothing has changed, and a copy takes longer than a look."""
    changed = {name: value for name, value in fields.items() if value != getattr(known, name)}
    return known.model_copy(update=changed) if changed else known


def _values(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of outreach or of posts as the columns take them; JSON knows no days, so that
    facts write theirs."""
    values = {name: storable(value) for name, value in fields.items()}
    if "facts" in values:
        values["facts"] = storable([fact.model_dump(mode="json") for fact in values["facts"]])
    return values
