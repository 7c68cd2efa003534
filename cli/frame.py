"""What every command needs: the house from the settings, somewhere to print, a progress bar."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.text import Text

from app import House
from bot.render.neutral import neutral
from cli.logs import configure_logs
from csm.errors import InvalidInput
from csm.use_cases.import_portfolio import Progress as Tell
from settings import Settings

REFUSED = 1
UNREACHABLE = 3

# Without a terminal there is nothing to fit into: lines stay whole for grep.
PIPE_WIDTH = 160

out = Console(highlight=False, width=None if sys.stdout.isatty() else PIPE_WIDTH)
err = Console(stderr=True, highlight=False, width=None if sys.stderr.isatty() else PIPE_WIDTH)

AsOf = Annotated[
    str | None, typer.Option("--as-of", metavar="YYYY-MM-DD", help="look as if it were that day")
]


def say(text: str, console: Console = out, style: str = "") -> None:
    """Print words that may hold somebody else's: nothing in them moves a cursor."""
    console.print(Text(neutral(text)), style=style, soft_wrap=True)


@contextmanager
def house_of(as_of: str | None = None) -> Iterator[House]:
    """The house as the settings have it, let go of at the end of the block. `as_of`: as if it were
    that day."""
    settings = Settings() if as_of is None else Settings(DIGITAL_CSM_AS_OF=_day(as_of))
    configure_logs(settings)
    house = House(settings)
    try:
        yield house
    finally:
        house.close()


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InvalidInput(f"“{text}” is no date. Write it as 2026-03-31.") from None


@contextmanager
def progress_bar(title: str) -> Iterator[Tell]:
    """A progress bar on standard error; its function takes what, how many are done, of how many."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=err, transient=True) as progress:
        tasks = {}

        def tell(kind: str, done: int, total: int) -> None:
            if kind not in tasks:
                tasks[kind] = progress.add_task(f"{title} {kind}", total=total)
            progress.update(tasks[kind], completed=done, total=total)

        yield tell
