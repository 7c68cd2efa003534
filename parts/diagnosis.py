"""What `digital-csm doctor` says of one thing, and its looks at the product's own work."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Final

from rich.text import Text

from csm.backup import size_text
from csm.firing import FiringState
from csm.job import JobTable
from csm.job_words import span_text
from csm.ports import Records
from csm.ports_jobs import FiringTally
from csm.wording import listing, plural
from parts.broker import broker_of
from parts.keeping import newest_backup
from settings import Settings

# One is made each night.
OLD_BACKUP: Final = timedelta(days=2)
# A firing that waits for longer than this waits for something that does not come.
LATE: Final = timedelta(hours=1)
LOOKED_BACK: Final = timedelta(days=7)
# Bytes: less than that is soon filled by a backup or an import.
LITTLE_ROOM: Final = 1_000_000_000
NO_ROOM: Final = 100_000_000


class State(StrEnum):
    FINE = "fine"
    WORTH_KNOWING = "worth knowing"
    BROKEN = "broken"


LOOKS = {
    State.FINE: ("✓", "green"),
    State.WORTH_KNOWING: ("!", "yellow"),
    State.BROKEN: ("✗", "red"),
}


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """One thing looked at: how it is, and what to do about it."""

    subject: str
    state: State
    text: str

    @property
    def is_broken(self) -> bool:
        return self.state is State.BROKEN

    def line(self) -> Text:
        """The line to print: a sign, the subject, the words."""
        sign, colour = LOOKS[self.state]
        return Text.assemble((f"{sign} ", colour), (f"{self.subject:<12}", "bold"), self.text)


def broker(settings: Settings) -> Diagnosis:
    """Raises InvalidInput and Unavailable."""
    url = broker_of(settings)
    if url is None:
        note = f"none set: `serve` runs the jobs itself, {settings.job_threads} at once"
        return Diagnosis("Broker", State.FINE, note)
    from jobs.queues import look_at_queues

    queues = look_at_queues(url)
    waiting = f"{plural(queues.waiting, 'job')} waiting, {plural(queues.workers, 'worker')}"
    if not queues.workers:
        mend = f"{waiting}: nobody runs the jobs. Start some: digital-csm worker"
        return Diagnosis("Broker", State.BROKEN, mend)
    if queues.set_aside:
        aside = plural(queues.set_aside, "message")
        mend = f"{waiting}; {aside} set aside that no worker could read: docs/jobs.md"
        return Diagnosis("Broker", State.WORTH_KNOWING, mend)
    return Diagnosis("Broker", State.FINE, waiting)


def jobs(records: Records, table: JobTable, now: datetime) -> Diagnosis:
    """What failed in the last days, and what is late."""
    with records.reading() as reader:
        tally = [one for one in reader.firing_tally(now - LOOKED_BACK) if table.known(one.job)]
    if not tally:
        mend = "none ran in the last week: digital-csm serve runs them"
        return Diagnosis("Jobs", State.WORTH_KNOWING, mend)
    failed = [f"{one.job} ({one.count})" for one in tally if one.state is FiringState.FAILED]
    late = [_lateness(one, now) for one in tally if _is_late(one, now)]
    wrong = [f"failed in the last week: {listing(failed)}"] if failed else []
    wrong += [f"late: {listing(late)}"] if late else []
    if wrong:
        mend = f"{'; '.join(wrong)}. digital-csm jobs history tells why"
        return Diagnosis("Jobs", State.WORTH_KNOWING, mend)
    done = sum(one.count for one in tally if one.state is FiringState.DONE)
    return Diagnosis("Jobs", State.FINE, f"{done:,} done in the last week, none failed or late")


def _is_late(one: FiringTally, now: datetime) -> bool:
    return one.state is FiringState.WAITING and now - one.oldest_due_at > LATE


def _lateness(one: FiringTally, now: datetime) -> str:
    return f"{one.job} ({span_text(now - one.oldest_due_at)})"


def backups(folder: Path, now: datetime) -> Diagnosis:
    made_at = newest_backup(folder)
    if made_at is None:
        mend = f"none in {folder}: one is made each night, or by digital-csm backup"
        return Diagnosis("Backup", State.WORTH_KNOWING, mend)
    text = f"the last one is {span_text(now - made_at)} old"
    if now - made_at > OLD_BACKUP:
        mend = f"{text}: digital-csm jobs history backup tells why there is no newer one"
        return Diagnosis("Backup", State.WORTH_KNOWING, mend)
    return Diagnosis("Backup", State.FINE, f"{text}, in {folder}")


def disk(
    home: Path, free_bytes: Callable[[Path], int] = lambda folder: shutil.disk_usage(folder).free
) -> Diagnosis:
    """The room that is left where the home folder is."""
    folder = next(one for one in (home.absolute(), *home.absolute().parents) if one.exists())
    free = free_bytes(folder)
    text = f"{size_text(free)} free at {folder}"
    if free >= LITTLE_ROOM:
        return Diagnosis("Disk", State.FINE, text)
    state = State.BROKEN if free < NO_ROOM else State.WORTH_KNOWING
    return Diagnosis("Disk", state, f"{text}: make room, or choose another DIGITAL_CSM_HOME")
