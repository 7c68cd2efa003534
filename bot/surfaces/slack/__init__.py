"""Slack, as a surface: `build_slack` for the app, `build_http` or `run_socket_mode` to run it."""

from bot.surfaces.slack.build import Slack, build_slack
from bot.surfaces.slack.config import Conversation, SlackConfig
from bot.surfaces.slack.transport import build_http, run_socket_mode, slack_routes

__all__ = [
    "Conversation",
    "Slack",
    "SlackConfig",
    "build_http",
    "build_slack",
    "run_socket_mode",
    "slack_routes",
]
