"""What a CSM takes into an executive review: where the account stands, and what to talk about.

Everything here follows from the records by rule: no model has a say in it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Final

from csm.account import Objective, ObjectiveStatus, Priority, Ticket
from csm.health import Finding, Grade, Health, Severity
from csm.ports import BookLine, StoredCta
from csm.ports_outreach import StoredOutreach
from csm.wording import day_and_distance, percent, plural, shorten

MOST_ON_AGENDA: Final = 6
# From and up to which share of the seats in use there is something to talk about.
FULL: Final = 0.9
EMPTY: Final = 0.6
# Within so many days a renewal belongs on the agenda.
RENEWAL_DAYS: Final = 180
DETRACTOR_TO: Final = 6
_LONGEST_TITLE: Final = 100

_SETTLED: Final = frozenset({ObjectiveStatus.ACHIEVED, ObjectiveStatus.MISSED})
CLOSING: Final = "Next objectives with their dates, and the day of the next review."


@dataclass(frozen=True, slots=True)
class Brief:
    """One account before its review. `reviewed_on` is the day of the last one, `then` the health
    around that day, or the first one that was kept after it. `objectives` are those of today's
    success plan, `owed` our open calls to action, `asked` what we wrote to them and nobody
    answered."""

    line: BookLine
    today: date
    due_on: date
    cta: StoredCta
    reviewed_on: date | None
    then: Health | None
    objectives: Sequence[Objective]
    signals: Mapping[str, float]
    tickets: Sequence[Ticket]
    risks: Sequence[Finding]
    owed: Sequence[StoredCta]
    asked: Sequence[StoredOutreach]
    is_auto: bool
    notice: str

    @property
    def name(self) -> str:
        return self.line.name

    @property
    def has_fallen(self) -> bool:
        """Whether its grade is worse than at the last review."""
        now = self.line.health
        if now is None or self.then is None or Grade.NONE in (now.grade, self.then.grade):
            return False
        return now.grade.rank < self.then.grade.rank


@dataclass(frozen=True, slots=True)
class Progress:
    """Objectives by how they stand; an overdue one is nothing else besides."""

    achieved: tuple[Objective, ...]
    on_track: tuple[Objective, ...]
    at_risk: tuple[Objective, ...]
    overdue: tuple[Objective, ...]
    planned: tuple[Objective, ...]


def progress_of(objectives: Sequence[Objective], today: date) -> Progress:
    """Overdue: past due, neither achieved nor given up. Soonest due first."""
    ordered = sorted(objectives, key=lambda one: (one.due_on or date.max, one.key))

    def with_status(status: ObjectiveStatus) -> tuple[Objective, ...]:
        return tuple(one for one in ordered if one.status == status and not _is_overdue(one, today))

    return Progress(
        achieved=with_status(ObjectiveStatus.ACHIEVED),
        on_track=with_status(ObjectiveStatus.ON_TRACK),
        at_risk=with_status(ObjectiveStatus.AT_RISK),
        overdue=tuple(one for one in ordered if _is_overdue(one, today)),
        planned=with_status(ObjectiveStatus.PLANNED),
    )


def is_of_this_plan(objective: Objective, today: date, look_back_days: int) -> bool:
    """Whether it says anything about today's plan: one that was due long ago does not."""
    return objective.due_on is None or (today - objective.due_on).days <= look_back_days


def agenda(brief: Brief) -> tuple[str, ...]:
    """What to talk about, in the order of a good review: results, what did not work, what is
    planned, what we ask for. The last point is always what comes next."""
    return (*islice(_points(brief), MOST_ON_AGENDA - 1), CLOSING)


def _points(brief: Brief) -> Iterator[str]:
    yield from _results(brief)
    yield from _trouble(brief)
    yield from _future(brief)


def _results(brief: Brief) -> Iterator[str]:
    progress = progress_of(brief.objectives, brief.today)
    if progress.achieved:
        yield f"Begin with what was reached: {_titled(progress.achieved[-1])}."
    for one in (*progress.overdue, *progress.at_risk)[:1]:
        stands = f"{_standing(one, brief.today)} at {one.progress} %"
        yield f"{_titled(one)} is {stands}: what is in the way, and who clears it?"
    if not brief.objectives:
        yield "Agree on objectives: none is on record, so no success can be shown."


def _trouble(brief: Brief) -> Iterator[str]:
    signals = brief.signals
    for ticket in _hard(brief.tickets)[:1]:
        days = plural((brief.today - ticket.opened_at.date()).days, "day", zero="0")
        named = f"{_kind(ticket)} ticket “{_short(ticket.subject)}”"
        yield f"The {named}, open for {days}: by when it is solved."
    if signals.get("question_age_hours", 0) > 0:
        yield "Answer the question of theirs that is still open, before they have to ask again."
    newest = signals.get("nps_newest")
    if newest is not None and newest <= DETRACTOR_TO:
        yield f"Hear them out: their newest NPS answer is {newest:.0f}."
    if brief.has_fallen and brief.risks and brief.risks[0].severity.rank >= Severity.MEDIUM.rank:
        yield f"Say openly what got worse since the last time: {brief.risks[0].evidence}"


def _future(brief: Brief) -> Iterator[str]:
    used, line = brief.signals.get("seat_use"), brief.line
    if brief.signals.get("sponsor_in_place") == 0:
        yield "Who is their sponsor from now on, and what does that person want to see?"
    if used is not None and used < EMPTY:
        yield f"{percent(used)} of the seats are in use: who should be using it, and is not?"
    if line.renews_on and (line.renews_on - brief.today).days <= RENEWAL_DAYS:
        when = day_and_distance(line.renews_on, brief.today)
        yield f"The renewal on {when}: who decides, and by when?"
    if used is not None and used >= FULL:
        yield f"{percent(used)} of the seats are in use: what would growing take?"


def _hard(tickets: Sequence[Ticket]) -> list[Ticket]:
    """Urgent or escalated, the oldest first."""
    hard = (one for one in tickets if one.priority == Priority.URGENT or one.escalated)
    return sorted(hard, key=lambda one: one.opened_at)


def _kind(ticket: Ticket) -> str:
    return "urgent" if ticket.priority == Priority.URGENT else "escalated"


def _is_overdue(objective: Objective, today: date) -> bool:
    is_past = objective.due_on is not None and objective.due_on < today
    return is_past and objective.status not in _SETTLED


def _standing(objective: Objective, today: date) -> str:
    if objective.due_on is None or objective.due_on >= today:
        return "at risk"
    return f"{plural((today - objective.due_on).days, 'day')} overdue"


def _titled(objective: Objective) -> str:
    return f"“{_short(objective.title)}”"


def _short(text: str) -> str:
    return shorten(text, _LONGEST_TITLE)
