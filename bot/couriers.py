"""Couriers: what brings posts to one platform, and how they tell what became of one."""

from datetime import timedelta
from typing import Protocol

from csm.guard.verdict import Cleared
from csm.letter import carries
from csm.post import Post


class NotNow(Exception):
    """The platform did not take it, and may later; after `wait` seconds, where it said so."""

    def __init__(self, reason: str, wait: float = 0) -> None:
        super().__init__(reason)
        self.wait = timedelta(seconds=wait)


class Undeliverable(Exception):
    """It cannot be delivered, or must not be any more. The reason is shown to colleagues."""


class AddressRefused(Undeliverable):
    """The recipient's address takes no mail, now or ever: it has bounced."""


class InDoubt(Exception):
    """It may have arrived: the platform's answer was lost. The reason is shown to colleagues."""


class Courier(Protocol):
    """Brings posts to one platform. Right before it does, it looks at who listens there."""

    @property
    def parallel(self) -> int:
        """How many posts it may be given at once, each by a thread of its own."""
        ...

    def deliver(self, post: Post, cleared: Cleared | None) -> str:
        """The platform's id of the message. It begins with `demand_cleared`. Raises NotNow when
        it did not arrive but may later, Undeliverable when it never will, and InDoubt or anything
        else where it may have arrived."""
        ...

    def expected_id(self, post: Post) -> str:
        """The id that the message has if it arrived, where that is fixed before it is sent; else
        empty."""
        ...

    def find(self, post: Post) -> str | None:
        """The id of a message that may have been sent, where the platform can show that it was;
        None where it cannot be found, which proves nothing. Raises NotNow when the platform cannot
        be asked at this time."""
        ...


def demand_cleared(post: Post, cleared: Cleared | None) -> None:
    """Let outreach pass only with the guard's proof for exactly that message, to exactly there.
    What is no outreach was looked at when it was written. Raises Undeliverable."""
    if post.outreach_id is None:
        return
    if cleared is None:
        raise Undeliverable("It was not cleared by the guard, so I did not send it.")
    cleared.demand_exactly(cleared.outgoing)
    if not carries(post, cleared.outgoing):
        raise Undeliverable("It is not what the guard cleared, so I did not send it.")
