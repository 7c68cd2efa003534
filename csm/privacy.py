"""Who a privacy request is about, how they are found in texts, and what is left of them after.

An erasure leaves marks behind: keyed hashes of the address and of the contact's key. Whoever has
the address can tell that it was erased; nobody can read it from the mark, nor (without the secret,
which is kept in the database alone) find it by trying addresses.
"""

import hashlib
import hmac
import json
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field

from csm.account import Contact
from csm.suppression import Suppression, SuppressionKind

_SHORT: Final = 12
ERASED_KEY: Final = "erased-"
"""What stands in the place of a person's key begins so."""


@dataclass(frozen=True, slots=True)
class KnownContact:
    """A contact as a request may name them."""

    id: int
    account_id: int
    account_key: str
    key: str
    name: str
    email: str  # lower case

    @property
    def label(self) -> str:
        """For whoever has to choose between several."""
        address = f", {self.email}" if self.email else ""
        return f"{self.name} ({self.account_key}/{self.key}{address})"


@dataclass(frozen=True, slots=True)
class Subject:
    """One person, under everything that they are known by. `contacts` are all records with their
    address: the same person may be a contact of several accounts. `users` are their accounts on
    chat platforms, `places` their direct messages, each (platform, workspace, id)."""

    contacts: tuple[KnownContact, ...] = ()
    addresses: tuple[str, ...] = ()
    person_keys: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    users: tuple[tuple[str, str, str], ...] = ()
    places: tuple[tuple[str, str, str], ...] = ()
    is_name_shared: bool = False  # with somebody else whom we know

    @property
    def account_ids(self) -> tuple[int, ...]:
        return tuple(sorted({one.account_id for one in self.contacts}))

    @property
    def account_keys(self) -> tuple[str, ...]:
        return tuple(sorted({one.account_key for one in self.contacts}))

    @property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """(account's key, contact's key) of each record."""
        return tuple((one.account_key, one.key) for one in self.contacts)


@dataclass(frozen=True)
class Erased:
    """Everybody who was erased, as marks. `secrets` are the keys that marks were made with: none
    where nobody ever was erased, and several where a restore brought two sets of marks together.
    New marks are made with the first one."""

    secrets: tuple[str, ...] = ()
    marks: frozenset[str] = field(default_factory=frozenset)

    def is_address(self, address: str) -> bool:
        return bool(address) and not self.marks.isdisjoint(self.of_address(address))

    def is_contact(self, account_key: str, contact_key: str) -> bool:
        return not self.marks.isdisjoint(self.of_contact(account_key, contact_key))

    def of_address(self, address: str) -> set[str]:
        """The marks by which an address would be recognised."""
        return {address_mark(secret, address) for secret in self.secrets}

    def of_contact(self, account_key: str, contact_key: str) -> set[str]:
        """The same of a contact's key."""
        return {contact_mark(secret, account_key, contact_key) for secret in self.secrets}

    def of_subject(self, subject: "Subject") -> set[str]:
        """The same of a person."""
        return {mark for secret in self.secrets for mark in marks_of(subject, secret)}


NOBODY: Final = Erased()


class Erasure(BaseModel):
    """One erasure, without a word of whom: `marks` are what they can be recognised by, `subject`
    what the audit calls them. `certificate` is there once all of it is done, and `seal` its own
    SHA-256. Without `finished_at` there is more to do: it was interrupted, or a restore may have
    brought the person back."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    at: datetime
    by: str = Field(min_length=1, max_length=80)
    subject: str = Field(min_length=1, max_length=120)
    marks: tuple[str, ...] = ()
    counts: dict[str, Any] = Field(default_factory=dict)
    certificate: dict[str, Any] | None = None
    seal: str = Field(default="", max_length=64)
    finished_at: datetime | None = None


def address_mark(secret: str, address: str) -> str:
    """The same for all of one mailbox: `jo+work@acme.example` is delivered to `jo@acme.example`."""
    local, at, domain = address.strip().lower().rpartition("@")
    box = local.partition("+")[0] or local
    return _mark(secret, "address", f"{box}{at}{domain}")


def contact_mark(secret: str, account_key: str, contact_key: str) -> str:
    return _mark(secret, "contact", account_key, contact_key)


def marks_of(subject: Subject, secret: str) -> tuple[str, ...]:
    """Everything that they will be recognised by."""
    addresses = (address_mark(secret, one) for one in subject.addresses)
    contacts = (contact_mark(secret, *pair) for pair in subject.pairs)
    return tuple(sorted({*addresses, *contacts}))


def erased_key(mark: str) -> str:
    """What stands in the place of a person's key, so that two rows of one person are still of
    one."""
    return f"{ERASED_KEY}{mark[:_SHORT]}"


def token_of(subject: Subject, secret: str) -> str:
    """What stands in the place of their keys: of their address, where it is known."""
    if subject.addresses:
        return erased_key(address_mark(secret, subject.addresses[0]))
    return erased_key(contact_mark(secret, *subject.pairs[0]))


def objection_of(contact: Contact, account_key: str, at: datetime) -> Suppression:
    """Why a person who was erased, and came back by some way, is not written to."""
    return Suppression(
        account_key=account_key,
        contact_key=contact.key,
        address=contact.email.lower(),
        kind=SuppressionKind.OPT_OUT,
        at=at,
        source="erasure",
    )


def sealed(certificate: dict[str, Any]) -> str:
    """The SHA-256 of a certificate, from its JSON with sorted keys and without its own `sha256`."""
    content = {name: value for name, value in certificate.items() if name != "sha256"}
    whole = json.dumps(content, sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(whole.encode()).hexdigest()


def _mark(secret: str, *parts: str) -> str:
    return hmac.new(secret.encode(), json.dumps(parts).encode(), hashlib.sha256).hexdigest()


@dataclass(frozen=True, slots=True)
class Section:
    """What one table holds: what it means, and the rows."""

    title: str
    meaning: str
    rows: list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class CleanedDocument:
    """A document of the library that named them. `shelf` and `id` say which."""

    id: int
    shelf: str
    chunks: int


@dataclass(slots=True)
class ErasedRecords:
    """What an erasure did to the records. Rows are counted by table; `redacted` are the entries of
    the audit by number, each with the seal of what it says now; `remains` says what was left and
    why."""

    counts: dict[str, int] = field(default_factory=dict)
    documents: list[CleanedDocument] = field(default_factory=list)
    redacted: dict[int, str] = field(default_factory=dict)
    remains: list[str] = field(default_factory=list)

    @property
    def is_nothing(self) -> bool:
        return not (any(self.counts.values()) or self.documents or self.redacted)

    def add(self, table: str, count: int) -> None:
        if count:
            self.counts[table] = self.counts.get(table, 0) + count


@dataclass(frozen=True)
class StoredErasure:
    id: int
    erasure: Erasure

    @property
    def name(self) -> tuple[datetime, str]:
        """What it is known by in whatever database."""
        return self.erasure.at, self.erasure.subject

    @cached_property
    def marks(self) -> frozenset[str]:
        return frozenset(self.erasure.marks)

    def is_of(self, marks: Collection[str]) -> bool:
        return not self.marks.isdisjoint(marks)
