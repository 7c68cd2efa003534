"""A chat that says what the test wrote down, and records that know a few people and places."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from typing import cast

from bot.turn import Reply, Turn
from csm.people import STAFF_ONLY, Audience, AudienceKind, Place, PlaceKind, Principal, Role
from csm.ports import Reader, Records, Writer

CASEY = Principal("casey", "Casey Rivers", Role.CSM, "casey@digital.example")
JO = Principal("jo", "Jo Park", Role.CONTACT, "jo@acme.example", account_key="acme")
TEAM = Place("console", "demo", "cs-team", PlaceKind.CHANNEL, STAFF_ONLY, name="cs-team")
SHARED = Place(
    "console",
    "demo",
    "acme-shared",
    PlaceKind.CHANNEL,
    Audience(AudienceKind.CUSTOMER, "acme"),
    name="acme-shared",
)


class ScriptedChat:
    """Answers each turn with whatever `answer` makes of it, and remembers the turns."""

    def __init__(self, answer: Callable[[Turn], Iterable[Reply]]) -> None:
        self._answer = answer
        self.turns: list[Turn] = []

    def handle(self, turn: Turn) -> Iterator[Reply]:
        self.turns.append(turn)
        yield from self._answer(turn)


class _People:
    def person(self, key: str) -> Principal | None:
        return {"casey": CASEY, "jo": JO}.get(key)

    def place(self, platform: str, workspace: str, channel: str) -> Place | None:
        known = {(p.platform, p.workspace, p.channel): p for p in (TEAM, SHARED)}
        return known.get((platform, workspace, channel))

    def is_post_due(self, platform: str, now: datetime, claimed_before: datetime) -> bool:
        return False


class FewRecords(Records):
    """Only people and places can be asked for; no post ever waits."""

    @contextmanager
    def reading(self) -> Iterator[Reader]:
        yield cast("Reader", _People())

    def writing(self) -> AbstractContextManager[Writer]:
        raise AssertionError("a console never writes")
