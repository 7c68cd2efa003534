"""The tables of the audit. Triggers, which the migrations make, refuse any change to an entry but
a redaction, which counts itself and leaves the entry's place, time, kind and hash as they are."""

from typing import Any

import sqlalchemy as sa
from sqlmodel import Field

from csm.audit import AuditEntry
from storage.columns import BigId, Row, stored

# Those of `csm.audit.REFUSALS`.
_IS_REFUSAL = sa.text("what IN ('outreach.refused', 'outreach.withdrawn')")

# Not JSONB, which writes some numbers in another way than they were hashed.
Verbatim = sa.JSON


@stored
class AuditRow(Row, AuditEntry, table=True):
    __tablename__ = "audit"
    __table_args__ = (
        sa.Index(None, "subject", "number"),
        sa.Index(
            "ix_audit_refused",
            "play",
            "at",
            sqlite_where=_IS_REFUSAL,
            postgresql_where=_IS_REFUSAL,
        ),
    )

    number: int = Field(
        primary_key=True, ge=1, sa_type=BigId, sa_column_kwargs={"autoincrement": False}
    )
    before: dict[str, Any] = Field(default_factory=dict, sa_type=Verbatim)
    after: dict[str, Any] = Field(default_factory=dict, sa_type=Verbatim)
    verdict: list[dict[str, Any]] = Field(default_factory=list, sa_type=Verbatim)
    previous: str = Field(max_length=64)
    hash: str = Field(max_length=64)
    redacted: int = Field(default=0, sa_column_kwargs={"server_default": sa.text("0")})


@stored
class AuditHeadRow(Row, table=True):
    """`csm.audit.Head`, in one row. Whoever appends to the audit holds it until it is done."""

    __tablename__ = "audit_head"

    id: int = Field(primary_key=True)
    count: int = Field(ge=0)
    hash: str = Field(max_length=64)
