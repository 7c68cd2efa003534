"""The part of the records that is counted for those who look after the product."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from csm.outreach import OutreachState
from csm.post import PostState


@dataclass(frozen=True, slots=True)
class PostTally:
    """How many posts of a platform are in a state."""

    platform: str
    state: PostState
    count: int


class CountsReader(Protocol):
    """How much there is of what is sent. It names nobody."""

    def post_tally(self) -> list[PostTally]:
        """By platform and state."""
        ...

    def outreach_tally(self) -> Mapping[OutreachState, int]: ...
    def oldest_due_post(self, now: datetime) -> datetime | None:
        """Since when the post that is due longest could have been delivered."""
        ...
