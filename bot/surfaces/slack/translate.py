"""Slack's payloads, read: who did what, where, and how to answer them there.

Payloads are Slack's own (signed, or from its socket), but old, odd and partial ones happen:
what cannot be understood is None, never an error.
"""

import html
import json
import re
from dataclasses import dataclass, field
from typing import Any, Final

from bot.turn import TurnKind, new_reference

Json = dict[str, Any]

OPEN_ACCOUNT: Final = "open_account"  # the global shortcut, and its form
ACCOUNT_IN_MESSAGE: Final = "account_in_message"  # the shortcut on a message
ACCOUNT_INPUT: Final = "account"

# Longer texts hold no question; what counts comes first.
MAX_TEXT: Final = 4_000

_LABELLED: Final = re.compile(r"<(?:[@#!]|https?:|mailto:|tel:)?[^<>|]*\|([^<>]*)>")
_BARE: Final = re.compile(r"<((?:[@#!]|https?:|mailto:|tel:)[^<>|]*)>")
_LEADING_MENTION: Final = re.compile(r"^\s*<@[UWB][A-Z0-9]+(?:\|[^>]*)?>")


@dataclass(frozen=True, slots=True)
class Origin:
    """Where something was done, and the ways back to there.

    `channel` is None where there is no conversation: on the App Home and in shortcuts. `thread`
    is the thread that it was done in; `new_thread` is where a public answer to a mention goes.
    `replaceable`: `response_url` stands for the message whose button was pressed.
    """

    user: str
    channel: str | None = None
    is_direct: bool = False
    thread: str | None = None
    new_thread: str | None = None
    trigger_id: str | None = None
    response_url: str | None = field(default=None, repr=False)
    replaceable: bool = False

    def to_metadata(self) -> str:
        """What a form has to bring back, so that its answer finds the way."""
        return json.dumps(
            {
                "channel": self.channel,
                "direct": self.is_direct,
                "thread": self.thread,
                "response_url": self.response_url,
                "replaceable": self.replaceable,
            }
        )


@dataclass(frozen=True, slots=True)
class Incoming:
    """Something that a person did. `key` is the same each time that Slack tells us of it."""

    key: str
    origin: Origin
    kind: TurnKind
    text: str
    values: dict[str, str] = field(default_factory=dict)
    reference: str = field(default_factory=new_reference)


def read_command(body: Json) -> Incoming:
    """A slash command."""
    channel = str(body.get("channel_id", ""))
    origin = Origin(
        user=str(body["user_id"]),
        channel=channel or None,
        is_direct=channel.startswith("D"),
        trigger_id=body.get("trigger_id"),
        response_url=body.get("response_url"),
    )
    text = f"{body['command']} {plain_words(str(body.get('text', '')))}".strip()
    return Incoming(_trigger(body), origin, TurnKind.COMMAND, text)


def read_press(body: Json) -> Incoming:
    """A button of a message or of the App Home. `value` is the button's own id: `action_id` has
    a number behind it where the same button stands in a message twice."""
    action = body["actions"][0]
    container = body.get("container") or {}
    message = body.get("message") or {}
    channel = (body.get("channel") or {}).get("id") or container.get("channel_id")
    origin = Origin(
        user=str(body["user"]["id"]),
        channel=channel,
        is_direct=str(channel).startswith("D"),
        thread=message.get("thread_ts") or container.get("thread_ts"),
        trigger_id=body.get("trigger_id"),
        response_url=body.get("response_url"),
        replaceable=bool(body.get("response_url")),
    )
    text = str(action.get("value") or action["action_id"])
    return Incoming(_trigger(body), origin, TurnKind.PRESS, text)


def read_submission(body: Json) -> Incoming:
    """A form that was filled in. A view can be submitted once, so its id is the key."""
    view = body["view"]
    try:
        kept = json.loads(view.get("private_metadata") or "{}")
    except ValueError:
        kept = {}
    origin = Origin(
        user=str(body["user"]["id"]),
        channel=kept.get("channel"),
        is_direct=bool(kept.get("direct")),
        thread=kept.get("thread"),
        trigger_id=body.get("trigger_id"),
        response_url=kept.get("response_url"),
        replaceable=bool(kept.get("replaceable")),
    )
    values = dict(_values(view.get("state") or {}))
    key = f"view:{view['id']}"
    if view["callback_id"] == OPEN_ACCOUNT:
        text = f"/account {values.get(ACCOUNT_INPUT, '')}".strip()
        return Incoming(key, origin, TurnKind.COMMAND, text)
    return Incoming(key, origin, TurnKind.PRESS, str(view["callback_id"]), values)


def read_message_shortcut(body: Json) -> Incoming:
    """ "Look up the account" in a message's menu: the message's words are the question."""
    message = body.get("message") or {}
    channel = str((body.get("channel") or {}).get("id", ""))
    origin = Origin(
        user=str(body["user"]["id"]),
        channel=channel or None,
        is_direct=channel.startswith("D"),
        thread=message.get("thread_ts"),
        trigger_id=body.get("trigger_id"),
        response_url=body.get("response_url"),
    )
    text = plain_words(str(message.get("text") or ""))
    return Incoming(_trigger(body), origin, TurnKind.MESSAGE, text)


def read_message(body: Json) -> Incoming | None:
    """A mention, or a direct message: the same one has the same key, whichever event tells of it.

    None for what no person said to us: edits, joins, other apps' and our own messages, and what
    is said in a channel without naming us.
    """
    event = body["event"]
    is_direct = event.get("channel_type") == "im"
    spoken = event.get("type") == "app_mention" or is_direct
    by_person = event.get("user") and not event.get("bot_id") and not event.get("subtype")
    if not (spoken and by_person and event.get("channel") and event.get("ts")):
        return None
    channel, thread = str(event["channel"]), event.get("thread_ts")
    origin = Origin(
        user=str(event["user"]),
        channel=channel,
        is_direct=is_direct,
        thread=thread,
        new_thread=None if is_direct else str(event["ts"]),
    )
    text = plain_words(_LEADING_MENTION.sub("", str(event.get("text") or "")))
    kind = TurnKind.COMMAND if text.startswith("/") else TurnKind.MESSAGE
    return Incoming(f"message:{channel}:{event['ts']}", origin, kind, text)


def read_home(body: Json) -> Incoming | None:
    """The person's App Home was opened; None for its other tabs."""
    event = body["event"]
    if event.get("tab", "home") != "home":
        return None
    key = f"event:{body.get('event_id') or new_reference()}"
    return Incoming(key, Origin(user=str(event["user"])), TurnKind.HOME, "")


def changed_channel(event: Json) -> str | None:
    """The channel whose members or shares an event says have changed."""
    channel = event.get("channel")
    found = channel.get("id") if isinstance(channel, dict) else channel
    return str(found) if found else None


def plain_words(text: str) -> str:
    """What the person typed, without Slack's escapes and with the labels of its links."""
    labelled = _LABELLED.sub(r"\1", text[:MAX_TEXT])
    return html.unescape(_BARE.sub(_bare, labelled)).strip()


def _bare(match: re.Match[str]) -> str:
    found = match[1]
    if found.startswith(("@", "#")):
        return found
    return f"@{found[1:]}" if found.startswith("!") else found.removeprefix("mailto:")


def _trigger(body: Json) -> str:
    return f"trigger:{body.get('trigger_id') or new_reference()}"


def _values(state: Json) -> list[tuple[str, str]]:
    found = []
    for input_id, elements in (state.get("values") or {}).items():
        for element in elements.values():
            chosen = (element.get("selected_option") or {}).get("value")
            value = element.get("value") if chosen is None else chosen
            if value is not None:
                found.append((input_id, str(value)))
    return found
