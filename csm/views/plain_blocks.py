"""Plain text with a little form (see `csm.sentences`) as blocks that no renderer has to cut."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from csm.card import Block, Bullet, Bullets, Table, Text
from csm.sentences import FENCE, BlockKind, blocks, sentences
from csm.wording import shorten

# In characters: under what any platform takes in one block, with room for marks of its own.
LONGEST_TEXT: Final = 2000
_LONGEST_BULLET: Final = 500
_LONGEST_CELL: Final = 100
_MOST_ITEMS: Final = 20
_MOST_ROWS: Final = 25
_MOST_COLUMNS: Final = 6
_HIGHEST_NUMBER: Final = 10_000

_ITEM: Final = re.compile(r"(?P<indent> *)(?P<mark>-|\d{1,9}\.) +(?P<text>.*)")
_MARK: Final = re.compile(r"(?:-|\d{1,9}\.) +")
_ROW: Final = re.compile(r"\| .* \|")


def text_blocks(text: str) -> Iterator[Block]:
    """The text as blocks, nothing of it left out."""
    lines = text.split("\n")
    position = 0
    while position < len(lines):
        line = lines[position]
        if line == FENCE:
            end = _end_of_code(lines, position)
            yield from (Text(text=piece) for piece in _code(lines[position + 1 : end]))
            position = end + 1
            continue
        end = _end_of_run(lines, position)
        yield from _run(lines[position:end])
        position = end


def notice(shown: Iterable[Block], longest: int) -> str:
    """The beginning of blocks as one line for a notification: their words, without any form."""
    return shorten(" ".join(" ".join(_words(block)) for block in shown), longest)


def excerpt(markdown: str, longest: int) -> str:
    """The beginning of what a page says in sentences; of one that has only lists, their items.
    Headings, tables and code make no sense on one line."""
    read = blocks(markdown)
    said = [_told(block.text) for block in read if block.kind is BlockKind.PARAGRAPH]
    items = [part for block in read if block.kind is BlockKind.LIST for part in block.parts]
    listed = [_MARK.sub("", line.strip()) for item in items for line in item.split("\n")]
    return shorten(" ".join(filter(None, said)) or " ".join(listed), longest)


def _words(block: Block) -> Iterator[str]:
    match block:
        case Text(text=text):
            yield text
        case Bullets(items=items):
            yield from (f"{item.lead} {item.text}".strip() for item in items)
        case Table(rows=rows):
            yield from (f"{row[0]}: {', '.join(filter(None, row[1:]))}." for row in rows)


def _told(paragraph: str) -> str:
    """A paragraph without the sentence that leads to something else."""
    said = sentences(paragraph)
    return " ".join(said[:-1] if paragraph.endswith(":") else said)


def size_of(block: Block) -> int:
    """Characters of such a block."""
    match block:
        case Text():
            return len(block.text)
        case Bullets():
            return sum(len(item.lead) + len(item.text) + 2 for item in block.items)
        case Table():
            return sum(len(cell) + 2 for row in (block.columns, *block.rows) for cell in row)
        case _:
            return 0


def _end_of_code(lines: Sequence[str], start: int) -> int:
    after = range(start + 1, len(lines))
    return next((i for i in after if lines[i] == FENCE), len(lines))


def _end_of_run(lines: Sequence[str], start: int) -> int:
    """Where lines of another kind begin."""
    kind = _kind(lines[start])
    after = range(start + 1, len(lines))
    return next((i for i in after if _kind(lines[i]) != kind), len(lines))


def _kind(line: str) -> str:
    if line == FENCE:
        return "code"
    if _ITEM.fullmatch(line):
        return "list"
    if _ROW.fullmatch(line):
        return "table"
    return "text" if line.strip() else "nothing"


def _run(lines: Sequence[str]) -> Iterator[Block]:
    match _kind(lines[0]):
        case "list":
            yield from _lists(lines)
        case "table":
            yield from _table([_cells(line) for line in lines])
        case "text":
            yield from (Text(text=piece) for piece in _pieces("\n".join(lines), LONGEST_TEXT))


def _lists(lines: Sequence[str]) -> Iterator[Bullets]:
    """Lists of dots, and of numbers that follow one another."""
    items = [item for line in lines if (item := _ITEM.fullmatch(line))]
    start = 0
    for position in range(1, len(items) + 1):
        is_end = position == len(items) or position - start == _MOST_ITEMS
        if is_end or not _follows(items[position], items[position - 1]):
            yield from _list(items[start:position])
            start = position


def _follows(item: re.Match[str], before: re.Match[str]) -> bool:
    is_level = bool(item["indent"]) == bool(before["indent"])
    return is_level and _number(item) == (_number(before) + 1 if _number(before) else 0)


def _number(item: re.Match[str]) -> int:
    """0 for a dot."""
    return 0 if item["mark"] == "-" else min(int(item["mark"][:-1]), _HIGHEST_NUMBER)


def _list(items: Sequence[re.Match[str]]) -> Iterator[Bullets]:
    """One list; a point that is too long for one goes on in a list of its own, without a mark
    that would make it another point."""
    first, bullets = _number(items[0]), list[Bullet]()
    for item in items:
        inner = "– " if item["indent"] else ""
        head, *rest = _pieces(item["text"], _LONGEST_BULLET)
        bullets.append(Bullet(text=f"{inner}{head}"))
        if rest:
            yield Bullets(items=tuple(bullets), first=first)
            yield Bullets(items=tuple(Bullet(text=f"{inner}{piece}") for piece in rest))
            first, bullets = (_number(item) + 1 if first else 0), []
    if bullets:
        yield Bullets(items=tuple(bullets), first=first)


def _table(rows: Sequence[tuple[str, ...]]) -> Iterator[Block]:
    """A table, or, where it would be too wide or too long for one, a line for every row."""
    header, body = rows[0], rows[1:]
    is_wide = len(header) > _MOST_COLUMNS or any(len(c) > _LONGEST_CELL for r in rows for c in r)
    if not is_wide and 0 < len(body) <= _MOST_ROWS:
        yield Table(columns=header, rows=tuple(body))
        return
    for row in body or [header]:
        named = (
            f"{name}: {cell}" if name else cell
            for name, cell in zip(header[1:], row[1:], strict=False)
            if cell
        )
        line = f"{row[0]}. {'; '.join(named)}" if body else "; ".join(row)
        pieces = _pieces(line, _LONGEST_BULLET)
        yield Bullets(items=tuple(Bullet(text=piece) for piece in pieces))


def _cells(line: str) -> tuple[str, ...]:
    return tuple(cell.strip() for cell in line[1:-1].split(" | "))


def _code(lines: Sequence[str]) -> Iterator[str]:
    piece = ""
    for line in lines:
        for part in _cut(line, LONGEST_TEXT) or [""]:
            if piece and len(piece) + len(part) + 1 > LONGEST_TEXT:
                yield piece
                piece = part
            else:
                piece = f"{piece}\n{part}" if piece else part
    if piece.strip():
        yield piece


def _pieces(text: str, limit: int) -> Iterator[str]:
    """The text in pieces that end with a sentence where they can."""
    if len(text) <= limit:
        yield text
        return
    piece = ""
    for sentence in (part for one in sentences(text) for part in _cut(one, limit)):
        if piece and len(piece) + len(sentence) + 1 > limit:
            yield piece
            piece = sentence
        else:
            piece = f"{piece} {sentence}" if piece else sentence
    if piece:
        yield piece


def _cut(text: str, limit: int) -> list[str]:
    """The text in parts of at most so many characters, cut between words where there are any."""
    parts = []
    while len(text) > limit:
        end = text.rfind(" ", 1, limit + 1)
        end = end if end > 0 else limit
        parts.append(text[:end].rstrip())
        text = text[end:].lstrip()
    return [*parts, text] if text else parts
