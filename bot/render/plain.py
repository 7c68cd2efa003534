"""Cards as plain text: for notifications, screen readers, logs of the console, and as what is
left when a platform refuses the real thing."""

from collections.abc import Iterator, Sequence
from typing import Final

from rich.cells import cell_len

from bot.render.neutral import cut_to, neutral, one_line
from bot.render.spark import spark_text
from bot.render.summary import shown_summary
from csm.card import (
    Actions,
    Block,
    Bullet,
    Bullets,
    Card,
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

TONE_WORDS: Final = {
    Tone.GOOD: "good",
    Tone.FAIR: "fair",
    Tone.WARN: "warning",
    Tone.BAD: "alert",
}
MAX_CELL: Final = 40


def plain_text(card: Card, limit: int | None = None) -> str:
    """The card in words: its title, its summary unless the blocks begin with it, the blocks; at
    most `limit` characters, the last of them "…" when something was cut. Buttons are left to those
    who can press."""
    title = with_word(one_line(card.title), card.tone)
    parts = [title, neutral(shown_summary(card)).strip()]
    for block in card.blocks:
        text = "\n".join(_lines(block))
        if text and text not in parts:
            parts.append(text)
    whole = "\n\n".join(part for part in parts if part)
    return whole if limit is None else cut_to(whole, limit)


def with_word(text: str, tone: Tone) -> str:
    """The text with its tone in brackets, for readers who see neither colour nor shape."""
    word = TONE_WORDS.get(tone)
    return f"{text} ({word})" if word else text


def aligned(table: Table, rows: Sequence[Sequence[str]]) -> list[str]:
    """A line for the columns and one for every row, in columns of equal width."""
    lines = [[cut_to(one_line(cell), MAX_CELL) for cell in row] for row in (table.columns, *rows)]
    widths = [
        max((cell_len(row[i]) for row in lines if i < len(row)), default=0)
        for i in range(max((len(row) for row in lines), default=0))
    ]
    return [
        "  ".join(
            _padded(cell, widths[i], right=i in table.numeric) for i, cell in enumerate(row)
        ).rstrip()
        for row in lines
    ]


def _padded(cell: str, width: int, *, right: bool) -> str:
    blanks = " " * (width - cell_len(cell))
    return blanks + cell if right else cell + blanks


def _lines(block: Block) -> Iterator[str]:
    match block:
        case Heading(text=text):
            yield one_line(text).upper()
        case Text(text=text, tone=tone):
            yield with_word(neutral(text).strip(), tone)
        case Note(text=text):
            yield neutral(text).strip()
        case Fields(items=items):
            yield from map(_fact, items)
        case Bullets(items=items, first=0):
            yield from (f"- {_bullet(item)}".rstrip() for item in items)
        case Bullets(items=items, first=first):
            numbered = enumerate(items, first)
            yield from (f"{number}. {_bullet(item)}".rstrip() for number, item in numbered)
        case Table():
            yield from aligned(block, block.rows)
        case Spark():
            yield _spark(block)
        case Divider() | Actions():
            return


def _fact(fact: Fact) -> str:
    return f"{one_line(fact.label)}: {with_word(one_line(fact.value), fact.tone)}"


def _bullet(bullet: Bullet) -> str:
    lead = with_word(one_line(bullet.lead), bullet.tone) if bullet.lead else ""
    text = one_line(bullet.text) if lead else with_word(one_line(bullet.text), bullet.tone)
    said = ": ".join(part for part in (lead, text) if part)
    return f"{said} {one_line(bullet.link)}".rstrip()


def _spark(spark: Spark) -> str:
    bars = spark_text(spark.values, spark.low, spark.high)
    return " ".join(
        part for part in (f"{one_line(spark.label)}:", bars, one_line(spark.caption)) if part
    )
