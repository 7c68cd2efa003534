"""Erasures that are not finished: interrupted ones, and all that a restore may have undone.

Before a restore the erasures of the database that goes are read. They are written within the
restore's own transaction, as unfinished ones: from its first moment, the restored database knows
whom to erase again. Finishing them can be interrupted, and is then done by the next one who does.
"""

from dataclasses import dataclass
from typing import Any

from csm.people import Capability, Clearance
from csm.ports import Clock, Records, Writer
from csm.privacy import Erased, StoredErasure, Subject
from csm.use_cases.erase_contact import Around, complete
from csm.use_cases.erasure_records import erase_records, keep_erasure


@dataclass(frozen=True, slots=True)
class Remembered:
    """Erasures, and the keys of their marks, as they were before the database was replaced."""

    secrets: tuple[str, ...]
    erasures: tuple[StoredErasure, ...]


@dataclass(frozen=True, slots=True)
class Finished:
    """Erasures that were finished: how many, how many people were found again and erased, and the
    certificates that were made."""

    count: int
    people: int
    certificates: tuple[dict[str, Any], ...]


def remember(records: Records) -> Remembered:
    """To be read before a restore: the backup may be older than the last erasure."""
    with records.reading() as reader:
        return Remembered(reader.erased().secrets, tuple(reader.erasures()))


def bring_along(writer: Writer, known: Remembered) -> None:
    """Write what the backup does not know of it, as unfinished: within the restore. Whoever was
    erased stays out of later imports as well."""
    there = {one.name for one in writer.erasures()}
    missing = [one.erasure for one in known.erasures if one.name not in there]
    if missing:
        writer.add_erasure_secrets(known.secrets)
    for erasure in missing:
        writer.keep_erasure(erasure.model_copy(update={"finished_at": None}))


def finish_erasures(
    clearance: Clearance, records: Records, clock: Clock, around: Around
) -> Finished:
    """Erase again whoever of the unfinished erasures is in the records, and finish them all.

    Raises Busy and Unavailable where the library or the database's files cannot be cleaned just
    now: running it again does the rest.
    """
    clearance.demand(Capability.KEEP_PRIVACY)
    with records.reading() as reader:
        open_ones = [one for one in reader.erasures() if one.erasure.finished_at is None]
    people, certificates = 0, list[dict[str, Any]]()
    for stored in open_ones:
        found = _erase_again(records, clock, stored)
        if found is not None:
            people += 1
            certificates.append(complete(records, clock, around, *found))
        certificates += _finish(records, clock, around, stored)
    return Finished(len(open_ones), people, tuple(certificates))


def _erase_again(
    records: Records, clock: Clock, stored: StoredErasure
) -> tuple[int, Subject] | None:
    """The number of a new erasure of the same person; None where they are not in the records."""
    by, now = stored.erasure.by, clock.now()
    with records.writing() as writer:
        subject = writer.subject_marked(Erased(writer.erased().secrets, stored.marks))
        if subject is None:
            return None
        erased = erase_records(writer, subject, by, now)
        return keep_erasure(writer, subject, erased, by, now), subject


def _finish(
    records: Records, clock: Clock, around: Around, stored: StoredErasure
) -> list[dict[str, Any]]:
    """The certificate of one that had none. One that was finished before keeps its own."""
    before = stored.erasure
    if before.certificate is None:
        return [complete(records, clock, around, stored.id, Subject())]
    with records.writing() as writer:
        writer.finish_erasure(stored.id, before.certificate, before.seal, clock.now())
    return []
