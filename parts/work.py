"""The product's own work: what is done when it is due, and what is looked for every so often."""

from collections.abc import Callable, Mapping

from csm.firing import Firing, NotYet, Task, Tell
from csm.knowledge import Shelf
from csm.playbook import Playbook
from csm.ports import Clock, Records
from csm.ports_answers import Library
from csm.use_cases.answer_question import sweep_unsettled
from csm.use_cases.escalate_cases import escalate_cases
from csm.use_cases.judge_answers import judge_answers
from csm.use_cases.refresh_accounts import refresh_accounts
from csm.wording import plural
from parts.outreach import Outreach

# Between two words on how far a piece of the portfolio is.
_REFRESHED_AT_ONCE = 50


class Work:
    """Each part by the name that it has in the table of jobs."""

    def __init__(
        self,
        records: Records,
        playbook: Playbook,
        library: Library,
        outreach: Outreach,
        clock: Clock,
    ) -> None:
        self._records = records
        self._playbook = playbook
        self._library = library
        self._outreach = outreach
        self._clock = clock
        self._indexed: dict[Shelf, int] = {}

    def tasks(self) -> dict[str, Task]:
        """What is done when it is due."""
        return {"refresh": self.refresh, "nudges": self.nudge, "verdicts": self.judge}

    def looks(self, deliver: Callable[[], object] | None) -> Mapping[str, Callable[[], object]]:
        """What is looked for. `deliver` brings posts to a chat platform: None where none is
        connected."""

        def outbox() -> None:
            if deliver is not None:
                deliver()
            self._outreach.send_mail()

        looks: dict[str, Callable[[], object]] = {
            "release": self._outreach.due,
            "drafts": self._outreach.tend,
            "unanswered": self.escalate,
            "unsettled": self.sweep,
            "index": self.index,
        }
        if deliver is not None or self._outreach.mail.is_connected:
            looks["outbox"] = outbox
        if self._outreach.mail.mailbox is not None:
            looks["mailbox"] = self._outreach.read_mail
        return looks

    def refresh(self, firing: Firing, tell: Tell) -> str:
        """Work out the health, risks and calls to action of a piece of the portfolio, for today."""
        first, _, last = firing.reader.partition("-")
        with self._records.reading() as reader:
            ids = [id_ for id_ in reader.account_ids() if int(first) <= id_ <= int(last)]
        done = 0

        def more(accounts: int) -> None:
            nonlocal done
            done += accounts
            tell(done, len(ids))

        today = self._clock.today()
        report = refresh_accounts(
            self._records, self._playbook, today, ids, batch=_REFRESHED_AT_ONCE, progress=more
        )
        return f"{plural(report.accounts, 'account')}, {plural(report.risks_opened, 'new risk')}"

    def nudge(self, _firing: Firing, _tell: Tell) -> str:
        """Draft what plays ask for. Yesterday's figures are no reason to write."""
        if not self._outreach.is_ready():
            raise NotYet("not every account has today's health yet")
        run = self._outreach.night()
        failed = f", {plural(len(run.failures), 'failure')}" if run.failures else ""
        return f"{plural(run.drafted, 'draft')}, {run.held_out} held out{failed}"

    def judge(self, _firing: Firing, _tell: Tell) -> str:
        """Give answers their verdicts, once they are old enough."""
        judged = judge_answers(
            self._records, self._library, self._playbook.answers, self._clock.now()
        )
        return plural(judged.total(), "verdict")

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
        sweep_unsettled(self._records, self._playbook.answers, self._clock.now())

    def escalate(self) -> None:
        """Tell managers of cases that nobody has answered."""
        escalate_cases(self._records, self._playbook.answers, self._clock.now())
