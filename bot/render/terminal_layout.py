"""What a terminal page is built of: tones, columns that fit the width, and clean line ends."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.padding import Padding
from rich.rule import Rule
from rich.segment import Segment
from rich.table import Table as Grid
from rich.text import Text as Line

from bot.render.neutral import cut_to, neutral, one_line
from bot.render.plain import TONE_WORDS
from bot.render.spark import spark_text
from csm.card import Fact, Spark, Tone

# What a terminal is shown of one string, in characters; longer ones end in "…".
MAX_TITLE: Final = 200
MAX_TEXT: Final = 3000
MAX_LABEL: Final = 60
MAX_VALUE: Final = 400
MAX_CELL: Final = 160
# And of one text, in lines.
MAX_LINES: Final = 60

# Lines longer than this are hard to read, however wide the window is.
MAX_WIDTH: Final = 120
# Two columns of labelled values need at least this much room.
TWO_COLUMNS_FROM: Final = 68
# Labels take no more than this part of their column.
LABEL_SHARE: Final = 0.45
# A sparkline is never cut shorter than this to make room for its label.
MIN_BARS: Final = 8
GAP: Final = 2

_MANY_BLANK_LINES: Final = re.compile(r"\n\s*\n\s*\n+")


@dataclass(frozen=True, slots=True)
class Look:
    """A tone for every reader: a shape and a word for those who see no colour."""

    shape: str
    word: str
    style: str

    @property
    def badge(self) -> str:
        return f"{self.shape} {self.word}"


LOOKS: Final = {
    Tone.GOOD: Look("●", TONE_WORDS[Tone.GOOD], "green"),
    Tone.FAIR: Look("◆", TONE_WORDS[Tone.FAIR], "bright_green"),
    Tone.WARN: Look("▲", TONE_WORDS[Tone.WARN], "yellow"),
    Tone.BAD: Look("■", TONE_WORDS[Tone.BAD], "red"),
}
BADGE_WIDTH: Final = max(cell_len(look.badge) for look in LOOKS.values())


def short(text: str, limit: int) -> str:
    """The text on one line, harmless and no longer than `limit`."""
    return cut_to(one_line(text), limit)


def prose(text: str) -> str:
    """Text that may have paragraphs, with neither too many characters nor too many lines."""
    calm = _MANY_BLANK_LINES.sub("\n\n", neutral(text)).strip()
    lines = cut_to(calm, MAX_TEXT).split("\n")
    return "\n".join(lines if len(lines) <= MAX_LINES else [*lines[:MAX_LINES], "…"])


@dataclass(frozen=True, slots=True)
class Page:
    """A title, a rule under it, and the indented rest, no wider than is good to read."""

    title: Line
    style: str
    body: RenderableType

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        page = options.update_width(min(options.max_width, MAX_WIDTH))
        rule = Rule(characters="━", style=self.style)
        group = Group(self.title, rule, Padding(self.body, (0, 0, 0, GAP)))
        for line in console.render_lines(group, page, pad=False):
            yield from _without_end_blanks(line)
            yield Segment.line()


def _without_end_blanks(line: list[Segment]) -> Iterator[Segment]:
    """Layout pads every column to its width, which a file or a clipboard has no use for."""
    width = cell_len("".join(segment.text for segment in line).rstrip())
    yield from Segment.adjust_line_length(line, width, pad=False)


@dataclass(frozen=True, slots=True)
class Pairs:
    """Labelled values: side by side where there is room, else under one another."""

    items: tuple[Fact, ...]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        columns = 2 if options.max_width >= TWO_COLUMNS_FROM and len(self.items) > 1 else 1
        room = (options.max_width - GAP * (columns - 1)) // columns
        widths = [_widths(self.items[column::columns], room) for column in range(columns)]
        grid = columns_of(*(width for pair in widths for width in pair))
        for first in range(0, len(self.items), columns):
            row = zip(self.items[first : first + columns], widths, strict=False)
            grid.add_row(*(cell for fact, width in row for cell in _cells(fact, width[1])))
        yield grid


def _widths(items: Sequence[Fact], room: int) -> tuple[int, int]:
    longest = max((cell_len(short(fact.label, MAX_LABEL)) for fact in items), default=0)
    label = max(min(longest, int(room * LABEL_SHARE)), 1)
    return label, max(room - label - GAP, 1)


def _cells(fact: Fact, room: int) -> tuple[Line, Line]:
    return Line(short(fact.label, MAX_LABEL), style="dim"), _value(fact, room)


def _value(fact: Fact, room: int) -> Line:
    value = (short(fact.value, MAX_VALUE), "bold")
    look = LOOKS.get(fact.tone)
    if look is None:
        return Line.assemble(value)
    fits = cell_len(value[0]) + GAP + cell_len(look.badge) <= room
    return Line.assemble(value, "  " if fits else "\n", (look.badge, look.style))


@dataclass(frozen=True, slots=True)
class Bars:
    """A sparkline on one line: where not all of it fits, its newest part."""

    spark: Spark

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        label = short(self.spark.label, MAX_LABEL)
        room = max(options.max_width - cell_len(label) - GAP, MIN_BARS)
        bars = spark_text(self.spark.values[-room:], self.spark.low, self.spark.high)
        caption = short(self.spark.caption, MAX_VALUE)
        line = Line.assemble((label, "dim"), "  " if label else "", (bars, "cyan"))
        fits = cell_len(line.plain) + GAP + cell_len(caption) <= options.max_width
        yield Line.assemble(line, "  " if fits else "\n", caption) if caption else line


def columns_of(*widths: int | None) -> Grid:
    """A borderless grid; a column without a width takes what is left."""
    grid = Grid.grid(padding=(0, GAP, 0, 0), pad_edge=False)
    for width in widths:
        grid.add_column(width=width, ratio=None if width else 1, overflow="fold")
    return grid


def marked(lines: Iterable[tuple[str, Tone, Line]]) -> RenderableType:
    """Lines that hang beside their tone's badge, or beside the mark given when they have none."""
    rows = list(lines)
    toned = any(tone in LOOKS for _, tone, _ in rows)
    widest = max((cell_len(mark) for mark, _, _ in rows), default=1)
    grid = columns_of(BADGE_WIDTH if toned else widest, None)
    for plain_mark, tone, line in rows:
        look = LOOKS.get(tone)
        mark = Line(look.badge, style=f"bold {look.style}") if look else Line(plain_mark)
        grid.add_row(mark, line)
    return grid
