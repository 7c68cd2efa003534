"""Contacts who were erased and came back by some way: nobody writes to them again."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

import sqlalchemy as sa

from csm.account import Contact
from csm.ports_outreach import Dealings
from csm.privacy import Erased, objection_of
from storage import tables
from storage.sql import is_among, text_list

Since = dict[tuple[str, str], tuple[Contact, datetime]]

_mark = tables.erased_mark.c
_SECRETS = sa.select(tables.erasure_secret.c.secret).order_by(tables.erasure_secret.c.id)
_ERASED = (
    sa.select(_mark.mark, sa.func.min(tables.erasure.c.at))
    .join_from(tables.erased_mark, tables.erasure)
    .where(is_among(_mark.mark, sa.bindparam("marks", type_=sa.String())))
    .group_by(_mark.mark)
)


def with_erased(connection: sa.Connection, found: Sequence[Dealings]) -> list[Dealings]:
    """The same, where an erased person is among the contacts with an objection of theirs."""
    known = Erased(tuple(connection.execute(_SECRETS).scalars()) if found else ())
    if not known.secrets:
        return list(found)
    marks = defaultdict[str, list[tuple[str, Contact]]](list)
    for dealings in found:
        for contact in dealings.contacts:
            for mark in _marks(known, dealings.account.key, contact):
                marks[mark].append((dealings.account.key, contact))
    since: Since = {}
    for mark, at in connection.execute(_ERASED, {"marks": text_list(marks)}):
        for account_key, contact in marks[mark]:
            since[account_key, contact.key] = (contact, at)
    return [_objecting(dealings, since) for dealings in found]


def _objecting(dealings: Dealings, since: Since) -> Dealings:
    key = dealings.account.key
    more = [
        objection_of(contact, key, at)
        for (account_key, _), (contact, at) in sorted(since.items(), key=lambda one: one[0])
        if account_key == key
    ]
    return replace(dealings, suppressions=[*dealings.suppressions, *more]) if more else dealings


def _marks(known: Erased, account_key: str, contact: Contact) -> set[str]:
    own = known.of_contact(account_key, contact.key)
    return own | known.of_address(contact.email) if contact.email else own
