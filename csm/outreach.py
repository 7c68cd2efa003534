"""Outreach: one message that the machine drafted, from its reason to what came of it.

    DRAFTED -> APPROVED -> SENT, or IN_DOUBT, or DEAD
            -> REJECTED      (a person said no)
            -> WITHDRAWN     (a rule, a stop, or time said no; `ended_why` tells)
    HOLDOUT                  (the control group: nothing is written, only watched)

While it is APPROVED its post is in the outbox: see `csm.post` and `stand_of`.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from csm.guard.verdict import Addressed, Outgoing
from csm.play import Category, ChannelKind, Tier
from csm.post import Post, PostState


class OutreachState(StrEnum):
    DRAFTED = "drafted"
    APPROVED = "approved"
    SENT = "sent"
    IN_DOUBT = "in_doubt"
    DEAD = "dead"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    HOLDOUT = "holdout"


# Those of which a customer may have read something.
REACHED = frozenset({OutreachState.SENT, OutreachState.IN_DOUBT})

# How `approved_by` begins where a tier approved it: "tier:delayed".
BY_TIER = "tier:"


class Reaction(StrEnum):
    """What they made of it; the strongest that was heard."""

    REPLIED = "replied"
    POSITIVE = "positive"
    NEGATIVE = "negative"
    OPTED_OUT = "opted_out"


class Fact(BaseModel):
    """Something that may be told the customer: `text` is how it is said, `number` its value where
    it has one, `source` the kind of record it rests on, `as_of` the day of the data."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(max_length=80)
    label: str = Field(max_length=200)
    text: str = Field(max_length=500)
    number: float | None = None
    source: str = Field(default="", max_length=80)
    as_of: date | None = None


class Outreach(BaseModel):
    """One message. Accounts, contacts and people are named by key: what was sent stays on record
    when they are gone.

    `key` is one of its kind, so that the same play never writes twice to an account at once.
    `author` is the person who asked for it, empty for the machine; `evidence` is why now, for
    colleagues only. `facts` are what it was written from, `used` the names of those that its text
    tells. `goes_at`: when a delayed one goes unless somebody stops it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: str = Field(min_length=1, max_length=200)
    account_key: str = Field(min_length=1, max_length=80)
    play: str = Field(min_length=1, max_length=80)
    category: Category
    cta_id: int | None = None
    evidence: str = Field(default="", max_length=1000)
    author: str = Field(default="", max_length=80)
    tier: Tier = Tier.MANUAL

    contact_key: str = Field(default="", max_length=80)
    contact_name: str = Field(default="", max_length=200)
    channel: ChannelKind = ChannelKind.EMAIL
    platform: str = Field(default="", max_length=40, description="slack, console, email …")
    workspace: str = Field(default="", max_length=120)
    place: str = Field(default="", max_length=200, description="the shared channel's id")
    person_key: str = Field(default="", max_length=80, description="whose direct messages")
    address: str = Field(default="", max_length=254, description="e-mail address")

    language: str = Field(default="en", max_length=12)
    subject: str = Field(default="", max_length=200)
    body: str = Field(default="", max_length=8000)
    footer: str = Field(default="", max_length=1000, description="what e-mail says of its sender")
    links: tuple[str, ...] = ()
    facts: tuple[Fact, ...] = ()
    used: tuple[str, ...] = ()
    by_model: bool = False
    drafted_subject: str = Field(default="", max_length=200)
    drafted_body: str = Field(default="", max_length=8000)
    edited_by: str = Field(default="", max_length=80)
    verdict: list[dict[str, Any]] = Field(default_factory=list)

    state: OutreachState
    drafted_at: datetime
    snoozed_until: datetime | None = None
    goes_at: datetime | None = None
    approved_by: str = Field(default="", max_length=80, description="a person's key, or tier:…")
    approved_at: datetime | None = None
    approval_until: datetime | None = None
    approved_fingerprint: str = Field(default="", max_length=64)
    held_until: datetime | None = None
    ended_by: str = Field(default="", max_length=80)
    ended_at: datetime | None = None
    ended_why: str = Field(default="", max_length=500)
    sent_at: datetime | None = None
    message: str = Field(default="", max_length=200, description="the platform's or mail's id")

    reaction: Reaction | None = None
    reacted_at: datetime | None = None
    goal_by: date
    goal_reached_on: date | None = None

    @property
    def outgoing(self) -> Outgoing:
        """The exact message, as the guard and the couriers know it."""
        addressed = Addressed(
            contact_key=self.contact_key,
            channel=self.channel,
            recipient=self.recipient,
            subject=self.subject,
            play=self.play,
            category=self.category,
            language=self.language,
        )
        return Outgoing(self.text, self.account_key, self.links, addressed=addressed)

    @property
    def text(self) -> str:
        """All that is read below the subject."""
        return f"{self.body}\n\n{self.footer}" if self.footer else self.body

    @property
    def fingerprint(self) -> str:
        return self.outgoing.fingerprint

    @property
    def recipient(self) -> str:
        """Where it goes to, in one line that is different for every place and person."""
        match self.channel:
            case ChannelKind.EMAIL:
                return f"email:{self.address}"
            case ChannelKind.DM:
                return f"dm:{self.platform}:{self.person_key}"
            case ChannelKind.CHANNEL:
                return f"channel:{self.platform}:{self.workspace}:{self.place}"


class Stand(StrEnum):
    """Where a message stands on its way, as people are told."""

    WAITING = "waits for approval"
    QUEUED = "queued"
    HELD = "held"
    SENDING = "being sent"
    RETRYING = "failed, will be tried again"
    SENT = "sent"
    IN_DOUBT = "in doubt"
    DEAD = "could not be delivered"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    HOLDOUT = "in the control group"


_ENDED = {
    OutreachState.DRAFTED: Stand.WAITING,
    OutreachState.SENT: Stand.SENT,
    OutreachState.IN_DOUBT: Stand.IN_DOUBT,
    OutreachState.DEAD: Stand.DEAD,
    OutreachState.REJECTED: Stand.REJECTED,
    OutreachState.WITHDRAWN: Stand.WITHDRAWN,
    OutreachState.HOLDOUT: Stand.HOLDOUT,
}


def stand_of(outreach: Outreach, post: Post | None) -> Stand:
    """Where it stands; `post` is its row in the outbox, if it has come to that."""
    if outreach.state is not OutreachState.APPROVED:
        return _ENDED[outreach.state]
    if post is not None and post.state in {PostState.CLEARED, PostState.SENDING}:
        return Stand.SENDING
    if post is not None and post.attempts:
        return Stand.RETRYING
    return Stand.HELD if outreach.held_until else Stand.QUEUED


def post_key(outreach_id: int) -> str:
    """The key of its one post: there is never a second one."""
    return f"outreach:{outreach_id}"
