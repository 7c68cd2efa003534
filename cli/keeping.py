"""Backups from the command line: made, and brought back."""

from pathlib import Path
from typing import Annotated

import typer

from app import House
from cli.frame import house_of, progress_bar, say
from cli.privacy import finish
from csm.backup import Manifest, backup_name
from csm.errors import Unavailable
from csm.ports import Writer
from csm.use_cases.after_restore import hold_back
from csm.use_cases.erase_again import Remembered, bring_along, remember
from csm.wording import instant_text, plural
from parts.keeping import described, make_backup, make_folder
from storage.restore import restore as bring_back

_NOT_IN_IT = (
    "Not in a backup: settings and secrets (.env), the playbook, and the search indexes of the "
    "help library, which `digital-csm serve` makes anew."
)
_ERASED = (
    "Was somebody erased on request after this backup was made? They are in it: erase them again "
    "(digital-csm erase)."
)


def backup(
    file: Annotated[
        Path | None, typer.Argument(metavar="FILE", help="a new file; by default in the backups")
    ] = None,
) -> None:
    """Back up the whole database into one file, while it is in use."""
    with house_of() as house:
        if file is None:
            folder = house.settings.backup_folder
            make_folder(folder)
            file = folder / backup_name(house.clock.now())
        with progress_bar("Backup:") as tell:
            manifest = make_backup(house.database, file, house.clock, tell)
        say(f"Backed up: {file} ({described(file, manifest)}).")
        say("It holds what customers said and who they are: keep it where few can read it.")


def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="a backup")],
    replace: Annotated[
        bool, typer.Option("--replace", help="lose all that the database holds now")
    ] = False,
    moved: Annotated[
        bool,
        typer.Option(
            "--moved", help="nothing was sent since the backup was made: the installation moves"
        ),
    ] = False,
) -> None:
    """Fill the database with what is in a backup. Stop `serve` and `worker` first."""
    with house_of() as house:
        erased = _erased_so_far(house) if replace else None
        doubted = 0

        def begin(writer: Writer, manifest: Manifest) -> None:
            nonlocal doubted
            if erased is not None:
                bring_along(writer, erased)
            if not moved:
                doubted = hold_back(writer, manifest.made_at, house.clock.now())

        with progress_bar("Restore:") as tell:
            manifest = bring_back(house.database, file, begin, tell, replace=replace)
        say(
            f"Restored {plural(manifest.rows, 'row')} into {house.database.place}, as of "
            f"{instant_text(manifest.made_at)}."
        )
        say(_NOT_IN_IT)
        if erased is None:
            say(_ERASED)
        finish(house)
        if not moved:
            _say_held(doubted)
        say("Next: digital-csm audit verify, digital-csm doctor, then digital-csm serve.")


def _erased_so_far(house: House) -> Remembered | None:
    """Whom the database that goes knows to be erased; None where it cannot be read any more."""
    try:
        return remember(house.records)
    except Unavailable:
        return None


def _say_held(doubted: int) -> None:
    say(
        "What was sent after the backup was made is not in these records, so nothing more is sent "
        "to customers until you have looked: digital-csm resume all."
    )
    if doubted:
        say(
            f"{plural(doubted, 'message')} waited when the backup was made, and may have been sent "
            "since: each is looked for where it went, or shown to a colleague. None is sent twice."
        )
