"""What outreach needs from outside, besides the records and the time."""

from collections.abc import Callable
from dataclasses import dataclass

from csm.play import Category
from csm.playbook import Playbook


@dataclass(frozen=True, slots=True)
class Desk:
    """`platforms` are those that something can be sent on ("slack", "console", "email").
    `unsubscribe` gives the address at which a contact (account key, contact key) refuses messages
    of a category with one click; empty where this installation has no public address."""

    playbook: Playbook
    platforms: frozenset[str]
    unsubscribe: Callable[[str, str, Category], str]
