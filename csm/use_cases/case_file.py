"""A case with all that its card shows."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from csm.case import CaseReply
from csm.errors import NotFound
from csm.people import Place, PlaceKind
from csm.ports import Reader
from csm.ports_answers import StoredCase
from csm.question import ThreadLine
from csm.use_cases.colleagues import name_in


@dataclass(frozen=True, slots=True)
class CaseFile:
    """`names` has the name of everybody who appears in it, by key."""

    stored: StoredCase
    place: str  # its name, or what stands for it
    names: Mapping[str, str] = field(default_factory=dict)
    replies: Sequence[CaseReply] = ()
    thread: Sequence[ThreadLine] = ()

    @property
    def id(self) -> int:
        return self.stored.id


@dataclass(frozen=True, slots=True)
class CaseList:
    """Cases, soonest due first. `names` has the name of everybody who appears on the page that is
    shown, by key."""

    cases: Sequence[StoredCase]
    page: int = 0
    names: Mapping[str, str] = field(default_factory=dict)


class Waiting(StrEnum):
    """Where a customer's question stands, as the customer may know it."""

    LOOKED_AT = "looked_at"  # a draft lies before a colleague
    TOLD = "told"
    IN_HAND = "in_hand"
    ANSWERED = "answered"


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """A customer's own question that is not settled yet. `due_at` is None where nothing was
    promised."""

    text: str
    asked_at: datetime
    waiting: Waiting
    who: str  # who answers, or has answered
    due_at: datetime | None = None
    escalated: bool = False


def known_case(reader: Reader, case_id: int) -> StoredCase:
    """The case of that number. Raises NotFound."""
    stored = reader.case(case_id)
    if stored is None:
        raise NotFound(f"There is no case number {case_id}. /cases lists the open ones.")
    return stored


def read_case_file(reader: Reader, stored: StoredCase) -> CaseFile:
    """The case with its thread, replies and names."""
    question = stored.question
    where = (question.platform, question.workspace, question.channel)
    place = reader.place(*where)
    replies = reader.case_replies([stored.id])
    thread = reader.thread(*where, question.thread)
    others = {reply.by for reply in replies} | {line.person for line in thread}
    return CaseFile(
        stored=stored,
        place=_called(place) or question.channel,
        names=names_of(reader, [stored], others),
        replies=replies,
        thread=thread,
    )


def names_of(
    reader: Reader, cases: Iterable[StoredCase], others: Iterable[str] = ()
) -> dict[str, str]:
    """The names, by key, of everybody whom cases mention, and of others."""
    keys = set(others)
    for stored in cases:
        case = stored.case
        keys |= {case.owner_key, case.claimed_by, case.answered_by, case.resolved_by}
        keys.add(stored.question.asked_by)
    return {key: name_in(reader, key) for key in sorted(keys) if key}


def _called(place: Place | None) -> str:
    if place is None:
        return ""
    return place.name or ("a direct message" if place.kind is PlaceKind.DM else "")
