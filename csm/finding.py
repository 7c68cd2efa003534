"""Opening and closing risks and leads with their evidence.

- The rule holds: the finding opens, or stays open and is seen again with today's evidence.
- The rule is known not to hold: the open finding closes.
- The rule cannot be judged, because a signal is missing: an open finding stays as it was, unseen.
  Data that went stale is no sign of health.
- The rule was taken out of the playbook: its open findings close.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from csm.health import Finding, FindingKind
from csm.rule import Ruling
from csm.signal_table import SignalTable


@dataclass(frozen=True, slots=True)
class Follow:
    """Where today's rulings leave the findings: what to write, by how it came about."""

    active: list[Finding]
    closed: list[Finding]


def follow(
    kind: FindingKind,
    rulings: Sequence[Ruling],
    table: SignalTable,
    open_findings: Iterable[Finding],
) -> Follow:
    """Open, keep and close the findings of one kind for every account of the table."""
    known = {(f.account_id, f.rule): f for f in open_findings if f.kind is kind}
    active = [finding for ruling in rulings for finding in _holding(kind, ruling, table, known)]
    return Follow(active, list(_closing(rulings, table, known)))


def _holding(
    kind: FindingKind,
    ruling: Ruling,
    table: SignalTable,
    known: Mapping[tuple[int, str], Finding],
) -> Iterator[Finding]:
    for account_id, severity, evidence in ruling.holding(table):
        before = known.get((account_id, ruling.rule.id))
        yield Finding(
            account_id=account_id,
            kind=kind,
            rule=ruling.rule.id,
            severity=severity,
            evidence=evidence,
            opened_on=before.opened_on if before else table.as_of,
            seen_on=table.as_of,
            closed_on=None,
        )


def _closing(
    rulings: Sequence[Ruling], table: SignalTable, known: Mapping[tuple[int, str], Finding]
) -> Iterator[Finding]:
    by_rule = {ruling.rule.id: ruling for ruling in rulings}
    position_of = {int(account): at for at, account in enumerate(table.account_ids.tolist())}
    for (account_id, rule), finding in known.items():
        ruling = by_rule.get(rule)
        if ruling is None or ruling.truth.no[position_of[account_id]]:
            yield finding.model_copy(update={"closed_on": table.as_of})
