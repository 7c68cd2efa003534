"""The product's own work on several processes: a scheduler or a worker of the trial.

`python -m tests.jobs.trial scheduler|worker DATABASE_URL BROKER_URL`

They are the product's own parts and tasks, with the patience of a test: what rests for minutes
rests for seconds, and the portfolio falls into more pieces, so that there is more to interrupt.
"""

import gc
import sys
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from logging import WARNING
from pathlib import Path
from signal import SIG_BLOCK, SIGTERM, pthread_sigmask, sigwait
from typing import Final

import structlog

from csm.firing import Firing, Task, Tell
from csm.job import EVERY_DAY, Job, JobTable, Spread
from csm.people import STAFF_ROLES, Capability, Role
from csm.playbook import load_playbook
from csm.ports import Records
from csm.use_cases import fall_due, settle_firing
from csm.use_cases.digest_frame import Digest
from csm.use_cases.plan_firings import Planner
from csm.use_cases.refresh_accounts import refresh_accounts
from csm.use_cases.risk_digest import compose_digest
from csm.use_cases.run_firing import Runner
from csm.use_cases.watch_firings import Watch
from jobs import publisher
from jobs.limits import Limits
from jobs.logged import Logged
from jobs.outages import Outages
from jobs.publisher import Publisher
from jobs.ticks import Schedule
from jobs.worker import Hired, run_worker
from storage.database import open_database
from storage.records import SqlRecords

PLAYBOOK: Final = Path(__file__).resolve().parents[2] / "playbook"
TODAY: Final = date(2026, 3, 9)
PATIENCE: Final = 2.0
LEASE: Final = timedelta(seconds=3)
PLATFORM: Final = "console"
PIECE: Final = 50  # accounts in one firing
REST: Final = timedelta(seconds=2)


def be_impatient() -> None:
    """For this process."""
    fall_due.ACCOUNTS_AT_ONCE = PIECE  # type: ignore[misc]
    publisher.OFFER_AGAIN = REST * 3  # type: ignore[attr-defined]
    publisher.STILL_QUEUED = REST * 15  # type: ignore[misc]
    settle_firing.BACK_OFF = (REST, REST, REST)  # type: ignore[misc]


def trial_jobs() -> JobTable:
    """A refresh, and a digest for each CSM, due since midnight."""
    day, at, useful_for, limit = EVERY_DAY, time(), timedelta(days=2), timedelta(minutes=2)
    csms = frozenset({Role.CSM})
    refresh = Job("refresh", "", Spread.ACCOUNTS, day, at, useful_for, limit)
    digest = Job(
        "digest", "", Spread.READERS, day, at, useful_for, limit, roles=csms, for_roles=STAFF_ROLES
    )
    return JobTable((refresh, digest), ())


class PinnedClock:
    """The machine's clock, on a day of the trial's own."""

    def now(self) -> datetime:
        return datetime.combine(TODAY, datetime.now(UTC).timetz())

    def today(self) -> date:
        return TODAY


CLOCK: Final = PinnedClock()


def tasks_of(records: Records, jobs: JobTable) -> Mapping[str, Task]:
    """Real ones, for the two jobs."""
    playbook = load_playbook(PLAYBOOK)

    def refresh(firing: Firing, _tell: Tell) -> str:
        first, _, last = firing.reader.partition("-")
        with records.reading() as reader:
            ids = [id_ for id_ in reader.account_ids() if int(first) <= id_ <= int(last)]
        report = refresh_accounts(records, playbook, CLOCK.today(), ids)
        return f"{report.accounts} accounts"

    compose = compose_digest(records, playbook, CLOCK)
    digest = Digest(jobs.job("digest"), Capability.READ_ACCOUNTS, compose, records, CLOCK, PLATFORM)
    return {"refresh": refresh, "digest": digest}


def schedule(url: str, broker: str) -> None:
    """Plan, offer and watch until told to stop."""
    database = open_database(url, patience=PATIENCE)
    records, jobs = SqlRecords(database), trial_jobs()
    clockwork = Schedule(
        Planner(records, jobs, CLOCK, PLATFORM),
        Watch(records, jobs, CLOCK, LEASE, PLATFORM),
        Publisher(broker, Limits(records, jobs)),
        jobs,
        {},
        LEASE,
        lambda _name, _problem: None,
        Outages(),
    )
    pthread_sigmask(SIG_BLOCK, {SIGTERM})
    clockwork.start()
    sigwait({SIGTERM})
    clockwork.stop(timedelta(seconds=5))
    database.close()


def hired(url: str) -> Hired:
    """How a worker of the trial runs firings."""
    database = open_database(url, patience=PATIENCE)
    records, jobs = SqlRecords(database), trial_jobs()
    runner = Runner(records, jobs, tasks_of(records, jobs), CLOCK, LEASE, PLATFORM)
    return Logged(runner), database.close


if __name__ == "__main__":
    role, database_url, broker_url = sys.argv[1:]
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(WARNING))
    gc.set_threshold(50_000, 20, 20)  # as the product has it
    be_impatient()
    if role == "scheduler":
        schedule(database_url, broker_url)
    else:
        sys.exit(run_worker(broker_url, lambda: hired(database_url), concurrency=1))
