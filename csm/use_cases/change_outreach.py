"""What people do with outreach besides approving and editing it: reject, snooze, and stop it; and
what time does with drafts that nobody decides on."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any, Final

from csm.desk import Desk
from csm.errors import Conflict, InvalidInput
from csm.outreach import Outreach, OutreachState
from csm.people import Capability, Clearance, Principal
from csm.ports import Clock, Records
from csm.ports_outreach import StoredOutreach
from csm.post import PostState
from csm.use_cases.colleagues import tell_person
from csm.use_cases.one_by_one import Round, one_by_one
from csm.use_cases.outreach_book import OutreachBook, chat_platform
from csm.use_cases.outreach_draft import (
    BY_HAND,
    approver_of,
    demand_drafted,
    demand_leave,
    ending,
    known_outreach,
)
from csm.use_cases.pause_sending import pauses_covering
from csm.views.outreach import draft_card
from csm.wording import day_text, plural

MOST_SNOOZED: Final = timedelta(days=60)
LONGEST_REASON: Final = 500
_SCHEDULE: Final = "schedule"
_RESTED: Final = "It was put off until now."
# What is left of an approval that was taken back.
_UNAPPROVED: Final[dict[str, Any]] = {
    "state": OutreachState.DRAFTED,
    "approved_by": "",
    "approved_at": None,
    "approval_until": None,
    "approved_fingerprint": "",
    "held_until": None,
}


def reject(
    clearance: Clearance,
    records: Records,
    desk: Desk,
    clock: Clock,
    outreach_id: int,
    reason: str,
) -> StoredOutreach:
    """Say no to a draft, and why. Its call to action stays as it is.

    Raises InvalidInput without a reason, NotFound, Forbidden, and Conflict where it is no draft.
    """
    why = _reason(reason)

    def rejected(book: OutreachBook, stored: StoredOutreach, who: Principal) -> StoredOutreach:
        return _ended(book, stored, OutreachState.REJECTED, who.key, why, "outreach.rejected")

    return _decide(clearance, records, desk, clock, outreach_id, rejected)


def snooze(
    clearance: Clearance,
    records: Records,
    desk: Desk,
    clock: Clock,
    outreach_id: int,
    until: date | int,
) -> StoredOutreach:
    """Put a draft off until that day, or for so many days: then its card comes again. It waits for
    a person from then on, and may be approved before.

    Raises InvalidInput for a day that is over or more than 60 days away, NotFound, Forbidden, and
    Conflict where it is no draft.
    """

    def snoozed(book: OutreachBook, stored: StoredOutreach, who: Principal) -> StoredOutreach:
        wakes_at = _morning(until, who, desk, book.now)
        after = book.change(stored, snoozed_until=wakes_at, **BY_HAND)
        until_text = wakes_at.isoformat()
        book.note("outreach.snoozed", who.key, stored, after.outreach, until=until_text)
        return after

    return _decide(clearance, records, desk, clock, outreach_id, snoozed)


def stop(
    clearance: Clearance, records: Records, desk: Desk, clock: Clock, outreach_id: int
) -> StoredOutreach:
    """Take back an approval while the message is queued, held, or waits to be tried again: it is a
    draft again, and the approval is void.

    Raises NotFound, Forbidden, and Conflict where it is no longer on its way, or is being sent
    this very moment.
    """
    clearance.demand(Capability.APPROVE_OUTREACH)
    who = clearance.principal
    with records.writing() as writer:
        now = clock.now()
        # In the order of those who send, so that nobody waits for each other in a circle.
        stored = known_outreach(writer, outreach_id)
        post = writer.outreach_post(outreach_id)
        if stored.outreach.state is OutreachState.DRAFTED:
            raise Conflict("It is not on its way: nobody has approved it.")
        if stored.outreach.state is not OutreachState.APPROVED:
            raise Conflict(ending(writer, stored.outreach, who))
        if post is None or post.post.state not in {PostState.WAITING, PostState.CLEARED}:
            raise Conflict("It is being sent this very moment, so it cannot be stopped any more.")
        demand_leave(writer, desk, now, stored, who)
        book = OutreachBook(desk, now)
        book.forget(post)
        after = book.change(stored, **_UNAPPROVED, **BY_HAND)
        book.note("outreach.stopped", who.key, stored, after.outreach)
        book.write(writer)
        return after


def wake_snoozed(records: Records, desk: Desk, clock: Clock) -> Round:
    """Show the drafts again whose time of rest is over, to whoever approves them. Those of nobody
    wait for somebody."""
    with records.reading() as reader:
        rested = [
            outreach_id
            for outreach_id in reader.drafts_rested(clock.now())
            if (stored := reader.outreach(outreach_id)) is not None
            and approver_of(reader, desk.playbook, stored.outreach) is not None
        ]
    return one_by_one(rested, partial(_wake, records, desk, clock))


def expire(records: Records, desk: Desk, clock: Clock) -> Round:
    """Withdraw the drafts that nobody decided on for `draft_days`. Days of rest do not count."""
    with records.reading() as reader:
        old = reader.drafts_undecided(clock.now() - _lifetime(desk))
    return one_by_one(old, partial(_expire, records, desk, clock))


def _decide(
    clearance: Clearance,
    records: Records,
    desk: Desk,
    clock: Clock,
    outreach_id: int,
    decide: Callable[[OutreachBook, StoredOutreach, Principal], StoredOutreach],
) -> StoredOutreach:
    clearance.demand(Capability.APPROVE_OUTREACH)
    who = clearance.principal
    with records.writing() as writer:
        now = clock.now()
        stored = known_outreach(writer, outreach_id)
        demand_drafted(writer, stored, who)
        demand_leave(writer, desk, now, stored, who)
        book = OutreachBook(desk, now)
        after = decide(book, stored, who)
        book.write(writer)
        return after


def _reason(reason: str) -> str:
    why = " ".join(reason.split())
    if not why:
        raise InvalidInput("Say why: the next draft can only be better if the reason is known.")
    if len(why) > LONGEST_REASON:
        raise InvalidInput(f"Say why in {LONGEST_REASON} characters at most, not {len(why):,}.")
    return why


def _morning(until: date | int, who: Principal, desk: Desk, now: datetime) -> datetime:
    """When the decent hours of that day begin by the clocks of whoever put it off."""
    today = now.astimezone(who.zone).date()
    most = MOST_SNOOZED.days
    days = until if isinstance(until, int) else (until - today).days
    if not 1 <= days <= most:
        raise InvalidInput(
            f"It can be put off by 1 to {most} days, so until {day_text(today + MOST_SNOOZED)} at "
            "the latest."
        )
    opens = desk.playbook.guard.send.hours.start_time
    return datetime.combine(today + timedelta(days=days), opens, who.zone).astimezone(UTC)


def _wake(records: Records, desk: Desk, clock: Clock, outreach_id: int) -> bool:
    with records.writing() as writer:
        now = clock.now()
        stored = writer.outreach(outreach_id)
        if stored is None or not _has_rested(stored.outreach, now):
            return False
        outreach, book = stored.outreach, OutreachBook(desk, now)
        person = approver_of(writer, desk.playbook, outreach)
        if person is None:
            return False
        pauses = pauses_covering(writer, outreach)
        card = draft_card(stored, desk.playbook, pauses, person.zone, now, lead=_RESTED)
        platform = chat_platform(desk, outreach.platform)
        key = f"outreach:{outreach_id}:woken:{outreach.snoozed_until}"
        is_told = tell_person(writer, key, platform, person, card, now)
        if is_told:
            book.note("outreach.woken", _SCHEDULE, stored, outreach)
        book.write(writer)
        return is_told


def _has_rested(outreach: Outreach, now: datetime) -> bool:
    is_draft = outreach.state is OutreachState.DRAFTED
    return is_draft and outreach.snoozed_until is not None and outreach.snoozed_until <= now


def _is_old(stored: StoredOutreach, desk: Desk, now: datetime) -> bool:
    outreach = stored.outreach
    begins = max(outreach.drafted_at, outreach.snoozed_until or outreach.drafted_at)
    is_draft = outreach.state is OutreachState.DRAFTED
    return is_draft and begins <= now - _lifetime(desk)


def _lifetime(desk: Desk) -> timedelta:
    """Of a draft that nobody decides on."""
    return timedelta(days=desk.playbook.guard.send.draft_days)


def _expire(records: Records, desk: Desk, clock: Clock, outreach_id: int) -> bool:
    with records.writing() as writer:
        now = clock.now()
        stored = writer.outreach(outreach_id)
        if stored is None or not _is_old(stored, desk, now):
            return False
        book = OutreachBook(desk, now)
        days = plural(desk.playbook.guard.send.draft_days, "day")
        why = f"Nobody decided on it within {days}."
        _ended(book, stored, OutreachState.WITHDRAWN, _SCHEDULE, why, "outreach.expired")
        book.write(writer)
        return True


def _ended(
    book: OutreachBook, stored: StoredOutreach, state: OutreachState, by: str, why: str, what: str
) -> StoredOutreach:
    after = book.change(
        stored,
        state=state,
        ended_by=by,
        ended_at=book.now,
        ended_why=why,
        snoozed_until=None,
        goes_at=None,
    )
    book.note(what, by, stored, after.outreach)
    return after
