"""The part of the records that keeps the house in order: what is too old goes, and what the outbox
lost is found."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from csm.outreach import OutreachState
from csm.post import PostState


class Kept(StrEnum):
    """What is kept for a while: each as `csm.keep_settings` calls it, and what is over on a day
    that it says itself, or with the person that it is for."""

    USAGE = "usage"
    TICKETS = "tickets"
    SURVEYS = "surveys"
    INTERACTIONS = "interactions"
    INVOICES = "invoices"
    HEALTH = "health"
    FINDINGS = "findings"
    CTAS = "ctas"
    QUESTIONS = "questions"
    OUTREACH = "outreach"
    THREADS = "threads"
    POSTS = "posts"
    EVENTS = "events"
    FIRINGS = "firings"
    SNOOZES = "snoozes"
    TOLD = "told"


@dataclass(frozen=True, slots=True)
class Swept:
    """How many rows of a part were deleted (of outreach: emptied), and where the next part begins;
    None where that was the last."""

    count: int
    next: int | None


@dataclass(frozen=True, slots=True)
class Mismatch:
    """Outreach, and its row in the outbox, of which one says that it is on its way, and the other
    does not. `post` is None where there is no row."""

    outreach_id: int
    outreach: OutreachState
    post: PostState | None


class KeepingReader(Protocol):
    """What can be asked about the order of the house."""

    def outbox_mismatches(self, limit: int) -> list[Mismatch]:
        """By id of the outreach."""
        ...

    def posts_in(
        self, states: Collection[PostState], before: datetime, limit: int
    ) -> list["OldPost"]:
        """Those in one of these states that were claimed, or else were to be sent, before then;
        oldest first."""
        ...


@dataclass(frozen=True, slots=True)
class OldPost:
    """A post, without its words. `since`: when it was claimed, or was to be sent."""

    id: int
    platform: str
    state: PostState
    outreach_id: int | None
    since: datetime


class KeepingWriter(KeepingReader, Protocol):
    def sweep(self, kind: Kept, before: datetime, start: int) -> Swept:
        """Delete what is older of that kind, and over: some of it, so that nobody waits for long.
        `start` is 0, or where the last part said that the next one begins. Of outreach the row
        stays, and what it said goes."""
        ...

    def doubt_all(self, now: datetime, claimed_at: datetime) -> int:
        """Make every post that could have been sent by now SENDING, claimed then: how many. Whoever
        looks after its platform finds out what became of it, or asks a person."""
        ...
