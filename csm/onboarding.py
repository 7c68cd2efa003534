"""How far onboardings are: milestones late, due and done, and the time to the first value."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from csm.account import Milestone
from csm.health import Stage
from csm.ports import BookLine

_NEVER: Final = date.max


@dataclass(frozen=True, slots=True)
class FirstValue:
    """The time to the initial value moment: `days` that it took, or that it has been waited for.
    `limit` is the day of the contract by which it has to come, the last one that went by where it
    did not, or the one that it kept where it came."""

    days: int
    is_reached: bool
    limit: int
    missed: int  # how many of the limits went by without it


@dataclass(frozen=True, slots=True)
class Onboarding:
    """One account's onboarding; milestones soonest due first. `is_news`: they reached the first
    value since the last time somebody was told."""

    line: BookLine
    late: tuple[Milestone, ...] = ()
    due: tuple[Milestone, ...] = ()
    done: tuple[Milestone, ...] = ()
    value: FirstValue | None = None
    is_news: bool = False

    @property
    def is_in_trouble(self) -> bool:
        return bool(self.late) or (self.value is not None and self.value.missed > 0)

    @property
    def is_worth_telling(self) -> bool:
        return bool(self.is_in_trouble or self.due or self.done or self.is_news)


def onboarding(
    line: BookLine,
    milestones: Sequence[Milestone],
    signals: Mapping[str, float],
    limits: Sequence[int],
    today: date,
    due_days: int,
    was_waiting: bool,
) -> Onboarding:
    """Where an account stands. `milestones` are those not done, and those done since the last
    time; `limits` are the days by which the first value has to be there, in order."""
    open_ones = [step for step in milestones if step.done_on is None or step.done_on > today]
    until = today + timedelta(days=due_days)
    value = first_value(signals, limits)
    return Onboarding(
        line=line,
        late=tuple(step for step in open_ones if step.due_on < today),
        due=tuple(step for step in open_ones if today <= step.due_on <= until),
        done=tuple(step for step in milestones if step.done_on and step.done_on <= today),
        value=value,
        is_news=was_waiting and value is not None and value.is_reached,
    )


def first_value(signals: Mapping[str, float], limits: Sequence[int]) -> FirstValue | None:
    """None where it is not known: no usage is seen, or it may have come in a past that is not
    read, or there is no contract start to count from."""
    reached, days = signals.get("ivm_reached"), signals.get("days_of_ivm_so_far")
    if reached is None or days is None:
        return None
    if reached:
        return FirstValue(int(days), True, next((n for n in limits if days <= n), limits[-1]), 0)
    missed = sum(days >= limit for limit in limits)
    return FirstValue(int(days), False, limits[max(missed - 1, 0)], missed)


def is_onboarding(line: BookLine) -> bool:
    return line.health is not None and line.health.stage is Stage.ONBOARDING


def worst_first(
    onboardings: Iterable[Onboarding], stakes: Mapping[int, float], today: date
) -> list[Onboarding]:
    """Those without value beyond a limit first, then by how late the latest milestone is, what is
    due next, and what is at stake (by account id)."""
    return sorted(
        onboardings,
        key=lambda one: (
            -(one.value.missed if one.value else 0),
            -days_late(one, today),
            one.due[0].due_on if one.due else _NEVER,
            -stakes.get(one.line.account_id, 0.0),
            one.line.name,
        ),
    )


def days_late(one: Onboarding, today: date) -> int:
    """Of its oldest late milestone; 0 where none is."""
    return (today - one.late[0].due_on).days if one.late else 0


@dataclass(frozen=True, slots=True)
class OnboardingNews:
    """What there is to tell on a day: `told` worst first, `on_course` how many there are besides.
    `newly_late` are (account id, milestone's key); `was_in_trouble` is how many were, the last
    time, None where there was none."""

    today: date
    told: Sequence[Onboarding]
    on_course: int
    newly_late: frozenset[tuple[int, str]] = frozenset()
    was_in_trouble: int | None = None

    @property
    def in_trouble(self) -> int:
        return sum(one.is_in_trouble for one in self.told)
