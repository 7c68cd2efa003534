"""A worker: a process that takes firings from RabbitMQ and runs them, so many at once.

Each runs in a process of its own making (prefork), which can be ended at its limit whatever it
hangs on. Those are not replaced after so many tasks: their memory stays flat (`python -m bench`).
A broker that goes away is waited for, for as long as it takes.
"""

import os
from collections.abc import Callable
from datetime import timedelta
from threading import Timer
from typing import Any, Final, NoReturn

import structlog
from celery import Celery, signals
from celery.worker import state
from kombu import compression

from csm.errors import CsmError
from jobs.broker import QUEUE, TASK, celery_app
from jobs.outages import Outages

log = structlog.get_logger(__name__)

Hired = tuple[Callable[[int], object], Callable[[], object]]
"""How to run a firing, and how to let go of all that this takes."""

_STOPPED: Final = 0


class Crew:
    """What the task needs, made in each process when it is first needed: never before a process
    was forked off, for a connection to a database must not be shared."""

    def __init__(self, hire: Callable[[], Hired]) -> None:
        self._hire = hire
        self._hired: Hired | None = None
        self._outages = Outages()

    def run(self, firing_id: int) -> None:
        """Records that are away are no defect: the firing is offered again, and it is said once."""
        try:
            if self._hired is None:
                self._hired = self._hire()
            run, _ = self._hired
            run(firing_id)
        except CsmError as error:
            self._outages.failed("run", error)
        else:
            self._outages.worked("run")

    def let_go(self) -> None:
        if self._hired is not None:
            _, close = self._hired
            close()


def run_worker(
    url: str,
    hire: Callable[[], Hired],
    concurrency: int | None = None,
    drain: timedelta = timedelta(seconds=25),
) -> int:
    """Take firings and run them until told to stop (SIGTERM, SIGINT); the exit code.

    `concurrency`: how many at once, without one as many as there are cores. `drain`: how long what
    runs then has to end, before it is left to others.
    """
    # None of ours is compressed, and one of somebody else's may be a kilobyte that fills the memory
    # before anybody can look at it.
    for encoding in ("application/x-gzip", "application/x-bz2", "application/x-lzma"):
        compression.register(_refuse, _refuse, encoding)
    app, crew = celery_app(url), Crew(hire)
    _add_task(app, crew)
    worker = app.Worker(
        concurrency=concurrency,
        pool="prefork",
        queues=[QUEUE],
        without_gossip=True,
        without_mingle=True,
        without_heartbeat=True,
        quiet=True,
    )
    _connect_signals(crew, drain)
    worker.start()
    return int(worker.exitcode or _STOPPED)


def _refuse(_body: bytes) -> NoReturn:
    raise ValueError("compressed")


def _add_task(app: Celery, crew: Crew) -> None:
    @app.task(name=TASK)
    def run_firing(firing_id: int) -> None:
        crew.run(firing_id)


def _connect_signals(crew: Crew, drain: timedelta) -> None:
    def end_process(**_: Any) -> None:
        crew.let_go()

    def begin_drain(**_: Any) -> None:
        timer = Timer(drain.total_seconds(), _leave)
        timer.daemon = True
        timer.start()

    # Not weak: nobody else holds them.
    signals.setup_logging.connect(_logging_is_set_up, weak=False)
    signals.worker_process_shutdown.connect(end_process, weak=False)
    signals.worker_shutting_down.connect(begin_drain, weak=False)


def _logging_is_set_up(**_: Any) -> None:
    """Celery leaves it alone where somebody else says that they see to it."""


def _leave() -> None:
    """Go, although something still runs. Its firing is fenced by its token and given to others, its
    message goes back to the queue, and its process ends with this one."""
    left = sorted(request.args[0] for request in state.active_requests)
    log.warning("stopped before the work was done", firings=left)
    os._exit(_STOPPED)
