"""Messages to a place or a person other than the one that a turn came from: a case card for
colleagues, a person's reply brought to the customer's thread.

A post is written in the transaction of what it tells, and delivered after it, so that nothing is
announced that did not happen and nothing that happened goes untold.
"""

from datetime import datetime
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from csm.reference import current_reference


class PostState(StrEnum):
    WAITING = "waiting"
    CLEARED = "cleared"  # outreach that a process has reviewed and not yet begun to send
    SENDING = "sending"  # claimed by a process; if that died, it is in doubt
    SENT = "sent"
    IN_DOUBT = "in_doubt"  # may have arrived: shown to a person, never sent again by itself
    DEAD = "dead"  # cannot be delivered; `problem` says why


class Post(BaseModel):
    """One message. `key` makes it one of its kind: a second post with the same key is not kept.

    It goes to a person's direct messages (`person_key`), or to a channel, in `thread` if that is
    not empty. `account_key` is the customer who may read it there: None means staff only. The
    place's audience is looked at anew before it is delivered, and must still be that.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    key: str = Field(min_length=1, max_length=200)
    platform: str = Field(max_length=40)
    workspace: str = Field(default="", max_length=120)
    channel: str = Field(default="", max_length=200)
    thread: str = Field(default="", max_length=120)
    person_key: str = Field(default="", max_length=80)
    account_key: str | None = Field(default=None, max_length=80)
    outreach_id: int | None = None
    card: dict[str, Any] = Field(description="a csm.card.Card")
    chart: dict[str, Any] | None = Field(
        default=None, description="a csm.chart.Chart, drawn and shown with the card"
    )
    reference: str = Field(default_factory=current_reference, max_length=40)
    created_at: datetime
    state: PostState = PostState.WAITING
    attempts: int = Field(default=0, ge=0)
    not_before: datetime | None = None
    claimed_at: datetime | None = None
    sent_at: datetime | None = None
    message: str = Field(default="", max_length=200, description="the platform's id, once sent")
    problem: str = Field(default="", max_length=300)
