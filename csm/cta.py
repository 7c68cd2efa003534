"""What people do with a call to action: claim it, give it back, close it,
reopen it.

Each function returns the changed CTA and leaves the given one alone. Whether this person may work
on this account's CTAs is the use case's to check.
"""

from datetime import datetime
from typing import Final

from csm.errors import Conflict, InvalidInput
from csm.health import Cta, CtaOutcome, CtaStatus
from csm.people import Capability, Principal, may
from csm.wording import instant_text

# How a person may end a CTA; EVIDENCE_GONE is the machine's alone.
PERSONAL_OUTCOMES: Final = tuple(o for o in CtaOutcome if o is not CtaOutcome.EVIDENCE_GONE)
NOTE_LENGTH: Final = 2000


def claim(cta: Cta, who: Principal, now: datetime) -> Cta:
    """Take it on. Claiming one's own again changes nothing.

    Raises Conflict, with who was first, when it is somebody else's or closed.
    """
    _demand_not_closed(cta)
    if cta.status is CtaStatus.CLAIMED:
        _demand_own(cta, who)
        return cta
    return cta.model_copy(
        update={"status": CtaStatus.CLAIMED, "claimed_by": who.key, "claimed_at": now}
    )


def unclaim(cta: Cta, who: Principal) -> Cta:
    """Give it back, so that somebody else can take it on.

    Managers may give back anybody's. Raises Conflict when it is not claimed, or not by them.
    """
    _demand_not_closed(cta)
    if cta.status is not CtaStatus.CLAIMED:
        raise Conflict("Nobody has claimed this, so there is nothing to give back.")
    _demand_own_or_manager(cta, who)
    return cta.model_copy(update={"status": CtaStatus.OPEN, "claimed_by": "", "claimed_at": None})


def close(cta: Cta, who: Principal, outcome: CtaOutcome, note: str, now: datetime) -> Cta:
    """End it. An unclaimed one can be closed by anybody, a claimed one by its person or a manager.

    Raises Conflict, with who was first, when it is closed already or somebody else's, and
    InvalidInput for an outcome that is not a person's to give or a note that is too long.
    """
    _demand_not_closed(cta)
    if cta.status is CtaStatus.CLAIMED:
        _demand_own_or_manager(cta, who)
    if outcome not in PERSONAL_OUTCOMES:
        choices = ", ".join(choice.replace("_", " ") for choice in PERSONAL_OUTCOMES)
        raise InvalidInput(f"Choose how it ended: {choices}.")
    text = note.strip()
    if len(text) > NOTE_LENGTH:
        raise InvalidInput(
            f"The note is {len(text):,} characters long; {NOTE_LENGTH:,} is the most."
        )
    return cta.model_copy(
        update={
            "status": CtaStatus.CLOSED,
            "closed_by": who.key,
            "closed_at": now,
            "outcome": outcome,
            "note": text,
        }
    )


def reopen(cta: Cta, who: Principal) -> Cta:
    """Undo a close: claimed as before, or open when nobody had claimed it.

    By whoever closed it, the account's CSM, or a manager. Raises Conflict when it is not closed,
    or closed by itself.
    """
    if cta.status is not CtaStatus.CLOSED:
        raise Conflict("This is not closed, so there is nothing to undo.")
    by_itself = cta.outcome is CtaOutcome.EVIDENCE_GONE
    owns = who.email != "" and who.email.lower() == cta.owner_email
    is_theirs = owns or who.key == cta.closed_by
    may_undo = is_theirs or may(who, Capability.WORK_ANY_CTA)
    if by_itself or not may_undo:
        _demand_not_closed(cta)
    return cta.model_copy(
        update={
            "status": CtaStatus.CLAIMED if cta.claimed_by else CtaStatus.OPEN,
            "closed_by": "",
            "closed_at": None,
            "outcome": None,
            "note": "",
        }
    )


def _demand_not_closed(cta: Cta) -> None:
    if cta.status is not CtaStatus.CLOSED:
        return
    when = f" on {instant_text(cta.closed_at)}" if cta.closed_at else ""
    if cta.outcome is CtaOutcome.EVIDENCE_GONE:
        raise Conflict(f"This closed by itself{when}: its evidence is gone.")
    how = f" as {cta.outcome.replace('_', ' ')}" if cta.outcome else ""
    raise Conflict(f"{cta.closed_by or 'Somebody'} closed this{when}{how}.")


def _demand_own(cta: Cta, who: Principal) -> None:
    if cta.claimed_by != who.key:
        when = f" on {instant_text(cta.claimed_at)}" if cta.claimed_at else ""
        raise Conflict(f"{cta.claimed_by} claimed this{when}.")


def _demand_own_or_manager(cta: Cta, who: Principal) -> None:
    if not may(who, Capability.WORK_ANY_CTA):
        _demand_own(cta, who)
