"""The app manifest: what to paste into Slack to get an app that fits this program."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from bot.commands import Command
from bot.surfaces.slack.translate import ACCOUNT_IN_MESSAGE, OPEN_ACCOUNT

PATH: Final = "/slack/events"


@dataclass(frozen=True, slots=True)
class Scope:
    """A permission of the bot, and what it would not be able to do without."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Event:
    """Something that Slack is asked to tell us."""

    name: str
    reason: str


SCOPES: Final = (
    Scope("app_mentions:read", "hear people who mention the app in a channel"),
    Scope("assistant:write", "suggest questions in the assistant pane and show progress there"),
    Scope("channels:history", "hear customers in public channels; others' talk is dropped unread"),
    Scope("channels:read", "who listens in a public channel, and when that changes"),
    Scope("chat:write", "answer"),
    Scope("commands", "slash commands and shortcuts"),
    Scope("files:write", "send pictures of trends"),
    Scope("groups:history", "hear customers in private channels that the app is in"),
    Scope("groups:read", "who listens in a private channel that the app is in"),
    Scope("im:history", "hear people who write to the app directly; nobody else's messages"),
    Scope("im:read", "who the other person of a direct message is"),
    Scope("im:write", "open a direct message, for what a place must not show"),
    Scope("mpim:history", "hear customers in group messages that the app is in"),
    Scope("mpim:read", "who listens in a group message that the app is in"),
    Scope("reactions:read", "how customers take a message, where they say it with an emoji"),
    Scope("reactions:write", "show on a question that it is being looked up"),
    Scope("users:read", "whether a user is a colleague, a guest or from elsewhere"),
    Scope("users:read.email", "which person of ours a user is"),
)

EVENTS: Final = (
    Event("app_home_opened", "show your book of business"),
    Event("app_mention", "answer in channels"),
    Event("assistant_thread_context_changed", "suggest what fits where the pane is now"),
    Event("assistant_thread_started", "greet whoever opens the assistant pane"),
    Event("channel_rename", "work out again who listens"),
    Event("channel_shared", "work out again who listens"),
    Event("channel_unshared", "work out again who listens"),
    Event("member_joined_channel", "work out again who listens"),
    Event("member_left_channel", "work out again who listens"),
    Event("message.channels", "answer customers in channels bound to them, without a mention"),
    Event("message.groups", "the same in private channels"),
    Event("message.im", "answer direct messages"),
    Event("message.mpim", "the same in group messages"),
    Event("reaction_added", "how customers take a message, where they say it with an emoji"),
    Event("team_join", "notice new guests"),
    Event("user_change", "notice colleagues who became guests or left"),
)

# Slack has a command of its own of that name: people say it in words there, in a direct message or
# a mention.
TAKEN: Final = frozenset({"status"})

_HEAD: Final = """\
# Paste this at api.slack.com/apps: Create New App, From a manifest.
display_information:
  name: Digital CSM
  description: How your customers are doing, why, and what to do next
  background_color: "#1f3a5f"
features:
  app_home:
    home_tab_enabled: true
    messages_tab_enabled: true
    messages_tab_read_only_enabled: false
  assistant_view:
    assistant_description: Asks and answers about the product, and about your customers
  bot_user:
    display_name: Digital CSM
    always_online: true
"""


def slack_manifest(commands: Iterable[Command], public_url: str | None) -> str:
    """The manifest as YAML. With `public_url` (https://…, where `serve` can be reached) Slack
    sends requests there; without it, Socket Mode is used, which needs no address of ours."""
    address = f"{public_url.rstrip('/')}{PATH}" if public_url else None
    lines = [
        *_HEAD.splitlines(),
        *_shortcuts(),
        *_commands(commands, address),
        "oauth_config:",
        "  scopes:",
        "    bot:",
        *(f"      - {scope.name}  # {scope.reason}" for scope in SCOPES),
        "settings:",
        "  event_subscriptions:",
        *_request_url(address),
        "    bot_events:",
        *(f"      - {event.name}  # {event.reason}" for event in EVENTS),
        "  interactivity:",
        "    is_enabled: true",
        *_request_url(address),
        "  org_deploy_enabled: false",
        f"  socket_mode_enabled: {'false' if address else 'true'}",
        "  token_rotation_enabled: false",
    ]
    return "\n".join(lines) + "\n"


def _shortcuts() -> Iterator[str]:
    yield "  shortcuts:"
    for name, kind, callback, description in (
        ("Open an account", "global", OPEN_ACCOUNT, "See how one customer is doing"),
        ("Look up the account", "message", ACCOUNT_IN_MESSAGE, "The account this message names"),
    ):
        yield f"    - name: {_quoted(name)}"
        yield f"      type: {kind}"
        yield f"      callback_id: {callback}"
        yield f"      description: {_quoted(description)}"


def _commands(commands: Iterable[Command], address: str | None) -> Iterator[str]:
    yield "  slash_commands:"
    for command in commands:
        if command.name in TAKEN:
            continue
        yield f"    - command: /{command.name}"
        yield f"      description: {_quoted(command.summary[:100])}"
        if command.usage:
            yield f"      usage_hint: {_quoted(command.usage[:100])}"
        yield "      should_escape: false"
        if address:
            yield f"      url: {_quoted(address)}"


def _request_url(address: str | None) -> Iterator[str]:
    if address:
        yield f"    request_url: {_quoted(address)}"


def _quoted(text: str) -> str:
    """JSON strings are YAML strings."""
    return json.dumps(text, ensure_ascii=False)
