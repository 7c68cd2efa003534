"""Rules: what risks, leads and lifecycle moments have in common.

A rule holds where its `when` holds and at least one of its reasons does. Each reason is a test
with the sentence that tells it, so that the evidence names exactly what was found. A rule with
one reason writes `when` and `evidence` directly.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce
from itertools import repeat
from typing import Annotated, Final, NamedTuple, Self

import numpy as np
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from csm.account import AccountStatus
from csm.condition import Condition, Truth, judge
from csm.evidence import MAX_LENGTH, fill, signals_in
from csm.health import CtaType, Severity
from csm.playbook_part import Identifier, Line, Part, Whole
from csm.signal_inputs import Bools, Ints
from csm.signal_table import SignalTable
from csm.signals import SIGNALS
from csm.wording import shorten

Sentence = Annotated[str, Field(min_length=1, max_length=500)]
_SEVERITIES: Final = tuple(Severity)


class Reason(Part):
    """One way in which a rule can hold; it may make the rule at least as severe."""

    when: Condition
    evidence: Sentence
    severity: Severity | None = None


class Escalation(Part):
    """From when on a rule that holds is at least so severe."""

    when: Condition
    severity: Severity


class CtaTemplate(Part):
    """The call to action that a rule opens."""

    type: CtaType
    title: Line
    due_in_days: Annotated[Whole, Field(ge=0, le=365)]


class Rule(Part):
    id: Identifier
    name: Line
    severity: Severity
    statuses: tuple[AccountStatus, ...] = Field(
        default=(AccountStatus.CUSTOMER, AccountStatus.TRIAL), min_length=1
    )
    when: Condition | None = None
    evidence: Sentence | None = None
    reasons: tuple[Reason, ...] = Field(default=(), alias="reason")
    severity_when: tuple[Escalation, ...] = ()
    play: Identifier | None = None
    cta: CtaTemplate | None = None

    @model_validator(mode="after")
    def _tells_why(self) -> Self:
        if bool(self.reasons) == bool(self.evidence):
            raise PydanticCustomError("rule", "give either evidence or [[...reason]], not both")
        if self.when is None and not self.reasons:
            raise PydanticCustomError("rule", "when is missing: it would hold for everybody")
        if self.cta is not None and self.play is None:
            raise PydanticCustomError("rule", "a cta needs a play that says how to act on it")
        return self

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """Every condition in it."""
        own = () if self.when is None else (self.when,)
        reasons = (reason.when for reason in self.reasons)
        return (*own, *reasons, *(escalation.when for escalation in self.severity_when))

    @property
    def templates(self) -> tuple[str, ...]:
        """Every sentence in it."""
        own = () if self.evidence is None else (self.evidence,)
        return (*own, *(reason.evidence for reason in self.reasons))


class Held(NamedTuple):
    """An account where a rule holds, how badly, and how it shows."""

    account_id: int
    severity: Severity
    evidence: str


@dataclass(frozen=True, slots=True)
class Ruling:
    """What a rule says of every account. `severity` is a rank, right where the rule holds."""

    rule: Rule
    truth: Truth
    reasons: tuple[Truth, ...]
    severity: Ints

    def holding(self, table: SignalTable) -> Iterator[Held]:
        """Every account where the rule holds, with the sentences of the reasons that do."""
        positions = np.flatnonzero(self.truth.yes)
        if not len(positions):
            return
        always = np.ones(len(positions), dtype=np.bool_)
        told = [] if self.rule.evidence is None else [(self.rule.evidence, always)]
        told += [
            (reason.evidence, truth.yes[positions])
            for reason, truth in zip(self.rule.reasons, self.reasons, strict=True)
        ]
        sentences = [_sentences(template, where, positions, table) for template, where in told]
        ranks = self.severity[positions].tolist()
        account_ids = table.account_ids[positions].tolist()
        for account_id, rank, *words in zip(account_ids, ranks, *sentences, strict=True):
            evidence = " ".join(filter(None, words))
            if len(evidence) > MAX_LENGTH:
                evidence = shorten(evidence, MAX_LENGTH)
            yield Held(account_id, _SEVERITIES[rank], evidence)


def _sentences(template: str, where: Bools, positions: Ints, table: SignalTable) -> list[str]:
    """The template filled in at each position where it applies, elsewhere nothing."""
    names = signals_in(template)
    columns = [table[name][positions].tolist() for name in names]
    values = zip(*columns, strict=True) if columns else repeat(())
    return [
        fill(template, SIGNALS, dict(zip(names, each, strict=True))) if applies else ""
        for applies, each in zip(where.tolist(), values, strict=False)
    ]


def judge_rule(rule: Rule, table: SignalTable) -> Ruling:
    """Apply a rule to every account. It does not hold for accounts of another status."""
    reasons = tuple(judge(reason.when, table, SIGNALS) for reason in rule.reasons)
    truth = _status_fits(rule, table) & judge(rule.when, table, SIGNALS)
    if reasons:
        truth &= reduce(Truth.__or__, reasons)
    return Ruling(rule, truth, reasons, _severities(rule, reasons, table))


def _status_fits(rule: Rule, table: SignalTable) -> Truth:
    trial, churned = table["is_trial"] == 1, table["is_churned"] == 1
    fits = np.zeros(len(table), dtype=np.bool_)
    for status in rule.statuses:
        if status is AccountStatus.CUSTOMER:
            fits |= ~(trial | churned)
        else:
            fits |= trial if status is AccountStatus.TRIAL else churned
    return Truth.known(fits)


def _severities(rule: Rule, reasons: tuple[Truth, ...], table: SignalTable) -> Ints:
    ranks = np.full(len(table), rule.severity.rank, dtype=np.int64)
    raised = [(truth, reason.severity) for reason, truth in zip(rule.reasons, reasons, strict=True)]
    raised += [(judge(step.when, table, SIGNALS), step.severity) for step in rule.severity_when]
    for truth, severity in raised:
        if severity is not None:
            ranks = np.where(truth.yes, np.maximum(ranks, severity.rank), ranks)
    return ranks
