"""Whom we do not write to because a colleague says so; and taking that back."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from csm.audit import AuditEntry, contact_subject
from csm.errors import Forbidden, InvalidInput, NotFound
from csm.people import Capability, Clearance, Principal, Role
from csm.play import Category
from csm.ports import Clock, Reader, Records, Writer
from csm.ports_outreach import StoredSuppression
from csm.suppression import Suppression, SuppressionKind
from csm.use_cases.pause_sending import is_own_account
from csm.wording import listing

_LONGEST_WHY: Final = 500
_LEADS: Final = frozenset({Role.MANAGER, Role.ADMIN})
# What a colleague may say; the rest is heard from customers and mail servers.
BY_COLLEAGUES: Final = (
    SuppressionKind.DO_NOT_CONTACT,
    SuppressionKind.LEGAL,
    SuppressionKind.OPT_OUT,
)
# What a customer said is theirs alone to take back, but for what a colleague wrote down for them.
_THEIRS: Final = frozenset({SuppressionKind.OPT_OUT, SuppressionKind.COMPLAINT})


@dataclass(frozen=True, slots=True)
class Suppressed:
    """Whom we do not write to now; not `is_new` where the same was in force already."""

    suppression: Suppression
    is_new: bool


def suppress(
    clearance: Clearance,
    records: Records,
    clock: Clock,
    account_key: str,
    kind: SuppressionKind,
    contact_key: str = "",
    category: Category | None = None,
    why: str = "",
) -> Suppressed:
    """Write no more to one person there, or (no `contact_key`) to nobody; of one category, or
    (None) at all. It counts before the next message.

    Raises NotFound for an account or a person that is not there, InvalidInput for a kind that no
    colleague can say, and Forbidden: a CSM says so for accounts of their own.
    """
    clearance.demand(Capability.SUPPRESS)
    who = clearance.principal
    _demand_sense(kind, why)
    with records.writing() as writer:
        now = clock.now()
        _demand_account(writer, who, account_key)
        suppression = Suppression(
            account_key=account_key,
            contact_key=contact_key,
            address=_address(writer, account_key, contact_key, now),
            kind=kind,
            category=category,
            at=now,
            source=who.key,
            why=why,
        )
        is_new = writer.add_suppression(suppression) is not None
        if is_new:
            _note(writer, suppression, kind.value, who, now)
        return Suppressed(suppression, is_new)


def lift_suppression(
    clearance: Clearance,
    records: Records,
    clock: Clock,
    account_key: str,
    suppression_id: int,
) -> StoredSuppression:
    """Take it back; what it was.

    Raises NotFound where it is not in force, and Forbidden for what a customer said, which only
    they take back, for a dispute and for an opt-out that a colleague wrote down unless it is a
    manager, and for accounts of others.
    """
    clearance.demand(Capability.SUPPRESS)
    who = clearance.principal
    with records.writing() as writer:
        now = clock.now()
        _demand_account(writer, who, account_key)
        known = {stored.id: stored for stored in writer.suppressions(account_key)}
        stored = known.get(suppression_id)
        if stored is None:
            raise NotFound("That is not in force any more: there is nothing to take back.")
        _demand_ours(writer, stored.suppression, who)
        writer.lift_suppression(suppression_id, who.key, now)
        _note(writer, stored.suppression, "lifted", who, now)
        return stored


def _demand_sense(kind: SuppressionKind, why: str) -> None:
    if kind not in BY_COLLEAGUES:
        known = listing([one.value for one in BY_COLLEAGUES], "or")
        raise InvalidInput(f"“{kind.value}” is for mail servers to say. Give {known}.")
    if len(why) > _LONGEST_WHY:
        raise InvalidInput(f"Say why in {_LONGEST_WHY} characters at most, not {len(why):,}.")


def _demand_account(reader: Reader, who: Principal, account_key: str) -> None:
    if reader.account_csm(account_key) is None:
        raise NotFound(f"There is no account with the key “{account_key}”.")
    if who.role not in _LEADS and not is_own_account(reader, who, account_key):
        raise Forbidden("That is for the account's own CSM, or a manager, to say.")


def _demand_ours(reader: Reader, suppression: Suppression, who: Principal) -> None:
    is_theirs, is_lead = suppression.kind in _THEIRS, who.role in _LEADS
    if is_theirs and not _is_by_colleague(reader, suppression):
        raise Forbidden("They said so themselves, and only they can take it back.")
    if is_theirs and not is_lead:
        raise Forbidden("A colleague wrote down that they said so. Ask a manager to take it back.")
    if suppression.kind is SuppressionKind.LEGAL and not is_lead:
        raise Forbidden("A dispute is over when a manager says so. Ask one.")


def _is_by_colleague(reader: Reader, suppression: Suppression) -> bool:
    """Whether it is one of ours who said so, or was when they did."""
    person = reader.person(suppression.source)
    return person is not None and person.role is not Role.CONTACT


def _address(reader: Reader, account_key: str, contact_key: str, now: datetime) -> str:
    """The person's, so that it holds under another key as well. Raises NotFound."""
    if not contact_key:
        return ""
    for contact in reader.dealings([account_key], now, now)[account_key].contacts:
        if contact.key == contact_key:
            return contact.email.lower()
    raise NotFound(f"There is nobody with the key “{contact_key}” at that account.")


def _note(
    writer: Writer, suppression: Suppression, what: str, who: Principal, now: datetime
) -> None:
    category = suppression.category.value if suppression.category else "all"
    writer.audit(
        AuditEntry(
            at=now,
            who=who.key,
            what=f"suppression.{what}",
            subject=contact_subject(suppression.account_key, suppression.contact_key),
            account_key=suppression.account_key,
            after={"kind": suppression.kind.value, "category": category},
        )
    )
