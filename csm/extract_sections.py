"""Passages read for an extract: what stands under each heading, in units that stay together."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, zip_longest
from re import IGNORECASE
from re import compile as pattern
from typing import Final

from csm.knowledge import Passage
from csm.plain_words import stem, words
from csm.sentences import Block, BlockKind, blocks, sentences
from csm.web_addresses import foreign_addresses

_QUALIFIES: Final = pattern(r"(?:please )?(?:note|important|warning|keep in mind)\b", IGNORECASE)
_LONGEST_NOTE: Final = 300
_LEADS_TO: Final = frozenset({BlockKind.LIST, BlockKind.TABLE, BlockKind.CODE})


def found_words(text: str) -> frozenset[str]:
    """The stems by which a text is found; two words are also one, as in "set up" and "setup"."""
    said = words(text)
    return frozenset(map(stem, said)) | {stem(one + other) for one, other in pairwise(said)}


@dataclass(frozen=True, slots=True)
class Unit:
    """Blocks that are read together: a list with the line that introduces it."""

    blocks: tuple[Block, ...]
    words: frozenset[str]

    @property
    def size(self) -> int:
        return sum(len(block.text) + 2 for block in self.blocks)

    @property
    def has_steps(self) -> bool:
        return any(block.kind is BlockKind.LIST for block in self.blocks)


@dataclass(frozen=True, slots=True)
class Section:
    """What stands under one heading of a passage. `above` are the words of the titles above it.
    `rank` is the passage's, and `is_first` says that the passage begins with it: it holds what was
    found. `is_partial`: something was left out already."""

    passage: Passage
    rank: int
    is_first: bool
    heading: str
    above: frozenset[str]
    heading_words: frozenset[str]
    units: tuple[Unit, ...]
    is_partial: bool

    @property
    def text_words(self) -> frozenset[str]:
        return frozenset[str]().union(*(unit.words for unit in self.units))

    @property
    def words(self) -> frozenset[str]:
        return self.heading_words | self.above | self.text_words

    @property
    def page(self) -> tuple[str, str]:
        """What tells pages apart."""
        return self.passage.title, self.passage.link.partition("#")[0]


def sections_of(passage: Passage, rank: int, own: Sequence[str]) -> Iterator[Section]:
    """The sections that say anything, in their order. `own` are links of our own house: a block
    with an address elsewhere is left out, whoever wrote it."""
    # The page's own title stands above all of its sections, and tells none from the others.
    titles, own_title = passage.title_path[:-1] or passage.title_path, passage.title_path[1:][-1:]
    heading, above = " ".join(own_title), found_words(" ".join((passage.title, *titles)))
    under: list[Block] = []
    is_first = True
    for block in (*blocks(passage.text), None):
        if block is not None and block.kind is not BlockKind.HEADING:
            under.append(block)
            continue
        kept, is_partial = _kept(under, own)
        if kept:
            units = tuple(_units(kept))
            named = found_words(heading)
            yield Section(passage, rank, is_first, heading, above, named, units, is_partial)
        if block is not None:
            is_first = is_first and not under
            heading, above, under = _own(block.text, passage), found_words(passage.title), []


def _own(heading: str, passage: Passage) -> str:
    """A heading, unless it is no more than the page's title."""
    is_title = heading == passage.title and f"\n# {heading}\n" in passage.text
    return "" if is_title else heading


def _kept(under: Sequence[Block], own: Sequence[str]) -> tuple[list[Block], bool]:
    """The blocks that can be shown, and whether any cannot: one that sends readers elsewhere, or
    the end of a list that began in a chunk that was not found."""
    kept: list[Block] = []
    is_partial = False
    for block in under:
        goes_on = continues_list(block) and not any(before.is_numbered for before in kept)
        if goes_on or foreign_addresses(block.text, own):
            is_partial = True
        else:
            kept.append(block)
    return without_stubs(kept), is_partial


def continues_list(block: Block) -> bool:
    """Whether it is a list that begins with a later number than 1."""
    return block.is_numbered and int(block.parts[0].split(".", 1)[0]) > 1


def without_stubs(shown: Sequence[Block]) -> list[Block]:
    """The blocks without the words that lead to something which is not there: a picture, or what
    there is no room for."""
    kept: list[Block] = []
    for block, after in zip_longest(shown, shown[1:]):
        leads_to_it = after is not None and after.kind in _LEADS_TO and not continues_list(after)
        whole = _with_whole_steps(block, leads_on=leads_to_it)
        whole = whole if leads_to_it else _ended(whole)
        if whole.parts:
            kept.append(whole)
    return kept


def _ended(block: Block) -> Block:
    """The block without a last sentence that ends with a colon."""
    if block.kind is not BlockKind.PARAGRAPH or not block.text.endswith(":"):
        return block
    return replace(block, parts=block.parts[:-1])


def _with_whole_steps(block: Block, *, leads_on: bool) -> Block:
    """A list without sentences that lead to a picture; a step still has to say something. The last
    one may lead to what follows the list."""
    if block.kind is not BlockKind.LIST:
        return block
    *before, last = block.parts
    return replace(block, parts=(*map(_step, before), last if leads_on else _step(last)))


def _step(part: str) -> str:
    mark, _, text = part.partition(" ")
    said = sentences(text)
    is_stub = text.endswith(":") and "\n" not in text and len(said) > 1
    return " ".join((mark, *said[:-1])) if is_stub else part


def _units(under: Sequence[Block]) -> Iterator[Unit]:
    groups: list[list[Block]] = []
    for block in under:
        if groups and (continues_list(block) or _goes_with(groups[-1][-1], block)):
            if continues_list(block):
                _join_to_list(groups)
            groups[-1].append(block)
        else:
            groups.append([block])
    for group in groups:
        text = " ".join(block.text for block in group)
        yield Unit(tuple(group), found_words(text))


def _join_to_list(groups: list[list[Block]]) -> None:
    """Make one group of the last that has a numbered list, and of all after it."""
    start = max(at for at, group in enumerate(groups) if any(one.is_numbered for one in group))
    groups[start:] = [[block for group in groups[start:] for block in group]]


def _goes_with(before: Block, block: Block) -> bool:
    """Whether a block makes no sense without the one before it."""
    if before.text.endswith(":"):
        return True
    is_about_it = block.kind is BlockKind.PARAGRAPH and bool(_QUALIFIES.match(block.text))
    return is_about_it and len(block.text) <= _LONGEST_NOTE
