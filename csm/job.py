"""The product's own work: what is done by itself, for whom, when, and how long it may take."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time, timedelta
from enum import StrEnum
from typing import Final

from csm.errors import NotFound
from csm.job_words import span_text
from csm.people import Role
from csm.playbook_part import Weekday, nearest
from csm.timetable import WEEKDAYS, Timetable

EVERY_DAY: Final = frozenset(WEEKDAYS)
WORKDAYS: Final[frozenset[Weekday]] = frozenset(("mon", "tue", "wed", "thu", "fri"))


class Spread(StrEnum):
    """Into how many firings one time of a job falls."""

    ONCE = "once"
    READERS = "readers"  # one for each person who gets it, in their own time
    ACCOUNTS = "accounts"  # one for each piece of the portfolio, as `1-250`: ids from and to
    SOURCES = "sources"  # one for each source of the help library, by its id


@dataclass(frozen=True, slots=True)
class Job:
    """Work with a timetable. Days and time are those of its readers until they choose others, in
    their own time zone; in UTC for what has no readers.

    One that was missed runs as long as it is `useful_for` after its time; a run is ended after its
    `limit`, and one that fails is tried `attempts` times. `roles` get it without having asked, and
    a `quiet` one says nothing when there is nothing to say, unless its reader wants to hear so.
    `for_roles` are those who may have it at all.
    """

    name: str
    text: str  # what it does, for people: "the nightly refresh of every account"
    spread: Spread
    days: frozenset[Weekday]
    at: time
    useful_for: timedelta
    limit: timedelta
    attempts: int = 4
    quiet: bool = False
    roles: frozenset[Role] = frozenset()
    for_roles: frozenset[Role] = frozenset()

    @property
    def is_for_readers(self) -> bool:
        return self.spread is Spread.READERS

    @property
    def timetable(self) -> Timetable:
        return Timetable(self.days, self.at)


@dataclass(frozen=True, slots=True)
class Look:
    """Work that every process looks for every so often. It claims what it finds, row by row, so
    that any number of them may look."""

    name: str
    text: str
    every: timedelta


@dataclass(frozen=True, slots=True)
class JobTable:
    """All that the product does by itself."""

    jobs: Sequence[Job]
    looks: Sequence[Look]

    def job(self, name: str) -> Job:
        """Raises NotFound, with the nearest name, and for what is only looked for."""
        wanted = name.strip().lower()
        for job in self.jobs:
            if job.name == wanted:
                return job
        for look in self.looks:
            if look.name == wanted:
                every = span_text(look.every).removeprefix("1 ")
                raise NotFound(
                    f"“{wanted}” is looked for by every serve every {every}; it is not run by hand."
                )
        names = [job.name for job in self.jobs]
        raise NotFound(
            f"There is no job called “{name.strip()[:40]}”{nearest(wanted, names) or '.'} "
            f"There are: {', '.join(names)}."
        )

    def known(self, name: str) -> Job | None:
        """The job of that name; None for one that an older version knew."""
        return next((job for job in self.jobs if job.name == name), None)
