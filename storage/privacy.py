"""Privacy requests on the records: whom they are about, what is held, and erasing it."""

import secrets
from collections.abc import Collection
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa

from csm.erased_text import cleaned, everywhere
from csm.needles import ERASED, Needles
from csm.post import PostState
from csm.privacy import (
    ERASED_KEY,
    CleanedDocument,
    Erased,
    ErasedRecords,
    Erasure,
    KnownContact,
    Section,
    StoredErasure,
    Subject,
)
from storage import privacy_audit, privacy_export, privacy_scope, tables
from storage.privacy_erasing import Erasing
from storage.privacy_marked import subject_marked
from storage.privacy_scope import among, scope_of_person
from storage.privacy_sweep import looks_like
from storage.privacy_tables import ABOUT
from storage.reading_base import ReaderPart
from storage.reading_library import LibraryReader
from storage.sql import AnyRow
from storage.writing_library import LibraryWriter

_erasure = tables.erasure
_mark = tables.erased_mark
_secret = tables.erasure_secret
_SECRETS: Final = sa.select(_secret.c.secret).order_by(_secret.c.id)
_SECRET_BYTES: Final = 32


class PrivacyReader(ReaderPart):
    """`csm.ports_privacy.PrivacyReader`."""

    def contacts_called(self, text: str) -> list[KnownContact]:
        return privacy_scope.contacts_called(self._connection, text)

    def subject_of(
        self, contacts: Collection[KnownContact], addresses: Collection[str] = ()
    ) -> Subject:
        return privacy_scope.subject_of(self._connection, contacts, addresses)

    def subject_marked(self, erased: Erased) -> Subject | None:
        return subject_marked(self._connection, erased)

    def is_staff_address(self, addresses: Collection[str]) -> bool:
        person = tables.person.c
        asked = sa.select(person.key).where(
            among(self._connection, person.email, addresses), person.role != "contact"
        )
        return self._connection.execute(asked).first() is not None

    def held_about(self, subject: Subject) -> list[Section]:
        return privacy_export.of_person(self._connection, subject)

    def held_of_account(self, account_id: int, account_key: str) -> list[Section]:
        return privacy_export.of_account(self._connection, account_id, account_key)

    def outreach_for(self, subject: Subject) -> list[int]:
        outreach = tables.outreach
        to_them = privacy_scope.outreach_to(self._connection, subject)
        asked = sa.select(outreach.c.id).where(to_them).order_by(outreach.c.id)
        return list(self._connection.execute(asked).scalars())

    def is_being_sent(self, subject: Subject) -> bool:
        scope, post = scope_of_person(self._connection, subject), tables.post.c
        asked = sa.select(post.id).where(
            scope.among(post.id, scope.post_ids), post.state == PostState.SENDING
        )
        return self._connection.execute(asked).first() is not None

    def erased(self) -> Erased:
        known = tuple(self._connection.execute(_SECRETS).scalars())
        marks = self._connection.execute(sa.select(_mark.c.mark).distinct()).scalars()
        return Erased(known, frozenset(marks))

    def erasures(self) -> list[StoredErasure]:
        marks: dict[int, list[str]] = {}
        for row in self._connection.execute(sa.select(_mark).order_by(_mark.c.mark)):
            marks.setdefault(row.erasure_id, []).append(row.mark)
        rows = self._connection.execute(sa.select(_erasure).order_by(_erasure.c.id))
        return [_stored(row, marks.get(row.id, [])) for row in rows]


class PrivacyWriter(LibraryWriter, PrivacyReader):
    """`csm.ports_privacy.PrivacyWriter`."""

    def erasure_secret(self) -> str:
        self._is_first(_secret, id=1, secret=secrets.token_hex(_SECRET_BYTES))
        kept: str = self._connection.execute(_SECRETS.limit(1)).scalar_one()
        return kept

    def add_erasure_secrets(self, known: Collection[str]) -> None:
        kept = self._connection.execute(_SECRETS).scalars().all()
        new = [secret for secret in known if secret not in kept]
        if new:
            rows = [{"id": id_, "secret": one} for id_, one in enumerate(new, start=len(kept) + 1)]
            self._connection.execute(sa.insert(_secret), rows)

    def erase_person(self, subject: Subject, secret: str, now: datetime) -> ErasedRecords:
        scope = scope_of_person(self._connection, subject)
        redacted = privacy_audit.redact(self._connection, subject, scope, secret)
        erased = Erasing(self._connection, subject, secret, now).run()
        erased.redacted = redacted
        erased.documents = self._clean_library(everywhere(subject))
        return erased

    def keep_erasure(self, erasure: Erasure) -> int:
        values = erasure.model_dump(exclude={"marks"})
        insert = sa.insert(_erasure).values(**values).returning(_erasure.c.id)
        erasure_id: int = self._connection.execute(insert).scalar_one()
        if erasure.marks:
            rows = [{"mark": mark, "erasure_id": erasure_id} for mark in erasure.marks]
            self._connection.execute(sa.insert(_mark), rows)
        return erasure_id

    def finish_erasure(
        self, erasure_id: int, certificate: dict[str, Any], seal: str, now: datetime
    ) -> None:
        update = sa.update(_erasure).where(_erasure.c.id == erasure_id)
        values = {"certificate": certificate, "seal": seal, "finished_at": now}
        self._connection.execute(update.values(**values))

    def _clean_library(self, needles: Needles) -> list[CleanedDocument]:
        return [
            done
            for document_id in self._documents_naming(needles)
            if (done := self._clean_document(document_id, needles)) is not None
        ]

    def _documents_naming(self, needles: Needles) -> list[int]:
        found: set[int] = set()
        for table, column in ((tables.document, "id"), (tables.chunk, "document_id")):
            names = [name for name in ABOUT[table.name].columns if name != "fingerprint"]
            naming = looks_like(table, names, needles)
            question = sa.select(table.c[column]).where(naming).distinct()
            found |= set(self._connection.execute(question).scalars())
        # A draft's name may lie across two chunks, which no look at one chunk finds.
        draft = tables.document.c
        drafts = sa.select(draft.id).where(draft.key.startswith("drafts/"))
        return sorted(found | set(self._connection.execute(drafts).scalars()))

    def _clean_document(self, document_id: int, needles: Needles) -> CleanedDocument | None:
        stored = LibraryReader.document(self, document_id)
        if stored is None:
            return None
        chunks = [one.chunk for one in self.chunks_of(stored.document.shelf, document_id)]
        found = cleaned(stored.document, chunks, needles)
        if found is None:
            return None
        document, parts = found
        if document.key != stored.document.key:
            # One of its kind still, whatever else is cleaned.
            key = document.key.replace(ERASED, f"{ERASED_KEY}{document_id}")
            document = document.model_copy(update={"key": key})
            own = tables.document
            rename = sa.update(own).where(own.c.id == document_id).values(key=document.key)
            self._connection.execute(rename)
        self.put_document(document, parts)
        return CleanedDocument(document_id, document.shelf.value, len(parts))


def _stored(row: AnyRow, marks: list[str]) -> StoredErasure:
    erasure = Erasure(
        at=row.at,
        by=row.by,
        subject=row.subject,
        marks=tuple(marks),
        counts=row.counts,
        certificate=row.certificate,
        seal=row.seal,
        finished_at=row.finished_at,
    )
    return StoredErasure(row.id, erasure)
