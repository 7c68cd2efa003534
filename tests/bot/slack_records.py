"""Records in memory: people, places, seen events and posts, which is all that a surface asks
for."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any, cast

from csm.people import UNKNOWN_AUDIENCE, Place, Principal
from csm.ports import Reader, Records, Writer
from csm.ports_answers import StoredPost
from csm.ports_outreach import StoredOutreach
from csm.post import Post, PostState


class FixedClock:
    """Time that moves when the test says so."""

    def __init__(self) -> None:
        self.at = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

    def now(self) -> datetime:
        return self.at

    def today(self) -> date:
        return self.at.date()

    def pass_by(self, **time: int) -> None:
        self.at += timedelta(**time)


class MemoryRecords(Records):
    """A unit of work is the object itself, under a lock. `trouble` is raised by the next ones."""

    def __init__(self, *people: Principal) -> None:
        self.by_key = {person.key: person for person in people}
        self.links: dict[tuple[str, str, str], str] = {}
        self.kept_places: dict[tuple[str, str, str], Place] = {}
        self.checked: dict[tuple[str, str, str], datetime | None] = {}
        self.seen: set[tuple[str, str]] = set()
        self.kept_posts: dict[int, Post] = {}
        self.csms: dict[str, str] = {}  # account key -> CSM's e-mail address
        self.trouble: Exception | None = None
        self.open_units = 0
        self.only_reads = False
        self._lock = threading.RLock()

    @contextmanager
    def reading(self) -> Iterator[Reader]:
        with self._lock, self._counted():
            yield cast("Reader", self._unit())

    @contextmanager
    def writing(self) -> Iterator[Writer]:
        assert not self.only_reads
        with self._lock, self._counted():
            yield cast("Writer", self._unit())

    @contextmanager
    def _counted(self) -> Iterator[None]:
        self.open_units += 1
        try:
            yield
        finally:
            self.open_units -= 1

    def _unit(self) -> "MemoryRecords":
        if self.trouble is not None:
            raise self.trouble
        return self

    def person_by_email(self, email: str) -> Principal | None:
        return next((p for p in self.by_key.values() if p.email == email.lower()), None)

    def person_by_platform_id(self, platform: str, workspace: str, user: str) -> Principal | None:
        key = self.links.get((platform, workspace, user))
        return self.by_key.get(key) if key else None

    def link_person(self, person_key: str, platform: str, workspace: str, user: str) -> None:
        self.links[platform, workspace, user] = person_key

    def place(self, platform: str, workspace: str, channel: str) -> Place | None:
        return self.kept_places.get((platform, workspace, channel))

    def places(self) -> list[Place]:
        return list(self.kept_places.values())

    def audience_checked_at(self, platform: str, workspace: str, channel: str) -> datetime | None:
        return self.checked.get((platform, workspace, channel))

    def save_place(self, place: Place, checked_at: datetime) -> None:
        key = (place.platform, place.workspace, place.channel)
        self.kept_places[key], self.checked[key] = place, checked_at

    def forget_audiences(self, platform: str, workspace: str, channel: str) -> None:
        key = (platform, workspace, channel)
        place = self.kept_places[key]
        self.kept_places[key] = Place(
            platform, workspace, channel, place.kind, UNKNOWN_AUDIENCE, place.name
        )
        self.checked[key] = None

    def claim_event(self, platform: str, event_id: str, at: datetime) -> bool:
        is_first = (platform, event_id) not in self.seen
        self.seen.add((platform, event_id))
        return is_first

    def person(self, key: str) -> Principal | None:
        return self.by_key.get(key)

    def people(self) -> list[Principal]:
        return list(self.by_key.values())

    def platform_ids(self, person_key: str) -> list[tuple[str, str, str]]:
        return [ids for ids, key in self.links.items() if key == person_key]

    def account_csm(self, account_key: str) -> tuple[str, str] | None:
        return account_key.title(), self.csms.get(account_key, "")

    def add_post(self, post: Post) -> int | None:
        if post.key in {kept.key for kept in self.kept_posts.values()}:
            return None
        self.kept_posts[len(self.kept_posts) + 1] = post
        return len(self.kept_posts)

    def posts(self, state: str, limit: int = 100) -> list[StoredPost]:
        found = [StoredPost(id_, post) for id_, post in self.kept_posts.items()]
        return [stored for stored in found if stored.post.state == state][:limit]

    def is_post_due(self, platform: str, now: datetime, claimed_before: datetime) -> bool:
        lost = (PostState.SENDING, PostState.CLEARED)
        return bool(
            self._due(platform, now)
            or any(self._left(state, platform, claimed_before) for state in lost)
        )

    def post_by_key(self, key: str) -> StoredPost | None:
        found = (StoredPost(id_, post) for id_, post in self.kept_posts.items())
        return next((stored for stored in found if stored.post.key == key), None)

    def _due(self, platform: str, now: datetime) -> list[StoredPost]:
        return [
            stored
            for stored in self.posts(PostState.WAITING)
            if stored.post.platform == platform
            and (stored.post.not_before is None or stored.post.not_before <= now)
        ]

    def _left(self, state: PostState, platform: str, before: datetime) -> list[StoredPost]:
        return [
            stored
            for stored in self.posts(state)
            if stored.post.platform == platform
            and stored.post.claimed_at is not None
            and stored.post.claimed_at < before
        ]

    def claim_posts(self, platform: str, now: datetime, limit: int) -> list[StoredPost]:
        return [
            self._changed(
                one, state=PostState.SENDING, claimed_at=now, attempts=one.post.attempts + 1
            )
            for one in _plain(self._due(platform, now))[:limit]
        ]

    def doubt_posts(self, platform: str, claimed_before: datetime) -> list[StoredPost]:
        lost = _plain(self._left(PostState.SENDING, platform, claimed_before))
        return [self._changed(stored, state=PostState.IN_DOUBT) for stored in lost]

    def return_cleared(self, platform: str, claimed_before: datetime) -> int:
        left = self._left(PostState.CLEARED, platform, claimed_before)
        for stored in left:
            self._changed(stored, state=PostState.WAITING, claimed_at=None)
        return len(left)

    def take_due_outreach(
        self, platform: str, now: datetime, limit: int
    ) -> list[tuple[StoredPost, StoredOutreach]]:
        return []  # none is kept here

    def update_post(self, post_id: int, post: Post) -> None:
        self.kept_posts[post_id] = post

    def _changed(self, stored: StoredPost, **changes: object) -> StoredPost:
        self.kept_posts[stored.id] = post = stored.post.model_copy(update=changes)
        return StoredPost(stored.id, post)

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(f"a surface never asks for {name}")


def _plain(found: list[StoredPost]) -> list[StoredPost]:
    """Those that carry no outreach."""
    return [stored for stored in found if stored.post.outreach_id is None]
