"""What Slack tells us, wired to the surface. Every listener acknowledges first; nothing before
that touches the database, Slack or a model."""

import re
from collections.abc import Iterable
from typing import Any, Final

from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext

from bot.commands import Command
from bot.surfaces.slack.api import QUIET
from bot.surfaces.slack.config import SlackConfig
from bot.surfaces.slack.surface import SlackSurface
from bot.surfaces.slack.translate import (
    ACCOUNT_IN_MESSAGE,
    OPEN_ACCOUNT,
    changed_channel,
    read_command,
    read_home,
    read_message,
    read_message_shortcut,
    read_press,
    read_submission,
)

Json = dict[str, Any]

_ANYTHING: Final = re.compile(r"")

# Slack events that may change who listens somewhere.
PLACE_CHANGES: Final = (
    "member_joined_channel",
    "member_left_channel",
    "channel_shared",
    "channel_unshared",
    "channel_rename",
    "shared_channel_invite_accepted",
    "shared_channel_invite_approved",
    "shared_channel_invite_declined",
    "shared_channel_invite_received",
    "shared_channel_invite_requested",
)
USER_CHANGES: Final = ("user_change", "team_join")
SPOKEN: Final = ("app_mention", "message")


def bolt_app(config: SlackConfig, surface: SlackSurface, commands: Iterable[Command]) -> AsyncApp:
    """A Bolt app for one workspace. Building it needs no network and no real token."""

    async def authorize(context: AsyncBoltContext) -> AuthorizeResult:
        # Asking Slack who we are would come before the acknowledgement, so it is not asked here.
        # Our own messages are told by their bot_id, see read_message.
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
    _listen_to_people(app, surface, commands)
    _listen_to_events(app, surface)
    return app


def _listen_to_people(app: AsyncApp, surface: SlackSurface, commands: Iterable[Command]) -> None:
    names = "|".join(re.escape(command.name) for command in commands)

    @app.command(re.compile(rf"^/({names})$"))
    async def on_command(ack: AsyncAck, body: Json) -> None:
        await ack()
        surface.accept(read_command(body))

    @app.action(_ANYTHING)
    async def on_press(ack: AsyncAck, body: Json) -> None:
        await ack()
        surface.accept(read_press(body))

    @app.view(_ANYTHING)
    async def on_submission(ack: AsyncAck, body: Json) -> None:
        await ack()
        surface.accept(read_submission(body))

    @app.shortcut(OPEN_ACCOUNT)
    async def on_open_account(ack: AsyncAck, body: Json) -> None:
        await ack()
        surface.accept_open_account(str(body["trigger_id"]), str(body["user"]["id"]))

    @app.shortcut(ACCOUNT_IN_MESSAGE)
    async def on_message_shortcut(ack: AsyncAck, body: Json) -> None:
        await ack()
        surface.accept(read_message_shortcut(body))


def _listen_to_events(app: AsyncApp, surface: SlackSurface) -> None:
    """Bolt acknowledges events by itself, before their listeners run."""

    @app.event(_one_of(SPOKEN))
    async def on_message(body: Json) -> None:
        if (incoming := read_message(body)) is not None:
            surface.accept(incoming)

    @app.event("app_home_opened")
    async def on_home(body: Json) -> None:
        if (incoming := read_home(body)) is not None:
            surface.accept(incoming)

    @app.event(_one_of(PLACE_CHANGES))
    async def on_place_change(event: Json) -> None:
        surface.accept_change(changed_channel(event))

    @app.event(_one_of(USER_CHANGES))
    async def on_user_change(event: Json) -> None:
        user = event.get("user")
        if isinstance(user, dict):
            surface.accept_user_change(user)


def _one_of(names: Iterable[str]) -> re.Pattern[str]:
    return re.compile(rf"^({'|'.join(names)})$")
