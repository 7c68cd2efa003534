"""The long-running process: Slack by HTTP or Socket Mode, the clock of the product's own work, and
what tells how it does."""

import asyncio
import os
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from signal import SIGINT, SIGTERM
from threading import Thread, Timer
from typing import Final

import structlog
import uvicorn
from fastapi import FastAPI
from rich.console import Console

from app import House
from bot.commands import COMMANDS
from bot.surfaces.slack import Slack, SlackConfig, build_slack, web_app
from bot.web_health import Health, metrics_routes
from csm.errors import InvalidInput
from parts.clockwork import Running
from parts.health import checks
from parts.meter import RecordsSource, meter_one_process
from parts.unknown_settings import unknown_settings
from settings import Settings

log = structlog.get_logger(__name__)

NO_SLACK = (
    "Slack is not set up: nobody can be answered there, and digests wait. "
    "digital-csm doctor says what is missing."
)

# Of the time to drain, requests that somebody else holds open get a fifth, but no more than so many
# seconds; turns have the rest. Jobs are drained meanwhile.
_REQUESTS_PART: Final = 5
_REQUESTS_S: Final = 5

# What hangs after the time to drain is waited for so many seconds more.
_LAST_S: Final = 5.0


def run_server(house: House, console: Console) -> None:
    """Serve until interrupted or terminated; running turns and jobs are drained first.

    Raises InvalidInput for settings that cannot work together.
    """
    house.demand_present()
    slack = slack_of(house)
    if slack is None:
        console.print(NO_SLACK, style="yellow")
    for sentence in unknown_settings(os.environ):
        console.print(sentence, style="yellow")
    settings = house.settings
    console.print(f"Serving on http://{settings.host}:{settings.port}. Ctrl-C stops it.")
    running = house.wound_up(slack.surface.deliver_posts if slack else None)
    leaving = _Leaving(running.schedule.stop, settings.drain_seconds)
    running.schedule.start()
    try:
        with _signals_taken_as_said():
            asyncio.run(_serve(house, slack, running, leaving))
    finally:
        leaving.end()
    log.info("stopped")


class _Leaving:
    """The way out, with one deadline for all: jobs are drained from the signal on, in a thread of
    their own, while requests and turns come to their end."""

    def __init__(self, stop: Callable[[timedelta], object], drain_s: float) -> None:
        self._jobs = Thread(target=stop, args=[timedelta(seconds=drain_s)], name="drain")
        # Never cancelled: threads that hang would keep the interpreter after we are done, too.
        self._last = Timer(drain_s + _LAST_S, _leave)
        self._jobs.daemon = self._last.daemon = True
        self._has_begun = False

    def begin(self) -> None:
        if not self._has_begun:
            self._has_begun = True
            self._jobs.start()
            self._last.start()

    def end(self) -> None:
        self.begin()
        self._jobs.join()


def _leave() -> None:
    """Go, although something hangs. Its claims in the database run out, and others take over."""
    log.warning("stopped before all had ended")
    os._exit(0)


class _Server(uvicorn.Server):
    """Begins to leave when the signal comes, not only when the last request is over."""

    def __init__(self, config: uvicorn.Config, leaving: _Leaving) -> None:
        super().__init__(config)
        self._leaving = leaving

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._leaving.begin()
        await super().shutdown(sockets)


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
        grace=max(0.0, settings.drain_seconds - _requests_s(settings)),
    )
    return build_slack(
        config,
        house.chat,
        house.records,
        house.desk,
        house.clock,
        COMMANDS,
        pictures=house.drawer,
    )


def _web(house: House, slack: Slack | None, running: Running) -> FastAPI:
    settings = house.settings
    counts = RecordsSource(house.records, house.clock)
    exposed = meter_one_process({"records": counts, **running.sources})
    token = settings.metrics_token.get_secret_value() if settings.metrics_token else ""
    routes = [metrics_routes(exposed, token)]
    if house.mail.routes is not None:
        routes.append(house.mail.routes)
    health = Health(checks(house.database, running.schedule.trouble, running.broker))
    return web_app(slack, *routes, health=health)


def _requests_s(settings: Settings) -> int:
    # uvicorn takes whole seconds, and without any it complains of each stop.
    return min(_REQUESTS_S, max(1, int(settings.drain_seconds / _REQUESTS_PART)))


async def _serve(house: House, slack: Slack | None, running: Running, leaving: _Leaving) -> None:
    settings = house.settings
    config = uvicorn.Config(
        _web(house, slack, running),
        host=settings.host,
        port=settings.port,
        log_level=settings.log_level,
        log_config=None,  # its lines go where the others do
        access_log=False,  # bot.web_lines writes them, without addresses that hold tokens
        lifespan="on",
        timeout_graceful_shutdown=_requests_s(settings),
    )
    await _Server(config, leaving).serve()
