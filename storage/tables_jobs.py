"""The tables of the product's own work: when it is due, how far it is, what readers were told."""

from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field

from csm.firing import Appointment, Firing
from csm.source import Source
from csm.told import Snooze, Told, ToldLine
from storage.columns import BigId, Json, Row, stored

_IS_ON = sa.text("next_at IS NOT NULL")
_IS_WAITING = sa.text("state = 'waiting'")
_IS_RUNNING = sa.text("state = 'running'")
_HAS_FAILED = sa.text("state = 'failed'")
_IS_AWAITED = sa.text("asked_by != '' AND (state = 'waiting' OR state = 'running')")


@stored
class AppointmentRow(Row, Appointment, table=True):
    """Readers are people by key, which may be gone."""

    __tablename__ = "appointment"
    __table_args__ = (
        sa.PrimaryKeyConstraint("job", "reader"),
        sa.Index("ix_appointment_due", "next_at", sqlite_where=_IS_ON, postgresql_where=_IS_ON),
    )

    job: str = Field(primary_key=True, min_length=1, max_length=80)
    reader: str = Field(primary_key=True, default="", max_length=80)


@stored
class FiringRow(Row, Firing, table=True):
    """One job for one reader (or piece of the work) in one period: unique, so never doubled."""

    __tablename__ = "firing"
    __table_args__ = (
        # In this order, so that it also finds all of a period.
        sa.UniqueConstraint("job", "period", "reader"),
        sa.Index(None, "job", "due_at"),
        sa.Index(None, "due_at"),
        sa.Index(
            "ix_firing_waiting",
            "due_at",
            "id",
            sqlite_where=_IS_WAITING,
            postgresql_where=_IS_WAITING,
        ),
        sa.Index("ix_firing_running", "id", sqlite_where=_IS_RUNNING, postgresql_where=_IS_RUNNING),
        sa.Index(
            "ix_firing_failed", "due_at", sqlite_where=_HAS_FAILED, postgresql_where=_HAS_FAILED
        ),
        sa.Index(
            "ix_firing_awaited",
            "job",
            "period",
            "asked_by",
            sqlite_where=_IS_AWAITED,
            postgresql_where=_IS_AWAITED,
        ),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)


@stored
class ToldRow(Row, Told, table=True):
    """What each reader was told last by each job."""

    __tablename__ = "told"
    __table_args__ = (sa.PrimaryKeyConstraint("job", "reader"),)

    job: str = Field(primary_key=True, min_length=1, max_length=80)
    reader: str = Field(primary_key=True, min_length=1, max_length=80)
    lines: dict[str, ToldLine] = Field(default_factory=dict, sa_type=Json)
    figures: dict[str, Any] = Field(default_factory=dict, sa_type=Json)


@stored
class SnoozeRow(Row, Snooze, table=True):
    __tablename__ = "snooze"
    __table_args__ = (sa.PrimaryKeyConstraint("reader", "account_id"),)

    reader: str = Field(primary_key=True, min_length=1, max_length=80)
    account_id: int = Field(foreign_key="account.id", ondelete="CASCADE", primary_key=True)
    until: date


@stored
class SourceRow(Row, Source, table=True):
    __tablename__ = "source"
    __table_args__ = (sa.UniqueConstraint("shelf", "place"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
