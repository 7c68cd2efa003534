"""The part of an erasure that is one unit of work: the records, and the audit's word for it."""

from datetime import datetime
from typing import Final

from csm.audit import ERASURE, SEALS, AuditEntry
from csm.outreach import OutreachState
from csm.ports import Writer
from csm.post import PostState
from csm.privacy import ErasedRecords, Erasure, Subject, marks_of, token_of

_OPEN: Final = frozenset({OutreachState.DRAFTED, OutreachState.APPROVED})
_WHY: Final = "Whom it was for was erased."


def erase_records(writer: Writer, subject: Subject, by: str, now: datetime) -> ErasedRecords:
    """Everything in the records, the audit's word for it included."""
    secret = writer.erasure_secret()
    entries = _withdraw(writer, subject, by, now)
    erased = writer.erase_person(subject, secret, now)
    if erased.redacted:
        entries.append(_attestation(subject, secret, erased, by, now))
    writer.audit_all(entries)
    return erased


def _withdraw(writer: Writer, subject: Subject, by: str, now: datetime) -> list[AuditEntry]:
    """End what is on its way to them; what the audit is to say of it."""
    entries = []
    for outreach_id in writer.outreach_for(subject):
        stored = writer.outreach(outreach_id)
        if stored is None or stored.outreach.state not in _OPEN:
            continue
        post = writer.outreach_post(outreach_id)
        if post is not None and post.post.state in {PostState.WAITING, PostState.CLEARED}:
            writer.forget_post(post.id)
        before = stored.outreach
        ended = {
            "state": OutreachState.WITHDRAWN,
            "ended_by": by,
            "ended_at": now,
            "ended_why": _WHY,
            "snoozed_until": None,
            "goes_at": None,
            "held_until": None,
        }
        writer.change_outreaches({outreach_id: ended})
        entries.append(
            AuditEntry(
                at=now,
                who=by,
                what="outreach.ended",
                subject=f"outreach:{outreach_id}",
                account_key=before.account_key,
                play=before.play,
                fingerprint=before.fingerprint,
                before={"state": before.state.value},
                after={"state": OutreachState.WITHDRAWN.value, "why": "erasure"},
            )
        )
    return entries


def _attestation(
    subject: Subject, secret: str, erased: ErasedRecords, by: str, now: datetime
) -> AuditEntry:
    return AuditEntry(
        at=now,
        who=by,
        what=ERASURE,
        subject=_name(subject, secret),
        account_key=next(iter(subject.account_keys), ""),
        after={SEALS: {str(number): one for number, one in sorted(erased.redacted.items())}},
    )


def _name(subject: Subject, secret: str) -> str:
    account_key, token = next(iter(subject.account_keys), ""), token_of(subject, secret)
    return f"contact:{account_key}/{token}" if account_key else f"contact:{token}"


def keep_erasure(
    writer: Writer, subject: Subject, erased: ErasedRecords, by: str, now: datetime
) -> int:
    secret = writer.erasure_secret()
    return writer.keep_erasure(
        Erasure(
            at=now,
            by=by,
            subject=_name(subject, secret),
            marks=marks_of(subject, secret),
            counts={
                "rows": erased.counts,
                "redacted": len(erased.redacted),
                "documents": [[one.shelf, one.id, one.chunks] for one in erased.documents],
                "remains": erased.remains,
            },
        )
    )
