"""Cards: what we say, as data. A renderer for each platform turns them into its own markup.

No string in here is markup: bold, lists and tables come from the kind of block, so a renderer
escapes every string and nothing that a customer typed can become live.
"""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field


class Tone(StrEnum):
    """How a reader should feel about it. Renderers pair it with a shape, never colour alone."""

    NEUTRAL = "neutral"
    GOOD = "good"  # green
    FAIR = "fair"  # lime
    WARN = "warn"  # yellow
    BAD = "bad"  # red


class Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Heading(Part):
    kind: Literal["heading"] = "heading"
    text: str


class Text(Part):
    kind: Literal["text"] = "text"
    text: str
    tone: Tone = Tone.NEUTRAL


class Fact(Part):
    """A labelled value, e.g. ARR: $120,000."""

    label: str
    value: str
    tone: Tone = Tone.NEUTRAL


class Fields(Part):
    """Labelled values, shown side by side where there is room."""

    kind: Literal["fields"] = "fields"
    items: tuple[Fact, ...]


class Bullet(Part):
    """A line of a list: `lead` stands out, `text` follows it. `link` is where the lead leads to:
    the one thing in a card that becomes a live link, so it is only ever an address of ours."""

    lead: str = ""
    text: str = ""
    link: str = ""
    tone: Tone = Tone.NEUTRAL


class Bullets(Part):
    """Lines of a list. They are numbered from `first` on, or, where that is 0, have a dot each."""

    kind: Literal["bullets"] = "bullets"
    items: tuple[Bullet, ...]
    first: int = Field(default=0, ge=0, le=100_000)


class Table(Part):
    """Rows under columns. `numeric` lists the positions of right-aligned columns."""

    kind: Literal["table"] = "table"
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: tuple[int, ...] = ()


class Spark(Part):
    """A small line of values, oldest first, None where unknown. `caption` says it in words."""

    kind: Literal["spark"] = "spark"
    label: str
    values: tuple[float | None, ...]
    low: float = 0
    high: float = 100
    caption: str = ""


class Note(Part):
    """Small print: where the data comes from and how old it is."""

    kind: Literal["note"] = "note"
    text: str


class Divider(Part):
    kind: Literal["divider"] = "divider"


class ButtonStyle(StrEnum):
    DEFAULT = "default"
    PRIMARY = "primary"
    DANGER = "danger"


class Button(Part):
    """Something to press. `id` says all that a surface needs to send back: `action:argument`."""

    id: str = Field(min_length=1, max_length=200)
    label: str = Field(min_length=1, max_length=75)
    style: ButtonStyle = ButtonStyle.DEFAULT
    describe: str = Field(default="", max_length=75, description="for screen readers")
    opens_form: bool = False


class Actions(Part):
    kind: Literal["actions"] = "actions"
    buttons: tuple[Button, ...]


Block = Annotated[
    Heading | Text | Fields | Bullets | Table | Spark | Note | Divider | Actions,
    Field(discriminator="kind"),
]


class Card(Part):
    """One answer. `summary` is the sentence for notifications and screen readers."""

    title: str
    summary: str
    blocks: tuple[Block, ...] = ()
    tone: Tone = Tone.NEUTRAL


class Option(Part):
    value: str
    label: str


class Input(Part):
    """One field of a form. With `options` it is a choice, else free text."""

    id: str
    label: str
    options: tuple[Option, ...] = ()
    multiline: bool = False
    required: bool = True
    max_length: int = 2000
    hint: str = ""
    value: str = Field(default="", description="what free text begins with, to be changed")


class Form(Part):
    """A dialogue. Submitting it presses `id` with the values by input id."""

    id: str
    title: str = Field(max_length=24)
    submit: str = Field(default="Save", max_length=24)
    intro: str = ""
    inputs: tuple[Input, ...]


class Picture(Part):
    """A PNG with the words that stand for it."""

    name: str
    alt: str
    png: bytes


def buttons_of(card: Card) -> tuple[Button, ...]:
    """Every button of the card, in reading order."""
    return tuple(b for block in card.blocks if isinstance(block, Actions) for b in block.buttons)
