"""The manifest asks for what the program uses, and for nothing else."""

import inspect
import re
from typing import Any

import pytest
import yaml

from bot.commands import COMMANDS
from bot.surfaces.slack import api
from bot.surfaces.slack.listeners import (
    HOME,
    PANE_MOVED,
    PANE_OPENED,
    PLACE_CHANGES,
    REACTION,
    SPOKEN,
    USER_CHANGES,
)
from bot.surfaces.slack_manifest import EVENTS, SCOPES, TAKEN, slack_manifest

# The scopes of a bot that Slack's reference names for each method; none for some.
METHODS = {
    "auth_test": set(),
    "users_info": {"users:read", "users:read.email"},
    "conversations_info": {"channels:read", "groups:read", "im:read", "mpim:read"},
    "conversations_members": {"channels:read", "groups:read", "im:read", "mpim:read"},
    "conversations_history": {"channels:history", "groups:history", "im:history", "mpim:history"},
    "conversations_replies": {"channels:history", "groups:history", "im:history", "mpim:history"},
    "conversations_open": {"im:write"},
    "chat_postMessage": {"chat:write"},
    "chat_postEphemeral": {"chat:write"},
    "users_lookupByEmail": {"users:read.email"},
    "reactions_add": {"reactions:write"},
    "reactions_remove": {"reactions:write"},
    "assistant_threads_setStatus": {"assistant:write"},
    "assistant_threads_setSuggestedPrompts": {"assistant:write"},
    "views_open": set(),
    "views_publish": set(),
    "files_upload_v2": {"files:write"},
}
# And for each event.
EVENT_SCOPES = {
    "app_home_opened": set(),
    "app_mention": {"app_mentions:read"},
    "assistant_thread_context_changed": {"assistant:write"},
    "assistant_thread_started": {"assistant:write"},
    "channel_rename": {"channels:read"},
    "channel_shared": {"channels:read", "groups:read"},
    "channel_unshared": {"channels:read", "groups:read"},
    "member_joined_channel": {"channels:read", "groups:read"},
    "member_left_channel": {"channels:read", "groups:read"},
    "message.channels": {"channels:history"},
    "message.groups": {"groups:history"},
    "message.im": {"im:history"},
    "message.mpim": {"mpim:history"},
    "reaction_added": {"reactions:read"},
    "team_join": {"users:read"},
    "user_change": {"users:read"},
}


def parsed(public_url: str | None) -> dict[str, Any]:
    text = slack_manifest(COMMANDS, public_url)
    return dict(yaml.safe_load(text))


def used_methods() -> set[str]:
    source = inspect.getsource(api)
    found = set(re.findall(r"self\.client\.(\w+)", source))
    return found - {"session"}


def test_every_scope_is_needed_and_every_need_has_its_scope() -> None:
    assert used_methods() == set(METHODS)
    needed = {"commands"}.union(*METHODS.values(), *EVENT_SCOPES.values())
    assert {scope.name for scope in SCOPES} == needed
    assert set(parsed(None)["oauth_config"]["scopes"]["bot"]) == needed


def test_what_is_asked_for_is_heard_and_nothing_else_is() -> None:
    asked = [event.name for event in EVENTS]
    assert sorted(asked) == sorted(EVENT_SCOPES)
    assert parsed(None)["settings"]["event_subscriptions"]["bot_events"] == asked
    heard = {*SPOKEN, *PLACE_CHANGES, *USER_CHANGES, HOME, PANE_OPENED, PANE_MOVED, REACTION}
    assert {name.partition(".")[0] for name in asked} == heard


def test_every_scope_and_event_says_why() -> None:
    lines = slack_manifest(COMMANDS, None).splitlines()
    for named in (*SCOPES, *EVENTS):
        assert f"      - {named.name}  # {named.reason}" in lines


def test_every_command_is_there_within_slacks_limits() -> None:
    commands = parsed(None)["features"]["slash_commands"]
    ours = [f"/{one.name}" for one in COMMANDS if one.name not in TAKEN]
    assert [one["command"] for one in commands] == ours
    assert all(1 <= len(one["description"]) <= 2000 for one in commands)
    assert all(len(one.get("usage_hint", "")) <= 1000 for one in commands)
    shortcuts = parsed(None)["features"]["shortcuts"]
    assert {one["callback_id"] for one in shortcuts} == {"open_account", "account_in_message"}
    assert all(len(one["name"]) <= 24 and len(one["description"]) <= 150 for one in shortcuts)
    shown = parsed(None)["display_information"]
    assert len(shown["name"]) <= 35
    assert len(shown["description"]) <= 140


def test_there_is_an_assistant_pane() -> None:
    pane = parsed(None)["features"]["assistant_view"]
    assert 1 <= len(pane["assistant_description"]) <= 300


def test_without_an_address_the_socket_is_used() -> None:
    manifest = parsed(None)
    assert manifest["settings"]["socket_mode_enabled"] is True
    assert "request_url" not in manifest["settings"]["interactivity"]
    assert "url" not in manifest["features"]["slash_commands"][0]


@pytest.mark.parametrize("address", ["https://csm.example", "https://csm.example/"])
def test_with_an_address_requests_go_there(address: str) -> None:
    manifest = parsed(address)
    there = "https://csm.example/slack/events"
    assert manifest["settings"]["socket_mode_enabled"] is False
    assert manifest["settings"]["interactivity"]["request_url"] == there
    assert manifest["settings"]["event_subscriptions"]["request_url"] == there
    assert {one["url"] for one in manifest["features"]["slash_commands"]} == {there}
