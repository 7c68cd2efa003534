"""The tables of outreach, of what stops it, and of what plays may do by themselves.

They name accounts, contacts and people by key: what was sent stays on record when those are gone.
"""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field

from csm.outreach import Fact, Outreach
from csm.pause import Pause
from csm.play import Tier
from csm.suppression import Suppression
from storage.columns import BigId, Json, Row, stored

_GOAL_IS_OPEN = sa.text("goal_reached_on IS NULL")
_IS_SENT = sa.text("sent_at IS NOT NULL")
_HAS_MESSAGE = sa.text("message <> ''")
_IS_IN_FORCE = sa.text("lifted_at IS NULL")
_IS_FOR_ALL = sa.text("lifted_at IS NULL AND category IS NULL")
_IS_FOR_ONE_CATEGORY = sa.text("lifted_at IS NULL AND category IS NOT NULL")


@stored
class OutreachRow(Row, Outreach, table=True):
    __tablename__ = "outreach"
    __table_args__ = (
        sa.UniqueConstraint("key"),
        sa.Index(None, "account_key", "state", "drafted_at"),
        sa.Index(None, "state", "drafted_at"),
        sa.Index(None, "play", "drafted_at"),
        sa.Index(
            "ix_outreach_goal_open",
            "goal_by",
            sqlite_where=_GOAL_IS_OPEN,
            postgresql_where=_GOAL_IS_OPEN,
        ),
        sa.Index("ix_outreach_sent", "sent_at", sqlite_where=_IS_SENT, postgresql_where=_IS_SENT),
        sa.Index(
            "ix_outreach_message",
            "message",
            sqlite_where=_HAS_MESSAGE,
            postgresql_where=_HAS_MESSAGE,
        ),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    links: tuple[str, ...] = Field(default=(), sa_type=Json)
    facts: tuple[Fact, ...] = Field(default=(), sa_type=Json)
    used: tuple[str, ...] = Field(default=(), sa_type=Json)
    verdict: list[dict[str, Any]] = Field(default_factory=list, sa_type=Json)


@stored
class PauseRow(Row, Pause, table=True):
    __tablename__ = "pause"
    __table_args__ = (
        sa.Index(
            "ix_pause_in_force", "at", sqlite_where=_IS_IN_FORCE, postgresql_where=_IS_IN_FORCE
        ),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)


@stored
class SuppressionRow(Row, Suppression, table=True):
    """The same is in force once: of everything, and of each category."""

    __tablename__ = "suppression"
    __table_args__ = (
        sa.Index(
            "uq_suppression_of_all",
            "account_key",
            "contact_key",
            "address",
            "kind",
            unique=True,
            sqlite_where=_IS_FOR_ALL,
            postgresql_where=_IS_FOR_ALL,
        ),
        sa.Index(
            "uq_suppression_of_category",
            "account_key",
            "contact_key",
            "address",
            "kind",
            "category",
            unique=True,
            sqlite_where=_IS_FOR_ONE_CATEGORY,
            postgresql_where=_IS_FOR_ONE_CATEGORY,
        ),
        sa.Index(
            "ix_suppression_account",
            "account_key",
            sqlite_where=_IS_IN_FORCE,
            postgresql_where=_IS_IN_FORCE,
        ),
        sa.Index(
            "ix_suppression_address",
            "address",
            sqlite_where=_IS_IN_FORCE,
            postgresql_where=_IS_IN_FORCE,
        ),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)


@stored
class PlayTierRow(Row, table=True):
    """`csm.ports_outreach.PlayTier`."""

    __tablename__ = "play_tier"

    play: str = Field(primary_key=True, min_length=1, max_length=80)
    tier: Tier
    since: datetime
    by: str = Field(max_length=80)
    why: str = Field(default="", max_length=500)
    proposed: Tier | None = None
