"""Signals of the success plan and the onboarding project."""

from typing import Final

import numpy as np

from csm.columns import count, greatest, ratio, total
from csm.signal_inputs import Floats, SignalInputs
from csm.signal_scope import Scope
from csm.signal_table import Signal, Unit

PLAN: Final = ("objectives",)
PROJECT: Final = ("milestones",)

SIGNALS: Final = (
    Signal("objectives", Unit.COUNT, "Objectives of the success plan that are under way, achieved"
           " or missed, and were not due longer ago than the look-back time", PLAN),
    Signal("objectives_on_track_share", Unit.SHARE, "Share of those on track or achieved; missing"
           " without any", PLAN),
    Signal("objectives_overdue", Unit.COUNT, "Objectives past due that are neither achieved nor"
           " given up as missed", PLAN),
    Signal("objective_overdue_days", Unit.DAYS, "Days that the oldest of them is late; 0 where none"
           " is", PLAN),
    Signal("milestones_open", Unit.COUNT, "Onboarding milestones not yet done", PROJECT),
    Signal("milestones_late", Unit.COUNT, "Onboarding milestones past due and not done", PROJECT),
    Signal("milestone_late_days", Unit.DAYS, "Days that the latest of them is behind; 0 where none"
           " is", PROJECT),
    Signal("milestones_on_time_share", Unit.SHARE, "Share of the milestones done or due by now that"
           " were done on time; missing before the first is due", PROJECT),
    Signal("hours_against_plan", Unit.SHARE, "Actual / planned hours of the milestones done;"
           " missing without planned hours", PROJECT),
    Signal("training_done_share", Unit.SHARE, "Share of the trainings that were completed; missing"
           " without any", ("trainings",)),
)  # fmt: skip


def columns(inputs: SignalInputs, scope: Scope) -> dict[str, Floats]:
    """Every signal of this family, by id."""
    trainings = inputs.trainings
    every = np.ones(len(trainings.account), dtype=np.bool_)
    completed = count(trainings.account, scope.happened(trainings.completed_on), scope.size)
    return {
        **_plan(inputs, scope),
        **_project(inputs, scope),
        "training_done_share": ratio(completed, count(trainings.account, every, scope.size)),
    }


def _plan(inputs: SignalInputs, scope: Scope) -> dict[str, Floats]:
    goals = inputs.objectives
    late = scope.days_since(goals.due_on)
    settled = (goals.status == "achieved") | (goals.status == "missed")
    overdue = ~settled & (late > 0)
    # A goal that is planned for later says nothing yet; one without a due day is current.
    begun = (goals.status != "planned") | overdue
    current = begun & ~(late > scope.settings.success_plan.look_back_days)
    good = ((goals.status == "on_track") & ~overdue) | (goals.status == "achieved")
    judged = count(goals.account, current, scope.size)
    return {
        "objectives": judged,
        "objectives_on_track_share": ratio(
            count(goals.account, current & good, scope.size), judged
        ),
        "objectives_overdue": count(goals.account, overdue, scope.size),
        "objective_overdue_days": greatest(goals.account, late, overdue, scope.size, empty=0.0),
    }


def _project(inputs: SignalInputs, scope: Scope) -> dict[str, Floats]:
    steps = inputs.milestones
    done = scope.happened(steps.done_on)
    behind = scope.days_since(steps.due_on)
    late = ~done & (behind > 0)
    on_time = done & (steps.done_on <= steps.due_on)
    planned = done & (steps.planned_hours > 0)
    return {
        "milestones_open": count(steps.account, ~done, scope.size),
        "milestones_late": count(steps.account, late, scope.size),
        "milestone_late_days": greatest(steps.account, behind, late, scope.size, empty=0.0),
        "milestones_on_time_share": ratio(
            count(steps.account, on_time, scope.size),
            count(steps.account, done | late, scope.size),
        ),
        "hours_against_plan": ratio(
            total(steps.account, steps.actual_hours, planned, scope.size),
            total(steps.account, steps.planned_hours, planned, scope.size),
        ),
    }
