"""The blocks of a text, and how they are packed into pieces of a good size."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import Final

from markdown_it.token import Token

# All in characters. TARGET fits the embedded model's 256 tokens; SHORT says too little to be found
# by; nothing is longer than HARD.
TARGET: Final = 850
SHORT: Final = 200
HARD: Final = 6000
ROOM: Final = 1.25  # how far over TARGET a piece may go so as not to leave a scrap behind

_SENTENCE_END: Final = re.compile(r"(?<=[.!?…])[\"'”’)\]]*\s+|\n")


class Kind(StrEnum):
    PROSE = "prose"
    ITEM = "item"  # one of a list
    TABLE = "table"
    CODE = "code"


@dataclass(frozen=True, slots=True)
class Block:
    kind: Kind
    text: str

    @property
    def leads_in(self) -> bool:
        """Whether it announces what follows: "Do this:", or a title in bold."""
        end = self.text.rstrip().rstrip("*_")
        return self.kind is Kind.PROSE and (
            end.endswith((":", "：")) or (self.text.startswith("**") and self.text.endswith("**"))
        )


def items_of(tokens: Sequence[Token], place: int, lines: Sequence[str], end: int) -> list[str]:
    """The items of the list that opens at `place`, as they stand in the source."""
    starts: list[int] = []
    for token in tokens[place + 1 :]:
        if token.level == 0:
            break
        if token.type == "list_item_open" and token.level == 1 and token.map:
            starts.append(token.map[0])
    bounds = [*starts, end]
    parts = ["\n".join(lines[a:b]) for a, b in pairwise(bounds)]
    return [part.rstrip() for part in parts if part.strip()]


def packed(blocks: Sequence[Block]) -> list[str]:
    """The texts of pieces that hold these blocks in order, each of about TARGET characters."""
    pieces: list[list[Block]] = []
    size = 0
    for unit in _units(blocks):
        length = sum(len(block.text) + 2 for block in unit)
        if pieces and size + length <= TARGET:
            pieces[-1] += unit
            size += length
        else:
            pieces.append(list(unit))
            size = length
    return [joined(piece) for piece in _without_scraps(pieces)]


def _without_scraps(pieces: list[list[Block]]) -> list[list[Block]]:
    """The pieces, with those that say too little put to a neighbour that has room for them."""
    out: list[list[Block]] = []
    for piece in pieces:
        if out and min(_size(out[-1]), _size(piece)) < SHORT:
            # Beside a big table or example, a few words more do no harm.
            is_big = max(_size(out[-1]), _size(piece)) > TARGET * ROOM
            if _size([*out[-1], *piece]) <= (HARD if is_big else TARGET * ROOM):
                out[-1] = [*out[-1], *piece]
                continue
        out.append(piece)
    return out


def _size(blocks: Sequence[Block]) -> int:
    return len(joined(blocks))


def joined(blocks: Sequence[Block]) -> str:
    """The text of these blocks, one after the other; the items of a list on lines of their own."""
    out = ""
    for before, block in zip([None, *blocks], blocks, strict=False):
        if before is None:
            out = block.text
            continue
        is_list = before.kind is block.kind is Kind.ITEM
        out += ("\n" if is_list else "\n\n") + block.text
    return out


def _units(blocks: Sequence[Block]) -> Iterator[list[Block]]:
    """Blocks that go together: what announces something with the beginning of what it announces."""
    waiting: list[Block] = []
    for block in blocks:
        for part in _parts(block):
            unit = [*waiting, part]
            if waiting and _size(unit) > HARD:
                yield waiting
                unit = [part]
            waiting = []
            if part.leads_in and _size(unit) < SHORT * 2:
                waiting = unit
            else:
                yield unit
    if waiting:
        yield waiting


def _parts(block: Block) -> list[Block]:
    """The block itself; or, where it is too long, parts of it."""
    limit = TARGET if block.kind is Kind.PROSE else HARD
    if len(block.text) <= limit:
        return [block]
    if block.kind is Kind.TABLE:
        texts = _table_parts(block.text)
    elif block.kind is Kind.CODE:
        texts = _code_parts(block.text)
    else:
        texts = _pieces_at(_sentences(block.text), limit)
    return [Block(block.kind, text) for text in texts]


def _table_parts(text: str) -> list[str]:
    head, rule, *rows = text.split("\n")
    top = f"{head}\n{rule}\n"
    if len(top) > HARD // 2:
        return _pieces_at(_sentences(text), HARD)
    room = HARD - len(top)
    return [top + part for part in _pieces_at([f"{row}\n" for row in rows], room)]


def _code_parts(text: str) -> list[str]:
    first, *lines = text.split("\n")
    fence = re.match(r"[ ]*(`{3,}|~{3,})", first)
    if not fence or len(first) > SHORT:
        return _pieces_at([f"{line}\n" for line in (first, *lines)], HARD)
    closing = fence[0]
    if lines and lines[-1].strip().startswith(fence[1]):
        lines = lines[:-1]
    room = HARD - len(first) - len(closing) - 2
    parts = _pieces_at([f"{line}\n" for line in lines], room)
    return [f"{first}\n{part}\n{closing}" for part in parts]


def _sentences(text: str) -> list[str]:
    """The sentences and lines, each with the blanks that follow it."""
    out: list[str] = []
    done = 0
    for end in _SENTENCE_END.finditer(text):
        out.append(text[done : end.end()])
        done = end.end()
    return [*out, text[done:]]


def _pieces_at(parts: Sequence[str], limit: int) -> list[str]:
    """The parts joined into texts of at most `limit` characters; one that is longer by itself is
    cut between words, or anywhere where it has no blanks."""
    out = [""]
    for part in parts:
        for bit in _bits(part, limit):
            if len(out[-1]) + len(bit) > limit:
                out.append("")
            out[-1] += bit
    return [text.strip("\n").rstrip() for text in out if text.strip()]


def _bits(part: str, limit: int) -> Iterator[str]:
    while len(part) > limit:
        cut = part.rfind(" ", limit // 2, limit)
        cut = cut + 1 if cut > 0 else limit
        yield part[:cut]
        part = part[cut:]
    yield part
