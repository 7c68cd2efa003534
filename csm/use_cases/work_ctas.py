"""Calls to action: see them, claim one, close it with an outcome, give it back."""

from collections.abc import Callable
from datetime import datetime

from csm import cta as rules
from csm.errors import Forbidden, InvalidInput, NotFound
from csm.health import Cta, CtaOutcome, CtaStatus
from csm.people import Capability, Clearance, Principal, may
from csm.ports import Records, StoredCta


def list_ctas(clearance: Clearance, records: Records, *, everybody: bool) -> list[StoredCta]:
    """Calls to action that are not closed: the person's own, or everybody's; soonest due first."""
    clearance.demand(Capability.WORK_CTAS)
    with records.reading() as reader:
        return reader.open_ctas(None if everybody else clearance.principal.email)


def see_cta(clearance: Clearance, records: Records, cta_id: int) -> StoredCta:
    """One call to action. Raises NotFound."""
    clearance.demand(Capability.WORK_CTAS)
    with records.reading() as reader:
        return _known(reader.cta(cta_id), cta_id)


def claim_cta(clearance: Clearance, records: Records, now: datetime, cta_id: int) -> StoredCta:
    """Take it on. Claiming what is yours already changes nothing.

    Raises Conflict, naming who was first, and Forbidden for a colleague's account.
    """
    return _change(
        clearance, records, cta_id, lambda cta: rules.claim(cta, clearance.principal, now)
    )


def release_cta(clearance: Clearance, records: Records, cta_id: int) -> StoredCta:
    """Give a claimed one back, so that somebody else can take it."""
    return _change(clearance, records, cta_id, lambda cta: rules.unclaim(cta, clearance.principal))


def reopen_cta(clearance: Clearance, records: Records, cta_id: int) -> StoredCta:
    """Undo a close."""
    return _change(clearance, records, cta_id, lambda cta: rules.reopen(cta, clearance.principal))


def resume_cta(clearance: Clearance, records: Records, now: datetime, cta_id: int) -> StoredCta:
    """Take up again what was closed although its reason lasts: reopen it and claim it."""
    who = clearance.principal

    def resume(cta: Cta) -> Cta:
        reopened = rules.reopen(cta, who) if cta.status is CtaStatus.CLOSED else cta
        return rules.claim(reopened, who, now)

    return _change(clearance, records, cta_id, resume)


def close_cta(
    clearance: Clearance,
    records: Records,
    now: datetime,
    cta_id: int,
    outcome: CtaOutcome,
    note: str,
) -> StoredCta:
    """End it with an outcome. Raises Conflict when somebody closed it before."""
    return _change(
        clearance,
        records,
        cta_id,
        lambda cta: rules.close(cta, clearance.principal, outcome, note, now),
    )


def may_work_on(who: Principal, cta: Cta) -> bool:
    """Whether it is this person's to claim and close: on her own accounts, on those that nobody
    has, and for managers on all."""
    return cta.owner_email in ("", who.email) or may(who, Capability.WORK_ANY_CTA)


def outcome_of(word: str) -> CtaOutcome:
    """The outcome that a person typed. Raises InvalidInput with those that exist."""
    wanted = word.strip().lower().replace(" ", "_").replace("-", "_")
    for outcome in rules.PERSONAL_OUTCOMES:
        if outcome == wanted:
            return outcome
    raise InvalidInput(
        f"“{word.strip()}” is no outcome. Choose one of: {', '.join(rules.PERSONAL_OUTCOMES)}."
        if word.strip()
        else f"Say how it ended: {', '.join(rules.PERSONAL_OUTCOMES)}."
    )


def _change(
    clearance: Clearance, records: Records, cta_id: int, change: Callable[[Cta], Cta]
) -> StoredCta:
    clearance.demand(Capability.WORK_CTAS)
    with records.writing() as writer:
        stored = _known(writer.cta(cta_id), cta_id)
        _allow(clearance, stored.cta)
        changed = change(stored.cta)
        if changed != stored.cta:
            writer.update_cta(cta_id, changed)
    return StoredCta(stored.id, stored.account_name, changed)


def _allow(clearance: Clearance, cta: Cta) -> None:
    if may_work_on(clearance.principal, cta):
        return
    raise Forbidden(
        f"This one belongs to {cta.owner_email}: other CSMs' accounts are read-only for you. "
        "Ask them or a manager."
    )


def _known(stored: StoredCta | None, cta_id: int) -> StoredCta:
    if stored is None:
        raise NotFound(f"There is no call to action number {cta_id}. /cta lists yours.")
    return stored
