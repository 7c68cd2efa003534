"""The command line. It reads the settings, builds the house, and says what happened.

Exit codes: 0 done; 1 refused, with the reason and how to mend it; 2 wrong usage; 3 the database
or a service cannot be reached just now.
"""

import json
import logging
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Annotated, NoReturn

import structlog
import typer
from pydantic import ValidationError
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from app import House, spare_the_collector
from bot.commands import COMMANDS
from bot.surfaces.console import Delivered, values_from_json
from bot.surfaces.console_json import to_json
from bot.surfaces.console_loop import line_reader, run_console
from bot.surfaces.console_print import print_delivered, saved_picture
from csm.errors import Busy, CsmError, InvalidInput, Unavailable
from csm.people import Place, Principal, Role
from csm.use_cases.import_portfolio import ImportReport, import_portfolio
from csm.use_cases.import_portfolio import Progress as Tell
from csm.use_cases.manage_people import add_person, bind_place
from csm.use_cases.refresh_accounts import RefreshReport
from csm.wording import day_text, plural
from settings import Settings

REFUSED = 1
UNREACHABLE = 3
DEMO_HINT = "Nothing is in the records yet: loading the demo portfolio, about 60 made-up accounts."

cli = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="Digital CSM: a digital customer success manager for Slack and Microsoft Teams.",
)
people_cli = typer.Typer(no_args_is_help=True, help="Who may use the product, and as what.")
places_cli = typer.Typer(
    no_args_is_help=True, help="Which channels are shared with which customer."
)
db_cli = typer.Typer(no_args_is_help=True, help="The database.")
manifest_cli = typer.Typer(no_args_is_help=True, help="App manifests for chat platforms.")
cli.add_typer(people_cli, name="people")
cli.add_typer(places_cli, name="places")
cli.add_typer(db_cli, name="db")
cli.add_typer(manifest_cli, name="manifest")

# Without a terminal there is nothing to fit into: lines stay whole for grep.
PIPE_WIDTH = 160

out = Console(highlight=False, width=None if sys.stdout.isatty() else PIPE_WIDTH)
err = Console(stderr=True, highlight=False)

As = Annotated[
    str, typer.Option("--as", help="who speaks, e.g. casey; an unknown name is a stranger")
]
In = Annotated[str, typer.Option("--in", help="where, e.g. dm, cs-team or acme-shared")]
Json = Annotated[bool, typer.Option("--json", help="print the replies as JSON (docs/console.md)")]
AsOf = Annotated[
    str | None, typer.Option("--as-of", metavar="YYYY-MM-DD", help="look as if it were that day")
]


def main() -> None:
    """Run the command line; turn every known error into a sentence and an exit code."""
    spare_the_collector()
    try:
        cli()
    except ValidationError as error:
        _fail(_settings_problem(error), REFUSED)
    except (Busy, Unavailable) as error:
        _fail(str(error), UNREACHABLE)
    except CsmError as error:
        _fail(str(error), REFUSED)
    except BrokenPipeError:
        # The reader of our output (head, less) has seen enough.
        sys.stderr.close()


def _fail(sentence: str, code: int) -> NoReturn:
    err.print(sentence, markup=False, style="red")
    sys.exit(code)


def _settings_problem(error: ValidationError) -> str:
    lines = [
        f"  {'.'.join(str(part) for part in problem['loc'])}: {problem['msg']}"
        for problem in error.errors(include_input=False, include_url=False)
    ]
    return "\n".join(["These settings are wrong (environment or .env):", *lines])


@contextmanager
def _house(as_of: str | None = None) -> Iterator[House]:
    settings = Settings() if as_of is None else Settings(DIGITAL_CSM_AS_OF=_day(as_of))
    _configure_logs(settings.log_level)
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


def _configure_logs(level: str) -> None:
    # Tracebacks without local variables: those may hold what people wrote, or secrets.
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level.upper())),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    # Libraries say what went wrong; what they go through is for debugging only.
    libraries = logging.DEBUG if level == "debug" else logging.WARNING
    logging.basicConfig(level=libraries, format="%(levelname)s %(name)s: %(message)s")


@contextmanager
def _bar(title: str) -> Iterator[Tell]:
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


def _load_demo_if_empty(house: House) -> None:
    with house.records.reading() as reader:
        empty = reader.is_empty()
    if empty:
        err.print(DEMO_HINT, style="dim")
        with _bar("Demo portfolio:") as tell:
            house.load_demo(tell)


@cli.command()
def say(
    text: Annotated[str, typer.Argument(help='what is said, e.g. "/account acme"')],
    who: As,
    where: In = "dm",
    as_json: Json = False,
    as_of: AsOf = None,
) -> None:
    """Say one thing, exactly as a chat platform would send it."""
    with _house(as_of) as house:
        _load_demo_if_empty(house)
        _print(house, house.console.say(text, *_persona(house, who, where)), as_json=as_json)


@cli.command()
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
    as_of: AsOf = None,
) -> None:
    """Press a button, or submit a form."""
    values = values_from_json(value)
    with _house(as_of) as house:
        _load_demo_if_empty(house)
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


@cli.command()
def console(who: As = "casey", where: In = "dm", as_of: AsOf = None) -> None:
    """Talk to the product interactively; /as and /in change who you are and where."""
    with _house(as_of) as house:
        _load_demo_if_empty(house)
        run_console(house.console, out, line_reader(), who, where, house.pictures)


@cli.command()
def demo() -> None:
    """A tour of the product on a made-up portfolio."""
    from bot.surfaces.tour import run_tour

    with _house() as house:
        with _bar("Demo portfolio:") as tell:
            house.load_demo(tell)
        run_tour(house.console, out, house.pictures)


@cli.command()
def serve() -> None:
    """Serve Slack and the nightly work until stopped."""
    from server import run_server

    with _house() as house:
        run_server(house, err)


@cli.command(name="import")
def import_(
    folder: Annotated[
        Path | None, typer.Argument(metavar="DIR", help="folder of CSV files")
    ] = None,
    mapping: Annotated[
        Path | None, typer.Option(help="TOML file that maps another layout (docs/import.md)")
    ] = None,
    skip_bad: Annotated[
        bool, typer.Option("--skip-bad", help="keep the good rows, write the bad ones to a file")
    ] = False,
    layout: Annotated[
        bool, typer.Option("--layout", help="print the layout, import nothing")
    ] = False,
) -> None:
    """Import customer records from a folder of CSV files."""
    if layout:
        from sources.layout_docs import layout_markdown

        typer.echo(layout_markdown())
        return
    if folder is None:
        raise InvalidInput("Which folder? digital-csm import DIR. --layout prints the layout.")
    with _house() as house:
        rejects = house.settings.home / "rejects.csv" if skip_bad else None
        source = house.csv_folder(folder, mapping, rejects)
        with _bar("Importing") as tell:
            report = import_portfolio(source, house.records, house.clock.today(), tell)
        _print_import(report)
        if report.rejected:
            where = f"{plural(report.rejected, 'bad row')} left out, see {rejects}"
            out.print(where, markup=False, style="yellow")
        if report.changed_anything:
            _refresh(house)


def _refresh(house: House) -> None:
    with _bar("Refreshing") as tell:
        report = house.refresh(house.clock.today(), tell)
    _print_refresh(report)


def _print_import(report: ImportReport) -> None:
    table = Table("Kind", "New", "Changed", "As before")
    for kind in report.inserted:
        counts = (report.inserted[kind], report.updated[kind], report.unchanged[kind])
        table.add_row(kind, *(f"{count:,}" for count in counts))
    out.print(table)
    for warning in report.warnings:
        out.print(f"Note: {warning}", markup=False, style="yellow")


@cli.command()
def refresh(
    as_of: AsOf = None,
) -> None:
    """Work out every account's health, risks and calls to action anew."""
    with _house(as_of) as house:
        _refresh(house)


def _print_refresh(report: RefreshReport) -> None:
    opened = plural(report.risks_opened, "risk")
    closed = plural(report.risks_closed, "risk")
    out.print(
        f"{plural(report.accounts, 'account')} up to date as of {day_text(report.as_of)}: "
        f"{opened} opened, {closed} closed."
    )


@people_cli.command("add")
def people_add(
    email: Annotated[str, typer.Argument(help="the e-mail that the chat platform knows them by")],
    role: Annotated[Role, typer.Option(help="what they may do")],
    name: Annotated[str, typer.Option(help="how they are called")] = "",
    key: Annotated[str, typer.Option(help="short name; the part before the @ if left out")] = "",
    account: Annotated[str, typer.Option(help="for a contact: the key of their account")] = "",
    time_zone: Annotated[str, typer.Option(help="for example Europe/Berlin")] = "UTC",
) -> None:
    """Add a person, or change one: the same e-mail is the same person."""
    with _house() as house:
        person = Principal(
            key=key or email.partition("@")[0].lower(),
            name=name or email.partition("@")[0],
            role=role,
            email=email.lower(),
            account_key=account or None,
            time_zone=time_zone,
        )
        add_person(house.records, person)
        out.print(f"{person.name} ({person.email}) is {person.role}.", markup=False)


@people_cli.command("list")
def people_list() -> None:
    """Everybody who may use the product."""
    with _house() as house:
        with house.records.reading() as reader:
            everybody = reader.people()
        table = Table("Key", "Name", "E-mail", "Role", "Account", "Time zone")
        for person in everybody:
            row = (person.key, person.name, person.email, person.role)
            table.add_row(
                *(Text(cell) for cell in (*row, person.account_key or "", person.time_zone))
            )
        out.print(table if everybody else "Nobody yet. Add somebody: digital-csm people add --help")


@places_cli.command("bind")
def places_bind(
    channel: Annotated[str, typer.Argument(help="the channel's id, e.g. C0123456789")],
    account: Annotated[str, typer.Option(help="key of the customer it is shared with")],
    workspace: Annotated[str, typer.Option(help="id of our own workspace, e.g. T0123456789")],
    platform: Annotated[str, typer.Option(help="slack or console")] = "slack",
    name: Annotated[str, typer.Option(help="how the channel is called")] = "",
) -> None:
    """Say that a channel is shared with a customer."""
    with _house() as house:
        bind_place(
            house.records,
            house.clock.now(),
            platform=platform,
            workspace=workspace,
            channel=channel,
            name=name,
            account_key=account,
        )
        out.print(f"{name or channel} is shared with {account}.", markup=False)


@places_cli.command("list")
def places_list() -> None:
    """Every place that is known, and who listens there."""
    with _house() as house:
        with house.records.reading() as reader:
            places = reader.places()
        table = Table("Platform", "Workspace", "Channel", "Name", "Audience")
        for place in places:
            row = (place.platform, place.workspace, place.channel, place.name, str(place.audience))
            table.add_row(*(Text(cell) for cell in row))
        out.print(table if places else "None yet. They appear when people write there.")


@db_cli.command("upgrade")
def db_upgrade() -> None:
    """Bring the database to this version's layout."""
    with _house() as house:
        house.database.upgrade()
        out.print(f"The database is up to date: {house.database.place}", markup=False)


@cli.command()
def doctor() -> None:
    """Check settings, database, playbook, tokens and model, and say how to mend each."""
    from doctor import examine

    with _house() as house:
        broken = 0
        for diagnosis in examine(house):
            out.print(diagnosis.line())
            broken += diagnosis.is_broken
        if broken:
            raise typer.Exit(REFUSED)


@manifest_cli.command("slack")
def manifest_slack(
    url: Annotated[
        str | None, typer.Option(help="public address; without one, Socket Mode")
    ] = None,
) -> None:
    """Print an app manifest for Slack, with the reason for every scope."""
    from bot.surfaces.slack_manifest import slack_manifest

    typer.echo(slack_manifest(COMMANDS, url))


if __name__ == "__main__":
    main()
