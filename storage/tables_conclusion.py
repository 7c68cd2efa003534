"""The tables of what we concluded. Deleting an account deletes its conclusions, too."""

from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field

from csm.health import Cta, Finding, Health, Save, Snapshot
from storage.columns import BigId, Json, Row, stored

_FINDING_IS_OPEN = sa.text("closed_on IS NULL")
_CTA_IS_NOT_CLOSED = sa.text("status <> 'closed'")


@stored
class HealthRow(Row, Health, table=True):
    """One row an account and day."""

    __tablename__ = "health"
    __table_args__ = (sa.PrimaryKeyConstraint("account_id", "day"),)

    account_id: int = Field(foreign_key="account.id", ondelete="CASCADE", primary_key=True)
    day: date = Field(primary_key=True)
    measures: dict[str, tuple[float, float]] = Field(default_factory=dict, sa_type=Json)


@stored
class SnapshotRow(Row, Snapshot, table=True):
    """One row an account: its signals as last worked out."""

    __tablename__ = "snapshot"

    account_id: int = Field(foreign_key="account.id", ondelete="CASCADE", primary_key=True)
    signals: dict[str, Any] = Field(default_factory=dict, sa_type=Json)


@stored
class FindingRow(Row, Finding, table=True):
    """Risks and leads. At most one is open for the same account, kind and rule."""

    __tablename__ = "finding"
    __table_args__ = (
        sa.Index(None, "account_id", "closed_on"),
        sa.Index(
            "uq_finding_open",
            "account_id",
            "kind",
            "rule",
            unique=True,
            sqlite_where=_FINDING_IS_OPEN,
            postgresql_where=_FINDING_IS_OPEN,
        ),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    account_id: int = Field(foreign_key="account.id", ondelete="CASCADE")


@stored
class CtaRow(Row, Cta, table=True):
    """Calls to action. At most one is not closed for the same account and reason."""

    __tablename__ = "cta"
    __table_args__ = (
        sa.Index(None, "account_id"),
        sa.Index(
            "uq_cta_open",
            "account_id",
            "reason",
            unique=True,
            sqlite_where=_CTA_IS_NOT_CLOSED,
            postgresql_where=_CTA_IS_NOT_CLOSED,
        ),
        sa.Index(
            "ix_cta_open_owner_email",
            "owner_email",
            sqlite_where=_CTA_IS_NOT_CLOSED,
            postgresql_where=_CTA_IS_NOT_CLOSED,
        ),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    account_id: int = Field(foreign_key="account.id", ondelete="CASCADE")


@stored
class SaveRow(Row, Save, table=True):
    """Accounts that came back from red: at most one save an account and day."""

    __tablename__ = "save"
    __table_args__ = (sa.PrimaryKeyConstraint("account_id", "day"),)

    account_id: int = Field(foreign_key="account.id", ondelete="CASCADE", primary_key=True)
    day: date = Field(primary_key=True)
