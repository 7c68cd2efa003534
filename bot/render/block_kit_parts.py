"""One block of a card as Block Kit blocks, within the room that is left.

Strings go into `rich_text`, `plain_text` and `raw_text`, which Slack shows as they are. The one
exception, a bold label in a two-column field, is made only of text that has no markup in it.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from bot.payload import Json
from bot.render.limits import SLACK
from bot.render.neutral import is_address
from bot.render.plain import TONE_WORDS, aligned
from bot.render.slack_text import cut, is_quiet, line, portions, prose, slack_units
from bot.render.spark import spark_text
from csm.card import (
    Bullet,
    Bullets,
    Divider,
    Fact,
    Fields,
    Heading,
    Note,
    Spark,
    Table,
    Text,
    Tone,
)

# A circle, a square, a triangle and an octagon: told apart without seeing a colour.
SHAPES: Final = {Tone.GOOD: "🟢", Tone.FAIR: "🟩", Tone.WARN: "⚠️", Tone.BAD: "🛑"}

_MORE_ROOM: Final = 40  # for the line that says how many more there are


@dataclass(slots=True)
class Room:
    """What may still be added to a message or a view."""

    blocks: int
    text: int
    tables: int

    def fits(self, blocks: Sequence[Json]) -> bool:
        return len(blocks) <= self.blocks and cost(blocks) <= self.text

    def take(self, blocks: Sequence[Json]) -> None:
        self.blocks -= len(blocks)
        self.text -= cost(blocks)
        self.tables -= sum(block["type"] == "table" for block in blocks)

    def for_text(self, cap: int) -> int:
        """Characters that one block of text may have."""
        return min(cap, self.text - SLACK.block_overhead)


def cost(blocks: Sequence[Json]) -> int:
    """What the blocks count for against a message's limit."""
    return sum(SLACK.block_overhead + _text_in(block) for block in blocks)


def _text_in(value: object) -> int:
    if isinstance(value, dict):
        return sum(
            slack_units(part) if key == "text" and isinstance(part, str) else _text_in(part)
            for key, part in value.items()
        )
    if isinstance(value, list):
        return sum(map(_text_in, value))
    return 0


def marked(text: str, tone: Tone) -> str:
    """The text with its tone as a shape before and a word behind it, unless the text says it."""
    shape = SHAPES.get(tone)
    if shape is None:
        return text
    word = TONE_WORDS[tone]
    return f"{shape} {text}" if word in text.casefold() else f"{shape} {text} ({word})"


MARK_ROOM: Final = 14  # no shape and word take more


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text, "emoji": False}


def words(text: str, **style: bool) -> Json:
    return {"type": "text", "text": text, **({"style": style} if style else {})}


def rich(*elements: Json) -> Json:
    return {"type": "rich_text", "elements": list(elements)}


def section(*elements: Json) -> Json:
    return {"type": "rich_text_section", "elements": list(elements)}


def render_part(part: object, room: Room) -> list[Json]:
    """The block's blocks. They may still turn out too big for the room: the caller looks."""
    match part:
        case Heading():
            return [rich(section(words(line(part.text, SLACK.header_text), bold=True)))]
        case Text():
            return _text(part, room)
        case Fields():
            return _fields(part)
        case Bullets():
            return _bullets(part, room)
        case Table():
            return _table(part, room)
        case Spark():
            return [_spark(part)]
        case Note():
            text = prose(part.text, max(room.for_text(SLACK.text), 1))
            return [{"type": "context", "elements": [plain(text)]}]
        case Divider():
            return [{"type": "divider"}]
        case _:
            raise TypeError(f"no Block Kit for {type(part).__name__}")


def _text(part: Text, room: Room) -> list[Json]:
    """As many blocks as it takes; only where the room ends, the text does."""
    left = Room(room.blocks, room.text, room.tables)
    shown: list[str] = []
    for portion in portions(part.text, SLACK.text - MARK_ROOM):
        limit = left.for_text(SLACK.text) - MARK_ROOM
        if limit <= 0 or left.blocks < 1:
            shown[-1:] = [cut(last, slack_units(last) - 1) for last in shown[-1:]]
            break
        text = prose(portion, limit)
        shown.append(text if shown else marked(text, part.tone))
        left.take([_paragraph(shown[-1])])
    return [_paragraph(text) for text in shown]


def _paragraph(text: str) -> Json:
    return rich(section(words(text)))


def _fields(part: Fields) -> list[Json]:
    shown = part.items[: SLACK.facts]
    blocks: list[Json] = [
        {"type": "section", "fields": [_fact(fact) for fact in shown[start : start + SLACK.fields]]}
        for start in range(0, len(shown), SLACK.fields)
    ]
    return blocks + _more(len(part.items) - len(shown))


def _fact(fact: Fact) -> Json:
    label, value = line(fact.label, SLACK.label), line(fact.value, SLACK.value)
    shown = marked(value, fact.tone)
    if is_quiet(label) and is_quiet(value):
        return {"type": "mrkdwn", "text": f"*{label}*\n{shown}", "verbatim": True}
    return plain(f"{label}\n{shown}")


def _bullets(part: Bullets, room: Room) -> list[Json]:
    items = list(_fitting(part.items[: SLACK.bullets], _bullet, room.for_text(room.text)))
    if not items:
        return []
    left = len(part.items) - len(items)
    ending = [section(words(f"… and {left} more"))] if left else []
    style: Json = {"style": "bullet"}
    if part.first:
        style = {"style": "ordered", "offset": part.first - 1}
    return [rich({"type": "rich_text_list", **style, "elements": items}, *ending)]


def _bullet(bullet: Bullet) -> Json:
    lead = line(bullet.lead, SLACK.bullet_lead) if bullet.lead.strip() else ""
    text = line(bullet.text, SLACK.bullet_text) if bullet.text.strip() else ""
    if is_address(bullet.link):
        shown = words(marked(lead or text or bullet.link, bullet.tone), bold=True)
        link = {**shown, "type": "link", "url": bullet.link}
        return section(link, *([words(f"  {text}")] if lead and text else []))
    if lead and text:
        return section(words(marked(lead, bullet.tone), bold=True), words(f"  {text}"))
    if lead:
        return section(words(marked(lead, bullet.tone), bold=True))
    return section(words(marked(text or line("", 3), bullet.tone)))


def _fitting(items: Iterable[Any], render: Callable[[Any], Json], allowed: int) -> Iterable[Json]:
    """As many as fit, and with them the line that counts the rest."""
    left = allowed - _MORE_ROOM
    for item in items:
        rendered = render(item)
        left -= _text_in(rendered)
        if left < 0:
            return
        yield rendered


def _table(part: Table, room: Room) -> list[Json]:
    if not part.columns:
        return []
    native = room.tables > 0
    header = _row(part.columns) if native else {"text": "\n".join(aligned(part, ()))}
    allowed = room.for_text(SLACK.table_text) - _text_in(header)
    width = len(part.columns)
    render = partial(_row, width=width) if native else partial(_text_row, part)
    limit = min(SLACK.rows, SLACK.table_rows - 1)
    rows = list(_fitting(part.rows[:limit], render, allowed))
    left = _more(len(part.rows) - len(rows))
    if not native:
        return [_preformatted(part, part.rows[: len(rows)], room), *left]
    settings = [
        {"align": "right" if column in part.numeric else "left", "is_wrapped": column == 0}
        for column in range(len(part.columns[: SLACK.table_columns]))
    ]
    cells = [row["cells"] for row in (header, *rows)]
    return [{"type": "table", "rows": cells, "column_settings": settings}, *left]


def _row(row: Sequence[str], width: int | None = None) -> Json:
    """A row as wide as the header, since Slack takes no other."""
    whole = [*row, *[""] * ((width or 0) - len(row))][: min(width or len(row), SLACK.table_columns)]
    return {"cells": [{"type": "raw_text", "text": line(cell, SLACK.cell)} for cell in whole]}


def _text_row(part: Table, row: Sequence[str]) -> Json:
    return {"text": "\n".join(aligned(part, (row,)))}


def _preformatted(part: Table, rows: Sequence[Sequence[str]], room: Room) -> Json:
    text = cut("\n".join(aligned(part, rows)), max(room.for_text(SLACK.section_text), 1))
    return rich({"type": "rich_text_preformatted", "elements": [words(text or "–")]})


def _spark(part: Spark) -> Json:
    values = part.values[-SLACK.bars :]
    bars = spark_text(values, part.low, part.high) or "·"
    caption = [words(f"  {line(part.caption, SLACK.value)}")] if part.caption.strip() else []
    label = words(f"{line(part.label, SLACK.label)}  ", bold=True)
    return rich(section(label, words(bars, code=True), *caption))


def _more(count: int) -> list[Json]:
    if count <= 0:
        return []
    return [{"type": "context", "elements": [plain(f"… and {count} more")]}]
