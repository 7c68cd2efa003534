"""What people do with a case: claim it, give it back, answer it, resolve it, reopen it.

Each function returns the changed case and leaves the given one alone. `name_of` gives the name of a
person by key, for the sentence that tells whoever comes second who was first.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from csm.case import Case, CaseStatus
from csm.errors import Conflict
from csm.people import Principal, Role
from csm.wording import instant_text

NameOf = Callable[[str], str]

# Why a case was opened, besides the ids of topics and the reasons of the triage.
NOT_HELPED: Final = "not_helped"  # the customer said that the answer did not help
DISCARDED: Final = "discarded"  # a colleague threw the draft away and takes it on
REVIEWED_WRONG: Final = "reviewed_wrong"  # a colleague checked the answer, and it was wrong
UNDELIVERED: Final = "undelivered"  # what we said never reached the customer


def claim(case: Case, who: Principal, now: datetime, name_of: NameOf) -> Case:
    """Take it on. Claiming one's own again changes nothing.

    Raises Conflict, with who was first and since when, when it is somebody else's or resolved.
    """
    _demand_not_resolved(case, who, name_of)
    if case.claimed_by:
        _demand_own(case, who, name_of)
        return case
    return case.model_copy(
        update={
            "status": CaseStatus.ANSWERED if case.answered_at else CaseStatus.CLAIMED,
            "claimed_by": who.key,
            "claimed_at": now,
        }
    )


def release(case: Case, who: Principal, name_of: NameOf) -> Case:
    """Give it back, so that somebody else can take it on. Managers may give back anybody's.

    Raises Conflict when it is not claimed, not by them, or answered or resolved already.
    """
    _demand_not_resolved(case, who, name_of)
    if not case.claimed_by:
        raise Conflict("Nobody has claimed this case, so there is nothing to give back.")
    if not _is_manager(who):
        _demand_own(case, who, name_of)
    if case.status is CaseStatus.ANSWERED:
        raise Conflict("The customer has had an answer, so resolve this case, or reply again.")
    return case.model_copy(update={"status": CaseStatus.OPEN, "claimed_by": "", "claimed_at": None})


def answer(case: Case, who: Principal, now: datetime, name_of: NameOf) -> Case:
    """Answer the customer through the case; an unclaimed one is claimed by it.

    Raises Conflict, with who was first, when a colleague has claimed it, and when it is resolved.
    """
    return _answered(claim(case, who, now, name_of), who, now)


def answer_in_thread(case: Case, who: Principal, now: datetime) -> Case:
    """A colleague has written in the customer's thread by hand. Whoever claimed it keeps it; a
    resolved case stays as it is."""
    if case.status is CaseStatus.RESOLVED:
        return case
    if not case.claimed_by:
        case = case.model_copy(update={"claimed_by": who.key, "claimed_at": now})
    return _answered(case, who, now)


def claim_in_thread(case: Case, who: Principal, now: datetime) -> Case:
    """A colleague has promised an answer in the customer's thread: a case that waits unclaimed is
    theirs, any other stays as it is. What the customer was promised stays open."""
    if case.claimed_by or not waits_for_a_reply(case):
        return case
    return case.model_copy(
        update={"status": CaseStatus.CLAIMED, "claimed_by": who.key, "claimed_at": now}
    )


def settle(case: Case, customer: Principal, now: datetime) -> Case:
    """The customer needs no answer any more; a resolved case stays as it is."""
    if case.status is CaseStatus.RESOLVED:
        return case
    return _resolved(case, customer, now)


def resolve(case: Case, who: Principal, now: datetime, name_of: NameOf) -> Case:
    """End it. An unclaimed one by anybody, a claimed one by its person or a manager.

    Raises Conflict, with who was first, when it is resolved already or somebody else's.
    """
    _demand_not_resolved(case, who, name_of)
    if case.claimed_by and not _is_manager(who):
        _demand_own(case, who, name_of)
    return _resolved(case, who, now)


def reopen(case: Case, now: datetime, due_at: datetime) -> Case:
    """Undo a resolve: the customer waits for a reply, until `due_at`. Raises Conflict when it is
    not resolved."""
    if case.status is not CaseStatus.RESOLVED:
        raise Conflict("This case is not resolved, so there is nothing to reopen.")
    return come_back(case, now, due_at)


def come_back(case: Case, now: datetime, due_at: datetime) -> Case:
    """The customer wants a person again after an answer: it waits as if new, with a new promise,
    and stays with whoever claimed it."""
    return case.model_copy(
        update={
            "opened_at": now,
            "status": CaseStatus.CLAIMED if case.claimed_by else CaseStatus.OPEN,
            "due_at": due_at,
            "answered_by": "",
            "answered_at": None,
            "resolved_by": "",
            "resolved_at": None,
            "escalated_at": None,
        }
    )


def waits_for_a_reply(case: Case) -> bool:
    """Whether the customer still has no answer from a person."""
    return case.status in (CaseStatus.OPEN, CaseStatus.CLAIMED)


def is_overdue(case: Case, now: datetime) -> bool:
    """Whether the promise to the customer was broken."""
    return waits_for_a_reply(case) and case.due_at < now


def _answered(case: Case, who: Principal, now: datetime) -> Case:
    answered = case.model_copy(update={"status": CaseStatus.ANSWERED})
    if case.answered_at is not None:
        return answered
    return answered.model_copy(update={"answered_by": who.key, "answered_at": now})


def _resolved(case: Case, who: Principal, now: datetime) -> Case:
    return case.model_copy(
        update={"status": CaseStatus.RESOLVED, "resolved_by": who.key, "resolved_at": now}
    )


def _is_manager(who: Principal) -> bool:
    return who.role in (Role.MANAGER, Role.ADMIN)


def _demand_not_resolved(case: Case, who: Principal, name_of: NameOf) -> None:
    if case.status is CaseStatus.RESOLVED:
        when = f" on {instant_text(case.resolved_at, who.zone)}" if case.resolved_at else ""
        first = "You" if case.resolved_by == who.key else name_of(case.resolved_by)
        raise Conflict(f"{first} resolved this case{when}. Reopen it to go on.")


def _demand_own(case: Case, who: Principal, name_of: NameOf) -> None:
    if case.claimed_by != who.key:
        when = f" on {instant_text(case.claimed_at, who.zone)}" if case.claimed_at else ""
        raise Conflict(f"{name_of(case.claimed_by)} claimed this case{when}.")
