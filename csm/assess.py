"""Assessing accounts: from their signals and what was known of them to everything we conclude.

Pure computation, the same for one account and for a whole portfolio.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from csm.cta_plan import CtaBook, Wanted, plan
from csm.finding import Follow, follow
from csm.health import (
    Finding,
    FindingKind,
    Grade,
    Health,
    Quadrant,
    Save,
    Snapshot,
    Stage,
)
from csm.lifecycle import Moment, judge_lifecycle, stages
from csm.playbook import Playbook
from csm.ports import Assessment, StoredCta
from csm.rule import Ruling, judge_rule
from csm.scoring import Scores, score
from csm.seen_less import is_seen_less
from csm.signal_inputs import Floats, SignalInputs
from csm.signal_table import SignalTable
from csm.signals import compute

MemberT = TypeVar("MemberT", Grade, Quadrant, Stage)


@dataclass(frozen=True, slots=True)
class Known:
    """What is kept of the accounts from before: `previous` is the newest health of an earlier
    day, by account."""

    previous: Mapping[int, Health]
    open_findings: Sequence[Finding]
    ctas: CtaBook


def assess(inputs: SignalInputs, known: Known, playbook: Playbook) -> Assessment:
    """Everything that a refresh concludes for the accounts of `inputs` on its day."""
    return conclude(compute(inputs, playbook.signals), known, playbook)


def conclude(signals: SignalTable, known: Known, playbook: Playbook) -> Assessment:
    """The same, from signals that are worked out already."""
    scores = score(playbook.scorecard, signals)
    scored = signals.having(scores.columns)
    before = [_stage_of(known.previous.get(account)) for account in signals.account_ids.tolist()]
    table = scored.having({"stage": stages(playbook.lifecycle, scored, before)})

    risks = [judge_rule(rule, table) for rule in playbook.risks]
    leads = [judge_rule(rule, table) for rule in playbook.leads]
    moments = judge_lifecycle(playbook.lifecycle, table)
    follows = [
        follow(FindingKind.RISK, risks, table, known.open_findings),
        follow(FindingKind.LEAD, leads, table, known.open_findings),
    ]
    wanted = [*_wanted_by_findings(follows, playbook), *_wanted_by_moments(moments, table)]
    ctas = plan(
        signals.as_of,
        wanted,
        _gone([*risks, *leads, *moments], table, follows, known.ctas.not_closed),
        known.ctas,
        playbook.ctas,
    )
    health = _health(table, scores, playbook)
    return Assessment(
        day=signals.as_of,
        health=health,
        snapshots=_snapshots(scored),
        findings=[finding for each in follows for finding in (*each.active, *each.closed)],
        opened_ctas=ctas.opened,
        changed_ctas=ctas.changed,
        saves=list(saves_among(health, known.previous)),
    )


def _stage_of(health: Health | None) -> Stage | None:
    return health.stage if health else None


def _wanted_by_findings(follows: Sequence[Follow], playbook: Playbook) -> Iterator[Wanted]:
    rules = {rule.id: rule for rule in (*playbook.risks, *playbook.leads)}
    for each in follows:
        for finding in each.active:
            yield Wanted(
                finding.account_id,
                rules[finding.rule],
                finding.severity,
                finding.evidence,
                since=finding.opened_on,
            )


def _wanted_by_moments(rulings: Sequence[Ruling], table: SignalTable) -> Iterator[Wanted]:
    for ruling in rulings:
        assert isinstance(ruling.rule, Moment)
        for held in ruling.holding(table):
            yield Wanted(
                held.account_id,
                ruling.rule,
                held.severity,
                held.evidence,
                again_after_days=ruling.rule.again_after_days,
            )


def _gone(
    rulings: Sequence[Ruling],
    table: SignalTable,
    follows: Sequence[Follow],
    kept: Sequence[StoredCta],
) -> set[tuple[int, str]]:
    """Of the reasons of CTAs that are not closed, those known to hold no more: the rule says no,
    or the rule was taken out of the playbook and its finding closed with it."""
    by_rule = {ruling.rule.id: ruling for ruling in rulings}
    position_of = {account: at for at, account in enumerate(table.account_ids.tolist())}
    gone = {(finding.account_id, finding.rule) for each in follows for finding in each.closed}
    for account_id, reason in ((each.cta.account_id, each.cta.reason) for each in kept):
        ruling = by_rule.get(reason)
        if ruling and ruling.truth.no[position_of[account_id]]:
            gone.add((account_id, reason))
    return gone


def _health(table: SignalTable, scores: Scores, playbook: Playbook) -> list[Health]:
    ids = [measure.id for measure in playbook.scorecard.measures]
    per_account = zip(
        table.account_ids.tolist(),
        _optional(table["score"]),
        _optional(table["outcomes_score"]),
        _optional(table["experience_score"]),
        table["confidence"].tolist(),
        _coded(list(Grade), table["grade_rank"]),
        _coded(list(Quadrant), table["quadrant"]),
        _coded(list(Stage), table["stage"]),
        np.column_stack(scores.measures).tolist(),
        np.column_stack(scores.shares).tolist(),
        strict=True,
    )
    return [
        Health(
            account_id=account_id,
            day=table.as_of,
            score=overall,
            outcomes=outcomes,
            experience=experience,
            confidence=confidence,
            grade=grade,
            quadrant=quadrant,
            stage=stage,
            measures={
                name: (value, share)
                for name, value, share in zip(ids, values, shares, strict=True)
                if value == value  # not NaN: present
            },
        )
        for (
            account_id,
            overall,
            outcomes,
            experience,
            confidence,
            grade,
            quadrant,
            stage,
            values,
            shares,
        ) in per_account
    ]


def _optional(values: Floats) -> list[float | None]:
    return [None if np.isnan(value) else value for value in values.tolist()]


def _coded(members: list[MemberT], codes: Floats) -> list[MemberT]:
    return [members[int(code)] for code in codes.tolist()]


def _snapshots(table: SignalTable) -> list[Snapshot]:
    return [
        Snapshot(account_id=account_id, as_of=table.as_of, signals=signals)
        for account_id, signals in zip(table.account_ids.tolist(), table.finite_rows(), strict=True)
    ]


def saves_among(health: Sequence[Health], previous: Mapping[int, Health]) -> Iterator[Save]:
    """Accounts that were red and are yellow or better, and seen as well as before."""
    for now in health:
        before = previous.get(now.account_id)
        if before is None or before.grade is not Grade.RED or now.stage is Stage.CHURNED:
            continue
        if is_seen_less(now.confidence, before.confidence):
            continue
        if now.grade.rank > Grade.RED.rank and now.score is not None and before.score is not None:
            yield Save(
                account_id=now.account_id,
                day=now.day,
                from_score=before.score,
                to_score=now.score,
            )
