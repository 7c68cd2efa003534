"""Everything that is held about an account or a person, for whoever has a right to know it."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, Final

from csm.errors import InvalidInput, NotFound
from csm.naming import fold
from csm.people import Capability, Clearance
from csm.ports import Clock, Reader, Records, StoredAccount
from csm.privacy import KnownContact, Section, Subject
from csm.wording import listing

_MOST_LISTED: Final = 20


def export(clearance: Clearance, records: Records, clock: Clock, who: str) -> dict[str, Any]:
    """All that is held about what was named, as plain JSON: an account by key or name, or a contact
    by e-mail address, `account/contact-key` or name.

    Raises NotFound, and InvalidInput with those to choose from where several are called so.
    """
    clearance.demand(Capability.KEEP_PRIVACY)
    with records.reading() as reader:
        account = _account_called(reader, who)
        contacts = reader.contacts_called(who)
        if account is not None and contacts:
            raise InvalidInput(
                f"Both an account and a contact are called “{who}”. For the account, give its key "
                f"({account.account.key}); for the contact: {_choices(contacts)}."
            )
        if account is not None:
            sections = reader.held_of_account(account.id, account.account.key)
            return _file(clock, "account", account.account.key, sections)
        subject = subject_called(reader, who)
        about = listing([one.label for one in subject.contacts]) or who.strip()
        return _file(clock, "contact", about, reader.held_about(subject))


def subject_called(reader: Reader, who: str) -> Subject:
    """The person whom somebody means. An address is enough, also where no contact has it any more.

    Raises NotFound, and InvalidInput with those to choose from.
    """
    contacts = reader.contacts_called(who)
    is_address = "@" in who and "/" not in who
    if not contacts and not is_address:
        raise NotFound(
            f"No contact is called “{who}”. Give their e-mail address, `account/contact-key`, or "
            "their full name."
        )
    subject = reader.subject_of(contacts[:1], [who.strip().lower()] if is_address else [])
    if any(one not in subject.contacts for one in contacts):
        raise InvalidInput(f"Several people are called “{who}”: {_choices(contacts)}. Which one?")
    return subject


def _account_called(reader: Reader, who: str) -> StoredAccount | None:
    """By its key before all, else by a name that only it has."""
    found = [
        stored
        for id_ in {name.account_id for name in reader.names_like(fold(who))}
        if (stored := reader.account(id_)) is not None
    ]
    by_key = [one for one in found if one.account.key == who.strip()]
    if by_key:
        return by_key[0]
    if len(found) > 1:
        keys = listing(sorted(one.account.key for one in found), "or")
        raise InvalidInput(f"Several accounts are called “{who}”: give the key {keys}.")
    return found[0] if found else None


def _choices(contacts: Sequence[KnownContact]) -> str:
    more = len(contacts) - _MOST_LISTED
    labels = [one.label for one in contacts[:_MOST_LISTED]]
    return "; ".join([*labels, f"and {more} more"] if more > 0 else labels)


def _file(clock: Clock, kind: str, about: str, sections: Sequence[Section]) -> dict[str, Any]:
    return {
        "what": f"All that Digital CSM holds about this {kind}.",
        "about": about,
        "made_at": clock.now().isoformat(),
        "sections": [asdict(one) | {"count": len(one.rows)} for one in sections],
    }
