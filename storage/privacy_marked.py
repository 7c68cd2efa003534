"""Whom the marks of an erasure are of, where the records hold that person again."""

from dataclasses import replace
from typing import Final

import sqlalchemy as sa

from csm.people import Role
from csm.privacy import Erased, KnownContact, Subject
from storage import tables
from storage.privacy_scope import contacts_where, subject_of

_ADDRESSES: Final = sa.union(
    sa.select(tables.contact.c.email),
    sa.select(tables.person.c.email).where(tables.person.c.role == Role.CONTACT),
    sa.select(tables.survey.c.contact_email),
    sa.select(tables.interaction.c.contact_email),
    sa.select(tables.training.c.contact_email),
    sa.select(tables.outreach.c.address),
    sa.select(tables.suppression.c.address),
)
_PAIRS: Final = sa.union(
    sa.select(tables.outreach.c.account_key, tables.outreach.c.contact_key),
    sa.select(tables.suppression.c.account_key, tables.suppression.c.contact_key),
)


def subject_marked(connection: sa.Connection, erased: Erased) -> Subject | None:
    """The person with one of these marks, by every address and key that the records hold."""
    addresses = {
        address.strip().lower()
        for address in connection.execute(_ADDRESSES).scalars()
        if address and erased.is_address(address)
    }
    contacts = [
        one
        for one in contacts_where(connection, sa.true())
        if one.email in addresses or erased.is_contact(one.account_key, one.key)
    ]
    known = {(one.account_key, one.key) for one in contacts}
    gone = [
        KnownContact(0, 0, account_key, key, "", "")
        for account_key, key in connection.execute(_PAIRS)
        if (account_key, key) not in known and key and erased.is_contact(account_key, key)
    ]
    if not (addresses or contacts or gone):
        return None
    subject = subject_of(connection, contacts, addresses)
    return replace(subject, contacts=(*subject.contacts, *gone))
