"""Talking to the product from a terminal: one turn, a conversation, or the tour."""

import json
from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated

import typer

from app import House
from bot.surfaces.console import Delivered, values_from_json
from bot.surfaces.console_json import to_json
from bot.surfaces.console_loop import line_reader, run_console
from bot.surfaces.console_print import print_delivered, saved_picture
from cli.frame import err, house_of, out, progress_bar
from csm.people import Place, Principal
from csm.wording import day_text

DEMO_HINT = "Nothing is in the records yet: loading the demo portfolio, about 60 made-up accounts."

OLD_DEMO = timedelta(days=3)

As = Annotated[
    str, typer.Option("--as", help="who speaks, e.g. casey; an unknown name is a stranger")
]
In = Annotated[str, typer.Option("--in", help="where, e.g. dm, cs-team or acme-shared")]
InThread = Annotated[
    str, typer.Option("--thread", help="the thread that it continues, as a reply's JSON has it")
]
Json = Annotated[bool, typer.Option("--json", help="print the replies as JSON (docs/console.md)")]


def say(
    text: Annotated[str, typer.Argument(help='what is said, e.g. "/account acme"')],
    who: As,
    where: In = "dm",
    thread: InThread = "",
    as_json: Json = False,
) -> None:
    """Say one thing, exactly as a chat platform would send it."""
    with house_of() as house:
        _make_ready(house)
        replies = house.console.say(text, *_persona(house, who, where), thread)
        _print(house, replies, as_json=as_json)


def press(
    button: Annotated[
        str, typer.Argument(metavar="BUTTON_ID", help="a button's id, e.g. cta.claim:3")
    ],
    who: As,
    where: In = "dm",
    value: Annotated[
        str, typer.Option(metavar="JSON", help='a form\'s values, e.g. {"outcome": "done"}')
    ] = "{}",
    as_json: Json = False,
) -> None:
    """Press a button, or submit a form."""
    values = values_from_json(value)
    with house_of() as house:
        _make_ready(house)
        replies = house.console.press(button, values, *_persona(house, who, where))
        _print(house, replies, as_json=as_json)


def _persona(house: House, who: str, where: str) -> tuple[Principal, Place]:
    person = house.console.resolve_person(who)
    return person, house.console.resolve_place(where, person)


def _print(house: House, replies: Sequence[Delivered], *, as_json: bool) -> None:
    if as_json:
        shapes = [to_json(reply, saved_picture(reply, house.pictures)) for reply in replies]
        typer.echo(json.dumps(shapes, indent=2))
        return
    for reply in replies:
        print_delivered(reply, out, house.pictures)


def console(who: As = "casey", where: In = "dm") -> None:
    """Talk to the product interactively; /as and /in change who you are and where."""
    with house_of() as house:
        _make_ready(house)
        run_console(house.console, out, line_reader(), who, where, house.pictures)


def demo() -> None:
    """A tour of the product on a made-up portfolio."""
    from bot.surfaces.tour import run_tour

    with house_of() as house:
        with progress_bar("Demo portfolio:") as tell:
            house.load_demo(tell)
        run_tour(house.console, out, house.pictures)


def _make_ready(house: House) -> None:
    """A newcomer's first question is answered, too; but a database that somebody named is theirs.

    Raises InvalidInput when the day is pinned to one that the records have left behind.
    """
    house.demand_present()
    with house.records.reading() as reader:
        is_empty, usage = reader.is_empty(), reader.feeds().get("usage")
    if usage and usage < house.clock.today() - OLD_DEMO and house.holds_demo():
        err.print(f"The demo is of {day_text(usage)}: `digital-csm demo` moves it on.", style="dim")
    if is_empty and house.settings.database_url is None:
        err.print(DEMO_HINT, style="dim")
        with progress_bar("Demo portfolio:") as tell:
            house.load_demo(tell)
