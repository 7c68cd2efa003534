"""Stand-ins for tests of the search: an embedding model, and documents in a few words."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from hashlib import sha256

import numpy as np

from csm.errors import Unavailable
from csm.knowledge import Chunk, Document, Shelf
from csm.ports_answers import Vectors
from storage.records import SqlRecords

TODAY = date(2026, 3, 9)
NOW = datetime(2026, 3, 9, 12, tzinfo=UTC)
WIDTH = 1024


class Bag:
    """Texts that share words are alike. It fails after so many texts, if it is told to, and keeps
    what it was given."""

    def __init__(self, name: str = "bag") -> None:
        self.name = name
        self.given: list[str] = []
        self.fails_after: int | None = None
        self.meanwhile: Callable[[], object] = lambda: None

    def embed(self, texts: Sequence[str]) -> Vectors:
        self.meanwhile()
        self.given += texts
        if self.fails_after is not None and len(self.given) > self.fails_after:
            raise Unavailable("The embedding model does not answer.")
        vectors = np.zeros((len(texts), WIDTH), dtype=np.float32)
        for row, text in enumerate(texts):
            for word in text.lower().split():
                place = int.from_bytes(sha256(word.strip("?.,").encode()).digest()[:4])
                vectors[row, place % WIDTH] += 1
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        return np.asarray(vectors / np.maximum(lengths, 1e-9), dtype=np.float32)


class FixedClock:
    def now(self) -> datetime:
        return NOW

    def today(self) -> date:
        return TODAY


def chunk(text: str, position: int = 0, path: tuple[str, ...] = (), anchor: str = "") -> Chunk:
    """A chunk with the fingerprint of its words."""
    made = Chunk(position=position, title_path=path, anchor=anchor, text=text, fingerprint="-")
    fingerprint = sha256(made.searched.encode()).hexdigest()[:32]
    return made.model_copy(update={"fingerprint": fingerprint})


def put(
    records: SqlRecords,
    key: str,
    *texts: str | Chunk,
    shelf: Shelf = Shelf.CUSTOMER,
    address: str = "",
    modified_on: date | None = None,
) -> int:
    """Store a document of these chunks; its id."""
    chunks = [
        chunk(text, position) if isinstance(text, str) else text
        for position, text in enumerate(texts)
    ]
    document = Document(
        shelf=shelf,
        key=key,
        source="test",
        title=key.capitalize(),
        address=address,
        modified_on=modified_on,
        fingerprint=sha256(repr(texts).encode()).hexdigest(),
        added_at=NOW,
    )
    with records.writing() as writer:
        return writer.put_document(document, chunks)


def delete(records: SqlRecords, *document_ids: int) -> None:
    with records.writing() as writer:
        writer.delete_documents(document_ids)


def silent(_what: str, _done: int, _of: int) -> None:
    """Nobody watches the progress."""
