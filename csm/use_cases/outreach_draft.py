"""A draft that a person decides on: whether it still is one, the one that they saw, and theirs to
decide on."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from csm.desk import Desk
from csm.errors import Conflict, Forbidden, NotFound
from csm.guard import Outcome
from csm.guard.leave import approval as leave_to_approve
from csm.guard.sending import Approval, Moment
from csm.outreach import BY_TIER, Outreach, OutreachState
from csm.people import Principal
from csm.play import Approver, Tier
from csm.playbook import Playbook
from csm.ports import Reader
from csm.ports_outreach import StoredOutreach
from csm.use_cases.colleagues import managers, name_in
from csm.use_cases.sending_facts import batch_for
from csm.wording import instant_text

# Of the text that a person saw: enough that no other text has the same.
_PRINT: Final = re.compile(r"[0-9a-f]{12,64}")

# What makes a draft a person's: it goes by itself no more.
BY_HAND: Final[dict[str, Any]] = {"tier": Tier.MANUAL, "goes_at": None}


def known_outreach(reader: Reader, outreach_id: int) -> StoredOutreach:
    """Raises NotFound."""
    stored = reader.outreach(outreach_id)
    if stored is None or stored.outreach.state is OutreachState.HOLDOUT:
        raise NotFound(f"There is no outreach #{outreach_id}. /outreach shows those there are.")
    return stored


def demand_drafted(reader: Reader, stored: StoredOutreach, who: Principal) -> None:
    """Raises Conflict where somebody or something was first, with who, when and how."""
    if stored.outreach.state is not OutreachState.DRAFTED:
        raise Conflict(ending(reader, stored.outreach, who))


def demand_seen(reader: Reader, stored: StoredOutreach, who: Principal, fingerprint: str) -> None:
    """Raises Conflict unless the text is the one whose fingerprint, or the beginning of it, stood
    on the card that the person saw."""
    outreach = stored.outreach
    is_print = _PRINT.fullmatch(fingerprint) is not None
    if is_print and outreach.fingerprint.startswith(fingerprint):
        return
    by = f" by {called(reader, outreach.edited_by, who)}" if outreach.edited_by else ""
    raise Conflict(f"It was changed{by} since you saw it: look at it again.")


def demand_leave(
    reader: Reader, desk: Desk, now: datetime, stored: StoredOutreach, who: Principal
) -> None:
    """Whoever may approve it may decide on it in other ways, and so may its author and whoever
    did approve it. Raises Forbidden with the reason."""
    if who.key in {stored.outreach.author, stored.outreach.approved_by}:
        return
    if reason := _objections(reader, desk, now, [stored], who)[0]:
        raise Forbidden(reason)


def may_approve(
    reader: Reader, desk: Desk, now: datetime, drafts: Sequence[StoredOutreach], who: Principal
) -> list[StoredOutreach]:
    """Those that the person may approve, whatever else speaks against them."""
    objections = _objections(reader, desk, now, drafts, who)
    return [stored for stored, reason in zip(drafts, objections, strict=True) if not reason]


def approval_by(who: Principal, outreach: Outreach, desk: Desk, now: datetime) -> Approval:
    """A person's approval of exactly this message, given now."""
    return Approval(who, Tier.MANUAL, now, approval_end(desk, now), outreach.fingerprint)


def approval_end(desk: Desk, now: datetime) -> datetime:
    """Until when an approval that is given now is good."""
    return now + timedelta(hours=desk.playbook.guard.send.approval_hours)


def approver_of(reader: Reader, playbook: Playbook, outreach: Outreach) -> Principal | None:
    """Who is asked to approve a message: the account's own CSM where the play lets them,
    else a manager; never its author, unless authors may."""
    play = playbook.plays.get(outreach.play)
    found = reader.account_csm(outreach.account_key)
    csm = reader.person_by_email(found[1]) if found and found[1] else None
    wants_csm = bool(play and play.outreach and play.outreach.approver is Approver.CSM)
    asked = [csm] if csm and csm.is_staff and wants_csm else []
    may_be_author = playbook.guard.send.author_may_approve
    people = (*asked, *managers(reader))
    return next((one for one in people if may_be_author or one.key != outreach.author), None)


def called(reader: Reader, key: str, who: Principal) -> str:
    """What a person, or what acted in their stead, is called for `who`."""
    if key.startswith(BY_TIER):
        return "the play by itself"
    return "you" if key == who.key else name_in(reader, key)


def ending(reader: Reader, outreach: Outreach, who: Principal) -> str:
    """What became of a message, by whom and when, for somebody who came later."""
    approved = _told("approved", reader, outreach.approved_by, outreach.approved_at, who)
    ended = f" on {instant_text(outreach.ended_at, who.zone)}" if outreach.ended_at else ""
    why = f" {outreach.ended_why}" if outreach.ended_why else ""
    match outreach.state:
        case OutreachState.APPROVED:
            return f"{approved} It is on its way: stop it first if it must not go."
        case OutreachState.SENT:
            sent = instant_text(outreach.sent_at, who.zone) if outreach.sent_at else "since"
            return f"{approved} It was sent on {sent}."
        case OutreachState.IN_DOUBT:
            return f"{approved} Whether it arrived is in doubt."
        case OutreachState.DEAD:
            return f"{approved} It could not be delivered.{why}"
        case OutreachState.REJECTED:
            rejected = _told("rejected", reader, outreach.ended_by, outreach.ended_at, who)
            return f"{rejected}{why}"
        case _:
            return f"It was withdrawn{ended}.{why} Draft it anew where it is still right."


def _told(done: str, reader: Reader, key: str, at: datetime | None, who: Principal) -> str:
    when = f" on {instant_text(at, who.zone)}" if at else ""
    name = called(reader, key, who)
    return f"{name[0].upper()}{name[1:]} {done} this{when}."


def _objections(
    reader: Reader, desk: Desk, now: datetime, drafts: Sequence[StoredOutreach], who: Principal
) -> list[str]:
    """Why not, for each of them, by the guard's own rule; empty where they may."""
    messages = [(stored.id, stored.outreach) for stored in drafts]
    batch = batch_for(
        reader,
        desk,
        now,
        messages,
        Moment.APPROVING,
        lambda outreach: approval_by(who, outreach, desk, now),
    )
    settings = desk.playbook.guard.send
    looks = [leave_to_approve(batch.sending_of(i), settings) for i in range(len(messages))]
    return [look.reason if look.outcome is not Outcome.PASS else "" for look in looks]
