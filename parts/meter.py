"""The product's counts, kept for Prometheus: in one process, or in a worker's several.

`parts.prometheus` is imported here late: a worker first says where its processes keep their counts.
"""

import hmac
import os
import shutil
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import TYPE_CHECKING, Any, Final
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from csm import meter
from csm.errors import InvalidInput, Unavailable
from csm.firing import FiringState
from csm.ports import Clock, Records

if TYPE_CHECKING:
    from parts.prometheus import Reading, Source

Exposed = Callable[[], tuple[bytes, str]]

# What prometheus_client goes by, in the old spelling, too.
_FOLDER: Final = "PROMETHEUS_MULTIPROC_DIR"
# Counting what was ever sent takes a look at every row: once for several who ask is enough.
_COUNTS_KEPT_S: Final = 15.0


def meter_one_process(sources: "Mapping[str, Source]") -> Exposed:
    """Count from now on, in this process; what /metrics shows, the gauges of `sources` with it."""
    for name in (_FOLDER, _FOLDER.lower()):
        os.environ.pop(name, None)
    from prometheus_client import CollectorRegistry

    from parts.prometheus import Gauges, PrometheusMeter, written

    counts, gauges = CollectorRegistry(), CollectorRegistry()
    meter.use(PrometheusMeter(counts))
    gauges.register(Gauges({"build": build_source, **sources}))
    # The gauges first: one that fails is counted in the same scrape.
    return lambda: written((gauges, counts))


def serve_worker_metrics(port: int, folder: Path, host: str = "127.0.0.1", token: str = "") -> int:
    """Count from now on, in this process and those that it forks, and show it all at that port
    (0: any that is free); which one it is. The counts are in files of `folder`, which is emptied.

    Called before anything imports prometheus_client, and before the first fork. Raises
    InvalidInput for a port that is not to be had, Unavailable for a folder that cannot be made.
    """
    _make_empty(folder)
    os.environ[_FOLDER] = str(folder)
    from prometheus_client import CollectorRegistry, values
    from prometheus_client.multiprocess import MultiProcessCollector

    from parts.prometheus import Gauges, PrometheusMeter, written

    if values.ValueClass is values.MutexValue:
        raise RuntimeError("prometheus_client was imported before serve_worker_metrics")
    counts, gauges = CollectorRegistry(), CollectorRegistry()
    meter.use(PrometheusMeter(CollectorRegistry()))
    MultiProcessCollector(counts, str(folder))  # type: ignore[no-untyped-call]
    gauges.register(Gauges({"build": build_source}))
    return _serve(host, port, token, lambda: written((gauges, counts)))


def build_source() -> "Iterable[Reading]":
    """Which version runs."""
    try:
        installed = version("digital-csm")
    except PackageNotFoundError:
        installed = "unknown"
    return [(meter.BUILD, (installed,), 1)]


class RecordsSource:
    """What is in the records, counted."""

    def __init__(
        self, records: Records, clock: Clock, monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._records = records
        self._clock = clock
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._kept: list[Reading] = []
        self._counted_at: float | None = None

    def __call__(self) -> "list[Reading]":
        """Raises Busy or Unavailable."""
        with self._lock:
            now = self._monotonic()
            if self._counted_at is None or now - self._counted_at >= _COUNTS_KEPT_S:
                self._kept = self._count()
                self._counted_at = now
            return self._kept

    def _count(self) -> "list[Reading]":
        now = self._clock.now()
        with self._records.reading() as reader:
            posts = reader.post_tally()
            outreach = reader.outreach_tally()
            oldest = reader.oldest_due_post(now)
            firings = reader.firing_tally(now)

        def age(since: Any) -> float:
            return max((now - since).total_seconds(), 0) if since else 0

        found: list[Reading] = [
            *((meter.POSTS, (one.platform, one.state.value), one.count) for one in posts),
            *((meter.OUTREACH, (state.value,), count) for state, count in outreach.items()),
            (meter.OLDEST_POST, (), age(oldest)),
        ]
        for one in firings:
            if one.state in (FiringState.WAITING, FiringState.RUNNING):
                found.append((meter.OPEN_FIRINGS, (one.job, one.state.value), one.count))
            if one.state is FiringState.WAITING:
                found.append((meter.OLDEST_FIRING, (one.job,), age(one.oldest_due_at)))
        return found


def queue_source(queues: Callable[[], Mapping[str, int]]) -> "Source":
    """How many messages are in each of the broker's queues, as `queues` tells."""
    return lambda: [(meter.QUEUE, (name,), count) for name, count in queues().items()]


def threads_source(busy: Callable[[], int]) -> "Source":
    """How many threads run jobs, as `busy` tells."""
    return lambda: [(meter.THREADS_BUSY, (), busy())]


def _make_empty(folder: Path) -> None:
    try:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
    except OSError as error:
        raise Unavailable(
            f"The folder {folder} for the counts of workers cannot be made ({error.strerror}). "
            "Choose another home with DIGITAL_CSM_HOME."
        ) from error


class _Threading(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Silent(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's name
        """Nothing: it is asked every few seconds."""


def _serve(host: str, port: int, token: str, exposed: Exposed) -> int:
    wanted = f"Bearer {token}".encode()

    def answer(environ: Mapping[str, Any], start: Callable[..., Any]) -> list[bytes]:
        given = str(environ.get("HTTP_AUTHORIZATION", "")).encode("latin-1", "replace")
        if environ["PATH_INFO"] != "/metrics":
            start("404 Not Found", [])
            return []
        if token and not hmac.compare_digest(given, wanted):
            start("401 Unauthorized", [("WWW-Authenticate", "Bearer")])
            return []
        text, content_type = exposed()
        start("200 OK", [("Content-Type", content_type)])
        return [text]

    try:
        server = make_server(host, port, answer, _Threading, _Silent)
    except OSError as error:
        raise InvalidInput(
            f"The metrics cannot be shown at {host}:{port} ({error.strerror}). "
            "Choose another port with --metrics-port."
        ) from error
    threading.Thread(target=server.serve_forever, name="metrics", daemon=True).start()
    return server.server_port
