"""How much faster two worker processes are than one, and whether a worker's memory stays flat."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from bench.figures import Figure, timed
from csm.firing import Firing, FiringState
from csm.ports import Table
from csm.use_cases.fall_due import pieces_of
from jobs.publisher import Publisher
from settings import PROJECT
from storage.database import open_database
from storage.records import SqlRecords
from tests.jobs.servers import Rabbit, postgres_in, rabbit_in, servers_folder
from tests.jobs.trial import CLOCK, TODAY, be_impatient, trial_jobs

ACCOUNTS = 10_000
TASKS = 100_000
_EARLY = 10  # a part of them, after which memory is looked at first
_AT_ONCE = 500
_LIMIT = timedelta(minutes=2)


def measure(accounts: int = ACCOUNTS, tasks: int = TASKS) -> list[Figure]:
    """On a RabbitMQ and a PostgreSQL of their own, in the same run."""
    be_impatient()
    with (
        servers_folder() as folder,
        rabbit_in(folder) as rabbit,
        postgres_in(folder) as postgres,
    ):
        database = open_database(postgres.url)
        database.ensure_ready()
        records = SqlRecords(database)
        bench = _Bench(records, rabbit, postgres.url)
        _settle_in(records, accounts)
        figures = [bench.speed(accounts), bench.memory(tasks)]
        database.close()
    return figures


class _Bench:
    def __init__(self, records: SqlRecords, rabbit: Rabbit, url: str) -> None:
        self._records = records
        self._url = url
        self._rabbit = rabbit
        self._publisher = Publisher(rabbit.url, lambda ids: [_LIMIT for _ in ids])

    def speed(self, accounts: int) -> Figure:
        """Refresh every account with one worker, then with two."""
        alone, together = self._refresh(1), self._refresh(2)
        return Figure(
            f"{accounts:,} accounts refreshed by 2 workers against 1, on this machine's cores",
            f"{alone / together:.2f} times as fast ({together:.1f} s against {alone:.1f} s)",
            "at least 1.6 times",
        )

    def memory(self, tasks: int) -> Figure:
        """Of the process that runs firings: after a tenth of them, and after all."""
        with self._workers(1) as (worker,):
            self._through("moot", tasks // _EARLY, "early")
            early = _resident(_child_of(worker.pid))
            self._through("moot", tasks - tasks // _EARLY, "late")
            late = _resident(_child_of(worker.pid))
        return Figure(
            f"Resident memory of a worker's process after {tasks:,} tasks",
            f"{late / 1024:.0f} MiB, against {early / 1024:.0f} MiB after {tasks // _EARLY:,}",
            "flat",
        )

    def _refresh(self, workers: int) -> float:
        with self._records.reading() as reader:
            pieces = pieces_of(reader, trial_jobs().job("refresh"))
        with self._workers(workers), timed() as watch:
            self._run("refresh", pieces, f"by {workers}")
        return watch.seconds

    def _through(self, job: str, count: int, period: str) -> None:
        for start in range(0, count, _AT_ONCE):
            readers = [str(n) for n in range(start, min(start + _AT_ONCE, count))]
            self._run(job, readers, f"{period} {start}")

    def _run(self, job: str, readers: list[str], period: str) -> None:
        """Have a firing run for each, and wait for the last of them."""
        firings = [
            Firing(job=job, reader=reader, period=period, due_at=CLOCK.now()) for reader in readers
        ]
        with self._records.writing() as writer:
            ids = writer.add_firings(firings)
        self._publisher.offer(ids)
        going_on = {FiringState.WAITING, FiringState.RUNNING}
        end = time.monotonic() + 600
        while time.monotonic() < end:
            with self._records.reading() as reader:
                if not reader.firings(job, going_on, limit=1, period=period):
                    return
            time.sleep(0.02)
        raise RuntimeError(f"the {job} {period} did not end")

    @contextmanager
    def _workers(self, count: int) -> Iterator[list[subprocess.Popen[bytes]]]:
        """Workers that are at work already when the block begins."""
        command = [sys.executable, "-m", "tests.jobs.trial", "worker", self._url, self._rabbit.url]
        running = [
            subprocess.Popen(command, cwd=PROJECT, stderr=subprocess.DEVNULL) for _ in range(count)
        ]
        try:
            self._warm_up(running)
            yield running
        finally:
            for process in running:
                process.terminate()
                process.wait(60)

    def _warm_up(self, running: list[subprocess.Popen[bytes]]) -> None:
        """Until each has loaded what it needs: a worker takes longer to start than to work."""
        names = [f"{process.pid} {n}" for process in running for n in range(4)]
        while not all(_has_worked(process.pid) for process in running):
            self._run("moot", names, f"warm {time.monotonic()}")


def _settle_in(records: SqlRecords, accounts: int) -> None:
    rows = [(f"a{n}", f"Account {n}", "smb", "casey@bench.example", TODAY) for n in range(accounts)]
    columns = ("key", "name", "segment", "csm_email", "started_on")
    with records.writing() as writer:
        writer.write_table(Table("accounts", columns, rows, accounts), TODAY, lambda _done: None)


def _child_of(pid: int) -> int:
    """The process of a worker that runs its firings."""
    return int(Path(f"/proc/{pid}/task/{pid}/children").read_text().split()[0])


def _has_worked(pid: int) -> bool:
    """Whether its process has used up the time that loading takes: see proc(5), utime."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return bool(children) and int(Path(f"/proc/{children[0]}/stat").read_text().split()[13]) > 20


def _resident(pid: int) -> int:
    """KiB in memory, as the kernel counts it (VmRSS)."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))
