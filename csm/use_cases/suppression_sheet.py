"""Whom at one account we do not write to, and whom we could."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from csm.account import Contact
from csm.errors import NotFound
from csm.people import Capability, Clearance
from csm.ports import Records
from csm.ports_outreach import StoredSuppression


@dataclass(frozen=True, slots=True)
class SuppressionSheet:
    """An account, its people, and every reason not to write that is in force."""

    account_id: int
    account_name: str
    contacts: Sequence[Contact]
    suppressions: Sequence[StoredSuppression]


def suppression_sheet(
    clearance: Clearance, records: Records, now: datetime, account_id: int
) -> SuppressionSheet:
    """Of the account with that id. Raises NotFound."""
    clearance.demand(Capability.SUPPRESS)
    with records.reading() as reader:
        stored = reader.account(account_id)
        if stored is None:
            raise NotFound("That account is no longer in the records.")
        key = stored.account.key
        contacts = reader.dealings([key], now, now)[key].contacts
        return SuppressionSheet(account_id, stored.account.name, contacts, reader.suppressions(key))


def account_key_of(clearance: Clearance, records: Records, account_id: int) -> str:
    """The key that pauses and suppressions name an account by. Raises NotFound."""
    clearance.demand(Capability.SUPPRESS, Capability.PAUSE_SENDING)
    with records.reading() as reader:
        stored = reader.account(account_id)
    if stored is None:
        raise NotFound("That account is no longer in the records.")
    return stored.account.key
