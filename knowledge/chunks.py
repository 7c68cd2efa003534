"""Cuts a document into chunks: along its headings, and never through what belongs together.

A chunk has about TARGET characters. Tables, code and list items stay whole; only one that is
bigger than HARD is cut, between its rows or lines, with the table's header again on each part.
"""

from collections.abc import Sequence
from hashlib import sha256
from typing import Final

from csm.knowledge import Chunk
from knowledge.blocks import HARD, ROOM, SHORT, TARGET, Block, joined, packed
from knowledge.sections import Section, sections_of

__all__ = ["CHUNKER_VERSION", "HARD", "SHORT", "TARGET", "chunk_plain", "chunks_of"]

# Part of every document's fingerprint: a new way of cutting makes all documents new.
CHUNKER_VERSION: Final = "1"
FINGERPRINT_LENGTH: Final = 32


def chunks_of(title: str, text: str) -> list[Chunk]:
    """A document's chunks, in order: none for a text without words. `text` is markdown."""
    pieces = [piece for group in _grouped(sections_of(title, text)) for piece in group.pieces()]
    return [
        _chunk(position, path, anchor, piece)
        for position, (path, anchor, piece) in enumerate(pieces)
    ]


def chunk_plain(title: str, text: str) -> list[Chunk]:
    """The same for a passage of a collection, which may have no title."""
    return chunks_of(title, text)


def _chunk(position: int, path: tuple[str, ...], anchor: str, text: str) -> Chunk:
    chunk = Chunk(position=position, title_path=path, anchor=anchor, text=text, fingerprint="-")
    fingerprint = sha256(chunk.searched.encode()).hexdigest()[:FINGERPRINT_LENGTH]
    return chunk.model_copy(update={"fingerprint": fingerprint})


class _Group:
    """Sections that share their chunks: mostly one; several short ones that follow each other."""

    def __init__(self, first: Section) -> None:
        self._sections = [first]
        self._size = first.size

    def takes(self, section: Section) -> bool:
        """Whether that section still goes in, and does; only short ones are joined, and only with
        a sibling, or a parent's beginning with its first child."""
        first, last = self._sections[0], self._sections[-1]
        parents = (last.parent,) if len(self._sections) > 1 else (first.parent, first.path)
        size = self._size + section.full_size
        is_short = min(last.size, self._size, section.size) < SHORT
        if not (section.parent in parents and is_short and size <= TARGET * ROOM):
            return False
        self._sections.append(section)
        self._size = size
        return True

    def pieces(self) -> list[tuple[tuple[str, ...], str, str]]:
        """(title path, anchor, text) of each chunk."""
        first = self._sections[0]
        if len(self._sections) == 1:
            return [(first.path, first.anchor, text) for text in packed(first.blocks)]
        is_parent = self._sections[1].parent == first.path
        parts = [joined(first.blocks)] if is_parent else [_with_heading(first)]
        parts += [_with_heading(section) for section in self._sections[1:]]
        path = first.path if is_parent else first.parent
        return [(path, first.anchor, "\n\n".join(parts))]


def _with_heading(section: Section) -> str:
    return f"{section.heading}\n\n{joined(section.blocks)}"


def _grouped(sections: Sequence[Section]) -> list[_Group]:
    groups: list[_Group] = []
    for section in sections:
        # A heading without text is in the paths of what is below it; alone it says nothing.
        if not any(_has_words(block) for block in section.blocks):
            continue
        if not (groups and groups[-1].takes(section)):
            groups.append(_Group(section))
    return groups


def _has_words(block: Block) -> bool:
    return any(letter.isalnum() for letter in block.text)
