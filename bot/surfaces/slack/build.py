"""Puts the parts of the Slack surface together."""

from collections.abc import Iterable
from dataclasses import dataclass

from slack_bolt.async_app import AsyncApp

from bot.commands import Command
from bot.surfaces.slack.api import SlackApi
from bot.surfaces.slack.config import Conversation, SlackConfig
from bot.surfaces.slack.listeners import bolt_app
from bot.surfaces.slack.surface import SlackSurface
from csm.desk import Desk
from csm.ports import Clock, Pictures, Records


@dataclass(frozen=True, slots=True)
class Slack:
    """Bolt's app, which listens, and the surface, which answers."""

    app: AsyncApp
    surface: SlackSurface
    config: SlackConfig


def build_slack(
    config: SlackConfig,
    chat: Conversation,
    records: Records,
    desk: Desk,
    clock: Clock,
    commands: Iterable[Command],
    api: SlackApi | None = None,
    pictures: Pictures | None = None,
) -> Slack:
    """Everything but the transport. Needs no network: Slack is first asked when a turn comes.
    `pictures` draws the charts of posts."""
    surface = SlackSurface(config, chat, records, desk, clock, api, pictures)
    return Slack(bolt_app(config, surface, commands), surface, config)
