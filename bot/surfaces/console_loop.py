"""The interactive console: a chat in a terminal, with the persona and the place of your choice."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

import structlog
from rich.console import Console
from rich.text import Text

from bot.render.neutral import one_line
from bot.surfaces.console import ConsoleSurface, Delivered, values_from_json
from bot.surfaces.console_form import ReadLine, ask_form
from bot.surfaces.console_print import print_delivered
from bot.turn import new_reference
from csm.card import Button, buttons_of
from csm.errors import CsmError, InvalidInput

log = structlog.get_logger(__name__)

HELP: Final = """\
Type what you would type in chat, such as /help or /account acme. In a customer's channel,
@csm in front of a message says it to me.
  1, 2, 3 …              press that button of the last card
  /press BUTTON_ID       press any button; values of a form may follow as JSON
  /home                  open your start page
  /as NAME               become somebody else
  /in PLACE              go elsewhere; dm is your direct messages
  /thread ID             continue that thread; without an ID, begin new ones
  ?                      this help
  /quit                  leave (Ctrl-D does, too)"""
GOODBYE: Final = "Goodbye."


def line_reader() -> ReadLine:
    """`input`, with the arrow keys and the history of readline where the platform has it."""
    try:
        import readline  # noqa: F401, PLC0415 - importing it is what changes input()
    except ImportError:
        log.debug("no readline on this platform: no history")
    return input


def run_console(
    surface: ConsoleSurface,
    console: Console,
    read_line: ReadLine,
    person: str,
    place: str,
    pictures: Path,
) -> None:
    """Read, answer and print until the person leaves. `person` and `place` are names to begin
    with; PNGs are written into the folder `pictures`."""
    session = _Session(surface, console, read_line, pictures, person, place)
    console.print(Text("Digital CSM. Type ? for help, /quit to leave.", style="dim"))
    try:
        session.begin()
        while session.take(read_line(session.prompt)):
            pass
    except (EOFError, KeyboardInterrupt):
        console.print()
    console.print(Text(GOODBYE, style="dim"))


class _Session:
    """Who is where, and which buttons they see."""

    def __init__(
        self,
        surface: ConsoleSurface,
        console: Console,
        read_line: ReadLine,
        pictures: Path,
        person: str,
        place: str,
    ) -> None:
        self._surface = surface
        self._console = console
        self._read_line = read_line
        self._pictures = pictures
        self._person = person
        self._place = place
        self._thread = ""
        self._buttons: tuple[Button, ...] = ()
        self._own_commands: Final[Mapping[str, Callable[[str], None]]] = {
            "/as": self._become,
            "/in": self._go,
            "/thread": self._continue,
            "/press": self._press,
            "/home": self._home,
            "?": self._help,
        }

    @property
    def prompt(self) -> str:
        thread = f", thread {one_line(self._thread)}" if self._thread else ""
        return f"{one_line(self._person)} in {one_line(self._place)}{thread}> "

    def begin(self) -> None:
        """Show what waited for somebody to come."""
        self._show(self._surface.posts())

    def take(self, line: str) -> bool:
        """Answer one line. False when the person wants to leave."""
        words = line.strip()
        if words == "/quit":
            return False
        try:
            self._answer(words)
        except CsmError as error:
            self._console.print(Text(one_line(str(error)), style="yellow"))
        except Exception:
            reference = new_reference()
            log.exception("console turn failed", reference=reference)
            self._console.print(
                Text(f"That went wrong on our side. The log has it under {reference}.", style="red")
            )
        return True

    def _answer(self, words: str) -> None:
        if not words:
            return
        name, _, argument = words.partition(" ")
        own = self._own_commands.get(name.lower())
        if own:
            own(argument.strip())
        elif re.fullmatch("[0-9]{1,3}", words):
            self._press_number(int(words))
        else:
            person = self._surface.resolve_person(self._person)
            place = self._surface.resolve_place(self._place, person)
            self._show(self._surface.say(words, person, place, self._thread))

    def _become(self, name: str) -> None:
        if not name:
            raise InvalidInput("Say who you want to be, like this: /as casey")
        person = self._surface.resolve_person(name)
        self._person = name
        who = f"{person.name} ({person.role})" if person.key else "somebody nobody knows"
        self._console.print(Text(f"You are now {one_line(who)}.", style="dim"))

    def _go(self, name: str) -> None:
        if not name:
            raise InvalidInput("Say where you want to go, like this: /in cs-team")
        place = self._surface.resolve_place(name, self._surface.resolve_person(self._person))
        self._place, self._thread = name, ""
        self._console.print(
            Text(f"You are now in {one_line(name)}. Audience: {place.audience}.", style="dim")
        )

    def _continue(self, thread: str) -> None:
        self._thread = thread
        told = (
            f"You are now in thread {one_line(thread)}." if thread else "New threads from now on."
        )
        self._console.print(Text(told, style="dim"))

    def _press(self, argument: str) -> None:
        button_id, _, values = argument.partition(" ")
        if not button_id:
            raise InvalidInput("Say which button, like this: /press help.show")
        self._send(button_id, values_from_json(values) if values.strip() else {})

    def _press_number(self, number: int) -> None:
        if not 1 <= number <= len(self._buttons):
            raise InvalidInput(_which_numbers(len(self._buttons)))
        self._send(self._buttons[number - 1].id, {})

    def _send(self, button_id: str, values: dict[str, str]) -> None:
        person = self._surface.resolve_person(self._person)
        place = self._surface.resolve_place(self._place, person)
        self._show(self._surface.press(button_id, values, person, place))

    def _home(self, _: str) -> None:
        self._show(self._surface.open_home(self._surface.resolve_person(self._person)))

    def _help(self, _: str) -> None:
        self._console.print(Text(HELP))

    def _show(self, replies: list[Delivered]) -> None:
        """Print the replies, then ask what their forms want to know."""
        for delivered in replies:
            self._print(delivered)
        for delivered in replies:
            if form := delivered.reply.form:
                values = ask_form(form, self._console, self._read_line)
                if values is not None:
                    self._send(form.id, values)

    def _print(self, delivered: Delivered) -> None:
        print_delivered(delivered, self._console, self._pictures)
        if delivered.reply.card:
            self._buttons = buttons_of(delivered.reply.card)


def _which_numbers(count: int) -> str:
    if count == 0:
        return "The last card has no buttons to press."
    if count == 1:
        return "The last card has 1 button: 1."
    return f"The last card has {count} buttons: 1 to {count}."
