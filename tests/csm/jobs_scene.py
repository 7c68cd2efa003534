"""A small set of jobs, the people who get them, a clock that is set by hand, and all that runs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

from csm.card import Card
from csm.firing import Appointment, Firing, FiringState, Task, Tell
from csm.job import EVERY_DAY, Job, JobTable, Spread
from csm.people import STAFF_ONLY, STAFF_ROLES, Capability, Clearance, Principal, Role, clear
from csm.ports import Records, Table
from csm.ports_jobs import StoredFiring
from csm.post import Post
from csm.use_cases.plan_firings import Planner
from csm.use_cases.run_firing import Ran, Runner
from csm.use_cases.watch_firings import Watch

MONDAY: Final = datetime(2027, 3, 22, tzinfo=UTC)  # a week before Berlin's clocks go forward
NIGHT: Final = timedelta(hours=2)

CASEY = Principal("casey", "Casey Rivers", Role.CSM, "casey@ours.example", None, "Europe/Berlin")
RILEY = Principal("riley", "Riley Stone", Role.CSM, "riley@ours.example", None, "America/New_York")
MORGAN = Principal("morgan", "Morgan Lee", Role.MANAGER, "morgan@ours.example")
ADA = Principal("ada", "Ada Moss", Role.ADMIN, "ada@ours.example")
JO = Principal("jo", "Jo Park", Role.CONTACT, "jo@acme.example", "acme")
EVERYBODY = (CASEY, RILEY, MORGAN, ADA, JO)

REFRESH = Job(
    "refresh",
    "every account",
    Spread.ACCOUNTS,
    EVERY_DAY,
    time(2),
    timedelta(hours=20),
    timedelta(minutes=15),
)
BACKUP = Job(
    "backup",
    "a backup",
    Spread.ONCE,
    EVERY_DAY,
    time(2),
    timedelta(hours=20),
    timedelta(hours=1),
    attempts=2,
)
KNOWLEDGE = Job(
    "knowledge",
    "the help library",
    Spread.SOURCES,
    EVERY_DAY,
    time(2),
    timedelta(hours=20),
    timedelta(minutes=30),
)
DIGEST = Job(
    "digest",
    "your accounts at risk",
    Spread.READERS,
    frozenset({"mon"}),
    time(8),
    timedelta(hours=24),
    timedelta(minutes=5),
    roles=frozenset({Role.CSM}),
    for_roles=STAFF_ROLES,
)
ALERT = Job(
    "alert",
    "accounts that turned red",
    Spread.READERS,
    EVERY_DAY,
    time(8),
    timedelta(hours=10),
    timedelta(minutes=5),
    quiet=True,
    for_roles=STAFF_ROLES,
)
TABLE: Final = JobTable((REFRESH, BACKUP, KNOWLEDGE, DIGEST, ALERT), ())
LEASE: Final = timedelta(seconds=60)


class SetClock:
    """Shows what it is set to."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    def today(self) -> date:
        return self.at.date()

    def pass_by(self, **time: float) -> None:
        self.at += timedelta(**time)


def nothing(_firing: Firing, _tell: Tell) -> str:
    return "nothing to do"


@dataclass
class Jobs:
    """All that makes jobs run, in one process."""

    records: Records
    table: JobTable = TABLE
    clock: SetClock = field(default_factory=lambda: SetClock(MONDAY))
    tasks: dict[str, Task] = field(default_factory=dict)
    lease: timedelta = LEASE

    def __post_init__(self) -> None:
        for job in self.table.jobs:
            self.tasks.setdefault(job.name, nothing)
        self.start()

    def start(self) -> None:
        """Begin, or begin anew as after a restart: nothing but the records is kept."""
        self.monotonic = 0.0
        self.planner = Planner(self.records, self.table, self.clock, "console")
        self.runner = Runner(
            self.records, self.table, self.tasks, self.clock, self.lease, "console"
        )
        self.watch = Watch(
            self.records, self.table, self.clock, self.lease, "console", lambda: self.monotonic
        )

    def tick(self) -> list[Ran]:
        """Plan, offer and run what is ready, as a single process does."""
        self.planner.sync()
        self.planner.plan()
        ids = self.planner.ready(1000)
        self.planner.offered(ids)
        return [ran for ran in map(self.runner.run, ids) if ran is not None]

    def appointment(self, job: str, reader: str = "") -> Appointment | None:
        with self.records.reading() as records:
            return records.appointment(job, reader)

    def firing(self, job: str, reader: str = "", period: str = "2027-03-22") -> Firing | None:
        with self.records.reading() as records:
            stored = records.firing_of(job, reader, period)
        return stored.firing if stored else None

    def stored(self, job: str) -> StoredFiring:
        """The one that is due last."""
        with self.records.reading() as records:
            return records.firings(job, limit=1)[0]

    def firings(self, job: str | None = None) -> list[Firing]:
        """Soonest due first."""
        with self.records.reading() as records:
            found = records.firings(job, limit=10_000)
        return sorted((one.firing for one in found), key=lambda one: (one.due_at, one.reader))

    def put(self, firing: Firing) -> int:
        with self.records.writing() as writer:
            (firing_id,) = writer.add_firings([firing])
        return firing_id

    def posts(self, key: str = "") -> list[Post]:
        """Those whose key begins so, by key."""
        with self.records.reading() as records:
            found = [stored.post for stored in records.posts("waiting")]
        return sorted((p for p in found if p.key.startswith(key)), key=lambda post: post.key)


def opened(records: Records, *people: Principal, accounts: int = 0) -> Records:
    """Records with those people in them, and so many accounts."""
    with records.writing() as writer:
        for person in people:
            writer.save_person(person)
        rows = [(f"a{number:05}", f"Account {number}") for number in range(accounts)]
        writer.write_table(
            Table("accounts", ("key", "name"), rows, len(rows)), MONDAY.date(), lambda _done: None
        )
    return records


def due(job: Job, at: datetime = MONDAY, **changes: Any) -> Firing:
    """A firing that waits."""
    return Firing(job=job.name, period=at.date().isoformat(), due_at=at, **changes)


def states(firings: list[Firing]) -> list[FiringState]:
    return [firing.state for firing in firings]


def card_of(post: Post) -> Card:
    return Card.model_validate(post.card)


def words(card: Card) -> str:
    return card.model_dump_json()


def leave(who: Principal = ADA) -> Clearance:
    return clear(who, Capability.RUN_JOBS, STAFF_ONLY)


def raising(error: Exception) -> Task:
    """A task that fails like that."""

    def fail(_firing: Firing, _tell: Tell) -> str:
        raise error

    return fail


Counted = Callable[[Firing, Tell], str]


def counting(done: dict[tuple[str, str, str], int]) -> Counted:
    """A task that counts how often it ran, by job, reader and period."""

    def count(firing: Firing, _tell: Tell) -> str:
        key = (firing.job, firing.reader, firing.period)
        done[key] = done.get(key, 0) + 1
        return "done"

    return count


def tasks(task: Task, table: JobTable = TABLE) -> Mapping[str, Task]:
    return {job.name: task for job in table.jobs}
