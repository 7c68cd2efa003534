"""The trial: four workers and two schedulers on PostgreSQL and RabbitMQ, all of them killed and
started again while digests and refreshes go through. Each digest once, every refresh done.

It is a part of its size by default; `DIGITAL_CSM_TRIAL=whole` makes it 1,000 digests and 10,000
accounts.
"""

import os
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from signal import SIGTERM
from typing import Final

from csm.errors import Busy, Unavailable
from csm.firing import FiringState
from csm.people import Principal, Role
from csm.ports import Table
from csm.ports_jobs import StoredFiring
from csm.post import Post, PostState
from csm.use_cases.digest_frame import KEY
from csm.use_cases.plan_firings import standard_appointment
from jobs.publisher import Publisher
from settings import PROJECT
from storage.database import open_database
from storage.records import SqlRecords
from tests.jobs.servers import Postgres, Rabbit, postgres_in, rabbit_in, servers_folder, until
from tests.jobs.trial import CLOCK, PATIENCE, PIECE, TODAY, trial_jobs

WORKERS: Final = 4
SCHEDULERS: Final = 2
SEED: Final = 20260309


@dataclass(frozen=True)
class Size:
    digests: int
    accounts: int
    kills: int  # of workers
    seconds: float  # that it may take

    @property
    def firings(self) -> int:
        return self.digests + -(-self.accounts // PIECE)


SMALL: Final = Size(200, 1000, 6, 300)
WHOLE: Final = Size(1000, 10_000, 20, 1200)


@dataclass
class Crowd:
    """Processes of the trial, by name. Each logs to a file of its own."""

    folder: Path
    where: Sequence[str]
    alive: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    killed: Counter[str] = field(default_factory=Counter)

    def start(self, name: str) -> None:
        role, _, _ = name.partition("-")
        with (self.folder / f"{name}.log").open("ab") as log:
            self.alive[name] = subprocess.Popen(
                [sys.executable, "-m", "tests.jobs.trial", role, *self.where],
                cwd=PROJECT,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def kill(self, name: str) -> None:
        process = self.alive.pop(name)
        process.kill()
        process.wait()
        self.killed[name.partition("-")[0]] += 1

    def replace(self, name: str) -> None:
        self.kill(name)
        self.start(name)

    def stop(self) -> list[int]:
        """Tell all of them to leave; the exit codes of those that did."""
        for process in self.alive.values():
            process.terminate()
        return [process.wait(60) for process in self.alive.values()]

    def logs(self) -> str:
        return "\n".join(file.read_text() for file in sorted(self.folder.glob("*.log")))


@contextmanager
def crowd_in(folder: Path, *where: str) -> Iterator[Crowd]:
    logs = folder / "logs"
    logs.mkdir()
    crowd = Crowd(logs, where)
    try:
        yield crowd
    finally:
        for name in list(crowd.alive):
            crowd.kill(name)


def settle_in(records: SqlRecords, size: Size) -> None:
    """So many CSMs, who all have accounts and should have had their digest by now."""
    today, now = TODAY, CLOCK.now()
    accounts = [
        (f"a{n}", f"Account {n}", "smb", f"csm{n % size.digests}@trial.example", today)
        for n in range(size.accounts)
    ]
    columns = ("key", "name", "segment", "csm_email", "started_on")
    digest = trial_jobs().job("digest")
    with records.writing() as writer:
        writer.write_table(
            Table("accounts", columns, accounts, len(accounts)), today, lambda _done: None
        )
        for n in range(size.digests):
            csm = Principal(
                f"csm{n}", f"Reader {n}", Role.CSM, f"csm{n}@trial.example", time_zone="UTC"
            )
            writer.save_person(csm)
            appointment = standard_appointment(digest, csm)
            due = appointment.timetable.latest_until(now)
            writer.put_appointment(appointment.model_copy(update={"next_at": due}))


def firings(records: SqlRecords) -> list[StoredFiring] | None:
    """All there are; None while the database is away."""
    try:
        with records.reading() as reader:
            return reader.firings(limit=100_000)
    except (Busy, Unavailable):
        return None


def done(records: SqlRecords) -> int:
    return sum(one.firing.state is FiringState.DONE for one in firings(records) or ())


def disturb(
    records: SqlRecords, crowd: Crowd, rabbit: Rabbit, postgres: Postgres, size: Size
) -> None:
    """Kill workers at random until all is done; and, when a part of it is, everything else."""
    chance = random.Random(SEED)

    def restart_rabbit() -> None:
        rabbit.kill()
        rabbit.restart()

    def shut_down_postgres() -> None:
        postgres.shut_down()
        postgres.restart()

    def kill_postgres() -> None:
        postgres.kill()
        postgres.restart()

    plan: list[tuple[float, Callable[[], None]]] = [
        (0.1, restart_rabbit),
        (0.25, lambda: crowd.replace("scheduler-0")),
        (0.4, shut_down_postgres),
        (0.6, restart_rabbit),
        (0.7, kill_postgres),
        (0.8, lambda: crowd.replace("scheduler-1")),
    ]
    end = time.monotonic() + size.seconds
    while (so_far := done(records)) < size.firings:
        if time.monotonic() > end:
            raise AssertionError(f"{so_far} of {size.firings} done: {states(records)}")
        if plan and so_far >= plan[0][0] * size.firings:
            plan.pop(0)[1]()
        elif crowd.killed["worker"] < so_far * size.kills / size.firings:
            crowd.replace(f"worker-{chance.randrange(WORKERS)}")
        time.sleep(chance.uniform(0.1, 0.5))
    assert not plan


def states(records: SqlRecords) -> Counter[tuple[str, str]]:
    return Counter((one.firing.job, one.firing.state) for one in firings(records) or ())


def posts(records: SqlRecords) -> list[Post]:
    with records.reading() as reader:
        return [stored.post for stored in reader.posts(PostState.WAITING, limit=100_000)]


def go_through(size: Size) -> Crowd:
    """The whole trial. Raises AssertionError where anything is lost, doubled or failed."""
    with (
        servers_folder() as folder,
        rabbit_in(folder) as rabbit,
        postgres_in(folder) as postgres,
        crowd_in(folder, postgres.url, rabbit.url) as crowd,
    ):
        database = open_database(postgres.url, patience=PATIENCE)
        database.ensure_ready()
        records = SqlRecords(database)
        settle_in(records, size)
        for n in range(SCHEDULERS):
            crowd.start(f"scheduler-{n}")
        for n in range(WORKERS):
            crowd.start(f"worker-{n}")
        try:
            disturb(records, crowd, rabbit, postgres, size)
            check(records, rabbit, size)
            # One that was started just now may not have got as far as to leave in good order.
            assert set(crowd.stop()) <= {0, -SIGTERM}
        except AssertionError as error:
            raise AssertionError(f"{error}\n{crowd.logs()[-20_000:]}") from error
        finally:
            database.close()
        return crowd


def check(records: SqlRecords, rabbit: Rabbit, size: Size) -> None:
    day = TODAY
    assert states(records) == {
        ("digest", "done"): size.digests,
        ("refresh", "done"): size.firings - size.digests,
    }
    digests = [f"{KEY}:digest:csm{n}:{day.isoformat()}:csm{n}" for n in range(size.digests)]
    assert sorted(post.key for post in posts(records)) == sorted(digests)
    with records.reading() as reader:
        ids = reader.account_ids()
        health = reader.previous_health(ids, day.max)
    assert len(ids) == size.accounts
    assert {one.day for one in health.values()} == {day}
    assert len(health) == size.accounts
    publisher = Publisher(rabbit.url, lambda ids: [timedelta() for _ in ids])
    try:
        until(lambda: publisher.waiting() == 0, "the queue is empty", 30)
        assert publisher.set_aside() == 0
    finally:
        publisher.stop(timedelta())


def test_nothing_doubles_and_nothing_is_lost() -> None:
    go_through(WHOLE if os.environ.get("DIGITAL_CSM_TRIAL") == "whole" else SMALL)
