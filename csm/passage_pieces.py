"""What a passage says, cut into pieces that each say one thing: a sentence or two that follow one
another, an item of a list, the steps of a list one after the other, a row of a table read for one
of its columns.

A sentence of an answer must rest on one such piece. Two of them that share a page may be about
different things, and then words of both together say what neither does.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Final

from csm.answer_words import DENYING, NOT, is_telling
from csm.claims import LONGEST_TEXT
from csm.knowledge import Passage
from csm.pieces import Part, Piece
from csm.sentences import Block, BlockKind, blocks, sentences
from csm.statements import Statement, statement
from csm.table_pieces import row_readings

# So many steps are read one after the other, and so many columns of a table.
_MOST_STEPS: Final = 40
_MOST_COLUMNS: Final = 12
_MARK: Final = re.compile(r"^\s*(?:[-*+•]|\d{1,9}[.)])\s+")
_QUOTES: Final = str.maketrans({"“": '"', "”": '"', "„": '"', "’": "'", "‘": "'", "\u00a0": " "})


@dataclass(slots=True)
class Evidence:
    """A passage, read. `whole` are its sentences, items, rows and lines of code, word for word,
    with their places."""

    pieces: list[Piece] = field(default_factory=list)
    whole: dict[str, list[Piece]] = field(default_factory=dict)


def read_evidence(passage: Passage) -> Evidence:
    """All that the passage says."""
    reader = _Reader(passage)
    for block in blocks(passage.text):
        reader.read(block)
    return reader.evidence


def as_written(text: str) -> str:
    """A sentence, item or row as it is compared word for word."""
    plain = _MARK.sub("", text)
    return " ".join(plain.translate(_QUOTES).split()).rstrip(" .,;:!")


@dataclass(slots=True)
class _Reader:
    """Reads block by block; what a block says depends on the heading and the line above it."""

    passage: Passage
    evidence: Evidence = field(default_factory=Evidence)
    _section: int = 0
    _place: int = 0
    _heading: Statement = field(init=False)
    _title: frozenset[str] = field(init=False)
    _topic: frozenset[str] = field(init=False)
    _intro: Statement | None = None

    def __post_init__(self) -> None:
        path = (self.passage.title, *self.passage.title_path)
        self._heading = statement(path[-1])
        title = statement(self.passage.title).words
        self._title = frozenset() if any(map(is_telling, title)) else frozenset(title)
        self._topic = frozenset(word for title in path for word in statement(title).words)
        self._keep_heading()

    def read(self, block: Block) -> None:
        match block.kind:
            case BlockKind.HEADING:
                self._take_heading(block.text)
            case BlockKind.PARAGRAPH:
                self._take_sentences([one for part in block.parts for one in sentences(part)])
            case BlockKind.LIST if not self._is_under_a_denial():
                self._take_list(block)
            case BlockKind.TABLE if not self._is_under_a_denial():
                self._take_table(block.parts)
            case BlockKind.CODE:
                for line in block.parts:
                    self._keep(line, self._piece([], self._next()))
            case _:
                pass
        self._intro = None
        if block.kind is BlockKind.PARAGRAPH and block.text.rstrip().endswith(":"):
            self._intro = statement(block.parts[-1])

    def _take_heading(self, text: str) -> None:
        self._section += 1
        self._heading = statement(text)
        self._keep_heading()

    def _keep_heading(self) -> None:
        piece = self._piece([self._heading], self._next())
        self.evidence.pieces.append(replace(piece, is_heading=True))

    def _take_sentences(self, said: Sequence[str]) -> None:
        """Sentences one by one, and each with the next."""
        read = [(_statement(sentence), self._next()) for sentence in said]
        for text, (one, place) in zip(said, read, strict=True):
            if not one.clauses or _asks(text, one):
                continue
            self._keep(text, self._piece([one], place))
            self._add_orders(one, place)
        for (text, (one, place)), (after, (other, _)) in pairwise(zip(said, read, strict=True)):
            if not _asks(text, one) and not _asks(after, other):
                self.evidence.pieces.append(self._piece([one, other], place))

    def _take_list(self, block: Block) -> None:
        steps: list[Statement] = []
        start = self._place
        for item in block.parts:
            lines = [_MARK.sub("", line) for line in item.splitlines()]
            said = [sentence for line in lines for sentence in sentences(line)]
            place = self._place
            self._take_sentences(said)
            read = [_statement(sentence) for sentence in said]
            if any(map(_asks, said, read)):
                continue
            self._keep(item, self._piece(read, place, self._place - 1))
            steps += read
            if self._intro and not block.is_numbered:
                self.evidence.pieces.append(self._piece([self._intro, *read], place))
        if block.is_numbered:
            piece = self._piece(steps[:_MOST_STEPS], start, self._place - 1)
            self.evidence.pieces.append(piece)

    def _take_table(self, rows: Sequence[str]) -> None:
        head, *rest = (row[2:-2].split(" | ")[:_MOST_COLUMNS] for row in rows)
        start = self._next()
        for text in rows:
            self._keep(text, self._piece([], start))
        for row in rest:
            place = self._next()
            for reading, around in row_readings(head, row):
                piece = Piece(
                    reading,
                    self.passage.id,
                    *(place, place, self._section),
                    self._title,
                    self._topic,
                    around,
                    is_row=True,
                )
                self.evidence.pieces.append(piece)

    def _add_orders(self, said: Statement, place: int) -> None:
        """The other orders of its clauses, and the sentence with a heading that says when."""
        whens = [said]
        if self._heading.clauses and self._heading.clauses[0].limits:
            front = (*self._heading.clauses, *said.clauses)
            whens.append(replace(said, clauses=front, has_front=True))
        for one in whens:
            for clauses in one.orders:
                if clauses != said.clauses:
                    piece = self._piece([replace(one, clauses=clauses)], place)
                    self.evidence.pieces.append(piece)

    def _piece(self, said: Sequence[Statement], start: int, end: int | None = None) -> Piece:
        return Piece(
            tuple(
                Part(clause, number, points_back=one.points_back)
                for number, one in enumerate(said)
                for clause in one.clauses
            ),
            self.passage.id,
            start,
            start + len(said) - 1 if end is None else max(start, end),
            self._section,
            self._title,
            self._topic,
            self._around(),
            frozenset(pair for one in said for pair in one.arrows),
        )

    def _around(self) -> frozenset[str]:
        """The words of the heading and the line above, unless they deny something."""
        own = frozenset(self._heading.words)
        intro = frozenset(self._intro.words if self._intro else ())
        product = frozenset(statement(self.passage.product).words)
        return frozenset().union(*(words for words in (own, intro) if NOT not in words), product)

    def _is_under_a_denial(self) -> bool:
        """Whether what an item says is turned around by the line above it, or by the heading where
        there is none. "If it does not come, try these:" denies nothing of what follows."""
        if self._intro:
            clauses = [clause for clause in self._intro.clauses if not clause.limits]
        else:
            clauses = [*self._heading.clauses]
        return any(word in DENYING for clause in clauses for word in clause.words)

    def _keep(self, text: str, piece: Piece) -> None:
        self.evidence.whole.setdefault(as_written(text), []).append(piece)
        if piece.parts:
            self.evidence.pieces.append(piece)

    def _next(self) -> int:
        self._place += 1
        return self._place - 1


def _statement(text: str) -> Statement:
    """The sentence, read; nothing of one that is longer than texts that are checked."""
    return statement(text if len(text) <= LONGEST_TEXT else "")


def _asks(text: str, said: Statement) -> bool:
    """Whether a sentence asks, and so says nothing. "Select Forgot password?" does not."""
    return text.rstrip().endswith("?") and not any(clause.is_order for clause in said.clauses)
