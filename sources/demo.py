"""A made-up portfolio of about sixty accounts that tell stories, for any given day.

The same day always gives the same portfolio; on another day the same stories are told with their
dates moved along.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from enum import StrEnum
from typing import Any, Final

from csm.account import Feature, Record
from csm.ports import RECORD_KINDS, Table
from sources.demo_catalogue import FEATURES, demo_people, demo_places
from sources.demo_contract import account, contacts, invoices, subscriptions
from sources.demo_crowd import crowd
from sources.demo_log import interactions, surveys, tickets
from sources.demo_scene import Scene
from sources.demo_stories_growth import STORIES as GROWTH_STORIES
from sources.demo_stories_habits import STORIES as HABITS_STORIES
from sources.demo_stories_trouble import STORIES as TROUBLE_STORIES
from sources.demo_story import Story
from sources.demo_success import advocacy, milestones, objectives, trainings
from sources.demo_usage import usage_rows
from sources.layout import columns_of
from sources.tables import newest_day, reach_columns

__all__ = ["DemoPortfolio", "demo_people", "demo_places", "demo_portfolio"]

_WRITERS: Final[dict[str, Callable[[Scene], Iterable[Record]]]] = {
    "accounts": lambda scene: (account(scene),),
    "contacts": contacts,
    "subscriptions": subscriptions,
    "tickets": tickets,
    "surveys": surveys,
    "invoices": invoices,
    "objectives": objectives,
    "interactions": interactions,
    "milestones": milestones,
    "trainings": trainings,
    "advocacy": advocacy,
}

_KNOWN_OF_ALL: Final = frozenset({"accounts", "subscriptions"})


def demo_portfolio(today: date) -> "DemoPortfolio":
    """The made-up portfolio as of that day."""
    return DemoPortfolio(today)


def stories() -> tuple[Story, ...]:
    """Every account's story; parents come before their children."""
    return (*GROWTH_STORIES, *HABITS_STORIES, *TROUBLE_STORIES, *crowd())


class DemoPortfolio:
    """A `csm.ports.PortfolioSource` that invents what it says."""

    warnings: Sequence[str] = ()
    rejected: int = 0

    def __init__(self, today: date) -> None:
        self._scenes = [Scene(story, today) for story in stories()]

    def read(self, known_accounts: set[str]) -> Iterator[Table]:  # noqa: ARG002 - needs no others
        """Tables in the order of RECORD_KINDS."""
        for kind in RECORD_KINDS:
            rows = self._rows(kind)
            columns = tuple(column.name for column in columns_of(kind))
            reach = [columns.index(name) for name in reach_columns(kind)]
            newest = newest_day([row[place] for row in rows for place in reach])
            yield Table(kind, columns, rows, len(rows), newest)

    def _scenes_of(self, kind: str) -> list[Scene]:
        """The accounts of which records of this kind are known."""
        if kind in _KNOWN_OF_ALL:
            return self._scenes
        return [scene for scene in self._scenes if not scene.story.unseen]

    def _rows(self, kind: str) -> list[tuple[Any, ...]]:
        if kind == "features":
            records = (Feature(key=key, name=name, is_key=is_key) for key, name, is_key in FEATURES)
            return [_row(record) for record in records]
        if kind == "usage":
            return [
                row
                for scene in self._scenes_of(kind)
                for row in usage_rows(scene.story, scene.started, scene.today)
            ]
        owner = kind != "accounts"
        return [
            (scene.story.key, *_row(record)) if owner else _row(record)
            for scene in self._scenes_of(kind)
            for record in _WRITERS[kind](scene)
        ]


def _row(record: Record) -> tuple[Any, ...]:
    """The record's fields in the model's order; choices as their plain texts."""
    values = record.model_dump().values()
    return tuple(str(value) if isinstance(value, StrEnum) else value for value in values)
