"""The certificate of an erasure: what was done, and what remains, without a word of whom."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from csm.privacy import StoredErasure, sealed

_KEPT: Final = (
    (
        "Keyed hashes (HMAC-SHA-256) of the e-mail address and of the contact's key: by them the "
        "person is left out of imports and never written to again. The key of the hashes is in the "
        "database alone."
    ),
    (
        "Entries of the audit with their hashes, numbers and times; what named the person is "
        "redacted, and an entry of the chain attests it. Fingerprints of messages in them are "
        "SHA-256 hashes."
    ),
    (
        "Rows without a person: scores of surveys, dates of contacts, numbers of questions, cases "
        "and messages, on which the account's health, deflection and measured effects rest."
    ),
)


def certificate_of(
    stored: StoredErasure,
    documents: Sequence[Sequence[Any]],
    files: Sequence[str],
    database: str,
    backups: Sequence[str],
    now: datetime,
) -> dict[str, Any]:
    erasure = stored.erasure
    content: dict[str, Any] = {
        "what": "A person was erased from Digital CSM.",
        "erasure": stored.id,
        "subject": erasure.subject,
        "asked_by": erasure.by,
        "erased_at": erasure.at.isoformat(),
        "completed_at": now.isoformat(),
        "changes_by_table": erasure.counts["rows"],
        "audit_entries_redacted": erasure.counts["redacted"],
        "documents_cleaned_and_indexed_anew": [
            {"shelf": shelf, "document": number, "chunks": chunks}
            for shelf, number, chunks in documents
        ],
        "database_files": database,
        "home_folder": list(files),
        "remains": [*_KEPT, *erasure.counts["remains"]],
        "older_backups": list(backups),
        "after_a_restore": (
            "A restored backup brings the person back. `digital-csm restore` erases them again "
            "where the database that it replaces can still be read, and `digital-csm erase "
            "--unfinished` where it was interrupted. Keep this certificate, and where neither "
            "could, run `digital-csm erase` again."
        ),
    }
    return {**content, "sha256": sealed(content)}
