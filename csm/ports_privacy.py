"""The part of the records that answers privacy requests, and the library's part in an erasure."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, Protocol

from csm.knowledge import Shelf
from csm.privacy import (
    Erased,
    ErasedRecords,
    Erasure,
    KnownContact,
    Section,
    StoredErasure,
    Subject,
)


class PrivacyReader(Protocol):
    def contacts_called(self, text: str) -> list[KnownContact]:
        """Those with that e-mail address, else that `account/contact-key`, else that name."""
        ...

    def subject_of(
        self, contacts: Collection[KnownContact], addresses: Collection[str] = ()
    ) -> Subject:
        """The person behind these records and addresses: with all other records of the same
        address, and who they are on chat platforms."""
        ...

    def subject_marked(self, erased: Erased) -> Subject | None:
        """Whomever these marks are of, with all that the records hold of them, also where only a
        survey or a message has their address; None: nobody."""
        ...

    def is_staff_address(self, addresses: Collection[str]) -> bool:
        """Whether one of ours has one of them."""
        ...

    def held_about(self, subject: Subject) -> list[Section]:
        """Everything about them, in the order of the tables; nothing of other people."""
        ...

    def held_of_account(self, account_id: int, account_key: str) -> list[Section]: ...
    def outreach_for(self, subject: Subject) -> list[int]:
        """Ids of what is or was for them, whatever its state."""
        ...

    def is_being_sent(self, subject: Subject) -> bool:
        """Whether anything to them, or about them, is on its way this very moment."""
        ...

    def erased(self) -> Erased: ...
    def erasures(self) -> list[StoredErasure]:
        """Oldest first."""
        ...


class PrivacyWriter(PrivacyReader, Protocol):
    def erasure_secret(self) -> str:
        """The key of new marks; made where there is none yet."""
        ...

    def add_erasure_secrets(self, known: Collection[str]) -> None:
        """Keys of marks from elsewhere, for marks that are kept with them."""
        ...

    def erase_person(self, subject: Subject, secret: str, now: datetime) -> ErasedRecords:
        """Take the person out of every table, the library's texts and the audit. Whoever calls it
        attests the redactions in the same unit of work, or the audit is broken."""
        ...

    def keep_erasure(self, erasure: Erasure) -> int:
        """Its id. Its marks are in force from now on."""
        ...

    def finish_erasure(
        self, erasure_id: int, certificate: dict[str, Any], seal: str, now: datetime
    ) -> None: ...


class Purging(Protocol):
    """The indexes of the help library."""

    def purge(self, shelf: Shelf) -> None:
        """Make them equal to the records, and rid of what was in them before. Raises Busy and
        Unavailable."""
        ...
