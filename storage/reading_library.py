"""The help library: documents, their chunks, and what a search shows of them."""

from collections.abc import Collection, Iterator
from typing import Final

import sqlalchemy as sa

from csm.knowledge import Chunk, Document, Shelf, StoredChunk, StoredDocument
from storage import tables
from storage.encoding import storable
from storage.reading_base import ReaderPart
from storage.sql import AnyRow, AnySelect, build, columns_of, is_among, text_list

# Chunks at a time, of a whole shelf.
_STREAMED: Final = 500

_document = tables.document.c
_chunk = tables.chunk.c

_SHELF = sa.bindparam("shelf", type_=_document.shelf.type)
_ID = sa.bindparam("id", type_=sa.BigInteger())
_DOCUMENT_COLUMNS = columns_of(Document, tables.document)
_CHUNK_COLUMNS = columns_of(Chunk, tables.chunk)

_IS_ITS_DOCUMENT = _document.id == _chunk.document_id
_CHUNK_COUNT = (
    sa.select(sa.func.count())
    .select_from(tables.chunk)
    .where(_IS_ITS_DOCUMENT)
    .correlate(tables.document)
    .scalar_subquery()
)
_DOCUMENTS = sa.select(_document.id, _CHUNK_COUNT, *_DOCUMENT_COLUMNS)
_OF_SHELF = _DOCUMENTS.where(_document.shelf == _SHELF)
_BY_ID = _DOCUMENTS.where(_document.id == _ID)
_BY_KEY = _OF_SHELF.where(_document.key == sa.bindparam("key", type_=sa.String()))

_CHUNKS = sa.select(_document.id, *_DOCUMENT_COLUMNS, *_CHUNK_COLUMNS)
_CHUNKS_OF = (
    _CHUNKS.join_from(tables.document, tables.chunk, _IS_ITS_DOCUMENT)
    .where(_document.id == _ID, _document.shelf == _SHELF)
    .order_by(_chunk.position)
)
_IS_OF_SHELF = _chunk.shelf == _SHELF
_FINGERPRINTS = sa.select(_chunk.fingerprint).distinct().where(_IS_OF_SHELF)


def _newest_with_fingerprint() -> AnySelect:
    """Of each fingerprint the one chunk that is shown: among thousands of the same, say of a
    footer, only that one is read in full."""
    newest_first = (_document.modified_on.desc().nulls_last(), _document.id, _chunk.position)
    place = sa.func.row_number().over(partition_by=_chunk.fingerprint, order_by=newest_first)
    wanted = is_among(_chunk.fingerprint, sa.bindparam("fingerprints", type_=sa.String()))
    places = (
        sa.select(_chunk.document_id, _chunk.position, place.label("place"))
        .join_from(tables.chunk, tables.document, _IS_ITS_DOCUMENT)
        .where(_IS_OF_SHELF, wanted)
        .subquery()
    )
    return (
        _CHUNKS.select_from(places)
        .join(
            tables.chunk,
            sa.and_(
                _chunk.document_id == places.c.document_id, _chunk.position == places.c.position
            ),
        )
        .join(tables.document, _IS_ITS_DOCUMENT)
        .where(places.c.place == 1)
    )


_BY_FINGERPRINT = _newest_with_fingerprint()

_ALL_CHUNKS = (
    sa.select(_chunk.fingerprint, *_CHUNK_COLUMNS)
    .where(_IS_OF_SHELF)
    .order_by(_chunk.fingerprint)
    .execution_options(stream_results=True, yield_per=_STREAMED)
)
_REVISION = sa.select(tables.shelf_state.c.revision).where(tables.shelf_state.c.shelf == _SHELF)


class LibraryReader(ReaderPart):
    """`csm.ports_answers.KnowledgeReader`."""

    def documents(self, shelf: Shelf) -> list[StoredDocument]:
        found = map(_stored_document, self._rows(_OF_SHELF, shelf=shelf))
        return sorted(found, key=lambda stored: stored.document.key)  # alike on both databases

    def document(self, document_id: int) -> StoredDocument | None:
        row = self._row(_BY_ID, id=document_id)
        return _stored_document(row) if row else None

    def document_by_key(self, shelf: Shelf, key: str) -> StoredDocument | None:
        row = self._row(_BY_KEY, shelf=shelf, key=storable(key))
        return _stored_document(row) if row else None

    def chunks_of(self, shelf: Shelf, document_id: int) -> list[StoredChunk]:
        return list(map(_stored_chunk, self._rows(_CHUNKS_OF, id=document_id, shelf=shelf)))

    def fingerprints(self, shelf: Shelf) -> set[str]:
        return {row[0] for row in self._rows(_FINGERPRINTS, shelf=shelf)}

    def chunks_by_fingerprint(
        self, shelf: Shelf, fingerprints: Collection[str]
    ) -> dict[str, StoredChunk]:
        rows = self._rows(_BY_FINGERPRINT, shelf=shelf, fingerprints=text_list(fingerprints))
        return {stored.chunk.fingerprint: stored for stored in map(_stored_chunk, rows)}

    def all_chunks(self, shelf: Shelf) -> Iterator[tuple[str, str]]:
        last = ""
        with self._connection.execute(_ALL_CHUNKS, {"shelf": shelf}) as rows:
            for row in rows:
                if row[0] != last:
                    last = row[0]
                    yield last, _chunk_of(row, skip=1).searched

    def shelf_revision(self, shelf: Shelf) -> int:
        row = self._row(_REVISION, shelf=shelf)
        return row[0] if row else 0


def _stored_document(row: AnyRow) -> StoredDocument:
    return StoredDocument(id=row[0], document=build(Document, row, skip=2), chunks=row[1])


def _stored_chunk(row: AnyRow) -> StoredChunk:
    return StoredChunk(
        document_id=row[0],
        document=build(Document, row, skip=1),
        chunk=_chunk_of(row, skip=1 + len(_DOCUMENT_COLUMNS)),
    )


def _chunk_of(row: AnyRow, skip: int) -> Chunk:
    """A chunk from a row; JSON knows no tuples, so its title path is made anew."""
    values = dict(zip(Chunk.model_fields, row[skip:], strict=True))
    values["title_path"] = tuple(values["title_path"])
    return Chunk.model_construct(**values)
