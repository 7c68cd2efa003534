"""The tables of questions, threads, cases, places' modes, and posts.

They name accounts and people by key: what was asked stays on record when those are gone.
"""

from typing import Any

import sqlalchemy as sa
from sqlmodel import Field

from csm.case import Case, CaseReply
from csm.post import Post
from csm.question import PlaceMode, Question, Source, ThreadLine
from storage.columns import BigId, Json, Row, stored

_IS_UNSETTLED = sa.text("state = 'asked'")
_IS_DRAFTED = sa.text("state = 'drafted'")
_IS_UNJUDGED = sa.text("state = 'answered' AND judged_on IS NULL AND NOT by_staff")
_CASE_IS_NOT_RESOLVED = sa.text("status <> 'resolved'")
# Posts of outreach wait apart from the others: thousands may be held for days.
_IS_WAITING = sa.text("state = 'waiting' AND outreach_id IS NULL")
_OUTREACH_IS_WAITING = sa.text("state = 'waiting' AND outreach_id IS NOT NULL")
_IS_CLEARED = sa.text("state = 'cleared'")
_IS_OF_OUTREACH = sa.text("outreach_id IS NOT NULL")
_IS_BY_STAFF = sa.text("\"by\" = 'staff'")
_IS_SENDING = sa.text("state = 'sending'")


@stored
class QuestionRow(Row, Question, table=True):
    __tablename__ = "question"
    __table_args__ = (
        sa.UniqueConstraint("key"),
        sa.Index(None, "platform", "workspace", "channel", "thread"),
        sa.Index(None, "asked_at"),
        sa.Index(
            "ix_question_unsettled",
            "asked_at",
            sqlite_where=_IS_UNSETTLED,
            postgresql_where=_IS_UNSETTLED,
        ),
        sa.Index(
            "ix_question_drafted",
            "asked_at",
            sqlite_where=_IS_DRAFTED,
            postgresql_where=_IS_DRAFTED,
        ),
        sa.Index(
            "ix_question_unjudged",
            "asked_at",
            sqlite_where=_IS_UNJUDGED,
            postgresql_where=_IS_UNJUDGED,
        ),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    sources: tuple[Source, ...] = Field(default=(), sa_type=Json)


@stored
class CaseRow(Row, Case, table=True):
    """`csm.case.Case`, in a table whose name is no keyword. At most one a question."""

    __tablename__ = "support_case"
    __table_args__ = (
        sa.UniqueConstraint("question_id"),
        sa.Index(None, "account_key"),
        sa.Index(
            "ix_support_case_open_due_at",
            "due_at",
            sqlite_where=_CASE_IS_NOT_RESOLVED,
            postgresql_where=_CASE_IS_NOT_RESOLVED,
        ),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    question_id: int = Field(foreign_key="question.id", ondelete="CASCADE", sa_type=BigId)


@stored
class CaseReplyRow(Row, CaseReply, table=True):
    __tablename__ = "case_reply"
    __table_args__ = (sa.Index(None, "case_id"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    case_id: int = Field(foreign_key="support_case.id", ondelete="CASCADE", sa_type=BigId)


@stored
class PlaceModeRow(Row, PlaceMode, table=True):
    __tablename__ = "place_mode"
    __table_args__ = (sa.PrimaryKeyConstraint("platform", "workspace", "channel"),)

    platform: str = Field(primary_key=True, max_length=40)
    workspace: str = Field(primary_key=True, max_length=120)
    channel: str = Field(primary_key=True, max_length=200)


@stored
class ThreadLineRow(Row, ThreadLine, table=True):
    __tablename__ = "thread_line"
    __table_args__ = (
        sa.PrimaryKeyConstraint("platform", "workspace", "channel", "message"),
        sa.Index(None, "platform", "workspace", "channel", "thread", "at"),
        sa.Index(None, "at"),
        sa.Index(
            "ix_thread_line_staff",
            "platform",
            "workspace",
            "channel",
            "at",
            sqlite_where=_IS_BY_STAFF,
            postgresql_where=_IS_BY_STAFF,
        ),
    )

    platform: str = Field(primary_key=True, max_length=40)
    workspace: str = Field(primary_key=True, max_length=120)
    channel: str = Field(primary_key=True, max_length=200)
    message: str = Field(primary_key=True, max_length=120)


@stored
class PostRow(Row, Post, table=True):
    __tablename__ = "post"
    __table_args__ = (
        sa.UniqueConstraint("key"),
        sa.Index(
            "ix_post_waiting",
            "platform",
            "created_at",
            "id",
            sqlite_where=_IS_WAITING,
            postgresql_where=_IS_WAITING,
        ),
        sa.Index(
            "ix_post_waiting_outreach",
            "platform",
            "not_before",
            sqlite_where=_OUTREACH_IS_WAITING,
            postgresql_where=_OUTREACH_IS_WAITING,
        ),
        sa.Index(
            "ix_post_cleared",
            "platform",
            "claimed_at",
            sqlite_where=_IS_CLEARED,
            postgresql_where=_IS_CLEARED,
        ),
        sa.Index(
            "uq_post_outreach",
            "outreach_id",
            unique=True,
            sqlite_where=_IS_OF_OUTREACH,
            postgresql_where=_IS_OF_OUTREACH,
        ),
        sa.Index(
            "ix_post_sending",
            "platform",
            "claimed_at",
            sqlite_where=_IS_SENDING,
            postgresql_where=_IS_SENDING,
        ),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    outreach_id: int | None = Field(default=None, foreign_key="outreach.id", sa_type=BigId)
    card: dict[str, Any] = Field(sa_type=Json)
    chart: dict[str, Any] | None = Field(default=None, sa_type=Json)
