"""The composition root: builds each part from the settings, once, when it is first needed.

Production, the command line and the tests all build the same house; only the settings differ.
"""

import gc
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bot.chat import Chat
from bot.render.picture import MatplotlibPictures
from bot.surfaces.console import ConsoleSurface
from bot.surfaces.console_places import PLATFORM as CONSOLE
from bot.talk import Services
from csm.desk import Desk
from csm.errors import InvalidInput, Unavailable
from csm.firing import Task
from csm.health import Grade
from csm.job import JobTable
from csm.letter import MAIL
from csm.playbook import Playbook, load_playbook
from csm.use_cases.digest_frame import Digest
from csm.use_cases.import_portfolio import Progress
from csm.use_cases.library_sources import RefreshSource
from csm.use_cases.load_demo import holds_demo, load_demo
from csm.use_cases.plan_firings import Planner
from csm.use_cases.refresh_accounts import RefreshReport, refresh_accounts
from csm.use_cases.run_firing import Runner
from csm.wording import day_text
from knowledge.chunks import chunks_of
from parts.clockwork import Clockwork, Running
from parts.demo import help_address, set_demo_modes
from parts.digests import digests_of
from parts.keeping import Keeping
from parts.language import Language
from parts.library import Intake, LibraryOnDemand
from parts.mail import Mail
from parts.outreach import Outreach
from parts.privacy import Privacy
from parts.work import Work
from settings import Settings
from storage.database import Database, open_database
from storage.records import SqlRecords

if TYPE_CHECKING:
    from knowledge.library import KnowledgeLibrary
    from sources.csv_folder import CsvFolder


def make_folder(folder: Path) -> None:
    """Make it where it is missing. Raises Unavailable with how to mend it."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise Unavailable(
            f"The folder {folder} cannot be made ({error.strerror}). "
            "Choose another with DIGITAL_CSM_HOME."
        ) from error


# As bot.surfaces.slack calls it, which takes a while to import.
SLACK: Final = "slack"


class SystemClock:
    """The machine's clock. The product's day is the UTC date, or the day it is pinned to."""

    def __init__(self, pinned: date | None = None) -> None:
        self._pinned = pinned

    def now(self) -> datetime:
        now = datetime.now(UTC)
        return datetime.combine(self._pinned, now.timetz()) if self._pinned else now

    def today(self) -> date:
        return self.now().date()


class BelatedClock(SystemClock):
    """For work that is done later than on its day: what it calls today is that day, and what it
    notes of when it was done is the time that it really is."""

    def __init__(self, day: date) -> None:
        super().__init__()
        self._day = day

    def today(self) -> date:
        return self._day


def spare_the_collector() -> None:
    """Have Python look for cyclic garbage less often, for a whole process.

    A refresh makes hundreds of thousands of small objects that live on; looking through them
    every 700 allocations, as is the default, took a third of its time.
    """
    gc.set_threshold(50_000, 20, 20)


class House:
    """Every part of the product, connected."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.clock = SystemClock(settings.as_of)
        # The plan of jobs and the times of their runs are real, whatever day is looked at.
        self.machine_clock = SystemClock()

    @cached_property
    def database(self) -> Database:
        if self.settings.database_url is None:
            make_folder(self.settings.home)
        return open_database(
            self.settings.database,
            pool=self.settings.database_pool,
            patience=self.settings.database_patience,
        )

    @cached_property
    def records(self) -> SqlRecords:
        """The records, ready for use: a new database is set up first."""
        self.database.ensure_ready()
        return SqlRecords(self.database)

    @cached_property
    def playbook(self) -> Playbook:
        return load_playbook(self.settings.playbook)

    @cached_property
    def language(self) -> Language:
        return Language(self.settings)

    @cached_property
    def desk(self) -> Desk:
        """What sending outreach takes: the platforms that are connected, by the settings."""
        slack = {SLACK} if self.settings.slack_bot_token else set()
        mail = {MAIL} if self.mail.is_connected else set()
        platforms = frozenset({CONSOLE, *slack, *mail})
        return Desk(self.playbook, platforms, self.mail.unsubscribe)

    @cached_property
    def mail(self) -> Mail:
        return Mail(self.settings, self.records, self.playbook, self.clock)

    @cached_property
    def outreach(self) -> Outreach:
        return Outreach(
            self.records,
            self.desk,
            self.clock,
            lambda: self.language.penman,
            self.mail,
            self.is_refreshed,
        )

    @cached_property
    def library(self) -> "KnowledgeLibrary":
        """The help library."""
        from knowledge.library import KnowledgeLibrary

        folder = self.settings.home / "knowledge"
        make_folder(folder)
        return KnowledgeLibrary(
            self.records,
            self.language.embedder,
            folder,
            self.clock,
            self.playbook.answers.stale_after_days,
            self.settings.chroma_url,
        )

    @cached_property
    def intake(self) -> Intake:
        """The way of documents to the library's shelves."""
        return Intake(self.records, self.clock, self.settings.trusted_hosts)

    @cached_property
    def shelves(self) -> LibraryOnDemand:
        """The help library for those who may never look into it."""
        return LibraryOnDemand(lambda: self.library)

    @cached_property
    def privacy(self) -> Privacy:
        return Privacy(
            self.settings.home,
            self.settings.backup_folder,
            self.shelves,
            self.database.scrub,
            self.playbook.keep.backups,
        )

    @cached_property
    def drawer(self) -> MatplotlibPictures:
        """Draws pictures."""
        grades = self.playbook.scorecard.grade_from
        return MatplotlibPictures(
            {Grade.YELLOW: grades.yellow, Grade.LIME: grades.lime, Grade.GREEN: grades.green},
            self.settings.home / "matplotlib",
        )

    @cached_property
    def chat(self) -> Chat:
        return Chat(
            Services(
                records=self.records,
                playbook=self.playbook,
                clock=self.clock,
                pictures=self.drawer,
                narrator=self.language.narrator,
                library=self.shelves,
                answerer=self.language.answerer,
                article_writer=self.language.article_writer,
                penman=self.language.penman,
                desk=self.desk,
                chunk=chunks_of,
                cluster=self.shelves.cluster,
                jobs=self.jobs,
                digests=self.digests,
            )
        )

    @cached_property
    def console(self) -> ConsoleSurface:
        return ConsoleSurface(self.chat, self.records, self.desk, self.clock, self.drawer)

    @property
    def pictures(self) -> Path:
        return self.settings.home / "pictures"

    @cached_property
    def jobs(self) -> JobTable:
        """All that the product does by itself."""
        from jobs.schedule import job_table

        return job_table(time.fromisoformat(self.settings.refresh_at))

    @cached_property
    def digests(self) -> Mapping[str, Digest]:
        """What people read by itself, by the job's name."""
        return digests_of(
            self.records,
            self.playbook,
            self.clock,
            self.jobs,
            self.platform,
            self.shelves.cluster,
        )

    @cached_property
    def work(self) -> Work:
        return Work(self.records, self.playbook, self.shelves, self.outreach, self.clock)

    @cached_property
    def clockwork(self) -> Clockwork:
        return Clockwork(
            self.settings,
            self.records,
            self.machine_clock,
            self.jobs,
            self._tasks,
            self.platform,
        )

    @property
    def planner(self) -> Planner:
        return self.clockwork.planner

    @property
    def runner(self) -> Runner:
        return self.clockwork.runner

    def wound_up(self, deliver: Callable[[], object] | None = None) -> Running:
        """The clock of the product's own work, ready to be started; `deliver` brings posts to a
        chat platform."""
        return self.clockwork.wound_up(self.work.looks(deliver))

    @property
    def platform(self) -> str:
        """Where people are written to of whom it is not known where they are."""
        return SLACK if self.settings.slack_bot_token else CONSOLE

    def _tasks(self) -> Mapping[str, Task]:
        again, renew = self.intake.again, self.shelves.renew
        keeping = Keeping(
            self.database,
            self.records,
            self.desk,
            self.jobs,
            self.settings.backup_folder,
            self.clock,
        )
        return {
            **self.work.tasks(),
            **self.digests,
            "knowledge": RefreshSource(self.records, again, renew, self.clock),
            "backup": keeping.back_up,
            "retention": keeping.delete_aged,
            "reconcile": keeping.reconcile,
        }

    def demand_present(self) -> None:
        """Refuse to look at records as of a day before what is known of them.

        Health, risks and calls to action know only their present. Raises InvalidInput.
        """
        if self.settings.as_of is None:
            return
        with self.records.reading() as reader:
            newest = reader.newest_health_day()
        if newest and newest > self.settings.as_of:
            raise InvalidInput(
                f"DIGITAL_CSM_AS_OF is {day_text(self.settings.as_of)}, but these records were "
                f"refreshed up to {day_text(newest)}. To begin anew as of the earlier day: "
                "digital-csm refresh --anew. It forgets calls to action, too."
            )

    def is_refreshed(self) -> bool:
        """Whether every account's health is of today: an import may have been cut off before."""
        today = self.clock.today()
        with self.records.reading() as reader:
            ids = reader.account_ids()
            known = reader.previous_health(ids, today + timedelta(days=1))
        return all(id_ in known and known[id_].day == today for id_ in ids)

    def begin_anew(self) -> None:
        """Forget everything that was ever concluded; the imported records stay."""
        with self.records.writing() as writer:
            writer.forget_conclusions()

    def refresh(self, day: date, progress: Progress | None = None) -> RefreshReport:
        """Work out every account's signals, health, risks and calls to action for that day."""
        with self.records.reading() as reader:
            ids = reader.account_ids()
        return refresh_accounts(
            self.records, self.playbook, day, ids, progress=_counted(progress, len(ids))
        )

    def load_demo(self, progress: Progress) -> None:
        """Fill the records with the made-up portfolio, as of today, and the library with the help
        centre of its product."""
        from sources.demo import demo_portfolio
        from sources.demo_catalogue import demo_people, demo_places

        now = self.clock.now()
        load_demo(
            self.records,
            self.playbook,
            demo_portfolio(now.date()),
            demo_people(),
            demo_places(),
            now,
            progress,
        )
        with self.records.writing() as writer:
            set_demo_modes(writer, self.clock)
        self._load_demo_help(progress)

    def _load_demo_help(self, progress: Progress) -> None:
        from sources.demo_catalogue import PRODUCT
        from sources.demo_help import SHELF_FOLDERS

        for shelf, folder in SHELF_FOLDERS.items():
            done = self.intake.add([str(folder)], shelf, PRODUCT, help_address(shelf), progress)
            if done.failures:
                raise Unavailable(
                    f"The demo's help pages cannot be read: {done.failures[0].reason}"
                )
            self.library.sync(shelf, progress)

    def holds_demo(self) -> bool:
        """Whether the made-up portfolio is in the records."""
        from sources.demo_catalogue import demo_people

        with self.records.reading() as reader:
            return holds_demo(reader, demo_people())

    def csv_folder(self, folder: Path, mapping: Path | None, rejects: Path | None) -> "CsvFolder":
        """A folder of CSV files as a source; raises InvalidInput for a mapping that is wrong."""
        from sources.csv_folder import CsvFolder
        from sources.mapping import load_mapping

        with self.records.reading() as reader:
            erased = reader.erased()
        return CsvFolder(folder, load_mapping(mapping) if mapping else None, rejects, erased)

    def close(self) -> None:
        """Let go of the mail server and the database, if they were ever opened."""
        if "mail" in self.__dict__:
            self.mail.close()
        if "database" in self.__dict__:
            self.database.close()


def _counted(progress: Progress | None, total: int) -> Callable[[int], None] | None:
    """Tells `progress` how many accounts are done, from being told how many more are."""
    if progress is None:
        return None
    done = 0

    def more(accounts: int) -> None:
        nonlocal done
        done += accounts
        progress("accounts", done, total)

    return more
