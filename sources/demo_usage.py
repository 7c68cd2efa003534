"""Daily usage of one account of the demo: working weeks, noise, and what its story changes."""

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from typing import Final

from sources.demo_catalogue import FEATURES
from sources.demo_story import Story, Usage

# 26 weeks up to today, and as much before as the oldest past view of the demo looks back.
HISTORY_DAYS: Final = 210
# Of older accounts the first weeks are told, too: early adoption is judged by them.
EARLY_DAYS: Final = 70

_EVENTS_A_PERSON: Final = 6
# Not everybody uses everything: the share of the active people who use the n-th feature.
_SHARE_BY_FEATURE: Final = (1.0, 0.8, 0.55, 0.5, 0.45, 0.35, 0.3, 0.25, 0.12, 0.3)

UsageRow = tuple[str, date, str, int, int | None]


def usage_rows(story: Story, started: date, today: date) -> Iterator[UsageRow]:
    """Rows (account, day, feature, events, active users) up to yesterday."""
    usage = story.usage

    begins = started + timedelta(days=usage.since_start)
    for ago in range((today - begins).days, 0, -1):
        day = today - timedelta(days=ago)
        is_told = ago <= HISTORY_DAYS or (day - started).days <= EARLY_DAYS
        is_working = day.weekday() < usage.days_a_week
        has_stopped = usage.stopped is not None and ago <= usage.stopped
        if is_told and is_working and not has_stopped and not story.is_in_gap(ago):
            yield from _one_day(story, usage, day, ago)


def _one_day(story: Story, usage: Usage, day: date, ago: int) -> Iterator[UsageRow]:
    # By the calendar day, so that a day keeps its numbers when the portfolio is made anew.
    chance = Random(f"{story.key} {day.isoformat()}")  # noqa: S311 - made-up numbers, no secrets
    factor = usage.factor(ago)
    # Fewer events come from fewer people who each do less.
    people = story.seats * usage.people * factor**0.5 * chance.uniform(0.88, 1.0)
    for place, (feature, _, _) in enumerate(FEATURES[: usage.features]):
        share = _SHARE_BY_FEATURE[place]
        users = max(round(people * share), 1)
        events = people * share * _EVENTS_A_PERSON * factor**0.5 * chance.uniform(0.9, 1.1)
        counted = users if usage.counted else None
        yield story.key, day, feature, max(round(events), 1), counted
