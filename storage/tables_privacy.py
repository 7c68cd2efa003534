"""The tables of erasures: what was erased, and how those who were are recognised without being
told. No personal data is in them."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Field

from storage.columns import BigId, Json, Row, stored


@stored
class ErasureRow(Row, table=True):
    """`csm.privacy.Erasure`, without its marks."""

    __tablename__ = "erasure"

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    at: datetime
    by: str = Field(min_length=1, max_length=80)
    subject: str = Field(min_length=1, max_length=120)
    counts: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    certificate: dict[str, Any] | None = Field(default=None, sa_type=Json)
    seal: str = Field(default="", max_length=64)
    finished_at: datetime | None = None


@stored
class ErasedMarkRow(Row, table=True):
    """A keyed hash of an address or of a contact's key, see `csm.privacy`."""

    __tablename__ = "erased_mark"
    __table_args__ = (sa.PrimaryKeyConstraint("mark", "erasure_id"),)

    mark: str = Field(primary_key=True, max_length=64)
    erasure_id: int = Field(
        foreign_key="erasure.id", ondelete="CASCADE", primary_key=True, sa_type=BigId
    )


@stored
class ErasureSecretRow(Row, table=True):
    """The keys of the marks. The first is made once, and never changed, or no mark would be
    recognised any more; others come with the marks that a restore brings along."""

    __tablename__ = "erasure_secret"

    id: int = Field(primary_key=True)
    secret: str = Field(min_length=64, max_length=64)
