"""What a rule is: of the words, of the words of outreach, and of the sending."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from csm.guard.sending import Sending
from csm.guard.verdict import Outcome, Outgoing
from csm.guard.word_facts import WordFacts
from csm.guard_settings import LetterGuard, SendGuard, TextGuard


@dataclass(frozen=True, slots=True)
class TextRule:
    """A rule of the words of any message. `minds` gives what it objects to, nothing where it has
    nothing to say; `outcome` is what comes of a message that it minds, `reason` why, in plain
    words."""

    id: str
    outcome: Outcome
    reason: str
    minds: Callable[[Outgoing, WordFacts, TextGuard], Iterable[str]]


@dataclass(frozen=True, slots=True)
class LetterRule:
    """A rule of the words of outreach alone: it refuses what it minds."""

    id: str
    reason: str
    minds: Callable[[Outgoing, WordFacts, LetterGuard], Iterable[str]]


class Look(NamedTuple):
    """What a rule of sending found: the outcome, and what it looked at, whatever the outcome.
    `until` is when a hold may be tried again; `reason` replaces the rule's where it says more."""

    outcome: Outcome
    inputs: tuple[str, ...]
    until: datetime | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class SendRule:
    """A rule of whom, when and how often. `reason` is why it holds or refuses, in plain words."""

    id: str
    reason: str
    look: Callable[[Sending, SendGuard], Look]
