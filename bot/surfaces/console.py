"""The console surface: everything that chat can do, without a chat platform.

People and places are named, not logged in, so it belongs on a developer's machine and in tests.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Protocol

from bot.turn import Delivery, Reply, Turn, TurnKind
from csm.errors import InvalidInput
from csm.people import (
    STAFF_ONLY,
    STRANGER,
    UNKNOWN_AUDIENCE,
    Audience,
    AudienceKind,
    Place,
    PlaceKind,
    Principal,
    Role,
)
from csm.ports import Records

PLATFORM: Final = "console"
WORKSPACE: Final = "demo"
DM: Final = "dm"
EVERYONE: Final = "everyone"
NOBODY_WE_KNOW: Final = "stranger"


class Answers(Protocol):
    """What answers turns: `bot.chat.Chat`."""

    def handle(self, turn: Turn) -> Iterator[Reply]: ...


@dataclass(frozen=True, slots=True)
class Delivered:
    """A reply with the place where it landed, and who sees it there: a person's key ("stranger"
    for somebody without one) or "everyone"."""

    reply: Reply
    to: str
    place: Place

    @property
    def reference(self) -> str:
        return self.reply.reference


class ConsoleSurface:
    """Turns what a named person says in a named place into turns, and tells where replies go."""

    def __init__(self, chat: Answers, records: Records) -> None:
        self._chat = chat
        self._records = records

    def resolve_person(self, name: str) -> Principal:
        """The person with that key, else a stranger. Raises Busy or Unavailable."""
        key = name.strip()
        with self._records.reading() as reader:
            return (reader.person(key) if key else None) or STRANGER

    def resolve_place(self, name: str, person: Principal) -> Place:
        """The place of that name as this person enters it; "dm" is their direct messages.

        A place that was never bound has an unknown audience. Raises Busy or Unavailable.
        """
        channel = name.strip()
        if channel == DM:
            return direct_messages(person)
        with self._records.reading() as reader:
            known = reader.place(PLATFORM, WORKSPACE, channel)
        return known or Place(
            PLATFORM, WORKSPACE, channel, PlaceKind.CHANNEL, UNKNOWN_AUDIENCE, name=channel
        )

    def say(self, text: str, person: Principal, place: Place) -> list[Delivered]:
        """A command when it begins with a slash, else a message."""
        words = text.strip()
        kind = TurnKind.COMMAND if words.startswith("/") else TurnKind.MESSAGE
        return self._take(Turn(person, place, kind, words))

    def press(
        self, button_id: str, values: Mapping[str, str], person: Principal, place: Place
    ) -> list[Delivered]:
        """A button pressed, or, with values, a form submitted."""
        return self._take(Turn(person, place, TurnKind.PRESS, button_id.strip(), dict(values)))

    def open_home(self, person: Principal) -> list[Delivered]:
        """The person's own start page."""
        return self._take(Turn(person, direct_messages(person), TurnKind.HOME, ""))

    def _take(self, turn: Turn) -> list[Delivered]:
        return [_deliver(reply, turn) for reply in self._chat.handle(turn)]


def direct_messages(person: Principal) -> Place:
    """A person's own conversation with us. Only staff's is free of outsiders."""
    key = person.key or NOBODY_WE_KNOW
    return Place(PLATFORM, WORKSPACE, f"dm:{key}", PlaceKind.DM, _audience_of(person), name=DM)


def values_from_json(text: str) -> dict[str, str]:
    """A form's values, written as a JSON object. Raises InvalidInput."""
    try:
        values = json.loads(text)
    except ValueError as error:
        raise InvalidInput(
            f"The values are not valid JSON ({error}). "
            'Write them like this: {"outcome": "done", "note": "They are happy"}'
        ) from None
    if not isinstance(values, dict) or not all(isinstance(v, str) for v in values.values()):
        raise InvalidInput(
            "The values must be a JSON object whose values are all texts, "
            'like this: {"outcome": "done", "note": "They are happy"}'
        )
    return values


def _audience_of(person: Principal) -> Audience:
    if person.is_staff:
        return STAFF_ONLY
    if person.role is Role.CONTACT and person.account_key:
        return Audience(AudienceKind.CUSTOMER, person.account_key)
    return UNKNOWN_AUDIENCE


def _deliver(reply: Reply, turn: Turn) -> Delivered:
    person = turn.who.key or NOBODY_WE_KNOW
    match reply.delivery:
        case Delivery.PUBLIC:
            return Delivered(reply, EVERYONE, turn.place)
        case Delivery.PRIVATE | Delivery.FORM:
            return Delivered(reply, person, turn.place)
        case Delivery.DIRECT | Delivery.HOME:
            return Delivered(reply, person, direct_messages(turn.who))
