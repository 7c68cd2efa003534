"""What a person found of a message of which nobody knew whether it had arrived."""

from datetime import datetime
from typing import Any, Final

from csm.desk import Desk
from csm.errors import Conflict, NotFound
from csm.outreach import OutreachState
from csm.people import Capability, Clearance
from csm.ports import Clock, Records
from csm.ports_outreach import StoredOutreach
from csm.post import PostState
from csm.use_cases.outreach_book import entry_of
from csm.use_cases.outreach_draft import demand_leave

# It keeps its time of sending: see `PastOutreach.is_lost`.
_LOST: Final = "A person looked, and it had not arrived. To be safe, it counts as written."


def settle_by_hand(
    clearance: Clearance,
    records: Records,
    desk: Desk,
    clock: Clock,
    outreach_id: int,
    *,
    was_sent: bool,
) -> StoredOutreach:
    """Settle a message in doubt, as whoever may stop it may; it is never sent again by itself. One
    that had not arrived when somebody looked may have arrived since, so it goes on counting: for
    cooldowns, for the same text and for how often they are written to. Raises Forbidden, NotFound,
    and Conflict where it is not in doubt."""
    clearance.demand(Capability.APPROVE_OUTREACH)
    with records.writing() as writer:
        now, stored = clock.now(), writer.outreach(outreach_id)
        if stored is None:
            raise NotFound(f"There is no outreach {outreach_id}.")
        demand_leave(writer, desk, now, stored, clearance.principal)
        if stored.outreach.state is not OutreachState.IN_DOUBT:
            state = stored.outreach.state.value
            raise Conflict(f"Outreach {outreach_id} is not in doubt any more: it is {state}.")
        post = writer.outreach_post(outreach_id)
        began = post.post.claimed_at if post else None
        sent_at = began or stored.outreach.ended_at or now
        who = clearance.principal.key
        after = stored.outreach.model_copy(update=_outcome(was_sent, sent_at, who, now))
        writer.update_outreach(outreach_id, after)
        if post is not None:
            state = PostState.SENT if was_sent else PostState.DEAD
            sent = {"state": state, "sent_at": sent_at if was_sent else None}
            writer.update_post(post.id, post.post.model_copy(update=sent))
        what = "outreach.found" if was_sent else "outreach.not_found"
        writer.audit(entry_of(now, what, who, stored, after))
    return StoredOutreach(outreach_id, stored.account_name, after)


def _outcome(was_sent: bool, sent_at: datetime, who: str, now: datetime) -> dict[str, Any]:
    if was_sent:
        never_ended = {"ended_by": "", "ended_at": None, "ended_why": ""}
        return {"state": OutreachState.SENT, "sent_at": sent_at, **never_ended}
    ended = {"ended_by": who, "ended_at": now, "ended_why": _LOST}
    return {"state": OutreachState.DEAD, "sent_at": sent_at, **ended}
