"""Running the product: serve it, look after it, put it into Slack."""

import tempfile
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app import House
from bot.commands import COMMANDS
from cli.frame import REFUSED, err, house_of, out, say
from csm.errors import InvalidInput
from settings import Settings

if TYPE_CHECKING:
    from jobs.worker import Hired

db_cli = typer.Typer(no_args_is_help=True, help="The database.")
manifest_cli = typer.Typer(no_args_is_help=True, help="App manifests for chat platforms.")


def serve() -> None:
    """Serve Slack and the nightly work until stopped."""
    from server import run_server

    with house_of() as house:
        run_server(house, err)


def worker(
    concurrency: Annotated[
        int | None,
        typer.Option(min=1, max=64, help="jobs that run at once; without it, one for each core"),
    ] = None,
    metrics_port: Annotated[
        int | None,
        typer.Option(min=0, max=65535, help="where /metrics tells what this worker has counted"),
    ] = None,
) -> None:
    """Run the jobs that `serve` offers by RabbitMQ, until stopped. Start as many as you like."""
    from jobs.worker import run_worker
    from parts.broker import broker_of

    with house_of() as house:
        settings = house.settings
        url = broker_of(settings)
        if url is None:
            raise InvalidInput(
                "A worker takes its jobs from RabbitMQ: set BROKER_URL to amqp://…, as for `serve`."
            )
        house.demand_present()
    if metrics_port is not None:
        _tell_metrics(settings, metrics_port)
    # That house is closed: each process of the worker builds its own.
    drain = timedelta(seconds=settings.drain_seconds)
    raise typer.Exit(run_worker(url, lambda: _hired(settings), concurrency, drain))


def _tell_metrics(settings: Settings, port: int) -> None:
    """Before any process is forked off: all of them count in the same folder."""
    from parts.meter import serve_worker_metrics

    token = settings.metrics_token.get_secret_value() if settings.metrics_token else ""
    folder = tempfile.mkdtemp(prefix="digital-csm-metrics-")
    taken = serve_worker_metrics(port, Path(folder), settings.host, token)
    say(f"Metrics: http://{settings.host}:{taken}/metrics", err)


def _hired(settings: Settings) -> "Hired":
    from jobs.logged import Logged

    house = House(settings)
    return Logged(house.runner), house.close


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
