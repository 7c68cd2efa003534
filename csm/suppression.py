"""Whom we do not write to, and why: a customer, or one of their people."""

from collections.abc import Collection
from datetime import datetime
from enum import StrEnum
from typing import Final

from pydantic import BaseModel, ConfigDict, Field

from csm.account import Contact
from csm.play import Category


class SuppressionKind(StrEnum):
    OPT_OUT = "opt_out"  # they said so
    COMPLAINT = "complaint"  # they reported a message as spam
    BOUNCED = "bounced"  # the address takes no mail
    DO_NOT_CONTACT = "do_not_contact"  # a colleague said so
    LEGAL = "legal"  # a dispute: only people who know of it may write


PERSONAL: Final = frozenset(
    {SuppressionKind.OPT_OUT, SuppressionKind.COMPLAINT, SuppressionKind.BOUNCED}
)
"""What goes with a person's address: it holds at every account that knows them by it."""


class Suppression(BaseModel):
    """One reason not to write. An empty `contact_key` means everybody at the account; an empty
    `category` means everything. `address` (lower case) goes with the person where they are
    recorded again under another key. Taken back: `lifted_at` says when."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    account_key: str = Field(min_length=1, max_length=80)
    contact_key: str = Field(default="", max_length=80)
    address: str = Field(default="", max_length=254)
    kind: SuppressionKind
    category: Category | None = None
    at: datetime
    source: str = Field(max_length=200, description="who or what said so")
    why: str = Field(default="", max_length=500)
    lifted_at: datetime | None = None
    lifted_by: str = Field(default="", max_length=80)


def is_against(
    suppression: Suppression,
    account_key: str,
    contact: Contact | None,
    addresses: Collection[str],
    category: Category,
) -> bool:
    """Whether it is in force for a message of that category to that contact of the account (None:
    nobody knows whom). `addresses`, in lower case, are those that they are known by.

    What is of everybody at an account stays there; what is of a person goes with their address, see
    PERSONAL. A complaint is always about everything. A bounce is about its address alone, so that
    whoever has another one since can be reached, and about every message to it.
    """
    if suppression.lifted_at is not None or not _covers(suppression, category):
        return False
    is_same_address = suppression.address != "" and suppression.address in addresses
    if suppression.account_key != account_key:
        return is_same_address and suppression.kind in PERSONAL
    if suppression.kind is SuppressionKind.BOUNCED and suppression.address:
        return is_same_address
    if contact is None or not suppression.contact_key:
        return True
    return is_same_address or suppression.contact_key == contact.key


def _covers(suppression: Suppression, category: Category) -> bool:
    whole = suppression.kind in {SuppressionKind.COMPLAINT, SuppressionKind.BOUNCED}
    return whole or suppression.category in {None, category}
