"""What starts the product's own work and runs it, put together."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Final

from csm.firing import Task
from csm.job import JobTable
from csm.ports import Clock, Records
from csm.use_cases.plan_firings import Planner
from csm.use_cases.run_firing import Runner
from csm.use_cases.tell_administrators import tell_administrators
from csm.use_cases.watch_firings import Watch
from parts.broker import broker_of
from parts.meter import queue_source, threads_source
from settings import Settings

if TYPE_CHECKING:
    from jobs.dispatch import Dispatcher
    from jobs.outages import Outages
    from jobs.ticks import Schedule
    from parts.prometheus import Source

# What the parts of the clock itself do, for people.
_CLOCK: Final = "starting the product's own work"


@dataclass(frozen=True, slots=True)
class Running:
    """The clock of the product's own work, what there is to count about it, and how the broker is
    asked whether it is there (it raises Unavailable): None where there is none."""

    schedule: "Schedule"
    sources: "Mapping[str, Source]"
    broker: Callable[[], object] | None


class Clockwork:
    """Plans firings, runs them, and keeps the clock. `platform` is where people are written to
    whose platform is not known."""

    def __init__(
        self,
        settings: Settings,
        records: Records,
        clock: Clock,
        table: JobTable,
        tasks: Callable[[], Mapping[str, Task]],
        platform: str,
    ) -> None:
        self._settings = settings
        self._records = records
        self._clock = clock
        self._table = table
        self._tasks = tasks
        self._platform = platform
        self._lease = timedelta(seconds=settings.lease_seconds)

    @cached_property
    def planner(self) -> Planner:
        return Planner(self._records, self._table, self._clock, self._platform)

    @cached_property
    def runner(self) -> Runner:
        return Runner(
            self._records, self._table, self._tasks(), self._clock, self._lease, self._platform
        )

    def wound_up(self, looks: Mapping[str, Callable[[], object]]) -> "Running":
        """The clock, ready to be started. Firings are run by threads of this process, or, where
        there is a broker, by `worker` processes. Raises InvalidInput where those could not see the
        records."""
        from jobs.outages import Outages

        outages = Outages()
        url = broker_of(self._settings)
        if url is None:
            return self._of_threads(looks, outages)
        return self._of_workers(looks, outages, url)

    def _of_threads(self, looks: Mapping[str, Callable[[], object]], outages: "Outages") -> Running:
        from jobs.limits import Limits
        from jobs.logged import Logged
        from jobs.threads import Threads

        limits = Limits(self._records, self._table)
        threads = Threads(Logged(self.runner), limits, self._settings.job_threads, outages)
        schedule = self._schedule(looks, outages, threads, self._table)
        threads.feed = schedule.offer
        return Running(schedule, {"threads": threads_source(threads.busy)}, None)

    def _of_workers(
        self, looks: Mapping[str, Callable[[], object]], outages: "Outages", url: str
    ) -> Running:
        from jobs.broker import QUEUE, SET_ASIDE
        from jobs.limits import Limits
        from jobs.publisher import Publisher
        from jobs.set_aside import SET_ASIDE_LOOK, SetAside

        publisher = Publisher(url, Limits(self._records, self._table))
        set_aside = SetAside(publisher.set_aside, self.tell_administrators)
        table = JobTable(self._table.jobs, (*self._table.looks, SET_ASIDE_LOOK))
        all_looks = {**looks, SET_ASIDE_LOOK.name: set_aside.look}
        schedule = self._schedule(all_looks, outages, publisher, table)

        def queues() -> Mapping[str, int]:
            return {QUEUE: publisher.waiting(), SET_ASIDE: publisher.set_aside()}

        return Running(schedule, {"broker": queue_source(queues)}, publisher.waiting)

    def _schedule(
        self,
        looks: Mapping[str, Callable[[], object]],
        outages: "Outages",
        dispatcher: "Dispatcher",
        table: JobTable,
    ) -> "Schedule":
        from jobs.ticks import Schedule

        watch = Watch(self._records, self._table, self._clock, self._lease, self._platform)
        return Schedule(
            self.planner,
            watch,
            dispatcher,
            table,
            looks,
            self._lease,
            self.tell_administrators,
            outages,
        )

    def tell_administrators(self, work: str, problem: str) -> None:
        """Tell those who look after the product that a part of the work has stopped."""
        texts = {look.name: look.text for look in self._table.looks}
        tell_administrators(
            self._records, self._clock, self._platform, work, texts.get(work, _CLOCK), problem
        )
