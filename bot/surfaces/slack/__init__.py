"""Slack, as a surface: `build_slack` for its parts, `web_app` to run it."""

from bot.surfaces.slack.build import Slack, build_slack
from bot.surfaces.slack.config import Conversation, SlackConfig
from bot.surfaces.slack.transport import web_app

__all__ = ["Conversation", "Slack", "SlackConfig", "build_slack", "web_app"]
