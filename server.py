"""The long-running process: Slack by HTTP or Socket Mode, the nightly work, and a health check."""

import asyncio
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from signal import SIGINT, SIGTERM

import structlog
import uvicorn
from rich.console import Console

from app import House
from bot.commands import COMMANDS
from bot.surfaces.slack import Slack, SlackConfig, build_slack, web_app
from csm.errors import InvalidInput

log = structlog.get_logger(__name__)

NO_SLACK = (
    "Slack is not set up: only the nightly work and /healthz run. "
    "digital-csm doctor says what is missing."
)


def run_server(house: House, console: Console) -> None:
    """Serve until interrupted or terminated; running turns are drained first.

    Raises InvalidInput for settings that cannot work together.
    """
    house.demand_present()
    slack = slack_of(house)
    if slack is None:
        console.print(NO_SLACK, style="yellow")
    settings = house.settings
    console.print(f"Serving on http://{settings.host}:{settings.port}. Ctrl-C stops it.")
    schedule = house.schedule(slack.surface.deliver_posts if slack else None)
    schedule.start()
    try:
        with _signals_taken_as_said():
            asyncio.run(_serve(house, slack))
    finally:
        schedule.stop()
    log.info("stopped")


@contextmanager
def _signals_taken_as_said() -> Iterator[None]:
    """uvicorn shuts down on a signal and then raises it again, which by default would end the
    process before the rest of it has been put in order."""
    before = {number: signal.signal(number, _ignore) for number in (SIGINT, SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _ignore(_number: int, _frame: object) -> None:
    """The signal has done its work already."""


def slack_of(house: House) -> Slack | None:
    """The Slack surface, or None where no bot token is set."""
    settings = house.settings
    if settings.slack_bot_token is None:
        return None
    if settings.slack_signing_secret is None and settings.slack_app_token is None:
        raise InvalidInput(
            "SLACK_BOT_TOKEN is set, but there is no way in: set SLACK_APP_TOKEN for Socket Mode, "
            "or SLACK_SIGNING_SECRET for HTTP."
        )
    secret, app_token = settings.slack_signing_secret, settings.slack_app_token
    config = SlackConfig(
        bot_token=settings.slack_bot_token.get_secret_value(),
        signing_secret=secret.get_secret_value() if secret else "",
        app_token=app_token.get_secret_value() if app_token else "",
        base_url=settings.slack_api_url,
        workers=settings.workers,
        audience_max_age=settings.audience_max_age,
        user_max_age=settings.audience_max_age,
        own_team_ids=settings.own_team_ids,
        max_members=settings.slack_most_members,
    )
    return build_slack(config, house.chat, house.records, house.desk, house.clock, COMMANDS)


async def _serve(house: House, slack: Slack | None) -> None:
    settings = house.settings
    config = uvicorn.Config(
        web_app(slack, *([mail] if (mail := house.mail.routes) else [])),
        host=settings.host,
        port=settings.port,
        log_level=settings.log_level,
        lifespan="on",
    )
    await uvicorn.Server(config).serve()
