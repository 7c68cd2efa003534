"""The help library, opened when it is first used: importing what it is made of takes a second,
which an answer about an account should not pay."""

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from csm.knowledge import Shelf
from csm.ports_answers import Bookshelf, Vectors

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
