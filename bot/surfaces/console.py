"""The console surface: everything that chat can do, without a chat platform.

People and places are named, not logged in, so it belongs on a developer's machine and in tests.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, Protocol

import structlog

from bot.drawn import picture_of
from bot.outbox import Outbox
from bot.postman import Postman
from bot.surfaces.console_places import (
    DM,
    NOBODY_WE_KNOW,
    PLATFORM,
    WORKSPACE,
    direct_messages,
)
from bot.surfaces.console_post import EVERYONE, ConsoleCourier, landing
from bot.turn import Delivery, Reply, Turn, TurnKind, new_reference
from csm.card import Card, Picture
from csm.chart import Chart
from csm.desk import Desk
from csm.errors import CsmError, InvalidInput
from csm.people import (
    STRANGER,
    UNKNOWN_AUDIENCE,
    AudienceKind,
    Place,
    PlaceKind,
    Principal,
)
from csm.ports import Clock, Pictures, Records
from csm.post import Post, PostState

# How a message in a customer's channel begins that is said to us.
CALL: Final = "@csm"

log = structlog.get_logger(__name__)


class Answers(Protocol):
    """What answers turns: `bot.chat.Chat`."""

    def handle(self, turn: Turn) -> Iterator[Reply]: ...


@dataclass(frozen=True, slots=True)
class Delivered:
    """A reply with the place where it landed, and who sees it there: a person's key ("stranger"
    for somebody without one) or "everyone". `thread` is what it continues, if anything."""

    reply: Reply
    to: str
    place: Place
    thread: str = ""

    @property
    def reference(self) -> str:
        return self.reply.reference


class ConsoleSurface:
    """Turns what a named person says in a named place into turns, and tells where replies go."""

    def __init__(
        self,
        chat: Answers,
        records: Records,
        desk: Desk,
        clock: Clock,
        pictures: Pictures | None = None,
    ) -> None:
        """`pictures` draws the charts of posts: without it, they go without."""
        self._chat = chat
        self._pictures = pictures
        self._records = records
        self.postman = Postman(
            records,
            clock,
            desk.playbook.answers,
            {PLATFORM: ConsoleCourier(records)},
            Outbox(records, clock, desk),
        )

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

    def say(self, text: str, person: Principal, place: Place, thread: str = "") -> list[Delivered]:
        """A command when it begins with a slash, else a message; in a customer's channel it is
        said to us only when it begins with @csm. A message continues `thread`, or begins one."""
        kind, words = _understood(text.strip(), place)
        if kind is TurnKind.COMMAND:
            return self._take(Turn(person, place, kind, words))
        message = new_reference()
        said = Turn(person, place, kind, words, message=message, thread=thread or message)
        return self._take(said)

    def press(
        self, button_id: str, values: Mapping[str, str], person: Principal, place: Place
    ) -> list[Delivered]:
        """A button pressed, or, with values, a form submitted."""
        return self._take(Turn(person, place, TurnKind.PRESS, button_id.strip(), dict(values)))

    def open_home(self, person: Principal) -> list[Delivered]:
        """The person's own start page."""
        return self._take(Turn(person, direct_messages(person), TurnKind.HOME, ""))

    def posts(self) -> list[Delivered]:
        """What was waiting to be brought to anybody here. What the records do not give now waits
        for the next time."""
        try:
            settled = self.postman.deliver_waiting(PLATFORM)
            return [self._posted(one.post) for one in settled if one.post.state is PostState.SENT]
        except CsmError as error:
            log.warning("posts left waiting", cause=type(error).__name__)
            return []

    def _take(self, turn: Turn) -> list[Delivered]:
        replies = [_deliver(reply, turn) for reply in self._chat.handle(turn)]
        return replies + self.posts()

    def _posted(self, post: Post) -> Delivered:
        to, place = landing(self._records, post)
        direct = place.kind is PlaceKind.DM
        reply = Reply(
            Delivery.DIRECT if direct else Delivery.PUBLIC,
            post.message,
            card=Card.model_validate(post.card),
            picture=self._drawn(post),
            account_key=post.account_key,
        )
        return Delivered(reply, to, place, post.thread)

    def _drawn(self, post: Post) -> Picture | None:
        """Its chart. The post has arrived, so nothing that goes wrong here may keep it back."""
        if post.chart is None or self._pictures is None:
            return None
        try:
            return picture_of(Chart.model_validate(post.chart), self._pictures)
        except Exception as error:  # noqa: BLE001 - the card stands without it
            log.warning("picture left out", key=post.key, cause=type(error).__name__)
            return None


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


def _understood(words: str, place: Place) -> tuple[TurnKind, str]:
    """What kind of thing was said, and without what only says so."""
    if words.startswith("/"):
        return TurnKind.COMMAND, words
    open_channel = place.kind is PlaceKind.CHANNEL and place.audience.kind is AudienceKind.CUSTOMER
    call, _, rest = words.partition(" ")
    if open_channel and call.lower() != CALL:
        return TurnKind.OVERHEARD, words
    return TurnKind.MESSAGE, rest.strip() if call.lower() == CALL else words


def _deliver(reply: Reply, turn: Turn) -> Delivered:
    person = turn.who.key or NOBODY_WE_KNOW
    match reply.delivery:
        case Delivery.PUBLIC:
            return Delivered(reply, EVERYONE, turn.place, turn.thread)
        case Delivery.PRIVATE | Delivery.FORM | Delivery.PROGRESS:
            return Delivered(reply, person, turn.place, turn.thread)
        case Delivery.DIRECT | Delivery.HOME:
            return Delivered(reply, person, direct_messages(turn.who))
