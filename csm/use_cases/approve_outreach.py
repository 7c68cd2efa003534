"""Approving outreach: the exact text that was seen, by somebody who may, through the guard.

Approval, audit and the row in the outbox are one unit of work, so that nothing is sent that nobody
approved, and nothing that was approved is forgotten.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from csm.desk import Desk
from csm.errors import Conflict, CsmError
from csm.guard import Cleared, Held, Outcome, Refused, Verdict, review_outreach
from csm.guard.sending import Approval, Moment
from csm.letter import post_of
from csm.outreach import BY_TIER, OutreachState
from csm.people import Capability, Clearance
from csm.play import Tier
from csm.ports import Clock, Records, Writer
from csm.ports_outreach import StoredOutreach
from csm.use_cases.colleagues import tell_person
from csm.use_cases.one_by_one import Round, one_by_one
from csm.use_cases.outreach_book import OutreachBook, chat_platform
from csm.use_cases.outreach_draft import (
    BY_HAND,
    approval_by,
    approval_end,
    approver_of,
    demand_drafted,
    demand_seen,
    known_outreach,
)
from csm.use_cases.pause_sending import pauses_covering
from csm.use_cases.sending_facts import guard_facts_for
from csm.views.outreach import draft_card

# Of the drafts that go by themselves, how many at most in one run.
_MOST_DUE: Final = 500
# The rules that look at whoever approved it.
_LEAVE: Final = frozenset({"approval", "touch_model"})
# What the audit says where only they speak against it: the guard has not stopped the message.
_NO_LEAVE: Final = "outreach.no_leave"
_REFUSED: Final = "outreach.refused"
_GOES_NOT: Final = "The guard does not let it go by itself, so it waits for you."


@dataclass(frozen=True, slots=True)
class Approved:
    """It is on its way. `held_until` is when it is looked at again where it may not go now."""

    stored: StoredOutreach
    verdict: Verdict
    held_until: datetime | None


@dataclass(frozen=True, slots=True)
class NotApproved:
    """It stays a draft: the guard refuses it, and the verdict says why."""

    stored: StoredOutreach
    verdict: Verdict


def approve(
    clearance: Clearance,
    records: Records,
    desk: Desk,
    clock: Clock,
    outreach_id: int,
    fingerprint: str,
) -> Approved | NotApproved:
    """Let a draft go, as the person saw it: `fingerprint` is that of the text on their card, or at
    least its first 12 digits.

    Raises NotFound, and Conflict where somebody was first (who, when and how) or where the text
    was changed since.
    """
    clearance.demand(Capability.APPROVE_OUTREACH)
    who = clearance.principal
    with records.writing() as writer:
        now = clock.now()
        stored = known_outreach(writer, outreach_id)
        demand_drafted(writer, stored, who)
        demand_seen(writer, stored, who, fingerprint)
        approval = approval_by(who, stored.outreach, desk, now)
        book = OutreachBook(desk, now)
        result = _judged(writer, book, stored, approval, who.key)
        book.write(writer)
        return result


def approve_many(
    clearance: Clearance,
    records: Records,
    desk: Desk,
    clock: Clock,
    seen: Sequence[tuple[int, str]],
) -> list[Approved | NotApproved | CsmError]:
    """Several at once, each (id, fingerprint) by itself: what stops one stops none of the others.
    The results come in the same order; what `approve` would raise is among them."""
    clearance.demand(Capability.APPROVE_OUTREACH)
    results: list[Approved | NotApproved | CsmError] = []
    for outreach_id, fingerprint in seen:
        try:
            results.append(approve(clearance, records, desk, clock, outreach_id, fingerprint))
        except CsmError as error:
            results.append(error)
    return results


def approve_due(records: Records, desk: Desk, clock: Clock) -> Round:
    """Let those drafts go by themselves whose time to be stopped is over. One that the guard
    refuses waits for a person from then on, and that person is told."""
    with records.reading() as reader:
        due = reader.drafts_due(clock.now(), _MOST_DUE)
    return one_by_one(due, partial(_approve_by_tier, records, desk, clock))


def _approve_by_tier(records: Records, desk: Desk, clock: Clock, outreach_id: int) -> bool:
    with records.writing() as writer:
        now = clock.now()
        stored = writer.outreach(outreach_id)
        if stored is None or not _is_due(stored, now):
            return False
        outreach = stored.outreach
        until = approval_end(desk, now)
        approval = Approval(None, outreach.tier, now, until, outreach.fingerprint)
        book = OutreachBook(desk, now)
        result = _judged(writer, book, stored, approval, f"{BY_TIER}{outreach.tier.value}")
        if isinstance(result, NotApproved):
            _give_to_person(writer, book, result)
        book.write(writer)
        return isinstance(result, Approved)


def _is_due(stored: StoredOutreach, now: datetime) -> bool:
    """Whether it still goes by itself: it may have been stopped or changed meanwhile."""
    outreach = stored.outreach
    is_draft = outreach.state is OutreachState.DRAFTED and outreach.tier is not Tier.MANUAL
    return is_draft and outreach.goes_at is not None and outreach.goes_at <= now


def _judged(
    writer: Writer, book: OutreachBook, stored: StoredOutreach, approval: Approval, by: str
) -> Approved | NotApproved:
    """By the facts of this moment, as if it had that approval."""
    outreach, desk = stored.outreach, book.desk
    message = [(stored.id, outreach)]
    facts = guard_facts_for(writer, desk, book.now, message, Moment.APPROVING, lambda _: approval)
    match review_outreach(outreach.outgoing, facts[0], desk.playbook.guard):
        case Refused(verdict):
            of_leave = _is_about_leave(verdict)
            after = stored if of_leave else book.change(stored, verdict=verdict.to_json())
            what = _NO_LEAVE if of_leave else _REFUSED
            book.note(what, by, stored, after.outreach, verdict)
            return NotApproved(after, verdict)
        case Cleared(verdict=verdict):
            return _let_go(writer, book, stored, approval, by, verdict, None)
        case Held(verdict):
            recheck = timedelta(hours=desk.playbook.guard.send.recheck_hours)
            until = verdict.held_until or book.now + recheck
            return _let_go(writer, book, stored, approval, by, verdict, until)


def _is_about_leave(verdict: Verdict) -> bool:
    """Whether nothing speaks against the message but who approved it: somebody else may still, so
    that what they see of it stays."""
    refusals = {one.rule for one in verdict.objections if one.outcome is Outcome.REFUSE}
    return refusals <= _LEAVE


def _let_go(
    writer: Writer,
    book: OutreachBook,
    stored: StoredOutreach,
    approval: Approval,
    by: str,
    verdict: Verdict,
    held_until: datetime | None,
) -> Approved:
    after = book.change(
        stored,
        state=OutreachState.APPROVED,
        verdict=verdict.to_json(),
        approved_by=by,
        approved_at=approval.at,
        approval_until=approval.until,
        approved_fingerprint=approval.fingerprint,
        held_until=held_until,
        snoozed_until=None,
    )
    if writer.add_post(post_of(stored.id, after.outreach, book.now)) is None:
        raise Conflict("This message was let go before. /outreach shows what became of it.")
    held = {"held_until": held_until.isoformat()} if held_until else {}
    book.note("outreach.approved", by, stored, after.outreach, verdict, **held)
    return Approved(after, verdict, held_until)


def _give_to_person(writer: Writer, book: OutreachBook, result: NotApproved) -> None:
    after = book.change(result.stored, **BY_HAND)
    person = approver_of(writer, book.desk.playbook, after.outreach)
    if person is None:
        return
    lead = f"{_GOES_NOT} {result.verdict.reasons}"
    pauses = pauses_covering(writer, after.outreach)
    card = draft_card(after, book.desk.playbook, pauses, person.zone, book.now, lead=lead)
    platform = chat_platform(book.desk, after.outreach.platform)
    key = f"outreach:{after.id}:stays:{book.now.isoformat()}"
    tell_person(writer, key, platform, person, card, book.now)
