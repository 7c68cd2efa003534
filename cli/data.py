"""Bringing customer records in, and working out what they mean."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from app import House
from cli.frame import REFUSED, AsOf, house_of, out, progress_bar, say
from csm.errors import InvalidInput
from csm.use_cases.import_portfolio import ImportReport, import_portfolio
from csm.use_cases.refresh_accounts import RefreshReport
from csm.wording import day_text, plural

# Usage that ended longer ago than this says nothing of today.
OLD_DATA_DAYS = 14


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
    with house_of() as house:
        rejects = house.settings.home / "rejects.csv" if skip_bad else None
        source = house.csv_folder(folder, mapping, rejects)
        with progress_bar("Importing") as tell:
            report = import_portfolio(source, house.records, house.clock.today(), tell)
        _print_import(report)
        for note in _notes(house):
            say(f"Note: {note}", style="yellow")
        if report.changed_anything or not house.is_refreshed():
            _refresh(house)


def _refresh(house: House) -> None:
    with progress_bar("Refreshing") as tell:
        report = house.refresh(house.clock.today(), tell)
    _print_refresh(report)


def _notes(house: House) -> Iterator[str]:
    """What somebody should know who has just imported these records."""
    if house.holds_demo():
        yield (
            "the made-up demo portfolio is in these records, too. For records of your own: "
            "DIGITAL_CSM_HOME=FOLDER digital-csm import …"
        )
    with house.records.reading() as reader:
        newest = reader.feeds().get("usage")
    if newest and (house.clock.today() - newest).days > OLD_DATA_DAYS:
        yield (
            f"the newest usage is of {day_text(newest)}, too old to judge today by. To look at "
            f"these records as of then: DIGITAL_CSM_AS_OF={newest} digital-csm refresh --anew, "
            "and the same setting while you ask."
        )


def _print_import(report: ImportReport) -> None:
    table = Table("Kind", "New", "Changed", "As before")
    for kind in report.inserted:
        counts = (report.inserted[kind], report.updated[kind], report.unchanged[kind])
        table.add_row(kind, *(f"{count:,}" for count in counts))
    out.print(table)
    for warning in report.warnings:
        say(f"Note: {warning}", style="yellow")


def refresh(
    as_of: AsOf = None,
    anew: Annotated[
        bool,
        typer.Option("--anew", help="forget every earlier conclusion first, and every CTA"),
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", help="do not ask whether to forget")] = False,
) -> None:
    """Work out every account's health, risks and calls to action anew."""
    with house_of(as_of) as house:
        if anew:
            question = "Forget all health history, risks and calls to action, and begin anew?"
            if not (yes or typer.confirm(question)):
                raise typer.Exit(REFUSED)
            house.begin_anew()
        _refresh(house)


def _print_refresh(report: RefreshReport) -> None:
    opened = plural(report.risks_opened, "risk")
    closed = plural(report.risks_closed, "risk")
    out.print(
        f"{plural(report.accounts, 'account')} up to date as of {day_text(report.as_of)}: "
        f"{opened} opened, {closed} closed."
    )
