"""Cards and forms for a terminal: readable at any width, without colour, and through a pipe.

Every string of a card goes into a `rich.text.Text` after `neutral()`, never into rich's markup,
so nothing in it can style, link or move the cursor.
"""

from collections.abc import Callable, Iterable
from itertools import count
from typing import Any, Final

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table as Grid
from rich.text import Text as Line

from bot.render.neutral import one_line
from bot.render.terminal_layout import (
    GAP,
    LOOKS,
    MAX_CELL,
    MAX_LABEL,
    MAX_TITLE,
    MAX_VALUE,
    Bars,
    Page,
    Pairs,
    columns_of,
    marked,
    prose,
    short,
)
from csm.card import (
    Actions,
    Block,
    Bullet,
    Bullets,
    Button,
    ButtonStyle,
    Card,
    Divider,
    Fields,
    Form,
    Heading,
    Input,
    Note,
    Spark,
    Table,
    Text,
    Tone,
)
from csm.wording import plural

# Of one table; the rest is counted.
MAX_ROWS: Final = 60

_PLAIN_STYLE: Final = "cyan"
_BUTTON_STYLES: Final = {
    ButtonStyle.DEFAULT: "bold",
    ButtonStyle.PRIMARY: "bold green",
    ButtonStyle.DANGER: "bold red",
}


def render_card(card: Card) -> RenderableType:
    """The card under its title, with its buttons numbered in reading order from 1.

    The summary is shown only where the blocks say nothing themselves.
    """
    parts: list[RenderableType] = []
    if card.summary != card.title and not any(_says_something(block) for block in card.blocks):
        parts.append(Line(prose(card.summary)))
    before: Block | None = None
    first_number = 1
    for block in card.blocks:
        if parts and _wants_room(before, block):
            parts.append(Line())
        if isinstance(block, Actions):
            parts.append(_button_lines(enumerate(block.buttons, first_number)))
            first_number += len(block.buttons)
        else:
            parts.append(_RENDERERS[type(block)](block))
        before = block
    look = LOOKS.get(card.tone)
    return Page(_title(card), look.style if look else _PLAIN_STYLE, Group(*parts))


def render_form(form: Form) -> RenderableType:
    """The form's questions in order, with what may be answered; nothing is asked here."""
    parts: list[RenderableType] = [Line(prose(form.intro)), Line()] if form.intro else []
    for number, field in enumerate(form.inputs, 1):
        parts += [*_input(number, field), Line()]
    parts.append(_button_lines([(1, Button(id=form.id, label=form.submit))]))
    return Page(Line(short(form.title, MAX_TITLE), style="bold"), _PLAIN_STYLE, Group(*parts))


def _says_something(block: Block) -> bool:
    return not isinstance(block, Actions | Divider | Note)


def _wants_room(before: Block | None, block: Block) -> bool:
    """Whether a blank line goes between two blocks: where a new thought begins."""
    if isinstance(before, Heading | Divider) or isinstance(block, Divider | Spark):
        return False
    return not (isinstance(before, Note) and isinstance(block, Note))


def _title(card: Card) -> Line:
    title = (short(card.title, MAX_TITLE), "bold")
    look = LOOKS.get(card.tone)
    if look is None:
        return Line.assemble(title)
    return Line.assemble(title, "  ", (look.badge, f"bold {look.style}"))


def _heading(block: Heading) -> RenderableType:
    return Line(short(block.text, MAX_TITLE), style=f"bold {_PLAIN_STYLE}")


def _text(block: Text) -> RenderableType:
    line = Line(prose(block.text))
    return line if block.tone is Tone.NEUTRAL else marked([("", block.tone, line)])


def _fields(block: Fields) -> RenderableType:
    return Pairs(block.items)


def _bullets(block: Bullets) -> RenderableType:
    marks = (f"{number}." if block.first else "•" for number in count(block.first))
    lines = zip(marks, block.items, strict=False)
    return marked((mark, item.tone, _bullet(item)) for mark, item in lines)


def _bullet(item: Bullet) -> Line:
    lead = short(item.lead, MAX_VALUE)
    text = "  ".join(part for part in (prose(item.text), one_line(item.link)) if part)
    return Line.assemble((lead, "bold"), "  " if lead and text else "", text)


def _table(block: Table) -> RenderableType:
    grid = Grid(box=None, padding=(0, GAP, 0, 0), pad_edge=False, header_style="dim")
    for position, name in enumerate(block.columns):
        grid.add_column(
            Line(short(name, MAX_CELL)),
            justify="right" if position in block.numeric else "left",
            overflow="fold",
        )
    for row in block.rows[:MAX_ROWS]:
        grid.add_row(*(Line(short(cell, MAX_CELL)) for cell in row))
    hidden = len(block.rows) - MAX_ROWS
    if hidden <= 0:
        return grid
    return Group(grid, Line(f"… and {plural(hidden, 'more row')}", style="dim"))


def _spark(block: Spark) -> RenderableType:
    return Bars(block)


def _note(block: Note) -> RenderableType:
    return Line(prose(block.text), style="dim")


def _divider(_: Divider) -> RenderableType:
    return Rule(characters="─", style="dim")


def _button_lines(numbered: Iterable[tuple[int, Button]]) -> RenderableType:
    """One line a button: its number, its face and the id that presses it from anywhere."""
    grid = columns_of()
    grid.add_column(justify="right", no_wrap=True)
    grid.add_column(overflow="fold")
    grid.add_column(overflow="fold")
    for number, button in numbered:
        more = "…" if button.opens_form else ""
        grid.add_row(
            Line(str(number), style="dim"),
            Line(f"[{short(button.label, MAX_LABEL)}{more}]", style=_BUTTON_STYLES[button.style]),
            Line(one_line(button.id), style="dim"),
        )
    return grid


def _input(number: int, field: Input) -> Iterable[RenderableType]:
    need = "required" if field.required else "optional"
    name = short(field.label, MAX_LABEL)
    yield Line.assemble((f"{number}. {name}", "bold"), (f"  ({need})", "dim"))
    if field.hint:
        yield Padding(Line(prose(field.hint), style="dim"), (0, 0, 0, 3))
    if field.value:
        yield Padding(Line(prose(field.value)), (0, 0, 0, 3))
        yield Padding(Line("An empty answer keeps this.", style="dim"), (0, 0, 0, 3))
    for position, option in enumerate(field.options, 1):
        choice = Line.assemble((f"{position}  ", "dim"), short(option.label, MAX_VALUE))
        yield Padding(choice, (0, 0, 0, 3))


_RENDERERS: Final[dict[type[Any], Callable[[Any], RenderableType]]] = {
    Heading: _heading,
    Text: _text,
    Fields: _fields,
    Bullets: _bullets,
    Table: _table,
    Spark: _spark,
    Note: _note,
    Divider: _divider,
}
