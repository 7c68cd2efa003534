"""The few Protocols that the folders around csm implement.

A unit of work is one `with`: `records.reading()` never writes, `records.writing()` commits when
the block ends and rolls back when it raises. No session stays open outside the block, and every
method raises `csm.errors.Busy` when the database is locked and `Unavailable` when it is gone.
Objects that come out of a unit of work are detached: safe to use after it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final, Protocol

from csm.account import Account, Subscription, Ticket
from csm.chart import Chart
from csm.customer_names import CustomerNames
from csm.fact_line import FactLine
from csm.health import Cta, Finding, FindingKind, Health, Save, Snapshot
from csm.people import Place, Principal
from csm.ports_answers import (
    ConversationReader,
    ConversationWriter,
    KnowledgeReader,
    KnowledgeWriter,
)
from csm.ports_counts import CountsReader
from csm.ports_jobs import JobsReader, JobsWriter
from csm.ports_keeping import KeepingReader, KeepingWriter
from csm.ports_outreach import OutreachReader, OutreachWriter
from csm.ports_privacy import PrivacyReader, PrivacyWriter
from csm.ports_success import RunwayReader
from csm.ports_team import TeamReader
from csm.signal_inputs import SignalInputs

# Every kind of imported record, in the order in which they are written.
RECORD_KINDS: Final = (
    "accounts",
    "features",
    "contacts",
    "subscriptions",
    "usage",
    "tickets",
    "surveys",
    "invoices",
    "objectives",
    "interactions",
    "milestones",
    "trainings",
    "advocacy",
)


# Kinds whose records say what happened and when. The others tell how things stand, as of the day
# on which they were imported, and so say nothing of how fresh the data is.
ACTIVITY_KINDS: Final = frozenset({"usage", "tickets", "surveys", "invoices", "interactions"})


def activity(feeds: Mapping[str, date]) -> dict[str, date]:
    """The feeds that say how far the data reaches."""
    return {kind: day for kind, day in feeds.items() if kind in ACTIVITY_KINDS}


class Clock(Protocol):
    """The only way to learn the time. `today` is the product's day: the UTC date, or the day that
    the settings pin it to."""

    def now(self) -> datetime: ...

    def today(self) -> date: ...


@dataclass(frozen=True, slots=True)
class StoredAccount:
    """An account with the id that everything else refers to it by."""

    id: int
    account: Account


@dataclass(frozen=True, slots=True)
class AccountName:
    """One way in which people call an account. `folded` is lower case without accents."""

    account_id: int
    shown: str  # the account's proper name
    folded: str


@dataclass(frozen=True, slots=True)
class StoredCta:
    id: int
    account_name: str
    cta: Cta


@dataclass(frozen=True, slots=True)
class StoredFinding:
    id: int
    account_name: str
    finding: Finding


@dataclass(frozen=True, slots=True)
class AccountFile:
    """What a 360 shows of one account's record, besides what we concluded."""

    stored: StoredAccount
    csm_name: str
    subscriptions: Sequence[Subscription]  # newest first
    open_tickets: Sequence[Ticket]  # worst first, then oldest first
    last_two_way_contact: datetime | None
    feeds: Mapping[str, date]


@dataclass(frozen=True, slots=True)
class BookLine:
    """One account in a list: a CSM's book of business, or a team's.

    Money is in minor units of `currency`. `renewing_arr` is the part of `arr` that is up on
    `renews_on`: 0 where nothing renews.
    """

    account_id: int
    name: str
    currency: str
    arr: int
    renewing_arr: int
    renews_on: date | None
    health: Health | None
    health_week_ago: Health | None
    open_risks: int
    worst_risk: Finding | None


class Reader(
    KnowledgeReader,
    ConversationReader,
    OutreachReader,
    JobsReader,
    CountsReader,
    TeamReader,
    RunwayReader,
    KeepingReader,
    PrivacyReader,
    Protocol,
):
    """What can be asked of the records. Lists come in the order their comment says."""

    # names
    def names_like(self, folded: str) -> list[AccountName]:
        """Accounts whose key, name, alias or domain, folded, is exactly `folded`."""
        ...

    def all_names(self) -> list[AccountName]: ...
    def customer_names(self) -> CustomerNames:
        """The same, ready for being looked for in texts; made ready once for each change."""
        ...

    # one account
    def account(self, account_id: int) -> StoredAccount | None: ...
    def account_file(self, account_id: int, as_of: date) -> AccountFile | None: ...
    def snapshot(self, account_id: int) -> Snapshot | None: ...
    def health_history(self, account_id: int, since: date) -> list[Health]:
        """Oldest first."""
        ...

    def findings(
        self, account_id: int, kind: FindingKind, closed_since: date | None
    ) -> list[Finding]:
        """Open ones, and those closed on or after `closed_since` (None: only open ones); open
        first, worst first."""
        ...

    def ctas_of(self, account_id: int) -> list[StoredCta]:
        """Those not closed; soonest due first."""
        ...

    def weekly_usage(self, account_id: int, as_of: date, weeks: int) -> list[tuple[date, int]]:
        """(last day of the week, events) for each of the `weeks` weeks that end on `as_of`,
        oldest first; weeks without usage are 0."""
        ...

    # books of business
    def book(self, csm_email: str | None, as_of: date) -> list[BookLine]:
        """Accounts that are not churned, of one CSM or (None) of everybody; by name."""
        ...

    def open_findings(self, kind: FindingKind, csm_email: str | None) -> list[StoredFinding]:
        """Open ones of accounts in that book; worst first."""
        ...

    def open_ctas(self, owner_email: str | None) -> list[StoredCta]:
        """CTAs not closed; owner None means everybody's; soonest due first."""
        ...

    def cta(self, cta_id: int) -> StoredCta | None: ...
    def peer_snapshots(self, account_id: int) -> list[Snapshot]:
        """Snapshots of the other accounts of the same segment that are not churned."""
        ...

    # people and places
    def person(self, key: str) -> Principal | None: ...
    def person_by_email(self, email: str) -> Principal | None: ...
    def person_by_platform_id(
        self, platform: str, workspace: str, user: str
    ) -> Principal | None: ...
    def people(self) -> list[Principal]: ...
    def place(self, platform: str, workspace: str, channel: str) -> Place | None:
        """With the audience as last worked out, whatever its age: see `audience_checked_at`."""
        ...

    def audience_checked_at(
        self, platform: str, workspace: str, channel: str
    ) -> datetime | None: ...
    def places(self) -> list[Place]: ...

    # the portfolio as a whole
    def is_empty(self) -> bool:
        """No account and no person at all."""
        ...

    def account_ids(self) -> list[int]: ...
    def account_keys(self) -> set[str]: ...
    def feeds(self) -> dict[str, date]: ...
    def signal_inputs(self, account_ids: Sequence[int], as_of: date) -> SignalInputs: ...
    def newest_health_day(self) -> date | None:
        """The latest day that any account was refreshed for."""
        ...

    def previous_health(self, account_ids: Sequence[int], before: date) -> dict[int, Health]:
        """The newest health of each account from before that day."""
        ...

    def open_findings_of(self, account_ids: Sequence[int]) -> list[Finding]: ...
    def open_ctas_of(self, account_ids: Sequence[int]) -> list[StoredCta]: ...
    def newest_closed_ctas_of(self, account_ids: Sequence[int]) -> list[StoredCta]:
        """The most recently closed CTA of each of these accounts and each reason."""
        ...

    def csm_emails(self, account_ids: Sequence[int]) -> dict[int, str]: ...


@dataclass(frozen=True, slots=True)
class Assessment:
    """All that a refresh concluded for some accounts on one day, ready to be kept.

    Finding rows are matched on (account, kind, rule) among the open ones: known ones get the new
    evidence, severity, seen_on and closed_on; unknown ones are inserted, unless they are closed,
    for then another refresh closed them first. `changed_ctas` are given by id.
    """

    day: date
    health: Sequence[Health]
    snapshots: Sequence[Snapshot]
    findings: Sequence[Finding]
    opened_ctas: Sequence[Cta]
    changed_ctas: Sequence[tuple[int, Cta]]
    saves: Sequence[Save]


@dataclass(frozen=True, slots=True)
class Table:
    """Checked rows of one kind of record. The first column is `account_key` for every kind but
    accounts and features. Values are plain: str, int, float, bool, date, aware datetime, None.
    `newest` is the last day that the rows tell of, where their kind tells of days.
    """

    kind: str
    columns: tuple[str, ...]
    rows: Iterable[tuple[Any, ...]]
    count: int
    newest: date | None = None


@dataclass(slots=True)
class Written:
    """How an import changed the records, by kind."""

    inserted: dict[str, int] = field(default_factory=dict)
    updated: dict[str, int] = field(default_factory=dict)
    unchanged: dict[str, int] = field(default_factory=dict)


class Writer(
    Reader,
    KnowledgeWriter,
    ConversationWriter,
    OutreachWriter,
    JobsWriter,
    PrivacyWriter,
    KeepingWriter,
    Protocol,
):
    """A unit of work that may change the records.

    What `cta` and `open_ctas_of` return here stays as it is for everybody else until the block
    ends, so that it can be changed by what it was.
    """

    def keep_assessment(self, assessment: Assessment) -> None:
        """Keep a refresh: its health, snapshots and saves replace the same day's. A save of that
        day that it no longer finds, for an account whose health it brings, is deleted."""
        ...

    def update_cta(self, cta_id: int, cta: Cta) -> None: ...
    def write_table(
        self, table: Table, reaches_to: date | None, progress: Callable[[int], None]
    ) -> Written:
        """Insert or update by natural key: (account, key), or (account, day, feature) for usage.
        `reaches_to` moves the kind's feed forward, never back. `progress` is told rows done."""
        ...

    def save_person(self, person: Principal) -> None: ...
    def link_person(self, person_key: str, platform: str, workspace: str, user: str) -> None: ...
    def save_place(self, place: Place, checked_at: datetime) -> None: ...
    def forget_audiences(self, platform: str, workspace: str, channel: str) -> None:
        """Make the place unknown until its audience is worked out again."""
        ...

    def claim_event(self, platform: str, event_id: str, at: datetime) -> bool:
        """True for the first caller with this id, False ever after."""
        ...

    def forget_conclusions(self) -> None:
        """Delete all that was ever concluded: health, snapshots, findings, CTAs, saves."""
        ...


class Records(Protocol):
    """The database."""

    def reading(self) -> AbstractContextManager[Reader]: ...
    def writing(self) -> AbstractContextManager[Writer]: ...


class Narrator(Protocol):
    """Puts facts into words. It never decides, and what it says is checked by the caller."""

    def narrate(self, title: str, facts: Sequence[FactLine]) -> str:
        """A few sentences. Raises Unavailable when no model can be reached in time."""
        ...


class Pictures(Protocol):
    """Draws what words cannot show."""

    def trend(
        self, title: str, health: Sequence[tuple[date, float]], usage: Sequence[tuple[date, int]]
    ) -> bytes:
        """A PNG of health by day above usage by week."""
        ...

    def chart(self, chart: Chart) -> bytes:
        """A PNG of what the chart says."""
        ...


class PortfolioSource(Protocol):
    """Somewhere that customer records come from."""

    @property
    def warnings(self) -> Sequence[str]:
        """What a person should know of the last reading, though it stops nothing."""
        ...

    @property
    def rejected(self) -> int:
        """How many rows the last reading left out."""
        ...

    def read(self, known_accounts: set[str]) -> Iterator[Table]:
        """Checked tables in the order of RECORD_KINDS. Raises InvalidInput when rows are bad."""
        ...
