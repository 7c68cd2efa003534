"""Markdown as plain text in blocks: paragraphs cut into sentences, lists, tables, code.

Plain text keeps a little form, which views can read again: lines that begin with "- " or "1. "
are a list, lines between bars a table, and lines between ``` are code.
"""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class BlockKind(StrEnum):
    HEADING = "heading"
    PARAGRAPH = "paragraph"
    LIST = "list"
    TABLE = "table"
    CODE = "code"


@dataclass(frozen=True, slots=True)
class Block:
    """`parts` are what must not be cut in two: sentences, items with all that belongs to them,
    rows (the first is the header), or the whole of the code."""

    kind: BlockKind
    parts: tuple[str, ...]

    @property
    def text(self) -> str:
        return self.joined(self.parts)

    def joined(self, parts: tuple[str, ...]) -> str:
        """Some of the parts as plain text."""
        match self.kind:
            case BlockKind.CODE:
                return f"{FENCE}\n" + "\n".join(parts) + f"\n{FENCE}"
            case BlockKind.LIST | BlockKind.TABLE:
                return "\n".join(parts)
            case _:
                return " ".join(parts)

    @property
    def is_numbered(self) -> bool:
        return self.kind is BlockKind.LIST and self.parts[0][0].isdigit()


FENCE: Final = "```"
_FENCE_LINE: Final = re.compile(r"\s*(`{3,}|~{3,})")
_HEADING: Final = re.compile(r" {0,3}#{1,6}\s+(.*?)\s*#*\s*$")
_ITEM: Final = re.compile(r"(?P<indent>\s*)(?:(?P<number>\d{1,9})[.)]|[-*+•])\s+(?P<text>.*)")
_TABLE_ROW: Final = re.compile(r"\s*\|.*\|\s*$")
_TABLE_RULE: Final = re.compile(r"\s*\|[\s:|-]*-[\s:|-]*\|\s*$")
_RULE: Final = re.compile(r"\s*(?:[-*_]\s*){3,}$")
# What stands in pages for the machine that shows them.
_MACHINERY: Final = re.compile(
    r"\s*(?::::.*|import .+ from ['\"].*|export (?:default|const) .*|<!--.*-->|\{/\*.*\*/\})\s*$"
)

_CODE_SPAN: Final = re.compile(r"(`+)(.+?)\1(?!`)")
_IMAGE: Final = re.compile(r"!\[[^\]]*\]\([^)]*\)|!\[[^\]]*\]\[[^\]]*\]")
_LINKED: Final = re.compile(r"\[([^\[\]]*)\](?:\([^()\s]*(?:\([^()]*\)[^()\s]*)*(?:\s[^()]*)?\))")
_REFERENCE: Final = re.compile(r"\[([^\[\]]+)\]\[[^\]]*\]")
_AUTO_LINK: Final = re.compile(r"<((?:https?://|mailto:)[^<>\s]+)>")
_TAG: Final = re.compile(r"</?[A-Za-z][\w.-]*(?:\s[^<>]*)?/?>|<!--.*?-->|\{/\*.*?\*/\}")
_STRONG: Final = re.compile(r"(\*\*\*|\*\*|~~|(?<!\w)___|(?<!\w)__)(?=\S)(.+?)(?<=\S)\1")
_STAR: Final = re.compile(r"(?<![\w*])\*(?=[^\s*])([^*]+?)(?<=\S)\*(?![\w*])")
_UNDERLINE: Final = re.compile(r"(?<!\w)_(?=\S)([^_]+?)(?<=\S)_(?!\w)")
_ESCAPED: Final = re.compile(r"\\([\\`*_{}\[\]()#+\-.!|<>~])")
_BLANKS: Final = re.compile(r"\s+")

_END: Final = re.compile(
    r"[.!?…]+[\"'”’)\]]*(?=\s+[\"'“‘(\[]*[^\W_a-zß-öø-ÿ])|[。！？]+|[.!?…]+[\"'”’)\]]*$"
)
_ABBREVIATED: Final = re.compile(
    r"(?:^|[\s(])(?:e\.g|i\.e|etc|vs|cf|ca|approx|no|fig|mr|mrs|ms|dr|inc|ltd|co|[a-z])\.$",
    re.IGNORECASE,
)


def sentences(text: str) -> list[str]:
    """The sentences of one paragraph of plain text, with nothing left out between them."""
    found: list[str] = []
    start = 0
    for end in _END.finditer(text):
        candidate = text[start : end.end()].strip()
        if candidate and not _ABBREVIATED.search(candidate):
            found.append(candidate)
            start = end.end()
    rest = text[start:].strip()
    return [*found, rest] if rest else found


def unmarked(line: str) -> str:
    """One line without inline markup: emphasis, links (their words stay), pictures, tags. What
    stands in code is left as it is."""
    kept: list[str] = []
    start = 0
    for span in _CODE_SPAN.finditer(line):
        kept += [_without_markup(line[start : span.start()]), span[2]]
        start = span.end()
    kept.append(_without_markup(line[start:]))
    return _BLANKS.sub(" ", _unstarred("".join(kept)) if len(kept) > 1 else kept[0]).strip()


def plain(markdown: str) -> str:
    """The text without markup, blocks one empty line apart."""
    return "\n\n".join(block.text for block in blocks(markdown))


def blocks(markdown: str) -> list[Block]:
    """The blocks of a page, or of a part of one, in their order. Empty ones are left out."""
    return list(_read(_Lines(markdown)))


class _Lines:
    """The lines of a page, of which the next can be looked at."""

    def __init__(self, markdown: str) -> None:
        text = re.sub(r"<!--.*?-->|\{/\*.*?\*/\}", "", markdown, flags=re.DOTALL)
        self._lines = text.expandtabs(4).splitlines()
        self._next = 0

    @property
    def is_done(self) -> bool:
        return self._next >= len(self._lines)

    def peek(self, ahead: int = 0) -> str:
        """The line so far ahead; empty beyond the end."""
        position = self._next + ahead
        return self._lines[position] if position < len(self._lines) else ""

    def take(self) -> str:
        line = self.peek()
        self._next += 1
        return line


def _read(lines: _Lines) -> Iterator[Block]:
    while not lines.is_done:
        if _is_nothing(lines.peek()):
            lines.take()
            continue
        block = _take_block(lines)
        if any(part.strip() for part in block.parts):
            yield block


def _take_block(lines: _Lines) -> Block:
    line = lines.peek()
    if _FENCE_LINE.match(line):
        return Block(BlockKind.CODE, tuple(_take_code(lines)))
    if heading := _HEADING.match(line):
        lines.take()
        return Block(BlockKind.HEADING, (unmarked(heading[1]),))
    if _TABLE_ROW.match(line):
        return Block(BlockKind.TABLE, tuple(_take_table(lines)))
    if _ITEM.match(line):
        return Block(BlockKind.LIST, tuple(_take_list(lines)))
    return Block(BlockKind.PARAGRAPH, tuple(sentences(_take_paragraph(lines))))


def _is_nothing(line: str) -> bool:
    return not line.strip() or bool(_RULE.match(line) or _MACHINERY.match(line))


def _take_code(lines: _Lines) -> Iterator[str]:
    opening = _FENCE_LINE.match(lines.take())
    mark = opening[1] if opening else FENCE
    indent = len(opening[0]) - len(mark) if opening else 0
    while not lines.is_done:
        line = lines.take()
        if line.strip().startswith(mark) and not line.strip().strip(mark[0]):
            return
        yield (line[indent:] if not line[:indent].strip() else line).rstrip()


def _take_table(lines: _Lines) -> Iterator[str]:
    while _TABLE_ROW.match(lines.peek()):
        row = lines.take()
        if not _TABLE_RULE.match(row):
            cells = [unmarked(cell) for cell in re.split(r"(?<!\\)\|", row.strip()[1:-1])]
            if any(cells):
                yield f"| {' | '.join(cells)} |"


def _take_paragraph(lines: _Lines) -> str:
    taken = [lines.take()]
    while not _ends_paragraph(lines.peek()):
        taken.append(lines.take())
    return unmarked(" ".join(line.strip().removeprefix(">").strip() for line in taken))


def _ends_paragraph(line: str) -> bool:
    return _is_nothing(line) or any(
        pattern.match(line) for pattern in (_FENCE_LINE, _HEADING, _TABLE_ROW, _ITEM)
    )


def _take_list(lines: _Lines) -> Iterator[str]:
    """The items, those inside an item indented below it; numbers go on from the first."""
    first = _ITEM.match(lines.peek())
    outer = len(first["indent"]) if first else 0
    number = int(first["number"]) if first and first["number"] else None
    while (item := _next_item(lines)) and len(item["indent"]) <= outer + 1:
        if (item["number"] is not None) != (number is not None):
            return
        mark = "- " if number is None else f"{number}. "
        number = None if number is None else number + 1
        text = _take_item(lines, outer)
        if text:
            yield mark + text


def _next_item(lines: _Lines) -> re.Match[str] | None:
    """The item that comes next, past empty lines and lines of machinery."""
    ahead = 0
    while ahead < 3 and not lines.is_done and _is_nothing(lines.peek(ahead)):
        ahead += 1
    item = _ITEM.match(lines.peek(ahead))
    if item and not _RULE.match(lines.peek(ahead)):
        for _ in range(ahead):
            lines.take()
        return item
    return None


def _take_item(lines: _Lines, outer: int) -> str:
    item = _ITEM.match(lines.take())
    paragraphs = [[item["text"] if item else ""]]
    below: list[str] = []
    while _belongs_to_item(lines, outer):
        line = lines.peek()
        if _FENCE_LINE.match(line):
            below += [FENCE, *_take_code(lines), FENCE]
        elif (nested := _ITEM.match(line)) and len(nested["indent"]) > outer + 1:
            lines.take()
            mark = f"{nested['number']}. " if nested["number"] else "- "
            below.append(f"  {mark}{unmarked(nested['text'])}")
        else:
            lines.take()
            if line.strip():
                _add_words(line, paragraphs, below)
    text = " ".join(unmarked(" ".join(words)) for words in paragraphs)
    return "\n".join([text.strip(), *below]).strip()


def _add_words(line: str, paragraphs: list[list[str]], below: list[str]) -> None:
    if below and below[-1] != FENCE:
        below[-1] = f"{below[-1]} {unmarked(line)}"
    elif not _MACHINERY.match(line):
        paragraphs[-1].append(line.strip())


def _belongs_to_item(lines: _Lines, outer: int) -> bool:
    """Whether the next line goes on with an item: indented below it, even after an empty line, or
    plain text that follows at once."""
    if lines.is_done:
        return False
    line = lines.peek()
    if not line.strip():
        following = lines.peek(1)
        return bool(following.strip()) and _indent(following) > outer + 1
    if _indent(line) > outer + 1:
        return True
    return not _ends_paragraph(line)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _without_markup(text: str) -> str:
    # An escaped character is put aside as one that no page holds, so that nothing takes it.
    aside: list[str] = []

    def put_aside(escaped: re.Match[str]) -> str:
        aside.append(escaped[1])
        return f"\ue000{len(aside) - 1}\ue001"

    text = _ESCAPED.sub(put_aside, text)
    text = _IMAGE.sub("", text)
    text = _AUTO_LINK.sub(r"\1", text)
    for pattern in (_LINKED, _REFERENCE):
        text = pattern.sub(r"\1", text)
    text = _unstarred(html.unescape(_TAG.sub(" ", text)))
    return re.sub("\ue000(\\d+)\ue001", lambda mark: aside[int(mark[1])], text)


def _unstarred(text: str) -> str:
    for pattern in (_STRONG, _STRONG):
        text = pattern.sub(r"\2", text)
    return _UNDERLINE.sub(r"\1", _STAR.sub(r"\1", text))
