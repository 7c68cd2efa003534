"""An answer in the documents' own words, made without a language model.

Of the passages that were found, the part under one heading that shares most words with the
question is taken, whole where there is room. Nothing is rewritten, and nothing is cut within a
sentence, a step, a row or a piece of code.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from csm.knowledge import Passage
from csm.plain_words import content
from csm.ports_answers import Sentence
from csm.sentences import Block, BlockKind, blocks
from csm.web_addresses import foreign_addresses

# Said where a list, a table or a paragraph goes on in the document.
REST: Final = "The rest is in the source."

# How many passages are read. Those further down are rarely what was asked for.
_MOST_PASSAGES: Final = 3
# What a word of the question is worth where it stands in the text, against 1 in a heading.
_IN_TEXT: Final = 0.7
# What each passage further down counts less.
_PER_RANK: Final = 0.08
# By how much steps are worth more where somebody asks how something is done.
_FOR_STEPS: Final = 0.1
# What the words of what was said before are worth together, for a question that leans on it.
_FOR_CONTEXT: Final = 0.4
# Another section is added where it has this part of the question's words, and either some that
# are missing so far, or, while there is little, this part of the best one's score.
_WORTH_ADDING: Final = 0.4
_AS_GOOD: Final = 0.75
# Part of the room below which there is little.
_LITTLE: Final = 0.35

_HOW: Final = re.compile(r"\bhow\b|\bsteps?\b|\bset ?up\b|\bwhere (?:do|can)\b", re.IGNORECASE)
_QUALIFIES: Final = re.compile(
    r"(?:please )?(?:note|important|warning|keep in mind)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class _Unit:
    """Blocks that are read together: a list with the line that introduces it."""

    blocks: tuple[Block, ...]
    words: frozenset[str]

    @property
    def size(self) -> int:
        return sum(len(block.text) + 2 for block in self.blocks)


@dataclass(frozen=True, slots=True)
class _Section:
    """What stands under one heading of a passage."""

    passage: Passage
    rank: int
    heading: frozenset[str]
    units: tuple[_Unit, ...]
    is_partial: bool  # something was left out that leads elsewhere

    @property
    def words(self) -> frozenset[str]:
        return self.heading.union(*(unit.words for unit in self.units))

    @property
    def has_steps(self) -> bool:
        return any(b.kind is BlockKind.LIST for unit in self.units for b in unit.blocks)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is looked for: the question's words, those said before, and whether it asks for a way
    to do something."""

    words: frozenset[str]
    context: frozenset[str]
    is_how: bool

    def score(self, section: _Section) -> float:
        in_heading = len(self.words & section.heading)
        in_text = len((self.words & section.words) - section.heading)
        shared = (in_heading + _IN_TEXT * in_text) / max(1, len(self.words))
        said_before = len(self.context & section.words) / max(1, len(self.context))
        if self.is_how and section.has_steps:
            shared *= 1 + _FOR_STEPS
        return shared + _FOR_CONTEXT * said_before - _PER_RANK * section.rank


def extract(
    question: str, passages: Sequence[Passage], longest: int, context: str = ""
) -> tuple[Sentence, ...]:
    """Pieces of the passages (best first) that are likeliest to answer, in reading order, together
    about `longest` characters at most. Each is a paragraph or a part of one, a list, a table or a
    piece of code, as plain text: see `csm.sentences`. `context` is what was said before, where the
    question leans on it. Empty when the passages hold no text."""
    own = [passage.link for passage in passages if passage.link]
    sections = [
        section
        for rank, passage in enumerate(passages[:_MOST_PASSAGES])
        for section in _sections(passage, rank, own)
    ]
    is_how = bool(_HOW.search(f"{context} {question}"))
    asked = _Asked(content(question), content(context), is_how)
    ranked = sorted(((asked.score(one), one) for one in sections), key=lambda pair: -pair[0])
    pieces: list[Sentence] = []
    missing = asked.words
    for score, section in ranked:
        left = longest - sum(len(piece.text) + 2 for piece in pieces)
        is_little = left > (1 - _LITTLE) * longest
        is_as_good = score >= _AS_GOOD * ranked[0][0]
        has_words = len(section.words & asked.words) >= _WORTH_ADDING * len(asked.words)
        adds = bool(missing & section.words) or (is_little and is_as_good)
        if not pieces or (has_words and adds):
            pieces += _pieces(section, asked.words, left, may_cut=not pieces)
            missing -= section.words
    return tuple(pieces)


def joined(sentences: Iterable[Sentence], *, flowing: bool) -> str:
    """The pieces as one text. `flowing` sentences make up a paragraph; others stand apart."""
    text = ""
    for sentence in sentences:
        is_apart = not flowing or "\n" in sentence.text or "\n" in text.rsplit("\n\n", 1)[-1]
        text += ("\n\n" if is_apart else " ") + sentence.text if text else sentence.text
    return text


def _sections(passage: Passage, rank: int, own: Sequence[str]) -> Iterator[_Section]:
    heading = " ".join(passage.title_path[-1:])
    under: list[Block] = []
    for block in blocks(passage.text):
        if block.kind is not BlockKind.HEADING:
            under.append(block)
            continue
        yield from _section(passage, rank, heading, under, own)
        heading, under = block.text, []
    yield from _section(passage, rank, heading, under, own)


def _section(
    passage: Passage, rank: int, heading: str, under: Sequence[Block], own: Sequence[str]
) -> Iterator[_Section]:
    """The section, unless nothing is left of it. A block with an address that is not of our own
    house is left out: whoever wrote it, we send nobody there."""
    kept = [block for block in under if not foreign_addresses(block.text, own)]
    if kept:
        units = tuple(_units(kept))
        yield _Section(passage, rank, content(heading), units, len(kept) < len(under))


def _units(under: Sequence[Block]) -> Iterator[_Unit]:
    taken: list[Block] = []
    for block in under:
        if taken and not _goes_with(taken[-1], block):
            yield _unit(taken)
            taken = []
        taken.append(block)
    yield _unit(taken)


def _unit(parts: Sequence[Block]) -> _Unit:
    return _Unit(tuple(parts), content(" ".join(block.text for block in parts)))


def _goes_with(before: Block, block: Block) -> bool:
    """Whether a block makes no sense without the one before it."""
    if before.text.endswith(":"):
        return True
    is_about_it = block.kind is BlockKind.PARAGRAPH and bool(_QUALIFIES.match(block.text))
    return is_about_it and len(block.text) <= 300


def _pieces(
    section: _Section, asked: frozenset[str], room: int, *, may_cut: bool
) -> Iterator[Sentence]:
    """The units of a section that fit, likeliest first, given back in their order."""
    units = section.units
    # What the heading says already does not tell its units apart: the first ones say most.
    telling = asked - section.heading
    order = sorted(range(len(units)), key=lambda i: (-len(units[i].words & telling), i))
    chosen: list[int] = []
    for position in order:
        room -= units[position].size
        if room < 0:
            break
        chosen.append(position)
    if not chosen and may_cut:
        unit = units[order[0]]
        yield from _cut(section, unit, asked, room + unit.size)
    for position in sorted(chosen):
        yield from (_piece(section, block.text) for block in units[position].blocks)
    if chosen and section.is_partial:
        yield _piece(section, REST)


def _piece(section: _Section, text: str) -> Sentence:
    return Sentence(text, (section.passage.id,))


def _cut(section: _Section, unit: _Unit, asked: frozenset[str], room: int) -> Iterator[Sentence]:
    """As much of a unit as there is room for, and word that there is more."""
    room -= len(REST) + 2
    is_first = True
    for block in unit.blocks:
        parts = _fitting_parts(block, asked, room)
        if not parts and not is_first:
            break
        # Even a first sentence that is too long is better than none.
        shown = block.joined(parts or block.parts[:1])
        yield _piece(section, shown)
        room -= len(shown) + 2
        is_first = False
        if len(parts) < len(block.parts):
            break
    yield _piece(section, REST)


def _fitting_parts(block: Block, asked: frozenset[str], room: int) -> tuple[str, ...]:
    """As many parts as there is room for. Code is given whole or not at all, a table's rows with
    the header and the likeliest first, steps from the first one on, and a paragraph from its
    likeliest sentence on."""
    if block.kind is BlockKind.CODE:
        return block.parts if len(block.text) <= room else ()
    shared = [len(content(part) & asked) for part in block.parts]
    if block.kind is BlockKind.TABLE:
        rows = sorted(range(1, len(shared)), key=lambda i: -shared[i])
        chosen = _within([0, *rows], block.parts, room)
        return tuple(block.parts[i] for i in sorted(chosen))
    start = shared.index(max(shared)) if block.kind is BlockKind.PARAGRAPH else 0
    chosen = _within(range(start, len(shared)), block.parts, room)
    return tuple(block.parts[i] for i in chosen)


def _within(order: Iterable[int], parts: Sequence[str], room: int) -> list[int]:
    """The first of them that fit together."""
    taken: list[int] = []
    for position in order:
        room -= len(parts[position]) + 1
        if room < 0:
            break
        taken.append(position)
    return taken
