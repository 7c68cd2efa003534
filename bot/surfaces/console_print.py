"""A reply on a terminal: who hears it, the card or form, and where its picture was put."""

from pathlib import Path

from rich.console import Console, Group, RenderableType
from rich.text import Text

from bot.render.neutral import one_line
from bot.render.terminal import render_card, render_form
from bot.surfaces.console import Delivered
from bot.surfaces.console_pictures import save_picture
from bot.turn import Delivery


def print_delivered(delivered: Delivered, console: Console, pictures: Path) -> None:
    """Print one reply; its picture is written into the folder `pictures` and its path told.

    Raises Unavailable when the picture cannot be written.
    """
    reply = delivered.reply
    if reply.delivery is Delivery.PROGRESS:
        console.print(Text(f"… {one_line(reply.progress)}", style="dim"))
        return
    parts: list[RenderableType] = [Text(), Text(_heard_by(delivered), style="dim")]
    if reply.card:
        parts.append(render_card(reply.card))
    if reply.form:
        parts.append(render_form(reply.form))
    console.print(Group(*parts))
    if path := saved_picture(delivered, pictures):
        alt = one_line(reply.picture.alt) if reply.picture else ""
        console.print(Text(f"Picture: {path}\n{alt}"), soft_wrap=True)
    console.print()


def saved_picture(delivered: Delivered, pictures: Path) -> Path | None:
    """Write the reply's picture, if it has one, and return its path."""
    reply = delivered.reply
    return save_picture(reply.picture, pictures, reply.reference) if reply.picture else None


def _heard_by(delivered: Delivered) -> str:
    place = one_line(delivered.place.name or delivered.place.channel)
    thread = f", thread {one_line(delivered.thread)}" if delivered.thread else ""
    heard = {
        Delivery.PRIVATE: f"Only {one_line(delivered.to)} sees this, in {place}",
        Delivery.DIRECT: f"In {one_line(delivered.to)}'s direct messages",
        Delivery.PUBLIC: f"Everyone in {place} sees this{thread}",
        Delivery.FORM: f"A form in front of {one_line(delivered.to)}, in {place}",
        Delivery.PROGRESS: f"Only {one_line(delivered.to)} sees that we are at work",
        Delivery.HOME: f"On {one_line(delivered.to)}'s start page",
    }[delivered.reply.delivery]
    return f"{heard}, instead of the card you pressed" if delivered.reply.replaces else heard
