"""The tables of the help library. The indexes that search it are made from these."""

import sqlalchemy as sa
from sqlmodel import Field

from csm.knowledge import Chunk, Document, Shelf
from storage.columns import BigId, Json, Row, stored


@stored
class DocumentRow(Row, Document, table=True):
    __tablename__ = "document"
    __table_args__ = (
        sa.UniqueConstraint("shelf", "key"),
        sa.UniqueConstraint("id", "shelf"),  # for the chunks to refer to
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)


@stored
class ChunkRow(Row, Chunk, table=True):
    """Deleting a document deletes its chunks. A chunk repeats the shelf of its document, and can
    name no other: so one index finds what one audience may read."""

    __tablename__ = "chunk"
    __table_args__ = (
        sa.PrimaryKeyConstraint("document_id", "position"),
        sa.ForeignKeyConstraint(
            ["document_id", "shelf"], ["document.id", "document.shelf"], ondelete="CASCADE"
        ),
        sa.Index(None, "shelf", "fingerprint"),
    )

    document_id: int = Field(primary_key=True, sa_type=BigId)
    position: int = Field(ge=0, primary_key=True)
    shelf: Shelf
    title_path: tuple[str, ...] = Field(sa_type=Json)


@stored
class ShelfStateRow(Row, table=True):
    """How often a shelf changed. Whoever writes to the shelf holds this row until it is done."""

    __tablename__ = "shelf_state"

    shelf: Shelf = Field(primary_key=True)
    revision: int = Field(ge=0)
