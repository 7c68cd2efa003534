"""Running the product: serve it, look after it, put it into Slack."""

from typing import Annotated

import typer

from bot.commands import COMMANDS
from cli.frame import REFUSED, err, house_of, out, say
from csm.errors import InvalidInput

db_cli = typer.Typer(no_args_is_help=True, help="The database.")
manifest_cli = typer.Typer(no_args_is_help=True, help="App manifests for chat platforms.")


def serve() -> None:
    """Serve Slack and the nightly work until stopped."""
    from server import run_server

    with house_of() as house:
        run_server(house, err)


@db_cli.command("upgrade")
def db_upgrade() -> None:
    """Bring the database to this version's layout."""
    with house_of() as house:
        house.database.upgrade()
        say(f"The database is up to date: {house.database.place}")


def doctor() -> None:
    """Check settings, database, playbook and Slack's token, and say how to mend each."""
    from doctor import examine

    with house_of() as house:
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

    if url is not None and not url.startswith("https://"):
        raise InvalidInput(f"Slack reaches only https:// addresses, not “{url}”.")
    typer.echo(slack_manifest(COMMANDS, url))
