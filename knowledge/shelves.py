"""Searching one shelf by words and by meaning."""

from collections.abc import Callable, Collection, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from threading import Lock, Thread
from typing import Final, Protocol

import structlog

from csm.knowledge import Shelf, StoredChunk
from csm.ports_answers import Vectors
from knowledge import lexical
from knowledge.lexical import LexicalIndex
from knowledge.vectors import VectorStore

log = structlog.get_logger(__name__)

# Up to so many chunks, counting words takes about a second, and a search waits for it. For
# more, it goes on with the index that it has while the new one is made.
QUICKLY_COUNTED: Final = 5_000

InBackground = Callable[[Callable[[], None]], None]


class ShelfReader(Protocol):
    """What a search asks of `csm.ports_answers.KnowledgeReader`."""

    def fingerprints(self, shelf: Shelf) -> set[str]: ...
    def chunks_by_fingerprint(
        self, shelf: Shelf, fingerprints: Collection[str]
    ) -> dict[str, StoredChunk]: ...
    def all_chunks(self, shelf: Shelf) -> Iterator[tuple[str, str]]: ...
    def shelf_revision(self, shelf: Shelf) -> int: ...


class KnowledgeRecords(Protocol):
    """The part of the records that a search needs."""

    def reading(self) -> AbstractContextManager[ShelfReader]: ...


class ShelfRecords:
    """The records of one shelf: no method lets anybody name another."""

    def __init__(self, records: KnowledgeRecords, shelf: Shelf) -> None:
        self._records = records
        self.shelf: Final = shelf

    def revision(self) -> int:
        with self._records.reading() as reader:
            return reader.shelf_revision(self.shelf)

    def fingerprints(self) -> set[str]:
        with self._records.reading() as reader:
            return reader.fingerprints(self.shelf)

    def texts(self) -> list[tuple[str, str]]:
        """(fingerprint, searched text) of all chunks."""
        with self._records.reading() as reader:
            return list(reader.all_chunks(self.shelf))

    def chunks(self, fingerprints: Collection[str]) -> dict[str, StoredChunk]:
        if not fingerprints:
            return {}
        with self._records.reading() as reader:
            return reader.chunks_by_fingerprint(self.shelf, fingerprints)


def _in_thread(work: Callable[[], None]) -> None:
    Thread(target=work, name="lexical index", daemon=True).start()


class ShelfWords:
    """The newest lexical index of a shelf. Safe to use from many threads."""

    def __init__(
        self,
        records: ShelfRecords,
        folder: Path,
        quickly_counted: int = QUICKLY_COUNTED,
        in_background: InBackground = _in_thread,
    ) -> None:
        self._records = records
        self._file = folder / "words.npz"
        self._quickly_counted = quickly_counted
        self._in_background = in_background
        self._lock = Lock()
        self._is_counting = False
        self._newest: tuple[int, LexicalIndex] | None = None

    def index(self) -> LexicalIndex:
        """Of the shelf as it is; of a big one that has just changed, perhaps as it was."""
        revision = self._records.revision()
        newest = self._newest
        if newest is not None and newest[0] == revision:
            return newest[1]
        if newest is None or len(newest[1].fingerprints) <= self._quickly_counted:
            return self._renewed(revision)
        with self._lock:
            must_start, self._is_counting = not self._is_counting, True
        if must_start:
            self._in_background(lambda: self._renew_aside(revision))
        return newest[1]

    def renew(self) -> None:
        """Count now, so that no search has to."""
        self._renewed(self._records.revision())

    def _renew_aside(self, revision: int) -> None:
        try:
            self._newest = (revision, self._made())
        finally:
            self._is_counting = False

    def _renewed(self, revision: int) -> LexicalIndex:
        with self._lock:
            if self._newest is None or self._newest[0] != revision:
                self._newest = (revision, self._made())
            return self._newest[1]

    def _made(self) -> LexicalIndex:
        wanted = lexical.digest(self._records.fingerprints())
        kept = lexical.load(self._file, wanted)
        if kept is not None:
            return kept
        index = lexical.build(self._records.texts())
        try:
            lexical.save(index, self._file)
        except OSError as error:  # a full disk costs time at the next start, and no answer now
            log.warning("lexical index not kept", reason=error.strerror)
        return index


class ShelfVectors:
    """The vectors of one shelf by one model."""

    def __init__(self, store: VectorStore, shelf: Shelf, model: str) -> None:
        self.store: Final = store
        self.prefix: Final = f"digital-csm-{shelf}-"  # of the shelf's collections, by any model
        self.collection: Final = f"{self.prefix}{model}"

    def nearest(self, vector: Vectors, most: int) -> list[tuple[str, float]]:
        return self.store.nearest(self.collection, vector, most)


@dataclass(frozen=True, slots=True)
class ShelfSearch:
    """All that finds things on one shelf, and no way to another. `folder` is the shelf's own."""

    records: ShelfRecords
    words: ShelfWords
    vectors: ShelfVectors
    folder: Path

    @property
    def shelf(self) -> Shelf:
        return self.records.shelf


def shelf_search(
    records: KnowledgeRecords, shelf: Shelf, folder: Path, model: str, chroma_url: str | None = None
) -> ShelfSearch:
    """Everything of a shelf lies in a folder of its own below `folder`."""
    own = ShelfRecords(records, shelf)
    place = folder / shelf.value
    vectors = ShelfVectors(VectorStore(place, chroma_url), shelf, model)
    return ShelfSearch(own, ShelfWords(own, place), vectors, place)
