"""A form in a console: one question at a time."""

from collections.abc import Callable
from typing import Final

from rich.console import Console
from rich.text import Text

from bot.render.neutral import one_line
from csm.card import Form, Input

ReadLine = Callable[[str], str]

CANCELLED: Final = "Cancelled: nothing was sent."


def ask_form(form: Form, console: Console, read_line: ReadLine) -> dict[str, str] | None:
    """The answers by input id, or None when the person gave up by leaving a needed one empty.

    An optional question left empty is answered with an empty text, and one that has a text already
    with that.
    """
    console.print(Text("An empty answer to a required question cancels.", style="dim"))
    values: dict[str, str] = {}
    for field in form.inputs:
        try:
            value = _ask(field, console, read_line)
        except (EOFError, KeyboardInterrupt):
            console.print()
            value = None
        if value is None:
            console.print(Text(CANCELLED))
            return None
        values[field.id] = value
    return values


def _ask(field: Input, console: Console, read_line: ReadLine) -> str | None:
    """One answer, asked for until it is a good one; None to give up."""
    prompt = f"{one_line(field.label).rstrip('?')}{'' if field.required else ' (optional)'}: "
    while True:
        answer = read_line(prompt).strip() or field.value
        if not answer:
            return None if field.required else ""
        value, problem = _read(field, answer)
        if not problem:
            return value
        console.print(Text(problem))


def _read(field: Input, answer: str) -> tuple[str, str]:
    """The value that was meant, and what is wrong with it, if anything."""
    if field.options:
        chosen = _choose(field, answer)
        return chosen or "", "" if chosen else f"Please choose 1 to {len(field.options)}."
    if len(answer) > field.max_length:
        return "", f"That is {len(answer)} characters; at most {field.max_length} fit."
    return answer, ""


def _choose(field: Input, answer: str) -> str | None:
    """An option's value by its number, its value or its label."""
    if answer.isdecimal() and 1 <= int(answer) <= len(field.options):
        return field.options[int(answer) - 1].value
    typed = answer.casefold()
    for option in field.options:
        if typed in (option.value.casefold(), option.label.casefold()):
            return option.value
    return None
