"""The part of the records that is the product's own work: when, how far, what was told."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from csm.firing import Appointment, Firing, FiringState
from csm.source import Source
from csm.told import Snooze, Told


@dataclass(frozen=True, slots=True)
class StoredFiring:
    id: int
    firing: Firing


@dataclass(frozen=True, slots=True)
class StoredSource:
    id: int
    source: Source


@dataclass(frozen=True, slots=True)
class FiringTally:
    """How many firings of a job are in a state, and when the longest waiting one was due."""

    job: str
    state: FiringState
    count: int
    oldest_due_at: datetime


@dataclass(frozen=True, slots=True)
class PeriodTally:
    """What became of one period of a job. `newest` is its firing, or the last of several,
    by id."""

    job: str
    period: str
    counts: Mapping[FiringState, int]
    newest: StoredFiring


class JobsReader(Protocol):
    """What can be asked about jobs."""

    def appointment(self, job: str, reader: str) -> Appointment | None: ...
    def appointments(self, job: str | None = None, reader: str | None = None) -> list[Appointment]:
        """By job and reader."""
        ...

    def is_appointment_due(self, now: datetime) -> bool: ...
    def are_skipped_ahead(self, now: datetime) -> bool:
        """Whether any was skipped at a time that has not come."""
        ...

    def firing(self, firing_id: int) -> StoredFiring | None: ...
    def firing_of(self, job: str, reader: str, period: str) -> StoredFiring | None: ...
    def firings(
        self,
        job: str | None = None,
        states: Collection[FiringState] | None = None,
        limit: int = 50,
        period: str | None = None,
    ) -> list[StoredFiring]:
        """Those due last first; then by reader."""
        ...

    def failed_firings(self, since: datetime, limit: int) -> list[StoredFiring]:
        """Those that failed and were due since then: due last first; then by reader."""
        ...

    def firings_asked_by(
        self, asked_by: str, job: str, period: str, limit: int
    ) -> list[StoredFiring]:
        """Those of a period that this person had run by hand; by reader."""
        ...

    def awaits_firings(self, asked_by: str, job: str, period: str) -> bool:
        """Whether any of those is not over."""
        ...

    def jobs_of(self, firing_ids: Sequence[int]) -> dict[int, str]:
        """Of which job each is; without those that there are not."""
        ...

    def ready_firings(
        self,
        now: datetime,
        offered_before: datetime,
        limit: int,
        behind: Collection[str] = (),
    ) -> list[int]:
        """Ids of those WAITING that do not rest any more (see LONGEST_REST), and were not offered
        to workers since `offered_before`: longest due first, those of the jobs `behind` after all
        others."""
        ...

    def running_firings(self) -> list[StoredFiring]: ...
    def firing_tally(self, since: datetime) -> list[FiringTally]:
        """Of those that are not over, and those that were due since then; by job and state."""
        ...

    def latest_period(self, job: str) -> PeriodTally | None:
        """The one of its periods that was due last."""
        ...

    def periods(self, job: str | None, limit: int, offset: int = 0) -> list[PeriodTally]:
        """Of one job or of all: those due last first; then by job."""
        ...

    def last_told(self, job: str, reader: str) -> Told | None: ...
    def snoozes(self, reader: str, today: date) -> list[Snooze]:
        """Those that last beyond that day; by account."""
        ...

    def sources(self) -> list[StoredSource]:
        """By id."""
        ...


class JobsWriter(JobsReader, Protocol):
    def put_appointment(self, appointment: Appointment) -> None:
        """Insert it, or replace the one of its job and reader."""
        ...

    def put_appointments(self, appointments: Sequence[Appointment]) -> None:
        """The same for many, of which no two are of one job and reader."""
        ...

    def drop_appointment(self, job: str, reader: str) -> None: ...
    def due_appointments(self, now: datetime, limit: int) -> list[Appointment]:
        """Those whose `next_at` has come, the longest due first: locked until the block ends, and
        those that another process holds left out."""
        ...

    def add_firings(self, firings: Sequence[Firing]) -> list[int]:
        """The ids of those that were not there before."""
        ...

    def take_firing(
        self, firing_id: int, token: str, reference: str, now: datetime
    ) -> StoredFiring | None:
        """Make a WAITING one RUNNING under that token, with one attempt more, begun now. None
        where it is not WAITING, or still rests."""
        ...

    def beat(self, firing_id: int, token: str, done: int, total: int) -> bool:
        """Say that its run is alive, and how far it is. False where the firing is not its any
        more."""
        ...

    def change_firing(
        self, firing_id: int, token: str, changes: Mapping[str, Any], beat: int | None = None
    ) -> bool:
        """Change the fields that are given, where the firing is RUNNING under that token and, if
        that is given, at that beat; whether it was."""
        ...

    def revive_firing(self, firing_id: int, changes: Mapping[str, Any]) -> bool:
        """Make one that is FAILED or SKIPPED WAITING again, or change one that is WAITING already;
        whether it was."""
        ...

    def offer_firings(self, firing_ids: Sequence[int], now: datetime) -> None:
        """Note that workers were given those ids."""
        ...

    def forget_skipped_ahead(self, now: datetime) -> int:
        """Delete those that were skipped at a time that has not come: a clock was put ahead then,
        and their days will come; how many."""
        ...

    def keep_told(self, told: Told) -> None:
        """In the place of what the reader was told by that job before."""
        ...

    def put_snooze(self, snooze: Snooze) -> None:
        """Insert it, or replace the reader's for that account."""
        ...

    def drop_snooze(self, reader: str, account_id: int) -> bool: ...
    def put_source(self, source: Source) -> int:
        """Insert it, or replace the one with its place and shelf; its id."""
        ...

    def drop_source(self, source_id: int) -> bool: ...
