"""Keeping the vectors of a shelf equal to its records, however they came apart.

The records are the truth. What is missing is embedded, a batch at a time, and each batch is kept
before the next: an interruption loses one. What is gone is deleted. Vectors of another model stay
until those of the present one are complete.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

import structlog
from filelock import FileLock, Timeout

from csm.errors import Busy
from csm.ports_answers import Embedder, Progress
from knowledge.shelves import ShelfSearch
from knowledge.vectors import Damaged

log = structlog.get_logger(__name__)

# Chunks that are read, embedded and kept at a time.
BATCH: Final = 128
# Seconds to wait for another process that writes.
PATIENCE_S: Final = 60.0

REBUILT: Final = (
    "The files of the search by meaning were damaged. They have been made again from the records; "
    "nothing is lost."
)


@dataclass(slots=True)
class Synced:
    """What was done to make the vectors of a shelf equal to its records; chunks are counted."""

    embedded: int = 0
    removed: int = 0
    warnings: list[str] = field(default_factory=list)


class Sync:
    """Writes the vectors of a shelf, one process at a time."""

    def __init__(
        self, search: ShelfSearch, embedder: Embedder, patience_s: float = PATIENCE_S
    ) -> None:
        self._records = search.records
        self._store = search.vectors.store
        self._collection = search.vectors.collection
        self._prefix = search.vectors.prefix
        self._folder = search.folder
        self._embedder = embedder
        self._patience_s = patience_s

    def run(self, progress: Progress) -> Synced:
        """Raises Busy when another process writes for too long, and Unavailable when the
        embedding model or a Chroma server cannot be reached: what was done by then stays."""
        synced = Synced()
        with self._alone():
            try:
                self._write(synced, progress)
            finally:
                self._store.tell()
        return synced

    def purge(self) -> None:
        """`run`, and then every vector that is left written anew: what was deleted stays in an
        index's files for a while."""
        with self._alone():
            try:
                self._write(Synced(), lambda _what, _done, _total: None)
                self._store.rewrite(self._collection)
            finally:
                self._store.tell()

    @contextmanager
    def _alone(self) -> Iterator[None]:
        self._folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(self._folder / "writing.lock", timeout=self._patience_s)
        try:
            lock.acquire()
        except Timeout as error:
            raise Busy(
                "Somebody else is adding to the library right now. Try again when that is done."
            ) from error
        try:
            yield
        finally:
            lock.release()

    def _write(self, synced: Synced, progress: Progress) -> None:
        wanted = self._records.fingerprints()
        there = self._sound_ids(synced)
        gone = there - wanted
        self._store.remove(self._collection, gone)
        synced.removed = len(gone)
        self._embed(sorted(wanted - there), synced, progress)
        for name in self._store.names():
            if name.startswith(self._prefix) and name != self._collection:
                self._store.drop(name)

    def _sound_ids(self, synced: Synced) -> set[str]:
        """The ids that are there; files that cannot be read are deleted."""
        if not self._store.is_server:
            self._store.reopen()
        try:
            self._store.check(self._collection)
            return self._store.ids(self._collection)
        except Damaged:
            log.warning("vectors are damaged and made again from the records")
            synced.warnings.append(REBUILT)
            self._store.wipe()
            return set()

    def _embed(self, missing: list[str], synced: Synced, progress: Progress) -> None:
        for start in range(0, len(missing), BATCH):
            progress("embedding", start, len(missing))
            chunks = self._records.chunks(missing[start : start + BATCH])
            ids = sorted(chunks)
            vectors = self._embedder.embed([chunks[each].chunk.searched for each in ids])
            if ids:  # else they were removed just now
                self._store.put(self._collection, ids, vectors)
            synced.embedded += len(ids)
        progress("embedding", len(missing), len(missing))
