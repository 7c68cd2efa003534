"""The demo's success plans and onboarding projects, and what customers did for us."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from csm.account import Advocacy, ContactRole, Milestone, Objective, ObjectiveStatus, Training
from sources.demo_catalogue import COURSES, STEPS
from sources.demo_scene import Scene
from sources.demo_story import Goal

_USUAL_GOALS: Final = (
    Goal("Close the month in three days", "3 days", 70, 80),
    Goal("One source of truth for sales figures", "all teams", 100, -30, ObjectiveStatus.ACHIEVED),
)


def objectives(scene: Scene) -> Iterator[Objective]:
    goals = _USUAL_GOALS if scene.story.goals is None else scene.story.goals
    for number, goal in enumerate(goals, 1):
        yield Objective(
            key=scene.key("goal", number),
            title=goal.title,
            target=goal.target,
            progress=goal.progress,
            due_on=scene.on(-goal.in_days),
            status=goal.status,
        )


def milestones(scene: Scene) -> Iterator[Milestone]:
    plan = scene.story.onboarding
    for number, (after, title, hours) in enumerate(STEPS, 1):
        due = scene.started + timedelta(days=after)
        done = due - timedelta(days=1)
        is_done = number <= plan.steps_done and done < scene.today
        yield Milestone(
            key=scene.key("step", number),
            title=title,
            due_on=due,
            done_on=done if is_done else None,
            planned_hours=hours,
            actual_hours=hours * plan.hours_over if is_done else 0,
        )


def trainings(scene: Scene) -> Iterator[Training]:
    done = round(len(COURSES) * scene.story.trained)
    for number, course in enumerate(COURSES, 1):
        day = scene.started + timedelta(days=14 * number)
        is_done = number <= done and day < scene.today
        yield Training(
            key=scene.key("course", number),
            course=course,
            contact_email=scene.email(ContactRole.ADMIN),
            completed_on=day if is_done else None,
        )


def advocacy(scene: Scene) -> Iterator[Advocacy]:
    for number, (ago, kind) in enumerate(scene.story.gifts, 1):
        yield Advocacy(key=scene.key("gift", number), kind=kind, given_on=scene.on(ago))
