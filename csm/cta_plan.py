"""Which calls to action to open, renew, escalate and close after a refresh.

At most one is open for an account and reason. One that a person closed does not come back while
the same finding lasts, unless it got more severe; when the finding closed and opened anew, it
does. When the reason goes away an unclaimed CTA closes by itself, and a claimed one stays with its
person, who is told.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Final

from pydantic import Field

from csm.health import Cta, CtaOutcome, CtaStatus, Severity
from csm.open_reason import GONE, says_it_is_gone
from csm.playbook_part import Part, Whole
from csm.ports import StoredCta
from csm.rule import Rule
from csm.wording import day_text, shorten

EVIDENCE_LENGTH: Final = 1000

Days = Annotated[Whole, Field(ge=0, le=365)]


class EscalateAfterDays(Part):
    low: Days
    medium: Days
    high: Days
    critical: Days


class CtaSettings(Part):
    """playbook/ctas.toml: for how long a CTA may stay unclaimed before the manager is told."""

    escalate_after_days: EscalateAfterDays

    def limit(self, severity: Severity) -> timedelta:
        return timedelta(days=getattr(self.escalate_after_days, severity.value))


@dataclass(frozen=True, slots=True)
class Wanted:
    """A reason for a CTA that holds today.

    `since` is the day on which its finding opened; a lifecycle moment, which has none, comes back
    `again_after_days` after a person closed it, or never.
    """

    account_id: int
    rule: Rule
    severity: Severity
    evidence: str
    since: date | None = None
    again_after_days: int | None = None


@dataclass(frozen=True, slots=True)
class CtaPlan:
    opened: list[Cta]
    changed: list[tuple[int, Cta]]


@dataclass(frozen=True, slots=True)
class CtaBook:
    """The CTAs that are kept of some accounts, and who owns the accounts."""

    not_closed: Sequence[StoredCta]
    newest_closed: Sequence[StoredCta]
    owners: Mapping[int, str]


def plan(
    day: date,
    wanted: Iterable[Wanted],
    gone: "set[tuple[int, str]]",
    book: CtaBook,
    settings: CtaSettings,
) -> CtaPlan:
    """What to open and what to change. `gone` are (account, reason) known to hold no more."""
    reasons = {(want.account_id, want.rule.id): want for want in wanted}
    there = {(kept.cta.account_id, kept.cta.reason) for kept in book.not_closed}
    closed = {(kept.cta.account_id, kept.cta.reason): kept.cta for kept in book.newest_closed}
    opened = [
        _open(want, book.owners.get(want.account_id, ""), day)
        for key, want in reasons.items()
        if want.rule.cta and key not in there and not _rests(want, closed.get(key), day)
    ]
    changed: list[tuple[int, Cta]] = []
    for kept in book.not_closed:
        key = (kept.cta.account_id, kept.cta.reason)
        owner = book.owners.get(kept.cta.account_id, "")
        now = _renewed(kept.cta, reasons.get(key), key in gone, day)
        now = _escalated(_reassigned(now, owner), day, settings)
        if now is not kept.cta:
            changed.append((kept.id, now))
    return CtaPlan(opened, changed)


def _open(want: Wanted, owner: str, day: date) -> Cta:
    template = want.rule.cta
    assert template is not None
    return Cta(
        account_id=want.account_id,
        type=template.type,
        reason=want.rule.id,
        title=template.title,
        evidence=want.evidence,
        severity=want.severity,
        play=want.rule.play or "",
        owner_email=owner,
        opened_on=day,
        due_on=day + timedelta(days=template.due_in_days),
    )


def _rests(want: Wanted, closed: Cta | None, day: date) -> bool:
    """Whether a person dealt with it, so that it must not come back yet."""
    if closed is None or closed.closed_at is None or closed.outcome is CtaOutcome.EVIDENCE_GONE:
        return False
    closed_on = closed.closed_at.date()
    if want.since is not None:
        return closed_on >= want.since and want.severity.rank <= closed.severity.rank
    if want.again_after_days is None:
        return True
    return day < closed_on + timedelta(days=want.again_after_days)


def _renewed(cta: Cta, want: Wanted | None, is_gone: bool, day: date) -> Cta:
    if want is not None:
        if (cta.evidence, cta.severity) == (want.evidence, want.severity):
            return cta
        return cta.model_copy(update={"evidence": want.evidence, "severity": want.severity})
    if not is_gone:
        return cta
    if cta.status is CtaStatus.OPEN:
        return cta.model_copy(
            update={
                "status": CtaStatus.CLOSED,
                "outcome": CtaOutcome.EVIDENCE_GONE,
                "closed_at": datetime.combine(day, time(), UTC),
            }
        )
    if says_it_is_gone(cta.evidence):
        return cta
    told = shorten(f"{GONE}{day_text(day)}. {cta.evidence}", EVIDENCE_LENGTH)
    return cta.model_copy(update={"evidence": told})


def _reassigned(cta: Cta, owner: str) -> Cta:
    if cta.status is not CtaStatus.OPEN or cta.owner_email.lower() == owner.lower():
        return cta
    return cta.model_copy(update={"owner_email": owner})


def _escalated(cta: Cta, day: date, settings: CtaSettings) -> Cta:
    waited = day - cta.opened_on
    due = cta.status is CtaStatus.OPEN and cta.escalated_on is None
    if due and waited >= settings.limit(cta.severity):
        return cta.model_copy(update={"escalated_on": day})
    return cta
