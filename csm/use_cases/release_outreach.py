"""What was approved is looked at once more, right before it is sent.

The guard judges everything that is due by the facts of this very moment. What passes is given to
the caller for a short time; what is held waits; what is refused is withdrawn, and whoever approved
it is told. What passes counts for what comes after it in the same round.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from csm.audit import AuditEntry
from csm.desk import Desk
from csm.guard.review import review_outreach
from csm.guard.sending import Moment
from csm.guard.verdict import Cleared, Held, Outcome, Refused, RuleResult, Verdict
from csm.outreach import Outreach, OutreachState
from csm.pause import Pause, PauseScope
from csm.play import Tier
from csm.ports import Clock, Reader, Records, Writer
from csm.ports_answers import StoredPost
from csm.ports_outreach import StoredOutreach
from csm.post import PostState
from csm.use_cases.colleagues import managers_and_admins, tell_person
from csm.use_cases.outreach_book import OutreachBook, chat_platform
from csm.use_cases.sending_facts import batch_for, recorded_approval
from csm.views.outbox import stopped_card
from csm.views.outreach import draft_card, withdrawn_card

# For how long what was cleared may be begun: after that it is judged again.
LEASE: Final = timedelta(minutes=2)
# The most that is given at once to a caller who sends one by one: all of it is to be begun within
# the lease.
MOST_CLEARED: Final = 50
# Judged in one unit of work, where most of what is due is held.
MOST_JUDGED: Final = 500

_LONGEST_WHY: Final = 500
# A hold ends later than now, or what is held would be looked at without end.
_SHORTEST_HOLD: Final = timedelta(minutes=1)
_GUARD: Final = "guard"
_BREAKER: Final = "breaker"
_VOLUME: Final = "volume"
# What asks for another approval, rather than for another message.
_LEAVE: Final = frozenset({"approval", "touch_model"})
_LAPSED: Final = "The approval is no longer good, so it was not sent. Look at it again."


@dataclass(frozen=True, slots=True)
class Released:
    """One that may be sent now, with the proof that couriers ask for. `weighed`: ids of the
    suppressions that were in force before it was judged."""

    stored: StoredPost
    outreach: StoredOutreach
    cleared: Cleared
    weighed: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Round:
    """`taken`: how many were due, of the most that were asked for."""

    released: tuple[Released, ...]
    taken: int


def release(
    records: Records,
    desk: Desk,
    clock: Clock,
    platform: str,
    limit: int,
    most: int = MOST_CLEARED,
) -> Round:
    """Judge at most `limit` messages that are due on a platform, oldest first, and give out at
    most `most` of them, for as long as the LEASE. Raises Busy or Unavailable."""
    with records.writing() as writer:
        now = clock.now()
        writer.return_cleared(platform, now - LEASE)
        due = writer.take_due_outreach(platform, now, limit)
        if not due:
            return Round((), 0)
        book = OutreachBook(desk, now)
        released = _judged(writer, book, due, most)
        book.write(writer)
        return Round(tuple(released), len(due))


def objections_to(reader: Reader, messages: Collection[Outreach]) -> set[tuple[int, str, str]]:
    """Every suppression in force at the accounts of those messages, or of their addresses; see
    `csm.ports_outreach.OutreachReader.objections`."""
    return reader.objections(
        {each.account_key for each in messages}, {each.address.lower() for each in messages}
    )


def _judged(
    writer: Writer,
    book: OutreachBook,
    due: Sequence[tuple[StoredPost, StoredOutreach]],
    most: int,
) -> list[Released]:
    messages = [(outreach.id, outreach.outreach) for _, outreach in due]
    # Before anything is judged: what is said from here on was perhaps not seen.
    weighed = frozenset(one[0] for one in objections_to(writer, [each for _, each in messages]))
    approval_of = recorded_approval(writer)
    batch = batch_for(writer, book.desk, book.now, messages, Moment.RELEASING, approval_of)
    released: list[Released] = []
    for index, (stored, outreach) in enumerate(due):
        if outreach.outreach.state is not OutreachState.APPROVED:
            book.forget(stored)  # it was ended, and must never be sent
            continue
        facts, guard = batch.facts_of(index), book.desk.playbook.guard
        match review_outreach(outreach.outreach.outgoing, facts, guard):
            case Cleared() as cleared:
                batch.count(index)
                claimed = {"state": PostState.CLEARED, "claimed_at": book.now}
                released.append(Released(book.move(stored, **claimed), outreach, cleared, weighed))
            case Held(verdict) if too_many := _too_many(verdict):
                if not released:  # what this round lets go was not too many yet
                    _stop_the_line(writer, book, too_many)
                break
            case Held(verdict):
                _hold(book, stored, outreach, verdict)
            case Refused(verdict):
                _refuse(book, stored, outreach, verdict)
        if len(released) == most:
            break
    return released


def _hold(
    book: OutreachBook, stored: StoredPost, outreach: StoredOutreach, verdict: Verdict
) -> None:
    """The audit tells of it when its reasons change, not each time that it is looked at."""
    until = verdict.held_until or book.now + timedelta(
        hours=book.desk.playbook.guard.send.recheck_hours
    )
    until = max(until, book.now + _SHORTEST_HOLD)
    book.move(stored, not_before=until)
    after = book.change(outreach, verdict=verdict.to_json(), held_until=until)
    if _minded(after.outreach) != _minded(outreach.outreach):
        until_text = until.isoformat()
        book.note("outreach.held", _GUARD, outreach, after.outreach, verdict, until=until_text)


def _refuse(
    book: OutreachBook, stored: StoredPost, outreach: StoredOutreach, verdict: Verdict
) -> None:
    refusing = [one for one in verdict.results if one.outcome is Outcome.REFUSE]
    book.forget(stored)
    rules = {one.rule for one in refusing}
    if "approval" in rules and rules <= _LEAVE:
        _ask_again(book, outreach, verdict)
    else:
        _withdraw(book, outreach, verdict, refusing)


def _withdraw(
    book: OutreachBook, outreach: StoredOutreach, verdict: Verdict, refusing: Sequence[RuleResult]
) -> None:
    why = " ".join(one.reason for one in refusing)[:_LONGEST_WHY]
    after = book.change(
        outreach,
        state=OutreachState.WITHDRAWN,
        verdict=verdict.to_json(),
        held_until=None,
        ended_by=_GUARD,
        ended_at=book.now,
        ended_why=why,
    )
    book.note("outreach.withdrawn", _GUARD, outreach, after.outreach, verdict)
    card = withdrawn_card(after, why)
    book.tell(after, f"outreach:{outreach.id}:withdrawn", lambda _: card)


def _ask_again(book: OutreachBook, outreach: StoredOutreach, verdict: Verdict) -> None:
    """Nothing is wrong with the message but the leave to send it: it is a draft again, and now a
    person's, whatever the play may do by itself."""
    approved_at = outreach.outreach.approved_at
    after = book.change(
        outreach,
        state=OutreachState.DRAFTED,
        tier=Tier.MANUAL,
        verdict=verdict.to_json(),
        goes_at=None,
        held_until=None,
        approved_by="",
        approved_at=None,
        approval_until=None,
        approved_fingerprint="",
    )
    book.note("outreach.approval_lapsed", _GUARD, outreach, after.outreach, verdict)
    lapsed = f"outreach:{outreach.id}:lapsed:{approved_at.isoformat() if approved_at else ''}"
    playbook, now = book.desk.playbook, book.now
    why = f"{_LAPSED} {verdict.reasons}"
    book.tell(
        outreach,  # whoever had approved it
        lapsed,
        lambda person: draft_card(after, playbook, (), person.zone, now, lead=why),
    )


def _stop_the_line(writer: Writer, book: OutreachBook, too_many: RuleResult) -> None:
    """Far more goes out than normal: nothing more does until a person has looked."""
    why = f"{too_many.reason} {'; '.join(too_many.inputs)}."[:_LONGEST_WHY]
    pause = Pause(scope=PauseScope.ALL, by=_BREAKER, why=why, at=book.now)
    pause_id = writer.add_pause(pause)
    platform = chat_platform(book.desk, "")
    for person in managers_and_admins(writer):
        card = stopped_card(pause, person.zone)
        tell_person(writer, f"breaker:{pause_id}", platform, person, card, book.now)
    book.note_entry(
        AuditEntry(
            at=book.now,
            who=_BREAKER,
            what="pause.added",
            subject=f"pause:{pause_id}",
            after={"scope": pause.scope.value, "why": why},
        )
    )


def _too_many(verdict: Verdict) -> RuleResult | None:
    """What the breaker says, where it alone stands in the way: anything else that holds the
    message keeps it from adding to the volume."""
    objections = verdict.objections
    is_alone = len(objections) == 1 and objections[0].rule == _VOLUME
    return objections[0] if is_alone else None


def _minded(outreach: Outreach) -> set[tuple[str, str]]:
    """What its stored verdict objects to."""
    kept = ((one["rule"], one["outcome"]) for one in outreach.verdict)
    return {(rule, outcome) for rule, outcome in kept if outcome != Outcome.PASS}
