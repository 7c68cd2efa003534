"""Slack's payloads, read: who did what, where, and how to answer them there.

Payloads are Slack's own (signed, or from its socket), but old, odd and partial ones happen:
what cannot be understood is None, never an error, whatever its shape. Texts come out without
characters that act instead of being read, which no database and no screen wants.
"""

import html
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from bot.payload import Json, as_id, as_list, as_object, as_text
from bot.render.neutral import neutral
from bot.turn import TurnKind, new_reference, reference_here
from csm.triage import LONGEST_QUESTION

OPEN_ACCOUNT: Final = "open_account"  # the global shortcut, and its form
ACCOUNT_IN_MESSAGE: Final = "account_in_message"  # the shortcut on a message
ACCOUNT_INPUT: Final = "account"

# Characters of what was said. One more than a question may have: so whoever reads it knows that it
# is too long, instead of taking a part for the whole.
MAX_TEXT: Final = LONGEST_QUESTION + 1
# Characters that Slack itself lets a message have, escapes and all.
_MAX_RAW: Final = 40_000

_LABELLED: Final = re.compile(r"<(?:[@#!]|https?:|mailto:|tel:)?[^<>|]*\|([^<>]*)>")
_BARE: Final = re.compile(r"<((?:[@#!]|https?:|mailto:|tel:)[^<>|]*)>")


@dataclass(frozen=True, slots=True)
class Origin:
    """Where something was done, and the ways back to there.

    `channel` is None where there is no conversation: on the App Home and in shortcuts. `thread`
    is the thread that it was done in; `new_thread` is where a public answer to a mention goes.
    `replaceable`: `response_url` stands for the message whose button was pressed. `message` is
    what was said, if anything was.
    """

    user: str
    channel: str | None = None
    thread: str | None = None
    new_thread: str | None = None
    trigger_id: str | None = None
    response_url: str | None = field(default=None, repr=False)
    replaceable: bool = False
    message: str = ""

    @property
    def is_direct(self) -> bool:
        """Whether that is the person's direct messages with us; ids of such begin with a D."""
        return self.channel is not None and self.channel.startswith("D")

    def to_metadata(self) -> str:
        """What a form has to bring back, so that its answer finds the way."""
        return json.dumps(
            {
                "channel": self.channel,
                "thread": self.thread,
                "response_url": self.response_url,
                "replaceable": self.replaceable,
            }
        )


@dataclass(frozen=True, slots=True)
class Incoming:
    """Something that a person did. `key` is the same each time that Slack tells us of it.

    `names_others`: see `bot.turn.Turn`. `home` is the workspace of ours that Slack tells it to,
    where it says so.
    """

    key: str
    origin: Origin
    kind: TurnKind
    text: str
    values: dict[str, str] = field(default_factory=dict)
    reference: str = field(default_factory=reference_here)
    names_others: bool = False
    home: str | None = None

    @property
    def thread(self) -> str:
        """The thread that something was said in, or that it began; empty for anything else."""
        return (self.origin.thread or self.origin.message) if self.origin.message else ""


def read_command(body: Json, delivery: str) -> Incoming | None:
    """A slash command. `delivery` stands for this one telling of it, should it have no id."""
    user, command = as_id(body.get("user_id")), as_id(body.get("command"))
    if user is None or command is None:
        return None
    channel = as_id(body.get("channel_id"))
    origin = Origin(
        user=user,
        channel=channel,
        trigger_id=as_id(body.get("trigger_id")),
        response_url=_address(body.get("response_url")),
    )
    text = f"{command} {plain_words(as_text(body.get('text')))}".strip()
    return Incoming(_trigger(body, delivery), origin, TurnKind.COMMAND, text)


def read_press(body: Json, delivery: str) -> Incoming | None:
    """A button of a message or of the App Home. `value` is the button's own id: `action_id` has
    a number behind it where the same button stands in a message twice."""
    action = as_object(next(iter(as_list(body.get("actions"))), None))
    text = neutral(as_text(action.get("value")) or as_text(action.get("action_id")))[:MAX_TEXT]
    user = _user_in(body)
    if user is None or not text:
        return None
    container, message = as_object(body.get("container")), as_object(body.get("message"))
    channel = _channel_in(body) or as_id(container.get("channel_id"))
    response_url = _address(body.get("response_url"))
    origin = Origin(
        user=user,
        channel=channel,
        thread=as_id(message.get("thread_ts")) or as_id(container.get("thread_ts")),
        trigger_id=as_id(body.get("trigger_id")),
        response_url=response_url,
        replaceable=response_url is not None,
    )
    return Incoming(_trigger(body, delivery), origin, TurnKind.PRESS, text)


def read_submission(body: Json) -> Incoming | None:
    """A form that was filled in. A view can be submitted once, so its id is the key."""
    view = as_object(body.get("view"))
    user, view_id, form = _user_in(body), as_id(view.get("id")), as_id(view.get("callback_id"))
    if user is None or view_id is None or form is None:
        return None
    kept = _kept(view)
    origin = Origin(
        user=user,
        channel=as_id(kept.get("channel")),
        thread=as_id(kept.get("thread")),
        trigger_id=as_id(body.get("trigger_id")),
        response_url=_address(kept.get("response_url")),
        replaceable=kept.get("replaceable") is True,
    )
    values = dict(_values(as_object(view.get("state"))))
    key = f"view:{view_id}"
    if form == OPEN_ACCOUNT:
        text = f"/account {values.get(ACCOUNT_INPUT, '')}".strip()
        return Incoming(key, origin, TurnKind.COMMAND, text)
    return Incoming(key, origin, TurnKind.PRESS, form, values)


def read_open_account(body: Json) -> Origin | None:
    """The global shortcut. A form can be opened with it for three seconds."""
    user, trigger_id = _user_in(body), as_id(body.get("trigger_id"))
    if user is None or trigger_id is None:
        return None
    return Origin(user=user, trigger_id=trigger_id)


def read_message_shortcut(body: Json, delivery: str) -> Incoming | None:
    """ "Look up the account" in a message's menu: the message's words are the question."""
    user = _user_in(body)
    if user is None:
        return None
    message = as_object(body.get("message"))
    channel = _channel_in(body)
    origin = Origin(
        user=user,
        channel=channel,
        thread=as_id(message.get("thread_ts")),
        trigger_id=as_id(body.get("trigger_id")),
        response_url=_address(body.get("response_url")),
    )
    text = plain_words(as_text(message.get("text")))
    return Incoming(_trigger(body, delivery), origin, TurnKind.MESSAGE, text)


def read_home(body: Json) -> Incoming | None:
    """The person's App Home was opened; None for its other tabs."""
    event = as_object(body.get("event"))
    user = as_id(event.get("user"))
    if user is None or event.get("tab", "home") != "home":
        return None
    key = f"event:{as_id(body.get('event_id')) or new_reference()}"
    return Incoming(key, Origin(user=user), TurnKind.HOME, "")


def changed_channel(event: Json) -> str | None:
    """The channel whose members or shares an event says have changed; None when it does not say
    which, so that it may be any."""
    channel = event.get("channel")
    return as_id(as_object(channel).get("id")) or as_id(channel)


def plain_words(text: str) -> str:
    """What the person typed, without Slack's escapes and with the labels of its links; at most
    MAX_TEXT characters of it."""
    labelled = _LABELLED.sub(r"\1", text[:_MAX_RAW])
    return neutral(html.unescape(_BARE.sub(_bare, labelled))).strip()[:MAX_TEXT]


def _bare(match: re.Match[str]) -> str:
    found = match[1]
    if found.startswith(("@", "#")):
        return found
    return f"@{found[1:]}" if found.startswith("!") else found.removeprefix("mailto:")


def _user_in(body: Json) -> str | None:
    return as_id(as_object(body.get("user")).get("id"))


def _channel_in(body: Json) -> str | None:
    return as_id(as_object(body.get("channel")).get("id"))


def _address(value: object) -> str | None:
    text = as_text(value)
    return text if text.startswith(("https://", "http://")) else None


def _trigger(body: Json, delivery: str) -> str:
    trigger = as_id(body.get("trigger_id"))
    return f"delivery:{delivery}" if trigger is None else f"trigger:{trigger}"


def _kept(view: Json) -> Json:
    """What the form brought back, see `Origin.to_metadata`."""
    try:
        return as_object(json.loads(as_text(view.get("private_metadata"))))
    except (ValueError, RecursionError):
        return {}


def _values(state: Json) -> Iterator[tuple[str, str]]:
    for input_id, elements in as_object(state.get("values")).items():
        for element in map(as_object, as_object(elements).values()):
            chosen = as_object(element.get("selected_option")).get("value")
            value = element.get("value") if chosen is None else chosen
            if isinstance(value, str):
                yield input_id, neutral(value)
