"""Refreshing accounts: work out their health, risks, leads and CTAs anew, and keep them.

Per batch: read, close, think, write. Refreshing twice on the same day concludes the same again and
changes nothing. A day before one that was refreshed already is refused: findings and CTAs know only
their present, so an older day cannot be worked out any more.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from csm.assess import Known, assess
from csm.cta_plan import CtaBook
from csm.errors import InvalidInput
from csm.health import CtaStatus, Finding, FindingKind, Grade, Health
from csm.playbook import Playbook
from csm.ports import Assessment, Reader, Records, Writer
from csm.signal_inputs import SignalInputs
from csm.wording import day_text


@dataclass(slots=True)
class RefreshReport:
    """What a refresh changed, counted over all its accounts."""

    as_of: date
    accounts: int = 0
    grades: Counter[Grade] = field(default_factory=Counter)
    risks_opened: int = 0
    risks_closed: int = 0
    leads_opened: int = 0
    leads_closed: int = 0
    ctas_opened: int = 0
    ctas_closed: int = 0
    ctas_escalated: int = 0
    saves: int = 0

    def count(self, assessment: Assessment, known: Known) -> None:
        """Add what one batch concluded, beside what was known before."""
        self.accounts += len(assessment.health)
        self.grades.update(health.grade for health in assessment.health)
        before = {(f.account_id, f.kind, f.rule) for f in known.open_findings}
        for finding in assessment.findings:
            if finding.closed_on is not None:
                self._close(finding)
            elif (finding.account_id, finding.kind, finding.rule) not in before:
                self._open(finding)
        escalated = {c.id for c in known.ctas.not_closed if c.cta.escalated_on}
        self.ctas_opened += len(assessment.opened_ctas)
        for cta_id, cta in assessment.changed_ctas:
            self.ctas_closed += cta.status is CtaStatus.CLOSED
            self.ctas_escalated += cta.escalated_on is not None and cta_id not in escalated
        self.saves += len(assessment.saves)

    def _open(self, finding: Finding) -> None:
        if finding.kind is FindingKind.RISK:
            self.risks_opened += 1
        else:
            self.leads_opened += 1

    def _close(self, finding: Finding) -> None:
        if finding.kind is FindingKind.RISK:
            self.risks_closed += 1
        else:
            self.leads_closed += 1


def refresh_accounts(
    records: Records,
    playbook: Playbook,
    as_of: date,
    account_ids: Sequence[int] | None = None,
    batch: int = 2000,
    progress: Callable[[int], None] | None = None,
) -> RefreshReport:
    """Refresh these accounts, or (None) all of them, as of that day.

    Each batch is one reading and one writing, so a failure leaves earlier batches kept and the
    failing one untouched; running it again finishes the work. `progress` is told how many more
    accounts are done. Raises InvalidInput for a day before the newest health of an account.
    """
    if account_ids is None:
        with records.reading() as reader:
            account_ids = reader.account_ids()
    report = RefreshReport(as_of)
    for start in range(0, len(account_ids), batch):
        ids = account_ids[start : start + batch]
        with records.reading() as reader:
            inputs, known = _read(reader, ids, as_of)
        assessment = assess(inputs, known, playbook)
        with records.writing() as writer:
            assessment = _without_overtaken(assessment, known, writer)
            writer.keep_assessment(assessment)
        report.count(assessment, known)
        if progress is not None:
            progress(len(ids))
    return report


def _without_overtaken(assessment: Assessment, known: Known, writer: Writer) -> Assessment:
    """Leave alone the CTAs that somebody claimed or closed while we were thinking: the next
    refresh looks at them again."""
    if not assessment.changed_ctas:
        return assessment
    seen = {stored.id: stored.cta for stored in known.ctas.not_closed}
    accounts = sorted({cta.account_id for _, cta in assessment.changed_ctas})
    now = {stored.id: stored.cta for stored in writer.open_ctas_of(accounts)}
    changed = [(id_, cta) for id_, cta in assessment.changed_ctas if now.get(id_) == seen[id_]]
    return replace(assessment, changed_ctas=changed)


def _read(reader: Reader, ids: Sequence[int], as_of: date) -> tuple[SignalInputs, Known]:
    known = Known(
        previous=_previous(reader, ids, as_of),
        open_findings=reader.open_findings_of(ids),
        ctas=CtaBook(
            reader.open_ctas_of(ids), reader.newest_closed_ctas_of(ids), reader.csm_emails(ids)
        ),
    )
    return reader.signal_inputs(ids, as_of), known


def _previous(reader: Reader, ids: Sequence[int], as_of: date) -> Mapping[int, Health]:
    """The newest health of each account from before the day."""
    newest = reader.previous_health(ids, date.max)
    latest = max((health.day for health in newest.values()), default=as_of)
    if latest > as_of:
        raise InvalidInput(
            f"Health is kept up to {day_text(latest)} already, so {day_text(as_of)} cannot be "
            f"refreshed any more. Choose {day_text(latest)} or a later day."
        )
    earlier = {account: health for account, health in newest.items() if health.day < as_of}
    today = [account for account, health in newest.items() if health.day == as_of]
    return {**earlier, **reader.previous_health(today, as_of)} if today else earlier
