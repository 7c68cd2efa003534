"""The part of the records that a team's figures are made of. Every question here takes the same
number of queries, however many accounts there are. `csm_email` says whose accounts: one CSM's, or
(None) everybody's."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from csm.account import Subscription
from csm.health import Grade, Save, Severity


@dataclass(frozen=True, slots=True)
class NamedSave:
    account_name: str
    save: Save


@dataclass(frozen=True, slots=True)
class Unclaimed:
    """Calls to action of one owner (empty: nobody's) and severity that nobody has claimed."""

    owner_email: str
    severity: Severity
    count: int
    overdue: int
    oldest: date


@dataclass(frozen=True, slots=True)
class DraftsWaiting:
    """`oldest_at`: when the one that waits longest was drafted; None where none waits."""

    count: int
    oldest_at: datetime | None


class TeamReader(Protocol):
    """What can be asked about a team."""

    def subscriptions_since(
        self, csm_email: str | None, after: date, until: date
    ) -> dict[int, list[Subscription]]:
        """Those that were or will be live on any day from `after` to `until`, trials left out: by
        account id, of churned accounts too."""
        ...

    def grades_on(
        self, csm_email: str | None, days: Sequence[date]
    ) -> Mapping[date, Mapping[int, Grade]]:
        """Of each of those days, every account's newest grade by then, unless it was older than
        two weeks: by account id."""
        ...

    def saves(self, csm_email: str | None, after: date, until: date) -> list[NamedSave]:
        """Later than `after` and not later than `until`; newest first, then by name."""
        ...

    def leads_passed(self, csm_email: str | None, after: datetime, until: datetime) -> int:
        """Calls to action on an opportunity that were closed as done in that time."""
        ...

    def unclaimed_ctas(self, csm_email: str | None, today: date) -> list[Unclaimed]:
        """By owner and severity; of one CSM: those that she owns."""
        ...

    def drafts_waiting(self, csm_email: str | None, now: datetime) -> DraftsWaiting:
        """Outreach that waits for somebody's decision, without what was put off until later."""
        ...
