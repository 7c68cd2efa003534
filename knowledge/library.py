"""The help library: what each audience may search, kept equal to the records."""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from csm.knowledge import Found, Query, Shelf
from csm.ports import Clock
from csm.ports_answers import Embedder, Progress, Vectors
from knowledge.index import Sync, Synced
from knowledge.passages import Age, passages
from knowledge.ranking import rank
from knowledge.shelves import KnowledgeRecords, ShelfSearch, shelf_search
from knowledge.wanted import is_question


class ShelvesBookshelf:
    """What one audience may search: it holds these shelves, and no way to any other."""

    def __init__(
        self,
        searches: Sequence[ShelfSearch],
        embedder: Embedder,
        clock: Clock,
        stale_after_days: int,
    ) -> None:
        self._searches = tuple(searches)
        self._embedder = embedder
        self._clock = clock
        self._stale_after_days = stale_after_days

    def search(self, query: Query, most: int = 6) -> Found:
        """The best passages, at most `most`; none for a question without a letter or a digit.
        Raises Unavailable when the embedding model or the index cannot be reached."""
        if not is_question(query.text):
            return Found()
        ranking = rank(self._searches, self._embedder, query)
        age = Age(self._clock.today(), self._stale_after_days)
        return Found(
            passages=passages(ranking.candidates, most, age),
            confidence=ranking.confidence,
            similarity=ranking.similarity,
        )


class KnowledgeLibrary:
    """`csm.ports_answers.Library`. Safe to use from many threads; several processes may share a
    folder, of which one at a time writes."""

    def __init__(
        self,
        records: KnowledgeRecords,
        embedder: Embedder,
        folder: Path,
        clock: Clock,
        stale_after_days: int,
        chroma_url: str | None = None,
    ) -> None:
        """`folder` is for the indexes, which can be made again at any time; with `chroma_url`,
        the vectors are on that server."""
        self._searches: Final = {
            shelf: shelf_search(records, shelf, folder, embedder.name, chroma_url)
            for shelf in Shelf
        }
        self._embedder = embedder
        self._clock = clock
        self._stale_after_days = stale_after_days

    def for_customers(self) -> ShelvesBookshelf:
        return self._bookshelf(Shelf.CUSTOMER)

    def for_staff(self) -> ShelvesBookshelf:
        return self._bookshelf(*Shelf)

    def likeness(self, texts: Sequence[str]) -> Vectors:
        """Cosines of all pairs. Raises Unavailable when the embedding model cannot be reached."""
        vectors = self._embedder.embed(texts)
        return vectors @ vectors.T

    def sync(self, shelf: Shelf, progress: Progress) -> Synced:
        """Make the indexes of a shelf equal to its records. It can be interrupted and repeated.
        Raises Busy when another process is at it for too long, and Unavailable when the embedding
        model or the Chroma server cannot be reached."""
        search = self._searches[shelf]
        synced = Sync(search, self._embedder).run(progress)
        search.words.renew()
        return synced

    def waiting(self, shelf: Shelf) -> int:
        """How many chunks are found by words, but not by meaning yet. Raises Unavailable when the
        Chroma server cannot be reached, and Damaged when the index's files cannot be read."""
        search = self._searches[shelf]
        wanted = search.records.fingerprints()
        there = search.vectors.store.ids(search.vectors.collection) if wanted else set()
        return len(wanted - there)

    def renew(self, shelf: Shelf) -> None:
        """`sync`, for whoever has nobody to tell of its progress."""
        self.sync(shelf, lambda _what, _done, _total: None)

    def purge(self, shelf: Shelf) -> None:
        """`renew`, and nothing is left in the indexes of what is not in the records any more.
        Raises what `sync` does."""
        search = self._searches[shelf]
        Sync(search, self._embedder).purge()
        search.words.renew()

    def _bookshelf(self, *shelves: Shelf) -> ShelvesBookshelf:
        return ShelvesBookshelf(
            [self._searches[shelf] for shelf in shelves],
            self._embedder,
            self._clock,
            self._stale_after_days,
        )
