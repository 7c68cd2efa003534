"""The house kept in order at night: backups, what is too old deleted, and what is lost found."""

import re
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Final

import structlog

from csm.backup import Manifest, backup_name, size_text
from csm.desk import Desk
from csm.errors import Unavailable
from csm.firing import Firing, Tell
from csm.job import JobTable
from csm.keep_settings import KeepSettings
from csm.ports import Clock, Records
from csm.ports_answers import Progress
from csm.use_cases.reconcile import reconcile
from csm.use_cases.retention import delete_aged
from csm.wording import plural
from storage.backup import back_up
from storage.backup_file import SUFFIX_WHILE_WRITTEN
from storage.database import Database
from storage.restore import check_backup

log = structlog.get_logger(__name__)

VERSION: Final = version("digital-csm")

_OURS: Final = re.compile(r"digital-csm-(\d{8}T\d{6}Z)\.backup")
_HALF: Final = re.compile(_OURS.pattern + r"\..+" + re.escape(SUFFIX_WHILE_WRITTEN))
# No backup takes as long: what such a process left behind is nobody's any more.
_LEFT_BEHIND: Final = timedelta(days=1)


class Keeping:
    """The tasks of the jobs `backup`, `retention` and `reconcile`."""

    def __init__(
        self,
        database: Database,
        records: Records,
        desk: Desk,
        jobs: JobTable,
        backups: Path,
        clock: Clock,
    ) -> None:
        """`backups` is the folder of the nightly ones; it is made where it is missing."""
        self._database = database
        self._records = records
        self._desk = desk
        self._jobs = jobs
        self._backups = backups
        self._clock = clock

    def back_up(self, _firing: Firing, tell: Tell) -> str:
        """Make a backup, read it again, and delete those that are too old. Raises Unavailable where
        that cannot be done: then every earlier one is kept."""
        make_folder(self._backups)
        made_at = self._clock.now().astimezone(UTC)
        path = self._backups / backup_name(made_at)

        def progress(_what: str, done: int, total: int) -> None:
            tell(done, total)

        manifest = back_up(self._database, path, VERSION, made_at, progress)
        check_backup(path, progress)
        deleted = delete_old(self._backups, path, self._keep.backups, made_at)
        after = f"; {plural(deleted, 'older one')} deleted" if deleted else ""
        return f"{described(path, manifest)}{after}"

    def delete_aged(self, _firing: Firing, tell: Tell) -> str:
        """Delete what is older than the playbook lets us keep it."""
        return delete_aged(self._records, self._keep, self._clock, tell)

    def reconcile(self, _firing: Firing, tell: Tell) -> str:
        """Look whether the audit is whole, and whether the outbox lost anything."""
        return reconcile(self._records, self._desk, self._jobs, self._clock, tell)

    @property
    def _keep(self) -> KeepSettings:
        return self._desk.playbook.keep


def make_backup(database: Database, path: Path, clock: Clock, progress: Progress) -> Manifest:
    """One that somebody asked for. Raises as `storage.backup.back_up`."""
    return back_up(database, path, VERSION, clock.now().astimezone(UTC), progress)


def make_folder(folder: Path) -> None:
    """A folder of backups, which hold what customers said: nobody else may look into it."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise Unavailable(
            f"The folder {folder} cannot be made ({error.strerror}): no backup was made. Choose "
            "another with DIGITAL_CSM_BACKUPS."
        ) from error


def described(path: Path, manifest: Manifest) -> str:
    """`41 MB, 4,512,345 rows`."""
    return f"{size_text(path.stat().st_size)}, {plural(manifest.rows, 'row')}"


def delete_old(folder: Path, newest: Path, days: int, now: datetime) -> int:
    """Delete nightly backups from before the last so many days, but never the `newest`, which is
    known to be good, nor anything that has not our name; how many. What a backup left behind that
    was cut short goes, too."""
    deleted = 0
    for path in sorted(folder.iterdir()):
        name, half = _OURS.fullmatch(path.name), _HALF.fullmatch(path.name)
        found = name or half
        made_at = _instant(found[1]) if found else None
        if made_at is None or path == newest or path.is_symlink() or not path.is_file():
            continue
        if made_at < now - (_LEFT_BEHIND if half else timedelta(days=days)):
            path.unlink(missing_ok=True)
            log.info("old backup deleted", name=path.name)
            deleted += name is not None
    return deleted


def newest_backup(folder: Path) -> datetime | None:
    """When the newest nightly backup in that folder was made; None where there is none."""
    names = (_OURS.fullmatch(path.name) for path in folder.glob("*"))
    made_at = [_instant(name[1]) for name in names if name]
    return max((instant for instant in made_at if instant), default=None)


def _instant(text: str) -> datetime | None:
    try:
        return datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:  # nobody's clock says so: it is not ours
        return None
