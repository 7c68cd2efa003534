"""Jobs as they are due, run and remembered: appointments, and the firings that come of them.

One firing is one job for one reader (or piece of the work) and one period. Its row is unique, so
whoever makes it first makes it for all: replicas, restarts and clocks that are put back never
double one. Workers are given ids only; what a firing is, and how far it came, is in the row.
"""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Final, Protocol

from pydantic import BaseModel, ConfigDict, Field

from csm.playbook_part import Weekday
from csm.timetable import Timetable


class Appointment(BaseModel):
    """When a job is due next for a reader: their own choice, or what the table of jobs says.

    `reader` is a person's key; empty for jobs without readers. It goes to their direct messages,
    or to a channel. `scope` says whose accounts: mine, all, or a colleague's key. `wants_empty`:
    also when there is nothing to say. `next_at` is None while it is switched off.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    job: str = Field(min_length=1, max_length=80)
    reader: str = Field(default="", max_length=80)
    days: str = Field(min_length=3, max_length=30, description="mon,thu")
    at: str = Field(min_length=5, max_length=5, description="HH:MM")
    zone: str = Field(default="UTC", max_length=64)
    platform: str = Field(default="", max_length=40, description="empty: wherever they are known")
    workspace: str = Field(default="", max_length=120)
    channel: str = Field(default="", max_length=200, description="empty: direct messages")
    scope: str = Field(default="mine", max_length=80)
    wants_empty: bool = True
    is_on: bool = True
    is_chosen: bool = Field(
        default=False, description="by the reader: the table changes it no more"
    )
    next_at: datetime | None = None

    @property
    def timetable(self) -> Timetable:
        days = frozenset[Weekday](self.days.split(","))  # type: ignore[arg-type]  # checked when set
        return Timetable(days, time.fromisoformat(self.at), self.zone)


class FiringState(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"  # tried as often as it may be; an administrator was told
    SKIPPED = "skipped"  # too late to be of use, or needed no more: `outcome` says why


OVER: frozenset[FiringState] = frozenset(
    {FiringState.DONE, FiringState.FAILED, FiringState.SKIPPED}
)


class Firing(BaseModel):
    """One job, for one reader, in one period.

    `token` names the run that has it, and `beat` grows while that run is alive: whoever sees it
    stand still for long enough may give the firing to another. `reference` is in every line of the
    log that its run writes, and on every message that comes of it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    job: str = Field(min_length=1, max_length=80)
    reader: str = Field(default="", max_length=80)
    period: str = Field(min_length=1, max_length=80)
    due_at: datetime
    state: FiringState = FiringState.WAITING
    attempts: int = Field(default=0, ge=0)
    not_before: datetime | None = Field(default=None, description="a failed one rests until then")
    offered_at: datetime | None = Field(default=None, description="when workers last got its id")
    token: str = Field(default="", max_length=40)
    beat: int = Field(default=0, ge=0)
    started_at: datetime | None = None
    finished_at: datetime | None = None
    done: int = Field(default=0, ge=0, description="how far it is, of `total`")
    total: int = Field(default=0, ge=0)
    outcome: str = Field(default="", max_length=500, description="what came of it, for people")
    asked_by: str = Field(default="", max_length=80, description="who had it run by hand")
    reference: str = Field(default="", max_length=40)


LONGEST_REST: Final = timedelta(minutes=20)
"""For how long a firing rests at most before it is tried again. One that is to rest for longer was
put off by a clock that has been put back since, and need not rest."""


Tell = Callable[[int, int], None]  # how many are done, of how many


class Task(Protocol):
    """What a job does."""

    def __call__(self, firing: Firing, tell: Tell, /) -> str:
        """Do it; what came of it, in a few words for people. Doing it twice for one firing must be
        as good as once: a process may die after the work and before it could say so.

        Raises NotYet and Moot; anything else is a failure, and it is tried again.
        """
        ...


class NotYet(Exception):
    """What the firing waits for is not there: it is looked at again, and no attempt is counted."""


class Moot(Exception):
    """Nobody needs it any more; the reason is kept with it."""
