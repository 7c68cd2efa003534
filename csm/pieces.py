"""The smallest parts of a help page that say something by themselves."""

from dataclasses import dataclass
from functools import cached_property

from csm.statements import Clause


@dataclass(frozen=True, slots=True)
class Part:
    """A clause of a piece, and which of the piece's sentences it belongs to."""

    clause: Clause
    sentence: int = 0
    group: int = 0  # something of every group must be said
    points_back: bool = False  # the sentence does


@dataclass(frozen=True)
class Piece:
    """One thing that a passage says. `title` are the words of the page's title, `topic` those of
    all headings above it, `around` what may be said in addition: the words of its own heading, of
    the line that introduces a list, of a table's head. `start` and `end` are its place among the
    sentences of the passage `source`."""

    parts: tuple[Part, ...]
    source: str
    start: int
    end: int
    section: int
    title: frozenset[str] = frozenset()
    topic: frozenset[str] = frozenset()
    around: frozenset[str] = frozenset()
    arrows: frozenset[tuple[str, str]] = frozenset()
    is_row: bool = False
    is_heading: bool = False

    @cached_property
    def words(self) -> list[str]:
        return [word for part in self.parts for word in part.clause.words]

    @cached_property
    def sentences(self) -> list[int]:
        """Which sentence each word is in."""
        return [part.sentence for part in self.parts for _ in part.clause.words]

    @cached_property
    def core(self) -> frozenset[str]:
        return frozenset(self.words)
