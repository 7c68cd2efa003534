"""What a search shows of the chunks that it found: no text twice, and neighbours as one.

A passage begins with the section of its best chunk, and so do its titles and its link: whoever
follows it finds what it begins with. Sections that came before it on the page come after it here,
under their own headings.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Final

from rapidfuzz import fuzz

from csm.knowledge import Chunk, Document, Passage, Shelf, StoredChunk

# rapidfuzz's similarity (0 to 100) from which two texts say the same.
SAME_TEXT: Final = 90
# For each passage asked for, so many chunks are taken, to find neighbours among.
CHUNKS_A_PASSAGE: Final = 2
LONGEST_PASSAGE: Final = 3_000  # characters; a single chunk may be longer


@dataclass(frozen=True, slots=True)
class Candidate:
    """A chunk that was found, on which shelf."""

    shelf: Shelf
    stored: StoredChunk

    @property
    def chunk(self) -> Chunk:
        return self.stored.chunk

    @property
    def document(self) -> tuple[Shelf, int]:
        return self.shelf, self.stored.document_id


@dataclass(frozen=True, slots=True)
class Age:
    """What makes a document stale: more than so many days without a change."""

    today: date
    stale_after_days: int

    def is_stale(self, document: Document) -> bool:
        changed = document.modified_on
        return changed is not None and (self.today - changed).days > self.stale_after_days


def is_alike(one: str, other: str) -> bool:
    """Whether two texts say the same in all but a few characters."""
    return fuzz.ratio(one, other, score_cutoff=SAME_TEXT) > 0


def passages(candidates: Sequence[Candidate], most: int, age: Age) -> tuple[Passage, ...]:
    """At most `most` passages, of candidates that come best first."""
    found = _distinct(candidates, CHUNKS_A_PASSAGE * most)
    rank = {id(candidate): place for place, candidate in enumerate(found)}
    pieces = [
        (min(piece, key=lambda each: rank[id(each)]), piece)
        for document in _by_document(found)
        for piece in _pieces(document)
    ]
    pieces.sort(key=lambda pair: rank[id(pair[0])])
    return tuple(_passage(best, piece, age) for best, piece in pieces[:most])


def _distinct(candidates: Sequence[Candidate], most: int) -> list[Candidate]:
    kept: list[Candidate] = []
    for candidate in candidates:
        if len(kept) == most:
            break
        if not any(is_alike(candidate.chunk.text, other.chunk.text) for other in kept):
            kept.append(candidate)
    return kept


def _by_document(found: Iterable[Candidate]) -> Iterator[list[Candidate]]:
    documents: defaultdict[tuple[Shelf, int], list[Candidate]] = defaultdict(list)
    for candidate in found:
        documents[candidate.document].append(candidate)
    for chunks in documents.values():
        yield sorted(chunks, key=lambda candidate: candidate.chunk.position)


def _pieces(chunks: Sequence[Candidate]) -> Iterator[list[Candidate]]:
    """Runs of chunks of one document that follow each other, cut where they get too long."""
    piece = [chunks[0]]
    length = len(chunks[0].chunk.text)
    for before, candidate in pairwise(chunks):
        length += len(candidate.chunk.text)
        follows = candidate.chunk.position == before.chunk.position + 1
        if follows and length <= LONGEST_PASSAGE:
            piece.append(candidate)
            continue
        yield piece
        piece, length = [candidate], len(candidate.chunk.text)
    yield piece


def _passage(best: Candidate, piece: Sequence[Candidate], age: Age) -> Passage:
    document = best.stored.document
    return Passage(
        id=best.chunk.fingerprint,
        shelf=best.shelf,
        title=document.title,
        title_path=best.chunk.title_path,
        text=_joined(_best_section_first(best, piece)),
        link=_link(document.address, best.chunk.anchor),
        product=document.product,
        modified_on=document.modified_on,
        is_stale=age.is_stale(document),
    )


def _best_section_first(best: Candidate, piece: Sequence[Candidate]) -> list[Candidate]:
    start = next(at for at, candidate in enumerate(piece) if candidate is best)
    while start and _is_one_section(piece[start - 1], best):
        start -= 1
    return [*piece[start:], *piece[:start]]


def _is_one_section(one: Candidate, other: Candidate) -> bool:
    ours, theirs = one.chunk, other.chunk
    return (ours.title_path, ours.anchor) == (theirs.title_path, theirs.anchor)


def _joined(piece: Sequence[Candidate]) -> str:
    parts = [piece[0].chunk.text]
    for before, candidate in pairwise(piece):
        path, text = candidate.chunk.title_path, candidate.chunk.text
        # Several short sections in one chunk bring their headings along.
        if path and not _is_one_section(before, candidate) and not text.startswith("#"):
            parts.append(f"{'#' * min(len(path), 6)} {path[-1]}")
        parts.append(text)
    return "\n\n".join(parts)


def _link(address: str, anchor: str) -> str:
    return f"{address}#{anchor}" if address and anchor and "#" not in address else address
