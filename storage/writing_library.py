"""The help library, changed: whole documents put, replaced and deleted.

Whoever changes a shelf first takes its row in `shelf_state`, so that changes of one shelf come one
after the other, each with a revision of its own.
"""

from collections.abc import Collection, Sequence

import sqlalchemy as sa

from csm.knowledge import Chunk, Document, Shelf
from storage import tables
from storage.reading_library import LibraryReader
from storage.sql import IDS, id_list, is_among
from storage.writing_base import WriterPart, values_of

_document = tables.document.c
_state = tables.shelf_state.c

_SHELVES_OF = sa.select(_document.shelf).where(is_among(_document.id, IDS))
_OWN_SHELVES = (
    sa.select(_state.shelf)
    .where(_state.shelf.in_(_SHELVES_OF))
    .order_by(_state.shelf)
    .with_for_update()
)
_DELETED_DOCUMENTS = (
    sa.delete(tables.document).where(is_among(_document.id, IDS)).returning(_document.shelf)
)


class LibraryWriter(LibraryReader, WriterPart):
    """`csm.ports_answers.KnowledgeWriter`."""

    def put_document(self, document: Document, chunks: Sequence[Chunk]) -> int:
        self._count_change(document.shelf)
        document_id = self._put(document)
        self._connection.execute(
            sa.delete(tables.chunk).where(tables.chunk.c.document_id == document_id)
        )
        if chunks:
            belongs = {"document_id": document_id, "shelf": document.shelf}
            rows = [belongs | values_of(chunk) for chunk in chunks]
            self._connection.execute(sa.insert(tables.chunk), rows)
        return document_id

    def delete_documents(self, document_ids: Collection[int]) -> int:
        ids = {"ids": id_list(self._connection, sorted(document_ids))}
        self._connection.execute(_OWN_SHELVES, ids)
        shelves = self._connection.execute(_DELETED_DOCUMENTS, ids).scalars().all()
        for shelf in sorted(set(shelves)):
            self._count_change(shelf)
        return len(shelves)

    def _count_change(self, shelf: Shelf) -> None:
        """Raise the revision of a shelf, whose row is ours from then on."""
        first = self._insert(tables.shelf_state).values(shelf=shelf, revision=1)
        again = first.on_conflict_do_update(
            index_elements=[_state.shelf], set_={"revision": _state.revision + 1}
        )
        self._connection.execute(again)

    def _put(self, document: Document) -> int:
        values = values_of(document)
        put = (
            self._insert(tables.document)
            .values(**values)
            .on_conflict_do_update(index_elements=[_document.shelf, _document.key], set_=values)
        )
        document_id: int = self._connection.execute(put.returning(_document.id)).scalar_one()
        return document_id
