"""The help library, opened when it is first used: importing what it is made of takes a second,
which an answer about an account should not pay."""

from collections.abc import Callable, Collection, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from csm.knowledge import Ingested, Shelf
from csm.ports import Clock, Records
from csm.ports_answers import Bookshelf, Progress, Vectors
from csm.source import Source

if TYPE_CHECKING:
    from knowledge.gaps import Clusters
    from knowledge.library import KnowledgeLibrary


class LibraryOnDemand:
    """`csm.ports_answers.Library`."""

    def __init__(self, open_library: "Callable[[], KnowledgeLibrary]") -> None:
        self._open = open_library

    def for_customers(self) -> Bookshelf:
        return self._library.for_customers()

    def for_staff(self) -> Bookshelf:
        return self._library.for_staff()

    def renew(self, shelf: Shelf) -> None:
        self._library.renew(shelf)

    def purge(self, shelf: Shelf) -> None:
        self._library.purge(shelf)

    def likeness(self, texts: Sequence[str]) -> Vectors:
        return self._library.likeness(texts)

    def cluster(self, texts: Sequence[str]) -> list[list[int]]:
        """Groups of texts that mean the same, by their positions."""
        return self._clusters(texts)

    @cached_property
    def _clusters(self) -> "Clusters":
        from knowledge.gaps import Clusters

        return Clusters(self.likeness)

    @cached_property
    def _library(self) -> "KnowledgeLibrary":
        return self._open()


class Intake:
    """Puts documents on the shelves, from wherever they are."""

    def __init__(self, records: Records, clock: Clock, trusted_hosts: Collection[str]) -> None:
        self._records = records
        self._clock = clock
        self._trusted_hosts = trusted_hosts

    def add(
        self,
        places: Sequence[str],
        shelf: Shelf,
        product: str,
        base_url: str,
        progress: Progress,
        *,
        careful: bool = False,
    ) -> Ingested:
        """What is at these places, on a shelf. It can be searched after the next
        `KnowledgeLibrary.sync`. `careful`: see `knowledge.ingest.Ingest`. Raises InvalidInput for a
        `base_url` that makes no sense."""
        from knowledge.fetch import Fetcher
        from knowledge.ingest import Ingest
        from knowledge.places import Places
        from knowledge.reading.apart import Apart

        with Apart() as apart:
            opener = Places(Fetcher(self._trusted_hosts), apart, base_url)
            ingest = Ingest(self._records, opener, self._clock, shelf, product, careful=careful)
            return ingest.add(places, progress)

    def again(self, source: Source, progress: Progress) -> Ingested:
        """A source that was added before, as it is now."""
        return self.add(
            [source.place],
            source.shelf,
            source.product,
            source.base_url,
            progress,
            careful=True,
        )
