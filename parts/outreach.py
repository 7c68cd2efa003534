"""What outreach does by itself: the night's drafts, what goes or comes back by itself, the mail."""

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING

import structlog

from csm.desk import Desk
from csm.errors import CsmError
from csm.letter import MAIL
from csm.ports import Clock, Records
from csm.ports_outreach import Penman
from csm.use_cases.approve_outreach import approve_due
from csm.use_cases.change_outreach import expire, wake_snoozed
from csm.use_cases.one_by_one import Round
from csm.use_cases.outreach_effect import check_goals
from csm.use_cases.play_tiers import review_tiers
from csm.use_cases.run_plays import PlaysRun, run_plays
from parts.mail import Mail

if TYPE_CHECKING:
    from bot.postman import Postman

log = structlog.get_logger(__name__)


class Outreach:
    """Drafts, deadlines and mail, each when its time comes."""

    def __init__(
        self,
        records: Records,
        desk: Desk,
        clock: Clock,
        penman: Callable[[], Penman | None],
        mail: Mail,
        is_refreshed: Callable[[], bool],
    ) -> None:
        self._records = records
        self._desk = desk
        self._clock = clock
        self._penman = penman
        self.is_ready = is_refreshed
        self.mail = mail

    def night(self) -> PlaysRun:
        """Draft what plays ask for, look for goals, and weigh what plays may do by themselves. Not
        before it `is_ready`, refreshed that is: yesterday's figures are no reason to write."""
        run = run_plays(self._records, self._desk, self._clock, self._penman())
        for failed in run.failures:
            bound = log.bind(account=failed.account_key, play=failed.play)
            bound.error("not drafted", problem=failed.problem)
        log.info("plays were run", drafted=run.drafted, held_out=run.held_out)
        now = self._clock.now()
        check_goals(self._records, self._desk.playbook, now)
        platform = next(iter(sorted(self._desk.platforms - {MAIL}, reverse=True)), MAIL)
        review_tiers(self._records, self._desk.playbook, now, platform)
        return run

    def due(self) -> None:
        """Let those drafts go whose time to be stopped is over."""
        _tell(approve_due(self._records, self._desk, self._clock), "not let go by itself")

    def tend(self) -> None:
        """Bring back drafts that were snoozed, and end those that nobody wanted."""
        _tell(wake_snoozed(self._records, self._desk, self._clock), "not brought back")
        _tell(expire(self._records, self._desk, self._clock), "not withdrawn")

    def send_mail(self) -> None:
        """Send what is to go by e-mail."""
        if self._postman is not None:
            self._postman.deliver_waiting(MAIL)

    def read_mail(self) -> None:
        """Take in what came to the mailbox."""
        if self.mail.mailbox is not None:
            self.mail.mailbox.read_new()

    @cached_property
    def _postman(self) -> "Postman | None":
        if self.mail.courier is None:
            return None
        from bot.outbox import Outbox
        from bot.postman import Postman

        outbox = Outbox(self._records, self._clock, self._desk)
        answers, couriers = self._desk.playbook.answers, {MAIL: self.mail.courier}
        return Postman(self._records, self._clock, answers, couriers, outbox)


def _tell(went: Round, what: str) -> None:
    """Log those that it failed with: the others are done."""
    for failure in went.failures:
        error, bound = failure.error, log.bind(outreach=failure.outreach_id)
        if isinstance(error, CsmError):
            bound.error(what, problem=str(error))
        else:  # the words of errors that are not ours may be those of customers
            bound.error(what, problem=type(error).__name__, exc_info=error)
