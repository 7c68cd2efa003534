"""What the handlers of turns are given, and what they answer."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from bot.turn import Turn
from csm.card import Card, Form, Picture
from csm.errors import InvalidInput
from csm.people import Clearance
from csm.playbook import Playbook
from csm.ports import Clock, Narrator, Pictures, Records


@dataclass(frozen=True, slots=True)
class Services:
    """All that answering needs from outside."""

    records: Records
    playbook: Playbook
    clock: Clock
    pictures: Pictures
    narrator: Narrator | None


@dataclass(frozen=True, slots=True)
class Asked:
    """A turn that may be answered: the argument of its command or button, and the proof.

    `may_share` says whether the place itself may see what only the person sees now.
    """

    turn: Turn
    argument: str
    clearance: Clearance
    may_share: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """One thing to say. Only the person sees it, unless it is `public`."""

    card: Card | None = None
    form: Form | None = None
    picture: Picture | None = None
    public: bool = False
    replaces: bool = False


Handler = Callable[[Asked], Iterator[Answer]]


def number_in(argument: str) -> int:
    """The number that a button carries or a person typed. Raises InvalidInput."""
    digits = argument.strip().removeprefix("#")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 15):
        raise InvalidInput(f"“{argument.strip()[:40]}” is not a number.")
    return int(digits)
