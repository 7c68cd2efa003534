"""Looking at outreach: one, those that wait for a person, and why the guard says what it says."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Final

from csm.audit import Chained
from csm.desk import Desk
from csm.guard import Verdict, review_outreach
from csm.guard.sending import Moment
from csm.outreach import Outreach, OutreachState
from csm.pause import Pause
from csm.people import Capability, Clearance, Role
from csm.ports import Clock, Reader, Records
from csm.ports_answers import StoredPost
from csm.ports_outreach import StoredOutreach
from csm.use_cases.colleagues import name_in
from csm.use_cases.outreach_draft import known_outreach, may_approve
from csm.use_cases.pause_sending import pauses_covering
from csm.use_cases.sending_facts import guard_facts_for, no_approval

MOST_WAITING: Final = 500
"""Of the drafts that wait for one person, how many are told: the oldest."""

# So many drafts are looked through at a time.
_PAGE: Final = 200


@dataclass(frozen=True, slots=True)
class OutreachFile:
    """One message, its row in the outbox, the pauses that stop it, and the names of the people in
    its story by their keys. A draft has the guard's verdict of this moment; whether whoever looks
    `may_approve` it counts for drafts alone."""

    stored: StoredOutreach
    post: StoredPost | None
    pauses: Sequence[Pause]
    names: Mapping[str, str]
    may_approve: bool


@dataclass(frozen=True, slots=True)
class Why:
    """What every rule said when it was last asked, and what was done to the message, oldest
    first, with the names of whoever did it by their keys."""

    stored: StoredOutreach
    verdict: Verdict
    history: Sequence[Chained]
    names: Mapping[str, str]


def see(
    clearance: Clearance, records: Records, desk: Desk, clock: Clock, outreach_id: int
) -> OutreachFile:
    """One message however it stands. Raises NotFound."""
    clearance.demand(Capability.DRAFT_OUTREACH, Capability.APPROVE_OUTREACH)
    now = clock.now()
    with records.reading() as reader:
        stored = known_outreach(reader, outreach_id)
        may = False
        if stored.outreach.state is OutreachState.DRAFTED:
            may = bool(may_approve(reader, desk, now, [stored], clearance.principal))
            stored = _judged_now(reader, desk, now, stored)
        pauses = pauses_covering(reader, stored.outreach)
        keys = [*_keys(stored.outreach), *(pause.by for pause in pauses)]
        post = reader.outreach_post(outreach_id)
        return OutreachFile(stored, post, pauses, _names(reader, keys), may)


def _judged_now(
    reader: Reader, desk: Desk, now: datetime, stored: StoredOutreach
) -> StoredOutreach:
    """A draft with what the guard says of it at this moment: its own verdict may be days old."""
    outreach = stored.outreach
    messages = [(stored.id, outreach)]
    (facts,) = guard_facts_for(reader, desk, now, messages, Moment.DRAFTING, no_approval)
    verdict = review_outreach(outreach.outgoing, facts, desk.playbook.guard).verdict
    fresh = outreach.model_copy(update={"verdict": verdict.to_json()})
    return StoredOutreach(stored.id, stored.account_name, fresh)


def why(clearance: Clearance, records: Records, outreach_id: int) -> Why:
    """All that the guard said of it and that was done to it. Raises NotFound."""
    clearance.demand(Capability.DRAFT_OUTREACH, Capability.APPROVE_OUTREACH)
    with records.reading() as reader:
        stored = known_outreach(reader, outreach_id)
        history = reader.audit_of(f"outreach:{outreach_id}")
        names = _names(reader, [one.entry.who for one in history])
        return Why(stored, Verdict.from_json(stored.outreach.verdict), history, names)


def waiting_for(
    clearance: Clearance, records: Records, desk: Desk, clock: Clock
) -> list[StoredOutreach]:
    """The drafts that the person may approve and that nobody has put off, oldest first: those that
    have waited longest are withdrawn soonest. Where there are more than MOST_WAITING, the younger
    ones come as the others are decided on."""
    clearance.demand(Capability.APPROVE_OUTREACH)
    who, now = clearance.principal, clock.now()
    own = who.email if who.role is Role.CSM else None
    with records.reading() as reader:
        waiting = (
            stored
            for drafts in _awake(reader, now, own)
            for stored in may_approve(reader, desk, now, drafts, who)
        )
        return list(islice(waiting, MOST_WAITING))


def _awake(reader: Reader, now: datetime, own: str | None) -> Iterator[list[StoredOutreach]]:
    """All drafts that nobody has put off, a page at a time."""
    last = 0
    while drafts := reader.drafts_awake(now, own, _PAGE, last):
        yield drafts
        last = drafts[-1].id


def _keys(outreach: Outreach) -> tuple[str, ...]:
    return (outreach.author, outreach.edited_by, outreach.approved_by, outreach.ended_by)


def _names(reader: Reader, keys: Sequence[str]) -> dict[str, str]:
    return {key: name_in(reader, key) for key in dict.fromkeys(keys) if key}
