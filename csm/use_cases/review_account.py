"""The account 360: everything a good colleague would tell about one account."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from csm.errors import Busy, NotFound
from csm.health import Finding, FindingKind, Health
from csm.people import Capability, Clearance
from csm.playbook import Playbook
from csm.ports import AccountFile, Reader, Records, StoredCta
from csm.use_cases.refresh_accounts import refresh_accounts

HISTORY_DAYS: Final = 91
USAGE_WEEKS: Final = 13
WEEK: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Review:
    """One account as of its last refresh. `health` is None only before the first one."""

    today: date
    file: AccountFile
    health: Health | None
    week_ago: Health | None
    history: Sequence[Health]
    signals: Mapping[str, float]
    risks: Sequence[Finding]
    healed: Sequence[Finding]
    leads: Sequence[Finding]
    ctas: Sequence[StoredCta]
    handled: Mapping[str, StoredCta]  # by reason: closed by a person, though its risk lasts
    usage_weeks: Sequence[tuple[date, int]]

    @property
    def id(self) -> int:
        return self.file.stored.id

    @property
    def name(self) -> str:
        return self.file.stored.account.name


def review_account(
    clearance: Clearance, records: Records, playbook: Playbook, today: date, account_id: int
) -> Review:
    """The review of one account, refreshed first when its last refresh is not today's.

    When the records are too busy to refresh, the last review is shown with its own date.
    Raises NotFound when there is no such account.
    """
    clearance.demand(Capability.READ_ACCOUNTS)
    review = _read(records, today, account_id)
    if review.health is not None and review.health.day >= today:
        return review
    try:
        refresh_accounts(records, playbook, today, [account_id])
    except Busy:
        if review.health is None:
            raise
        return review
    return _read(records, today, account_id)


def _read(records: Records, today: date, account_id: int) -> Review:
    with records.reading() as reader:
        file = reader.account_file(account_id, today)
        if file is None:
            raise NotFound("That account is not in the records any more.")
        history = reader.health_history(account_id, today - timedelta(days=HISTORY_DAYS))
        snapshot = reader.snapshot(account_id)
        ctas = reader.ctas_of(account_id)
        findings = reader.findings(account_id, FindingKind.RISK, today - WEEK)
        return Review(
            today=today,
            file=file,
            health=history[-1] if history else _latest(reader, account_id, today),
            week_ago=newest_until(history, today - WEEK),
            history=history,
            signals=snapshot.signals if snapshot else {},
            risks=[finding for finding in findings if finding.closed_on is None],
            healed=[finding for finding in findings if finding.closed_on is not None],
            leads=reader.findings(account_id, FindingKind.LEAD, None),
            ctas=ctas,
            handled=_handled(reader.newest_closed_ctas_of([account_id]), ctas, findings),
            usage_weeks=reader.weekly_usage(account_id, today, USAGE_WEEKS),
        )


def _latest(reader: Reader, account_id: int, today: date) -> Health | None:
    return reader.previous_health([account_id], today + timedelta(days=1)).get(account_id)


def _handled(
    closed: Sequence[StoredCta], ctas: Sequence[StoredCta], findings: Sequence[Finding]
) -> dict[str, StoredCta]:
    lasting = {finding.rule for finding in findings if finding.closed_on is None}
    in_hand = {stored.cta.reason for stored in ctas}
    return {
        stored.cta.reason: stored
        for stored in closed
        if stored.cta.closed_by and stored.cta.reason in lasting - in_hand
    }


def newest_until(history: Sequence[Health], day: date) -> Health | None:
    """The last health of a history (oldest first) that is not younger than `day`."""
    return next((health for health in reversed(history) if health.day <= day), None)
