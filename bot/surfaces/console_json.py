"""What `--json` prints: a stable shape, so that scripts and tests may rely on it.

docs/console.md documents it and is checked against these models.
"""

from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from bot.render.neutral import one_line
from bot.render.plain import plain_text
from bot.surfaces.console import Delivered
from bot.turn import Delivery, Reply
from csm.card import ButtonStyle, Card, Form, Picture, buttons_of


class _Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ButtonJson(_Shape):
    """A button of the card, to be pressed by its id."""

    id: str = Field(description="what `press` takes")
    label: str = Field(description="what the person reads")
    style: ButtonStyle = Field(description="`default`, `primary` or `danger`")
    opens_form: bool = Field(description="pressing it opens a form instead of acting at once")


class PictureJson(_Shape):
    """A PNG that came with the card."""

    name: str = Field(description="file name")
    alt: str = Field(description="the picture in words")
    bytes: int = Field(description="size of the PNG")
    path: str | None = Field(description="where it was written to, or null")


class DeliveredJson(_Shape):
    """One reply."""

    to: str = Field(description="key of the only person who sees it, `stranger`, or `everyone`")
    place: str = Field(description="name of the place where it landed; `dm` for direct messages")
    audience: str = Field(
        description="who listens there: `staff`, `customer:ACCOUNT_KEY` or `unknown`"
    )
    thread: str = Field(description="the thread it continues, for `--thread`, or empty")
    delivery: Delivery = Field(
        description="`private`, `direct`, `public`, `form`, `home` or `progress`"
    )
    card: Card | None = Field(description="the card: title, summary, tone and blocks, or null")
    buttons: tuple[ButtonJson, ...] = Field(description="every button of the card, in order")
    form: Form | None = Field(description="the form to fill in, or null")
    picture: PictureJson | None = Field(description="the picture, or null")
    text: str = Field(
        description="the card, the form's title and intro, or what we are at, as plain text"
    )
    reference: str = Field(description="id of the turn, as the log has it")
    replaces: bool = Field(description="it takes the place of the card whose button was pressed")


def to_json(delivered: Delivered, picture_path: Path | None = None) -> dict[str, Any]:
    """The reply as plain JSON values. `picture_path` is where the caller wrote its picture."""
    reply = delivered.reply
    shape = DeliveredJson(
        to=delivered.to,
        place=delivered.place.name or delivered.place.channel,
        audience=str(delivered.place.audience),
        thread=delivered.thread,
        delivery=reply.delivery,
        card=reply.card,
        buttons=_buttons(reply.card),
        form=reply.form,
        picture=_picture(reply.picture, picture_path),
        text=_text(reply),
        reference=reply.reference,
        replaces=reply.replaces,
    )
    return shape.model_dump(mode="json")


def _buttons(card: Card | None) -> tuple[ButtonJson, ...]:
    return tuple(
        ButtonJson(id=b.id, label=b.label, style=b.style, opens_form=b.opens_form)
        for b in (buttons_of(card) if card else ())
    )


def _picture(picture: Picture | None, path: Path | None) -> PictureJson | None:
    if picture is None:
        return None
    return PictureJson(
        name=picture.name,
        alt=picture.alt,
        bytes=len(picture.png),
        path=str(path) if path else None,
    )


def _text(reply: Reply) -> str:
    if reply.card is not None:
        return plain_text(reply.card)
    if reply.form is not None:
        return "\n".join(filter(None, (reply.form.title, reply.form.intro)))
    return one_line(reply.progress)
