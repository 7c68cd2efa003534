"""The table of all that the product does by itself. `jobs.ticks` is the clock that starts it."""

from datetime import time, timedelta
from typing import Final

from csm.job import EVERY_DAY, WORKDAYS, Job, JobTable, Look, Spread
from csm.people import STAFF_ROLES, Role
from csm.playbook_part import Weekday

# RabbitMQ takes a message back, and hangs up on its worker, when that has not acknowledged it for
# half an hour; a worker does so when the job has ended. A run that hangs is killed a little later
# than its limit, which must come before that.
LONGEST: Final = timedelta(minutes=25)

_WEEKLY: Final[frozenset[Weekday]] = frozenset(("mon",))
_CSMS: Final = frozenset({Role.CSM})
_MANAGERS: Final = frozenset({Role.MANAGER})
_LEADS: Final = frozenset({Role.MANAGER, Role.ADMIN})


def job_table(refresh_at: time) -> JobTable:
    """Everything that the product does by itself. The nightly work begins at that time, in UTC; its
    parts that need the refresh wait for it."""

    def nightly(name: str, text: str, spread: Spread, hours: float, limit: timedelta) -> Job:
        useful_for = timedelta(hours=hours)
        return Job(name, text, spread, EVERY_DAY, refresh_at, useful_for, limit)

    def digest(
        name: str,
        text: str,
        days: frozenset[Weekday],
        at: time,
        hours: float,
        roles: frozenset[Role] = _CSMS,
        for_roles: frozenset[Role] = STAFF_ROLES,
        *,
        quiet: bool = True,
    ) -> Job:
        return Job(
            name,
            text,
            Spread.READERS,
            days,
            at,
            timedelta(hours=hours),
            timedelta(minutes=5),
            quiet=quiet,
            roles=roles,
            for_roles=for_roles,
        )

    jobs = (
        nightly(
            "refresh",
            "signals, scorecards, risks and calls to action of every account",
            Spread.ACCOUNTS,
            20,
            timedelta(minutes=15),
        ),
        nightly(
            "nudges",
            "drafts of the plays whose conditions hold, and how earlier ones did",
            Spread.ONCE,
            12,
            LONGEST,
        ),
        nightly(
            "verdicts",
            "what became of answers after seven days",
            Spread.ONCE,
            72,
            LONGEST,
        ),
        nightly(
            "knowledge",
            "the help library's sources, read again",
            Spread.SOURCES,
            20,
            LONGEST,
        ),
        nightly(
            "reconcile",
            "the audit and the outbox against each other, whether anything is missing",
            Spread.ONCE,
            48,
            LONGEST,
        ),
        nightly(
            "retention",
            "what is older than the playbook lets us keep it, deleted",
            Spread.ONCE,
            48,
            LONGEST,
        ),
        nightly("backup", "a backup of the database", Spread.ONCE, 20, LONGEST),
        digest(
            "digest",
            "your accounts at risk, ranked by what is at stake",
            _WEEKLY,
            time(8),
            24,
            quiet=False,
        ),
        digest("alert", "accounts that turned red since yesterday", WORKDAYS, time(8), 10),
        digest(
            "team",
            "the team: retention, saves, what is at risk and what waits",
            _WEEKLY,
            time(8, 30),
            24,
            _MANAGERS,
            _LEADS,
            quiet=False,
        ),
        digest("onboarding", "onboarding milestones that are late or due", _WEEKLY, time(8), 24),
        digest("renewals", "the renewal runway: 120, 90, 60 and 30 days", _WEEKLY, time(8), 24),
        digest("reviews", "executive reviews to prepare", WORKDAYS, time(8), 24),
        digest(
            "gaps",
            "what customers ask and the help library lacks",
            _WEEKLY,
            time(9),
            48,
            _MANAGERS,
        ),
    )
    looks = (
        Look("outbox", "messages, brought to where they belong", timedelta(seconds=20)),
        Look("mailbox", "replies and bounces", timedelta(minutes=2)),
        Look("release", "held outreach whose time has come", timedelta(minutes=1)),
        Look("drafts", "drafts that were put off, or that nobody wanted", timedelta(minutes=15)),
        Look("unanswered", "questions that have waited for too long", timedelta(minutes=15)),
        Look("unsettled", "questions that a process died over", timedelta(minutes=5)),
        Look(
            "index", "the help library's search, kept up with its documents", timedelta(minutes=5)
        ),
    )
    return JobTable(jobs, looks)
