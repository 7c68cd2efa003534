"""How long the weekly digests of 1,000 CSMs take over 10,000 accounts: planned, composed and kept
as `serve` does it without a broker, one after the other."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Final

from bench.figures import Figure, timed
from bench.portfolio import ACCOUNTS, CSMS, TODAY
from csm.job import JobTable
from csm.people import Principal, Role
from csm.playbook import Playbook, load_playbook
from csm.post import PostState
from csm.use_cases.plan_firings import Planner
from csm.use_cases.refresh_accounts import refresh_accounts
from csm.use_cases.run_firing import Runner
from jobs.schedule import job_table
from parts.digests import digests_of
from settings import PROJECT
from storage.database import open_database
from storage.records import SqlRecords

DIGEST: Final = "digest"
PLATFORM: Final = "slack"
_LEASE: Final = timedelta(seconds=60)
# TODAY is a Monday: the day of the digest.
_EIGHT: Final = datetime.combine(TODAY, time(8), UTC)


class StandingClock:
    """Put forward by hand."""

    def __init__(self, instant: datetime) -> None:
        self.instant = instant

    def now(self) -> datetime:
        return self.instant

    def today(self) -> date:
        return self.instant.date()


def measure(database: Path) -> list[Figure]:
    """Every CSM's first digest. Every account has health of that day and the week before."""
    opened = open_database(f"sqlite:///{database}")
    records, playbook = SqlRecords(opened), load_playbook(PROJECT / "playbook")
    prepare(records, playbook)
    seconds, lines = write_all(records, playbook)
    opened.close()
    return [
        Figure(
            f"{CSMS:,} CSMs' digests over {ACCOUNTS:,} accounts, one process",
            f"{seconds:.1f} s ({CSMS / seconds:.0f} a second, {lines:,} accounts at risk in them)",
            "under 60 s",
        )
    ]


def prepare(records: SqlRecords, playbook: Playbook) -> None:
    """The people, and health that there was no reason to work out before."""
    with records.writing() as writer:
        for number in range(CSMS):
            email = f"csm{number}@bench.example"
            writer.save_person(Principal(_key(number), f"Person {number}", Role.CSM, email))
        newest = writer.newest_health_day()
    if newest != TODAY:
        refresh_accounts(records, playbook, TODAY)


def write_all(records: SqlRecords, playbook: Playbook) -> tuple[float, int]:
    """Seconds from the moment they are due until the last one is kept; accounts named in them."""
    clock = StandingClock(_EIGHT - timedelta(minutes=1))
    everything = job_table(time(3))
    table = JobTable([everything.job(DIGEST)], [])
    digest = digests_of(records, playbook, clock, everything, PLATFORM, _nothing_alike)[DIGEST]
    planner = Planner(records, table, clock, PLATFORM)
    runner = Runner(records, table, {DIGEST: digest}, clock, _LEASE, PLATFORM)
    planner.sync()
    clock.instant = _EIGHT
    with timed() as watch:
        planner.plan()
        while ids := planner.ready(100):
            for firing_id in ids:
                runner.run(firing_id)
    with records.reading() as reader:
        posts = reader.posts(PostState.WAITING, limit=2 * CSMS)
        told = [reader.last_told(DIGEST, _key(number)) for number in range(CSMS)]
    if len(posts) != CSMS or None in told:
        raise RuntimeError(f"{len(posts):,} digests were written, not {CSMS:,}")
    return watch.seconds, sum(len(one.lines) for one in told if one)


def _key(number: int) -> str:
    # The first is there already, for other measurements.
    return f"csm{number}" if number else "casey"


def _nothing_alike(texts: Sequence[str]) -> list[list[int]]:
    return [[number] for number in range(len(texts))]
