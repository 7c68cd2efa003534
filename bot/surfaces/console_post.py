"""Posts on the console: nothing is sent anywhere, so whoever made them come shows them."""

from typing import Final

from bot.couriers import Undeliverable, demand_cleared
from bot.surfaces.console_places import PLATFORM, WORKSPACE, direct_messages, owner_of
from bot.turn import new_reference
from csm.guard.verdict import Cleared
from csm.people import STAFF_ONLY, Audience, AudienceKind, Place
from csm.ports import Records
from csm.post import Post

EVERYONE: Final = "everyone"


class ConsoleCourier:
    """Looks at who listens where a post goes, as every courier does, and gives it an id."""

    def __init__(self, records: Records) -> None:
        self._records = records

    @property
    def parallel(self) -> int:
        """See `bot.couriers.Courier`."""
        return 1

    def expected_id(self, _post: Post) -> str:
        """See `bot.couriers.Courier`."""
        return ""

    def find(self, _post: Post) -> str | None:
        """Nothing is kept of what was shown."""
        return None

    def deliver(self, post: Post, cleared: Cleared | None) -> str:
        """See `bot.couriers.Courier`."""
        demand_cleared(post, cleared)
        _, place = landing(self._records, post)
        meant_for = (
            STAFF_ONLY
            if post.account_key is None
            else Audience(AudienceKind.CUSTOMER, post.account_key)
        )
        if place.audience != meant_for:
            raise Undeliverable("Others than those it was written for can read that place now.")
        return new_reference()


def landing(records: Records, post: Post) -> tuple[str, Place]:
    """Who sees the post, by their key or as "everyone", and where. Raises Undeliverable for a
    person or a place that is not there, and Busy or Unavailable."""
    key = post.person_key or owner_of(post.channel)
    with records.reading() as reader:
        person = reader.person(key) if key else None
        place = None if key else reader.place(PLATFORM, WORKSPACE, post.channel)
    if person is not None:
        return person.key, direct_messages(person)
    if place is not None:
        return EVERYONE, place
    raise Undeliverable("Nobody of that name is known here." if key else "There is no such place.")
