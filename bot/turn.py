"""What every surface translates into, and what it renders."""

import secrets
from dataclasses import dataclass, field
from enum import StrEnum

from csm.card import Card, Form, Picture
from csm.people import Place, Principal


def new_reference() -> str:
    """A short id that a person can read out and a log can be searched for."""
    return secrets.token_hex(4)


class TurnKind(StrEnum):
    COMMAND = "command"  # text begins with a slash command, e.g. "/account acme"
    MESSAGE = "message"  # free text: a mention, or a direct message
    PRESS = "press"  # a button's id in `text`, a form's values in `values`
    HOME = "home"  # the person's own start page was opened


@dataclass(frozen=True, slots=True)
class Turn:
    """One thing that one person did in one place.

    `text` and `values` lose what no database or encoder takes: NULs and lone surrogates.
    """

    who: Principal
    place: Place
    kind: TurnKind
    text: str
    values: dict[str, str] = field(default_factory=dict)
    reference: str = field(default_factory=new_reference)

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
    """

    PRIVATE = "private"
    DIRECT = "direct"
    PUBLIC = "public"
    FORM = "form"
    HOME = "home"


@dataclass(frozen=True, slots=True)
class Reply:
    """One thing that we say back: either a card (with a picture, perhaps) or a form.

    `replaces` asks the surface to put this card where the pressed button stood, where it can.
    """

    delivery: Delivery
    reference: str
    card: Card | None = None
    form: Form | None = None
    picture: Picture | None = None
    replaces: bool = False
