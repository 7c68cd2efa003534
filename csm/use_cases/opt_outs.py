"""Whom we may not write to any more because they, or their mail server, said so."""

from datetime import datetime

from csm.audit import AuditEntry
from csm.play import Category
from csm.ports import Reader, Records, Writer
from csm.ports_outreach import StoredOutreach
from csm.suppression import Suppression, SuppressionKind


def opt_out(
    records: Records,
    now: datetime,
    account_key: str,
    contact_key: str,
    category: Category | None,
    source: str,
) -> int:
    """Keep that a contact wants no messages of that category (None: of any). The id of what is in
    force then: `opt_back_in` asks for it."""
    with records.reading() as reader:
        address = addresses_at(reader, account_key, now).get(contact_key, "")
    with records.writing() as writer:
        keep_opt_out(writer, account_key, contact_key, address, category, source, now)
        in_force = writer.suppressions(account_key)
        theirs = (
            stored.id
            for stored in in_force
            if _is_opt_out(stored.suppression, contact_key, category)
        )
        return next(theirs)


def opt_back_in(
    records: Records,
    now: datetime,
    account_key: str,
    contact_key: str,
    category: Category | None,
    source: str,
    suppression_id: int,
) -> bool:
    """Take back that very opt-out of a contact. False where it is not in force: it was taken back
    before, whatever they said since."""
    with records.writing() as writer:
        for stored in writer.suppressions(account_key):
            is_it = stored.id == suppression_id and _is_opt_out(
                stored.suppression, contact_key, category
            )
            if is_it and writer.lift_suppression(stored.id, source, now):
                _audit_suppression(writer, account_key, contact_key, "lifted", source, now)
                return True
    return False


def keep_opt_out(
    writer: Writer,
    account_key: str,
    contact_key: str,
    address: str,
    category: Category | None,
    source: str,
    now: datetime,
    kind: SuppressionKind = SuppressionKind.OPT_OUT,
) -> bool:
    """The same within a unit of work; `address` is their e-mail address, as far as it is known.
    Of another `kind`, it is not theirs alone to take back."""
    kept = writer.add_suppression(
        Suppression(
            account_key=account_key,
            contact_key=contact_key,
            address=address.lower(),
            kind=kind,
            category=category,
            at=now,
            source=source,
        )
    )
    if kept is not None:
        _audit_suppression(writer, account_key, contact_key, kind.value, source, now)
    return kept is not None


def addresses_at(reader: Reader, account_key: str, now: datetime) -> dict[str, str]:
    """The e-mail addresses of an account's contacts by their keys. For a reader: within a unit of
    work that writes it would keep the account from everybody else."""
    found = reader.dealings([account_key], now, now).get(account_key)
    return {contact.key: contact.email for contact in found.contacts} if found else {}


def suppress_reader(
    writer: Writer,
    found: StoredOutreach,
    kind: SuppressionKind,
    now: datetime,
    source: str,
) -> bool:
    """Keep that whoever a message was sent to gets no more. False where that is known."""
    outreach = found.outreach
    kept = writer.add_suppression(
        Suppression(
            account_key=outreach.account_key,
            contact_key=outreach.contact_key,
            address=outreach.address.lower(),
            kind=kind,
            at=now,
            source=source,
        )
    )
    if kept is not None:
        account_key, contact_key = outreach.account_key, outreach.contact_key
        _audit_suppression(writer, account_key, contact_key, kind.value, source, now)
    return kept is not None


def _is_opt_out(one: Suppression, contact_key: str, category: Category | None) -> bool:
    said = (one.kind, one.contact_key, one.category)
    return said == (SuppressionKind.OPT_OUT, contact_key, category)


def _audit_suppression(
    writer: Writer, account_key: str, contact_key: str, what: str, source: str, now: datetime
) -> None:
    writer.audit(
        AuditEntry(
            at=now,
            who="customer",
            what=f"suppression.{what}",
            subject=f"contact:{account_key}/{contact_key}"[:120],
            account_key=account_key,
            after={"source": source},
        )
    )
