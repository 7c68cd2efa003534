"""Which plays are due for which accounts, and why; and whether the reason still holds later.

A play begins where a call to action that its letter answers is open, and what asks for it was seen
on the newest refresh, or where its own `when` holds; a play that tells of releases besides only
where there is news in a feature that the account uses. Nowhere does it begin, nor is its letter
let go, where the `premise` of its letter does not hold.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from math import nan

from csm.account import Account, AccountStatus
from csm.condition import Condition, Truth, judge
from csm.evidence import fill, say, signals_in
from csm.health import Cta, CtaStatus, Severity, Snapshot
from csm.open_reason import OpenReason
from csm.outreach_facts import names_in
from csm.play import OutreachPlan, Play
from csm.release import Release, news_for
from csm.rule import Rule
from csm.signal_table import SignalTable, Unit, table_of
from csm.signals import SIGNALS


@dataclass(frozen=True, slots=True)
class Standing:
    """How an account stands today. `ctas` are those not closed, by id; `features_used` the keys of
    the features that it used in the last four weeks; `reasons` what asks for plays there, see
    `csm.open_reason`."""

    account_id: int
    account: Account
    snapshot: Snapshot | None
    ctas: Mapping[int, Cta]
    features_used: Collection[str] = ()
    reasons: Mapping[str, OpenReason] = field(default_factory=dict)

    @property
    def arr(self) -> float:
        """In minor units; 0 where it is not known."""
        return float(self.snapshot.signals.get("arr", 0)) if self.snapshot else 0.0


@dataclass(frozen=True, slots=True)
class Due:
    """A play that is due. `evidence` is why, for colleagues; `cta_id` the call to action that asks
    for it, if one does; `release` what there is to tell of."""

    account_id: int
    play: Play
    evidence: str
    severity: Severity
    cta_id: int | None = None
    release: Release | None = None


def due_plays(
    plays: Iterable[Play], standings: Sequence[Standing], releases: Sequence[Release], today: date
) -> list[Due]:
    """All plays with an outreach that are due, for many accounts at once: highest stakes first,
    the most severe and of those the largest ARR. None for accounts that have left, nor where
    segment or touch do not fit. Cooldowns, control groups and the guard come later."""
    known = [each.snapshot or _blank(each.account_id, today) for each in standings]
    table = table_of(known, SIGNALS)
    due = [
        one
        for play in plays
        if play.outreach
        for one in _due(play, play.outreach, standings, table, releases, today)
    ]
    arr = {each.account_id: each.arr for each in standings}
    return sorted(
        due,
        key=lambda one: (
            -one.severity.rank,
            -arr[one.account_id],
            one.account_id,
            one.play.id,
        ),
    )


def answered(play: Play, rules: Iterable[Rule]) -> list[Rule]:
    """The rules whose calls to action the play's letter answers."""
    plan = play.outreach
    return [rule for rule in rules if plan and rule.play == play.id and plan.answers(rule.id)]


def reason_holds(
    play: Play,
    rules: Iterable[Rule],
    open_reasons: Mapping[str, OpenReason],
    snapshot: Snapshot | None,
    *,
    asked: bool = False,
) -> bool | None:
    """Whether what the play's letter says is so, and there is a reason to say it: one of the rules
    that it answers is open, and was seen on the newest refresh, or its own `when` holds, or a
    person `asked` for a letter that is true without. None where nothing ever asks for it but
    people, or where its signals are missing now."""
    plan = play.outreach
    if plan is None:
        return None
    premise = premise_holds(plan, snapshot)
    if premise is False:
        return False
    reason = _reason(play, plan, rules, open_reasons, snapshot, asked=asked)
    return premise if reason else reason


def premise_holds(plan: OutreachPlan, snapshot: Snapshot | None) -> bool | None:
    """Whether what the letter takes for granted is so; None where that cannot be judged."""
    return True if plan.premise is None else _judged(plan.premise, snapshot)


def _reason(
    play: Play,
    plan: OutreachPlan,
    rules: Iterable[Rule],
    open_reasons: Mapping[str, OpenReason],
    snapshot: Snapshot | None,
    *,
    asked: bool,
) -> bool | None:
    if asked and plan.on_request:
        return True
    asking = {rule.id for rule in answered(play, rules)}
    refreshed_on = snapshot.as_of if snapshot else None
    if any(open_reasons[rule].is_live(refreshed_on) for rule in asking & open_reasons.keys()):
        return True
    if plan.when is None:
        return False if asking else None
    return _judged(plan.when, snapshot)


def _judged(condition: Condition, snapshot: Snapshot | None) -> bool | None:
    if snapshot is None:
        return None
    truth = judge(condition, table_of([snapshot], SIGNALS), SIGNALS)
    if truth.yes[0]:
        return True
    return False if truth.no[0] else None


def tells_of_release(plan: OutreachPlan) -> bool:
    """Whether its letters are about a release: their subjects name one."""
    return any(
        name.startswith("release_") for letter in plan.letters for name in names_in(letter.subject)
    )


def _due(
    play: Play,
    plan: OutreachPlan,
    standings: Sequence[Standing],
    table: SignalTable,
    releases: Sequence[Release],
    today: date,
) -> Iterator[Due]:
    is_true = judge(plan.premise, table, SIGNALS).yes
    holds = judge(plan.when, table, SIGNALS).yes if plan.when else Truth.always(len(table)).no
    needs_news = tells_of_release(plan)
    judged = zip(standings, is_true.tolist(), holds.tolist(), strict=True)
    for standing, premise, when_holds in judged:
        if not premise or not fits(plan, standing.account):
            continue
        news = news_for(releases, standing.features_used, today) if needs_news else None
        if needs_news and news is None:
            continue
        if asking := _asking(standing, play, plan, today):
            cta_id, cta = asking
            yield Due(standing.account_id, play, cta.evidence, cta.severity, cta_id, news)
        elif when_holds:
            why = why_now(plan, standing.snapshot)
            why = f"{why} {news.text}" if news else why
            yield Due(standing.account_id, play, why, Severity.LOW, None, news)


def fits(plan: OutreachPlan, account: Account) -> bool:
    """Whether the play is for such accounts."""
    is_segment = not plan.segments or account.segment in plan.segments
    return (
        account.status is not AccountStatus.CHURNED and is_segment and account.touch in plan.touch
    )


def _asking(
    standing: Standing, play: Play, plan: OutreachPlan, today: date
) -> tuple[int, Cta] | None:
    """The call to action that asks for the play: the most severe, then the first due."""
    asking = [
        (id_, cta)
        for id_, cta in standing.ctas.items()
        if cta.play == play.id
        and cta.status is not CtaStatus.CLOSED
        and plan.answers(cta.reason)
        and _begins(standing, cta.reason, plan, today)
    ]
    return min(asking, key=lambda one: (-one[1].severity.rank, one[1].due_on, one[0]), default=None)


def _begins(standing: Standing, rule: str, plan: OutreachPlan, today: date) -> bool:
    reason = standing.reasons.get(rule)
    refreshed_on = standing.snapshot.as_of if standing.snapshot else None
    return (
        reason is not None
        and reason.is_live(refreshed_on)
        and reason.is_fresh(plan.fresh_days, today)
    )


def why_now(plan: OutreachPlan, snapshot: Snapshot | None) -> str:
    """The sentence that tells why the play's own test holds."""
    values = snapshot.signals if snapshot else {}
    template = plan.evidence or ""
    return fill(template, SIGNALS, {name: values.get(name, nan) for name in signals_in(template)})


def values_told(condition: Condition, snapshot: Snapshot | None) -> str:
    """The signals that a test rests on, with their values."""
    values = snapshot.signals if snapshot else {}
    names = dict.fromkeys(leaf.signal for leaf in condition.leaves() if leaf.signal in values)
    told = (SIGNALS[name] for name in names if name is not None)
    lines = (
        f"{signal.text}: {say(signal, float(values[signal.id]))}."
        for signal in told
        if signal.unit is not Unit.MONEY
    )
    return " ".join(lines)


def _blank(account_id: int, today: date) -> Snapshot:
    """Nothing is known."""
    return Snapshot(account_id=account_id, as_of=today)
