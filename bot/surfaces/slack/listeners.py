"""What Slack tells us, wired to the surface. Every listener acknowledges first; nothing before
that touches the database, Slack or a model."""

import hashlib
import re
from collections.abc import Callable, Iterable
from typing import Final

import structlog
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse

from bot.commands import Command
from bot.payload import Json, as_object
from bot.surfaces.slack.api import QUIET
from bot.surfaces.slack.config import SlackConfig
from bot.surfaces.slack.spoken import read_message, read_pane, read_reaction
from bot.surfaces.slack.surface import SlackSurface
from bot.surfaces.slack.translate import (
    ACCOUNT_IN_MESSAGE,
    OPEN_ACCOUNT,
    Incoming,
    changed_channel,
    read_command,
    read_home,
    read_message_shortcut,
    read_open_account,
    read_press,
    read_submission,
)
from bot.turn import new_reference

log = structlog.get_logger(__name__)

_ANYTHING: Final = re.compile(r"")

# Slack events that may change who listens somewhere.
PLACE_CHANGES: Final = (
    "member_joined_channel",
    "member_left_channel",
    "channel_shared",
    "channel_unshared",
    "channel_rename",
)
USER_CHANGES: Final = ("user_change", "team_join")
SPOKEN: Final = ("app_mention", "message")
REACTION: Final = "reaction_added"
HOME: Final = "app_home_opened"
PANE_OPENED: Final = "assistant_thread_started"
PANE_MOVED: Final = "assistant_thread_context_changed"


def bolt_app(config: SlackConfig, surface: SlackSurface, commands: Iterable[Command]) -> AsyncApp:
    """A Bolt app for one workspace. Building it needs no network and no real token."""

    async def authorize(context: AsyncBoltContext) -> AuthorizeResult:
        # Asking Slack who we are would come before the acknowledgement, so it is not asked here.
        # Our own messages are told by their bot_id and user, see read_message.
        return AuthorizeResult(
            enterprise_id=context.enterprise_id,
            team_id=context.team_id,
            bot_token=config.bot_token,
        )

    app = AsyncApp(
        name="digital-csm",
        signing_secret=config.signing_secret,
        client=None,
        authorize=authorize,
        logger=QUIET,
    )
    app.error(_not_understood)
    _listen_to_people(app, surface, commands)
    _listen_to_events(app, surface)
    return app


async def _not_understood(error: Exception) -> BoltResponse:
    """Bolt looks for the listener of a payload by fields that it expects to be there."""
    log.error("payload not understood", exc_info=error)
    return BoltResponse(status=400)


def _listen_to_people(app: AsyncApp, surface: SlackSurface, commands: Iterable[Command]) -> None:
    accept = _accepting(surface)
    names = "|".join(re.escape(command.name) for command in commands)

    @app.command(re.compile(rf"^/({names})$"))
    async def on_command(ack: AsyncAck, body: Json, request: AsyncBoltRequest) -> None:
        await ack()
        accept(read_command(body, _delivery(request)))

    @app.action(_ANYTHING)
    async def on_press(ack: AsyncAck, body: Json, request: AsyncBoltRequest) -> None:
        await ack()
        accept(read_press(body, _delivery(request)))

    @app.view(_ANYTHING)
    async def on_submission(ack: AsyncAck, body: Json) -> None:
        await ack()
        accept(read_submission(body))

    @app.shortcut(OPEN_ACCOUNT)
    async def on_open_account(ack: AsyncAck, body: Json) -> None:
        await ack()
        if (origin := read_open_account(body)) is not None:
            surface.accept_open_account(origin)

    @app.shortcut(ACCOUNT_IN_MESSAGE)
    async def on_message_shortcut(ack: AsyncAck, body: Json, request: AsyncBoltRequest) -> None:
        await ack()
        accept(read_message_shortcut(body, _delivery(request)))


def _listen_to_events(app: AsyncApp, surface: SlackSurface) -> None:
    """Bolt acknowledges events by itself, before their listeners run."""
    accept = _accepting(surface)

    @app.event(_one_of(SPOKEN))
    async def on_message(body: Json) -> None:
        accept(read_message(body))

    @app.event(REACTION)
    async def on_reaction(body: Json) -> None:
        accept(read_reaction(body))

    @app.event(HOME)
    async def on_home(body: Json) -> None:
        accept(read_home(body))

    @app.event(PANE_OPENED)
    async def on_pane_opened(body: Json) -> None:
        if (incoming := read_pane(body)) is not None:
            surface.accept_pane(incoming.origin)
            surface.accept(incoming)

    @app.event(PANE_MOVED)
    async def on_pane_moved(body: Json) -> None:
        if (incoming := read_pane(body)) is not None:
            surface.accept_pane(incoming.origin)

    @app.event(_one_of(PLACE_CHANGES))
    async def on_place_change(event: Json) -> None:
        surface.accept_change(changed_channel(event))

    @app.event(_one_of(USER_CHANGES))
    async def on_user_change(event: Json) -> None:
        surface.accept_user_change(as_object(event.get("user")))


def _accepting(surface: SlackSurface) -> Callable[[Incoming | None], None]:
    def accept(incoming: Incoming | None) -> None:
        if incoming is not None:
            surface.accept(incoming)

    return accept


def _delivery(request: AsyncBoltRequest) -> str:
    """The same for what Slack signed once, however often it comes. The socket signs nothing, and
    two people's payloads may look alike there, so that each of its is one of its own."""
    (sent_at, *_) = request.headers.get("x-slack-request-timestamp", ("",))
    if not (sent_at and request.raw_body):
        return new_reference()
    return hashlib.sha256(f"{sent_at}:{request.raw_body}".encode()).hexdigest()


def _one_of(names: Iterable[str]) -> re.Pattern[str]:
    return re.compile(rf"^({'|'.join(names)})$")
