"""A help library in memory, which finds by shared words, and models that say what a test wrote."""

import re
from collections.abc import Sequence
from hashlib import sha256

import numpy as np

from csm.errors import Unavailable
from csm.knowledge import Chunk, Found, Passage, Query, Shelf
from csm.ports_answers import Bookshelf, Sentence, Vectors

_SMALL = frozenset(
    re.findall("[a-z]+", "a an and are can do does for how i in is it me my of on or our the to we")
)


def words(text: str) -> set[str]:
    return {word.rstrip("s") for word in re.findall(r"[a-z]+", text.lower())} - _SMALL


def page(title: str, text: str, shelf: Shelf = Shelf.CUSTOMER) -> Passage:
    slug = title.lower().replace(" ", "-")
    link = f"https://help.lanternboard.example/{slug}" if shelf is Shelf.CUSTOMER else ""
    return Passage(slug, shelf, title, (title,), text, link)


PAGES = (
    page(
        "Share a view",
        "Open the view and choose Share. Everyone with the link can read the view. "
        "A shared view shows what its owner may see.",
    ),
    page(
        "Alerts",
        "Open Alerts and choose New alert. An alert is sent by e-mail when a value crosses its "
        "limit.",
    ),
    page(
        "Import data from spreadsheets",
        "Open Data imports and upload a spreadsheet. An import takes a few minutes.",
    ),
    page(
        "Escalating import trouble",
        "Colleagues restart stuck spreadsheet imports from the back office console.",
        Shelf.INTERNAL,
    ),
)


class Shelves:
    """One audience's view of the pages."""

    def __init__(self, library: "TwinLibrary", shelves: frozenset[Shelf]) -> None:
        self._library = library
        self._shelves = shelves

    def search(self, query: Query, most: int = 6) -> Found:
        if self._library.trouble:
            raise self._library.trouble
        self._library.queries.append((query, self._shelves))
        asked = words(query.text)
        scored = sorted(
            ((self._share(asked, one), one) for one in PAGES if one.shelf in self._shelves),
            key=lambda pair: -pair[0],
        )
        good = [pair for pair in scored if pair[0] > 0][:most]
        best = good[0][0] if good else 0.0
        return Found(tuple(one for _, one in good), confidence=best, similarity=best)

    def _share(self, asked: set[str], passage: Passage) -> float:
        known = words(f"{passage.title} {passage.text}")
        return len(asked & known) / max(len(asked), 1)


class TwinLibrary:
    """`queries` has every search and what it could reach; `trouble` is raised by the next ones;
    `renewed` has the shelves whose news can be found by meaning."""

    def __init__(self) -> None:
        self.queries: list[tuple[Query, frozenset[Shelf]]] = []
        self.trouble: Exception | None = None
        self.renewed: list[Shelf] = []

    def renew(self, shelf: Shelf) -> None:
        if self.trouble:
            raise self.trouble
        self.renewed.append(shelf)

    def for_customers(self) -> Bookshelf:
        return Shelves(self, frozenset({Shelf.CUSTOMER}))

    def for_staff(self) -> Bookshelf:
        return Shelves(self, frozenset(Shelf))

    def likeness(self, texts: Sequence[str]) -> Vectors:
        return np.eye(len(texts), dtype=np.float32)


class NoAnswerer:
    """A model that is down."""

    def answer(
        self, query: Query, passages: Sequence[Passage], faults: Sequence[str] = ()
    ) -> tuple[Sentence, ...]:
        raise Unavailable("No model answers.")


def chunk(title: str, markdown: str) -> list[Chunk]:
    """The whole as one."""
    fingerprint = sha256(f"{title}\n{markdown}".encode()).hexdigest()
    return [Chunk(position=0, title_path=(title,), text=markdown, fingerprint=fingerprint)]


def cluster(texts: Sequence[str]) -> list[list[int]]:
    """Those that share a word belong together, with the first that does."""
    groups: list[list[int]] = []
    for at, text in enumerate(texts):
        near = [group for group in groups if words(text) & words(texts[group[0]])]
        if near:
            near[0].append(at)
        else:
            groups.append([at])
    return groups
