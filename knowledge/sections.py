"""A markdown document as its sections: what stands under each heading, and the way to it."""

import re
from dataclasses import dataclass, field
from typing import Final

from markdown_it.token import Token

from csm.naming import fold
from csm.wording import shorten
from knowledge.blocks import Block, Kind, items_of
from knowledge.reading.code_parts import block_parser
from knowledge.reading.page import plain

_OWN_ID: Final = re.compile(r"[ ]*\{#(?P<id>[\w.:-]+)\}[ ]*$")
_NOT_IN_SLUG: Final = re.compile(r"[^\w\- ]")
_MOST_HEADING: Final = 200
_MOST_ANCHOR: Final = 300
_KINDS: Final = {
    "table_open": Kind.TABLE,
    "fence": Kind.CODE,
    "code_block": Kind.CODE,
}


@dataclass(slots=True)
class Section:
    """`path` are the titles down to its own, `heading` is its own as markdown."""

    path: tuple[str, ...]
    anchor: str = ""
    heading: str = ""
    blocks: list[Block] = field(default_factory=list)

    @property
    def parent(self) -> tuple[str, ...]:
        return self.path[:-1]

    @property
    def size(self) -> int:
        """Characters of its text."""
        return sum(len(block.text) + 2 for block in self.blocks)

    @property
    def full_size(self) -> int:
        """Characters with its heading."""
        return self.size + len(self.heading) + 2


class _Slugs:
    """Anchors as GitHub and most site generators make them: the second `setup` is `setup-1`."""

    def __init__(self) -> None:
        self._seen: dict[str, int] = {}  # and the last number that each was given

    def of(self, heading: str) -> str:
        slug = _NOT_IN_SLUG.sub("", heading.strip().lower()).replace(" ", "-")
        number, unique = self._seen.get(slug, 0), slug
        while unique in self._seen:
            number += 1
            unique = f"{slug}-{number}"
        self._seen[slug] = number
        self._seen[unique] = self._seen.get(unique, 0)
        return unique[:_MOST_ANCHOR]


class _Outline:
    """Collects sections while headings go by."""

    def __init__(self, title: str) -> None:
        self._title = title
        self._open: list[tuple[int, str]] = []  # level and words of the headings above
        self._slugs = _Slugs()
        self.sections = [Section(path=(title,) if title else ())]

    def heading(self, level: int, source: str) -> None:
        own = _OWN_ID.search(source)
        words = plain(_OWN_ID.sub("", source))
        # Duplicates are numbered over all headings, also over those that are not shown.
        slug = self._slugs.of(words)
        anchor = own["id"][:_MOST_ANCHOR] if own else slug
        while self._open and self._open[-1][0] >= level:
            self._open.pop()
        # The document's own title, said again, leads nowhere deeper.
        is_title = level == 1 and not self._open and fold(words) == fold(self._title)
        if not is_title:
            self._open.append((level, shorten(words, _MOST_HEADING) or "…"))
        above = (self._title,) if self._title else ()
        path = (*above, *(name for _, name in self._open))
        if is_title and self.sections[-1].path == path:
            return
        heading = "" if is_title else f"{'#' * level} {words}"
        self.sections.append(Section(path, "" if is_title else anchor, heading))

    def block(self, kind: Kind, text: str) -> None:
        self.sections[-1].blocks.append(Block(kind, text))


def sections_of(title: str, text: str) -> list[Section]:
    """The sections in order; the first is what stands before any heading."""
    outline = _Outline(title)
    lines = text.split("\n")
    tokens = block_parser(has_indented_code=True).parse(text)
    tops = [place for place, token in enumerate(tokens) if token.level == 0 and token.map]
    starts = [_begin(tokens[place]) for place in tops]
    # What no block claims, such as definitions of links, goes with the block before it.
    ends = [*starts[1:], len(lines)]
    _take(outline, lines[: starts[0] if starts else None])
    for place, start, end in zip(tops, starts, ends, strict=False):
        token = tokens[place]
        if token.type == "heading_open":
            outline.heading(int(token.tag[1]), tokens[place + 1].content)
            _take(outline, lines[_end(token) : end])
        elif token.type in {"bullet_list_open", "ordered_list_open"}:
            for item in items_of(tokens, place, lines, end):
                outline.block(Kind.ITEM, item)
        elif token.type == "hr":  # a line across the page parts, and says nothing
            _take(outline, lines[_end(token) : end])
        else:
            _take(outline, lines[start:end], _KINDS.get(token.type, Kind.PROSE))
    return outline.sections


def _begin(token: Token) -> int:
    assert token.map is not None
    return token.map[0]


def _end(token: Token) -> int:
    assert token.map is not None
    return token.map[1]


def _take(outline: _Outline, lines: list[str], kind: Kind = Kind.PROSE) -> None:
    """Make one block of these lines, if there is anything on them."""
    # Blanks before a line of prose mean nothing.
    bare = [line.lstrip() for line in lines] if kind is Kind.PROSE else lines
    text = "\n".join(bare).strip("\n").rstrip()
    if text:
        outline.block(kind, text)
