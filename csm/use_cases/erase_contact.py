"""Erasing a person: out of every record, with proof of what was done, and none of whom.

The records are changed in one unit of work, which keeps the erasure and its marks as well. Then
come the indexes, the database's files and the home folder, and the certificate, which closes it: an
erasure without one was interrupted, and running it again completes it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NoReturn

from csm.errors import Busy, InvalidInput, NotFound
from csm.knowledge import Shelf
from csm.people import Capability, Clearance
from csm.ports import Clock, Records, Writer
from csm.ports_privacy import Purging
from csm.privacy import (
    ErasedRecords,
    KnownContact,
    StoredErasure,
    Subject,
)
from csm.use_cases.erasure_certificate import certificate_of
from csm.use_cases.erasure_records import erase_records, keep_erasure
from csm.use_cases.export_data import subject_called

_ALWAYS_SCRUBBED: Final = ("audit", "chunk", "document")


@dataclass(frozen=True, slots=True)
class Footprint:
    """Whom an erasure would be about, and what it would do. `before` is the last erasure of the
    same person."""

    subject: Subject
    would: ErasedRecords
    before: StoredErasure | None = None


@dataclass(slots=True)
class Around:
    """What lies around the records. `scrub` takes what was deleted from these tables out of the
    database's files, and `tidy` the person out of the home folder: each says what was done.
    `backups` says which older ones exist, and until when. None of it names the person."""

    library: Purging
    scrub: Callable[[Sequence[str]], str]
    tidy: Callable[[Subject], list[str]] = field(default=lambda _subject: [])
    backups: Callable[[Subject], list[str]] = field(default=lambda _subject: [])


@dataclass(frozen=True, slots=True)
class Done:
    """An erasure that is complete; `is_new` is False where nothing was left to be erased."""

    certificate: dict[str, Any]
    is_new: bool


class _Undone(Exception):
    """Rolls a trial back."""

    def __init__(self, footprint: Footprint) -> None:
        self.footprint = footprint


def look(clearance: Clearance, records: Records, clock: Clock, who: str) -> Footprint:
    """What would be erased: tried in a unit of work that is undone.

    Raises NotFound, InvalidInput for a name of several people or of one of ours, and Busy while a
    message to them is being sent.
    """
    clearance.demand(Capability.KEEP_PRIVACY)
    try:
        with records.writing() as writer:
            subject = _subject(writer, who)
            before = _last_of(writer, subject)
            would = erase_records(writer, subject, clearance.principal.key, clock.now())
            _demand_something(who, would, before)
            _undo(Footprint(subject, would, before))
    except _Undone as undone:
        return undone.footprint


def _undo(footprint: Footprint) -> NoReturn:
    raise _Undone(footprint)


def erase(clearance: Clearance, records: Records, clock: Clock, around: Around, who: str) -> Done:
    """Erase a contact everywhere; the certificate.

    Raises what `look` raises; and Busy or Unavailable where the library or the database's files
    cannot be cleaned just now: the records are erased by then, and running it again does the rest.
    """
    clearance.demand(Capability.KEEP_PRIVACY)
    by = clearance.principal.key
    with records.writing() as writer:
        subject, now = _subject(writer, who), clock.now()
        before = _last_of(writer, subject)
        erased = erase_records(writer, subject, by, now)
        _demand_something(who, erased, before)
        if before is None or not erased.is_nothing:
            number, certificate = keep_erasure(writer, subject, erased, by, now), None
        else:
            number, certificate = before.id, before.erasure.certificate
    if certificate is not None:
        return Done(certificate, is_new=False)
    return Done(complete(records, clock, around, number, subject), is_new=True)


def _demand_something(who: str, found: ErasedRecords, before: StoredErasure | None) -> None:
    """A slip of the pen must not keep somebody else out of imports."""
    if found.is_nothing and before is None:
        raise NotFound(f"Nothing is held about “{who}”, so there is nothing to erase.")


def _subject(writer: Writer, who: str) -> Subject:
    subject = _known_or_erased(writer, who)
    if writer.is_staff_address(subject.addresses):
        raise InvalidInput(
            "That is the address of one of your own people, who is no contact. Nothing was erased."
        )
    if writer.is_being_sent(subject):
        raise Busy("A message to them is being sent this very moment. Try again in a minute.")
    return subject


def _known_or_erased(writer: Writer, who: str) -> Subject:
    try:
        return subject_called(writer, who)
    except NotFound:
        account_key, _, key = who.strip().partition("/")
        if not key or not writer.erased().is_contact(account_key, key):
            raise
        return Subject(contacts=(KnownContact(0, 0, account_key, key, "", ""),))


def _last_of(writer: Writer, subject: Subject) -> StoredErasure | None:
    marks = writer.erased().of_subject(subject)
    return next((one for one in reversed(writer.erasures()) if one.is_of(marks)), None)


def complete(
    records: Records, clock: Clock, around: Around, number: int, subject: Subject
) -> dict[str, Any]:
    """All that comes after the records, and the certificate of it. Raises Busy and Unavailable."""
    with records.reading() as reader:
        stored = next(one for one in reader.erasures() if one.id == number)
    files = around.tidy(subject)
    documents = stored.erasure.counts["documents"]
    for shelf in sorted({Shelf(shelf) for shelf, _, _ in documents}):
        around.library.purge(shelf)
    database = around.scrub(sorted({*stored.erasure.counts["rows"], *_ALWAYS_SCRUBBED}))
    now = clock.now()
    certificate = certificate_of(stored, documents, files, database, around.backups(subject), now)
    with records.writing() as writer:
        writer.finish_erasure(number, certificate, certificate["sha256"], now)
    return certificate
