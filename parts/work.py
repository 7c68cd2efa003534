"""The product's own work: what is done once a day, and what is looked for every so often."""

from collections.abc import Callable
from datetime import date, time, timedelta
from typing import Final

from csm.answer_settings import AnswerSettings
from csm.knowledge import Shelf
from csm.ports import Clock, Records
from csm.ports_answers import Library
from csm.use_cases.answer_question import sweep_unsettled
from csm.use_cases.escalate_cases import escalate_cases
from csm.use_cases.judge_answers import judge_answers
from jobs.schedule import DailyJob, RegularJob, Schedule
from parts.outreach import DUE_EVERY, MAIL_EVERY, MAILBOX_EVERY, TENDED_EVERY, Outreach

# How long an event is remembered, to recognise a platform's repetitions: those come in minutes.
EVENTS_KEPT: Final = timedelta(days=7)

_ESCALATIONS_EVERY: Final = timedelta(minutes=15)
_INDEX_EVERY: Final = timedelta(minutes=5)
_POSTS_EVERY: Final = timedelta(seconds=20)
_UNSETTLED_EVERY: Final = timedelta(minutes=5)


class Work:
    """What the product does by itself."""

    def __init__(
        self, records: Records, library: Library, answers: AnswerSettings, clock: Clock
    ) -> None:
        self._records = records
        self._library = library
        self._answers = answers
        self._clock = clock
        self._indexed: dict[Shelf, int] = {}

    def schedule(
        self,
        at: time,
        refresh: Callable[[date], object],
        outreach: Outreach,
        deliver: Callable[[], object] | None = None,
    ) -> Schedule:
        """Everything, the daily work at that time of day in UTC: drafts wait for the refresh, which
        begins at the same time. `deliver` brings posts to where they belong: None where no chat
        platform is connected."""
        daily = [
            DailyJob("refresh", at, refresh),
            DailyJob("tidy", at, self.tidy),
            DailyJob("verdicts", at, self.judge),
            DailyJob("outreach", at, outreach.night, outreach.is_ready),
        ]
        regular = [
            RegularJob("unsettled", _UNSETTLED_EVERY, self.sweep),
            RegularJob("escalations", _ESCALATIONS_EVERY, self.escalate),
            RegularJob("index", _INDEX_EVERY, self.index),
            RegularJob("outreach due", DUE_EVERY, outreach.due),
            RegularJob("outreach tended", TENDED_EVERY, outreach.tend),
        ]
        if outreach.mail.is_connected:
            regular.append(RegularJob("mail", MAIL_EVERY, outreach.send_mail))
        if outreach.mail.mailbox is not None:
            regular.append(RegularJob("mailbox", MAILBOX_EVERY, outreach.read_mail))
        if deliver is not None:
            regular.append(RegularJob("posts", _POSTS_EVERY, deliver))
        return Schedule(daily, self._records, self._clock, regular)

    def tidy(self, _day: date) -> None:
        """Forget what is kept for a while only."""
        now = self._clock.now()
        long_ago = now - timedelta(days=self._answers.threads_kept_days)
        with self._records.writing() as writer:
            writer.forget_events(now - EVENTS_KEPT)
            writer.forget_lines(long_ago)
            writer.forget_posts(long_ago)

    def judge(self, _day: date) -> None:
        """Give answers their verdicts, once they are old enough."""
        judge_answers(self._records, self._library, self._answers, self._clock.now())

    def index(self) -> None:
        """Make what was written to the library findable by meaning, should whoever wrote it not
        have come to that."""
        for shelf in Shelf:
            with self._records.reading() as reader:
                revision = reader.shelf_revision(shelf)
            if revision != self._indexed.get(shelf, 0):
                self._library.renew(shelf)
                self._indexed[shelf] = revision

    def sweep(self) -> None:
        """Hand over what a process died over."""
        sweep_unsettled(self._records, self._answers, self._clock.now())

    def escalate(self) -> None:
        """Tell managers of cases that nobody has answered."""
        escalate_cases(self._records, self._answers, self._clock.now())
