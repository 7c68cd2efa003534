"""Signals of the success plan and the onboarding, against examples worked out by hand."""

import math

import pytest

from csm.account import Objective, ObjectiveStatus, Training
from csm.signal_settings import SignalSettings, SuccessPlan
from tests.csm.builders import Customer, ago, milestone, signal


def goal(status: str, due: int | None = None) -> Objective:
    return Objective(
        key="o",
        title="Save time",
        status=ObjectiveStatus(status),
        due_on=None if due is None else ago(due),
    )


def test_objectives_on_track() -> None:
    who = Customer(
        objectives=[
            goal("on_track", -30),
            goal("achieved", 100),
            goal("at_risk", -5),
            goal("missed", 50),
            goal("planned", -90),
            goal("missed", 400),
        ]
    )
    assert signal("objectives", who) == 4
    assert signal("objectives_on_track_share", who) == 0.5


def test_how_far_back_a_plan_reaches_is_a_setting() -> None:
    who = Customer(objectives=[goal("missed", 365), goal("missed", 366), goal("achieved")])
    assert signal("objectives", who) == 2
    longer = SignalSettings(success_plan=SuccessPlan(look_back_days=366))
    assert signal("objectives", who, settings=longer) == 3


def test_overdue_objectives_are_not_on_track_whatever_they_say() -> None:
    who = Customer(objectives=[goal("on_track", 3), goal("planned", 9), goal("achieved")])
    assert signal("objectives_overdue", who) == 2
    assert signal("objective_overdue_days", who) == 9
    assert signal("objectives_on_track_share", who) == pytest.approx(1 / 3)


def test_no_plan_is_unknown_but_nothing_is_overdue() -> None:
    assert math.isnan(signal("objectives_on_track_share", Customer()))
    assert signal("objectives_overdue", Customer()) == 0
    assert signal("objectives_overdue", Customer(objectives=[goal("on_track", 0)])) == 0


def test_milestones() -> None:
    who = Customer(
        milestones=[
            milestone(30, 31, planned_hours=10, actual_hours=12),
            milestone(20, 10, planned_hours=10, actual_hours=18),
            milestone(12, planned_hours=5, actual_hours=9),
            milestone(-10),
        ]
    )
    assert signal("milestones_open", who) == 2
    assert signal("milestones_late", who) == 1
    assert signal("milestone_late_days", who) == 12
    assert signal("milestones_on_time_share", who) == pytest.approx(1 / 3)
    assert signal("hours_against_plan", who) == pytest.approx(1.5)


def test_before_the_first_milestone_is_due_nothing_is_late() -> None:
    who = Customer(milestones=[milestone(-10)])
    assert signal("milestones_late", who) == 0
    assert math.isnan(signal("milestones_on_time_share", who))
    assert math.isnan(signal("hours_against_plan", who))


def test_training() -> None:
    done = Training(key="a", course="Basics", completed_on=ago(3))
    to_do = Training(key="b", course="Basics")
    assert signal("training_done_share", Customer(trainings=[done, to_do])) == 0.5
    assert math.isnan(signal("training_done_share", Customer()))
