"""Records in memory: people, places and seen events, which is all that a surface asks for."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Any, cast

from csm.people import UNKNOWN_AUDIENCE, Place, Principal
from csm.ports import Reader, Records, Writer


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
        self.trouble: Exception | None = None
        self._lock = threading.RLock()

    @contextmanager
    def reading(self) -> Iterator[Reader]:
        yield cast("Reader", self._unit())

    @contextmanager
    def writing(self) -> Iterator[Writer]:
        with self._lock:
            yield cast("Writer", self._unit())

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

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(f"a surface never asks for {name}")
