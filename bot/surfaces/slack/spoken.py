"""What people say in Slack, read: to us, or to others in a channel that we are in."""

import re
from typing import Final

from bot.payload import Json, as_id, as_list, as_object, as_text
from bot.surfaces.slack.translate import Incoming, Origin, plain_words
from bot.turn import TurnKind

HELP: Final = "/help"

_LEADING_MENTION: Final = re.compile(r"^\s*<@[UWB][A-Z0-9]+(?:\|[^>]*)?>")
_MENTION: Final = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>|<!subteam\^[^>]*>")

# What a person said, though Slack calls it something else besides: with a file, or shown in the
# channel as well as in its thread.
_SAID: Final = frozenset({"", "file_share", "thread_broadcast"})
_ROOMS: Final = frozenset({"channel", "group", "mpim"})


def read_message(body: Json) -> Incoming | None:
    """What somebody said: to us in a mention or a direct message, or (OVERHEARD) to others in a
    channel that we are in. The same one has the same key and the same kind, whichever of its
    events tells of it.

    None for what no person said: edits, joins, bare files, other apps' and our own messages.
    """
    event, us = as_object(body.get("event")), _ourselves(body)
    user, channel, ts = (as_id(event.get(name)) for name in ("user", "channel", "ts"))
    raw, subtype = as_text(event.get("text")), as_text(event.get("subtype"))
    kind = _kind_of(event, raw, us)
    by_person = not event.get("bot_id") and subtype in _SAID and user != us
    is_bare_file = subtype == "file_share" and not raw.strip()
    if kind is None or not by_person or is_bare_file:
        return None
    if user is None or channel is None or ts is None:
        return None
    is_direct = event.get("channel_type") == "im"
    origin = Origin(
        user=user,
        channel=channel,
        thread=as_id(event.get("thread_ts")),
        new_thread=None if is_direct else ts,
        message=ts,
    )
    text = plain_words(_without_call(raw, us))
    if kind is TurnKind.MESSAGE and text.startswith("/"):
        kind = TurnKind.COMMAND
    return Incoming(
        f"message:{channel}:{ts}",
        origin,
        kind,
        text,
        names_others=kind is TurnKind.OVERHEARD and _MENTION.search(raw) is not None,
        home=_home(body),
    )


def read_reaction(body: Json) -> Incoming | None:
    """An emoji that somebody put on a message. None for one on anything else, and for our own."""
    event = as_object(body.get("event"))
    item = as_object(event.get("item"))
    user, emoji = as_id(event.get("user")), as_text(event.get("reaction"))
    channel, ts = as_id(item.get("channel")), as_id(item.get("ts"))
    if user is None or channel is None or ts is None or not emoji or user == _ourselves(body):
        return None
    origin = Origin(user=user, channel=channel, message=ts)
    key = f"reaction:{channel}:{ts}:{user}:{emoji[:80]}"
    return Incoming(key, origin, TurnKind.REACTION, emoji[:80], home=_home(body))


def _kind_of(event: Json, raw: str, us: str | None) -> TurnKind | None:
    """Whether it was said to us. Where Slack does not say who we are, a message that mentions
    somebody may mention us: then the event of that mention tells of it, too."""
    if event.get("type") == "app_mention" or event.get("channel_type") == "im":
        return TurnKind.MESSAGE
    if as_text(event.get("channel_type")) not in _ROOMS:
        return None
    named = {match[1] for match in _MENTION.finditer(raw)}
    if us is None:
        return None if named else TurnKind.OVERHEARD
    return TurnKind.MESSAGE if us in named else TurnKind.OVERHEARD


def _without_call(raw: str, us: str | None) -> str:
    """The text without the mention that only says that it is for us."""
    if us is None:
        return _LEADING_MENTION.sub("", raw)
    # Blanks are counted from where they begin, or a long row of them would take seconds.
    return re.sub(rf"(?<!\s)\s*<@{re.escape(us)}(?:\|[^>]*)?>[,:]?", "", raw)


def _ourselves(body: Json) -> str | None:
    """The id of our bot user, for whom Slack tells us of it."""
    authorization = _authorization(body)
    return as_id(authorization.get("user_id")) if authorization.get("is_bot") is True else None


def _home(body: Json) -> str | None:
    return as_id(_authorization(body).get("team_id"))


def _authorization(body: Json) -> Json:
    return as_object(next(iter(as_list(body.get("authorizations"))), None))


def read_pane(body: Json) -> Incoming | None:
    """The assistant pane was opened, which asks for help in a thread of its own."""
    pane = as_object(as_object(body.get("event")).get("assistant_thread"))
    user, channel, thread = (
        as_id(pane.get(name)) for name in ("user_id", "channel_id", "thread_ts")
    )
    if user is None or channel is None or thread is None:
        return None
    origin = Origin(user=user, channel=channel, thread=thread)
    return Incoming(f"pane:{channel}:{thread}", origin, TurnKind.COMMAND, HELP)
