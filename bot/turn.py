"""What every surface translates into, and what it renders."""

import secrets
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from csm.card import Card, Form, Picture
from csm.people import Place, Principal
from csm.reference import current_reference


def new_reference() -> str:
    """A short id that a person can read out and a log can be searched for."""
    return secrets.token_hex(4)


def reference_here() -> str:
    """That of the request that we are in, so that all that comes of it has the same; else a new
    one."""
    return current_reference() or new_reference()


class TurnKind(StrEnum):
    COMMAND = "command"  # text begins with a slash command, e.g. "/account acme"
    MESSAGE = "message"  # free text said to us: a mention, or a direct message
    OVERHEARD = "overheard"  # free text in a channel that does not name us
    PRESS = "press"  # a button's id in `text`, a form's values in `values`
    REACTION = "reaction"  # an emoji, named in `text`, on the message `message`
    HOME = "home"  # the person's own start page was opened


# What nobody said to us: it is never answered with trouble of ours.
UNASKED: Final = frozenset({TurnKind.OVERHEARD, TurnKind.REACTION})


@dataclass(frozen=True, slots=True)
class Turn:
    """One thing that one person did in one place.

    `message` is the platform's id of what was said, and `thread` that of the first message of its
    thread, which is itself for a message that begins one; both are empty where nothing was said.
    `names_others`: it mentions people, but not us. `text` and `values` lose what no database or
    encoder takes: NULs and lone surrogates.
    """

    who: Principal
    place: Place
    kind: TurnKind
    text: str
    values: dict[str, str] = field(default_factory=dict)
    reference: str = field(default_factory=new_reference)
    message: str = ""
    thread: str = ""
    names_others: bool = False

    def __post_init__(self) -> None:
        values = {name: _storable(value) for name, value in self.values.items()}
        object.__setattr__(self, "text", _storable(self.text))
        object.__setattr__(self, "values", values)


def _storable(text: str) -> str:
    return text.replace("\0", "").encode("utf-8", "ignore").decode("utf-8")


class Delivery(StrEnum):
    """Who sees a reply, and where.

    PRIVATE: only the person, in the place they are in (ephemeral).
    DIRECT: the person's direct messages, wherever they asked.
    PUBLIC: everybody in the place.
    FORM: a dialogue in front of the person.
    HOME: the person's start page.
    PROGRESS: no message, but a sign that we are at work, where the platform has one.
    """

    PRIVATE = "private"
    DIRECT = "direct"
    PUBLIC = "public"
    FORM = "form"
    HOME = "home"
    PROGRESS = "progress"


@dataclass(frozen=True, slots=True)
class Reply:
    """One thing that we say back: either a card (with a picture, perhaps), a form, or (PROGRESS)
    what we are at, in a few words.

    `replaces` asks the surface to put this card where the pressed button stood, where it can.
    `account_key` is the customer whom a PUBLIC card was written for: it may be said only in a place
    of theirs. None: only where nobody but staff listens.
    """

    delivery: Delivery
    reference: str
    card: Card | None = None
    form: Form | None = None
    picture: Picture | None = None
    replaces: bool = False
    progress: str = ""
    account_key: str | None = None
