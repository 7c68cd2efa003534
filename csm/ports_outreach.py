"""The part of the records that is outreach, and whoever writes its words."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from csm.account import Account, Contact, Feature, Objective, Ticket, Training
from csm.audit import AuditEntry, Chained, Head
from csm.customer_names import CustomerNames
from csm.guard.sending import Touch
from csm.health import Snapshot
from csm.open_reason import OpenReason
from csm.outreach import REACHED, Outreach, OutreachState
from csm.pause import Pause, PauseScope
from csm.people import Place, Principal
from csm.play import Tier
from csm.ports_answers import StoredPost
from csm.suppression import Suppression


@dataclass(frozen=True, slots=True)
class StoredOutreach:
    id: int
    account_name: str  # empty where the account is gone
    outreach: Outreach


@dataclass(frozen=True, slots=True)
class StoredPause:
    id: int
    pause: Pause


@dataclass(frozen=True, slots=True)
class StoredSuppression:
    id: int
    suppression: Suppression


@dataclass(frozen=True, slots=True)
class PlayTier:
    """What a play may do by itself now, and who let it. `proposed` is the tier that it has earned
    and nobody has granted yet."""

    play: str
    tier: Tier
    since: datetime
    by: str
    why: str = ""
    proposed: Tier | None = None


@dataclass(frozen=True, slots=True)
class PastOutreach:
    """What was sent to an account by a play: for cooldowns and for the same words."""

    outreach_id: int
    play: str
    body: str
    at: datetime  # sent, or (where it may yet be) drafted
    state: OutreachState
    is_lost: bool = False  # a person found that it had not arrived, which nobody can be sure of

    @property
    def may_be_known(self) -> bool:
        """Whether a customer may have read it."""
        return self.is_lost or self.state in REACHED


@dataclass(frozen=True, slots=True)
class Dealings:
    """All that the guard must know of one account. Times are aware."""

    account_id: int
    account: Account
    contacts: Sequence[Contact]  # by key
    csm: Principal | None
    snapshot: Snapshot | None
    # Those not lifted; and those of people elsewhere that go with an address of a contact here, see
    # `csm.suppression.is_against`.
    suppressions: Sequence[Suppression]
    touches: Sequence[Touch]  # sent outreach and people's outbound messages, oldest first
    written: Sequence[
        PastOutreach
    ]  # newest first; drafts, too, but not those that never were (HOLDOUT)
    urgent_tickets: Sequence[str]  # keys of open ones
    escalated_tickets: Sequence[str]
    contract_change_at: datetime | None  # the last time they asked
    renewal_cta_claimed: bool  # somebody is at work on a call to action with a renewal play
    last_talk: datetime | None  # between a person of ours and one of theirs
    # Of open findings and calls to action, by the rule's id.
    open_reasons: Mapping[str, OpenReason]


@dataclass(frozen=True, slots=True)
class SuccessRecords:
    """What facts are made of besides signals: each by key; of tickets, those closed since the day
    that was asked for."""

    trainings: Sequence[Training] = ()
    objectives: Sequence[Objective] = ()
    closed_tickets: Sequence[Ticket] = ()


@dataclass(frozen=True, slots=True)
class Tally:
    """What became of a play's messages since some day. `decided` and `approved` are those that
    people decided on, without what the play let go by itself. `bad` are negative reactions,
    opt-outs and complaints; `stopped` were refused by the guard when they were to be approved or
    released, and not for want of somebody's leave alone."""

    decided: int = 0
    approved: int = 0
    approved_unedited: int = 0
    rejected: int = 0
    sent: int = 0
    replied: int = 0
    positive: int = 0
    bad: int = 0
    stopped: int = 0


@dataclass(frozen=True, slots=True)
class Group:
    """Accounts of a play's trial whose time is over, and those of them that reached its goal."""

    accounts: int = 0
    reached: int = 0


@dataclass(frozen=True, slots=True)
class Sent:
    """How many of a play's messages were sent, and how many of these were answered."""

    sent: int = 0
    replied: int = 0


class OutreachReader(Protocol):
    """What can be asked about outreach."""

    def outreach(self, outreach_id: int) -> StoredOutreach | None: ...
    def outreach_by_message(
        self, platform: str, workspace: str, channel: str, message: str
    ) -> StoredOutreach | None:
        """The one that was sent as that message (chat: in that channel; e-mail: channel empty)."""
        ...

    def outreach_list(
        self,
        states: Collection[OutreachState],
        account_key: str | None = None,
        csm_email: str | None = None,
        limit: int = 200,
    ) -> list[StoredOutreach]:
        """Newest first; of one account, of one CSM's accounts, or of everybody's."""
        ...

    def outreach_of_play(self, account_key: str, play: str) -> list[PastOutreach]:
        """All that a play ever did at an account, in whatever state, newest first."""
        ...

    def outreach_post(self, outreach_id: int) -> StoredPost | None:
        """Its row in the outbox."""
        ...

    def drafts_due(self, now: datetime, limit: int) -> list[int]:
        """Ids of those DRAFTED whose `goes_at` is over; soonest first."""
        ...

    def drafts_rested(self, now: datetime) -> list[int]:
        """Ids of those DRAFTED whose `snoozed_until` is over, and whose card has not come again
        since (the audit says "outreach.woken"); the longest awake first."""
        ...

    def drafts_undecided(self, before: datetime) -> list[int]:
        """Ids of those DRAFTED that were drafted, and whose rest was over, by then; oldest
        first."""
        ...

    def drafts_awake(
        self, now: datetime, csm_email: str | None, limit: int, after: int = 0
    ) -> list[StoredOutreach]:
        """Those DRAFTED that nobody has put off until later, of one CSM's accounts or (None) of
        everybody's: oldest first, so by id, after that."""
        ...

    def goals_open(self, today: date, limit: int, after: int = 0) -> list[StoredOutreach]:
        """SENT, IN_DOUBT, DRAFTED, APPROVED, REJECTED, WITHDRAWN, DEAD and HOLDOUT ones whose
        goal is not reached and whose `goal_by` is yesterday or later, by id after that."""
        ...

    def dealings(
        self, account_keys: Collection[str], now: datetime, since: datetime
    ) -> dict[str, Dealings]:
        """By account key, of those that exist. Touches and what was written reach back to
        `since`; no number of queries depends on how many accounts are asked for."""
        ...

    def pauses(self) -> list[StoredPause]:
        """Those in force; oldest first."""
        ...

    def suppressions(self, account_key: str) -> list[StoredSuppression]:
        """Those not lifted; oldest first."""
        ...

    def objections(
        self, account_keys: Collection[str], addresses: Collection[str]
    ) -> set[tuple[int, str, str]]:
        """Id, account key and address (perhaps empty) of every suppression in force at one of
        these accounts, or of one of these addresses (lower case) wherever it was said."""
        ...

    def contact_names(self) -> CustomerNames:
        """Names and e-mail addresses of all contacts, ready for being looked for in texts; made
        ready once for each change."""
        ...

    def people_of_accounts(self, account_keys: Collection[str]) -> dict[str, list[Principal]]:
        """Customers' people that we know as such, in the order of their keys, on whatever platform:
        by account key. Accounts without any are absent, here and below."""
        ...

    def platforms_of_accounts(self, account_keys: Collection[str]) -> dict[str, frozenset[str]]:
        """The platforms that each of those people is known on, by the person's key."""
        ...

    def shared_places(self, account_keys: Collection[str]) -> dict[str, list[Place]]:
        """Channels bound to each account, by platform, workspace and channel."""
        ...

    def features(self) -> list[Feature]: ...
    def features_used(
        self, account_ids: Collection[int], since: date, until: date
    ) -> dict[int, frozenset[str]]:
        """Keys of the features with any use in [since, until]; accounts without any are absent."""
        ...

    def accounts_with_snapshots(
        self, account_ids: Collection[int]
    ) -> list[tuple[int, Account, Snapshot | None]]:
        """(id, account, its newest snapshot) of those that exist, by id."""
        ...

    def success_records(
        self, account_ids: Collection[int], closed_since: datetime
    ) -> dict[int, SuccessRecords]:
        """By account id; accounts without any are absent."""
        ...

    def sends_by_hour(self, since: datetime) -> dict[datetime, int]:
        """How many were sent (or may have been, or are about to be) in each hour (UTC) since then;
        hours without any are absent."""
        ...

    def sent_since_breaker(self, since: datetime) -> int | None:
        """How many were sent (or may have been) since a pause of the volume breaker was last
        lifted; None where none was lifted since then."""
        ...

    def play_tiers(self) -> dict[str, PlayTier]: ...
    def tally(self, play: str, since: datetime) -> Tally: ...
    def groups(self, play: str, today: date) -> tuple[Group, Group]:
        """(written to, control): those assigned at any time whose goal was reached or whose
        `goal_by` lies before today. One that was drafted counts whatever became of the draft."""
        ...

    def audit_head(self) -> Head: ...
    def audit_chain(self, after: int = 0, limit: int | None = None) -> Iterator[Chained]:
        """In order, from the entry after that number; streamed."""
        ...

    def audit_of(self, subject: str) -> list[Chained]: ...
    def outreach_states(
        self, states: Collection[OutreachState]
    ) -> Iterator[tuple[int, OutreachState]]:
        """Ids of all outreach in one of those states, and which; streamed, by id."""
        ...

    def sent_by_play(self, since: datetime, csm_email: str | None) -> dict[str, Sent]:
        """What was sent since then to one CSM's accounts or (None) to everybody's, by play; plays
        that sent nothing are absent."""
        ...


class OutreachWriter(OutreachReader, Protocol):
    """What `outreach` and `outreach_post` return here stays as it is for everybody else until the
    block ends, and so does an account whose `dealings` are asked for."""

    def add_outreach(self, outreach: Outreach) -> int | None:
        """Its id; None when its key is known already."""
        ...

    def update_outreach(self, outreach_id: int, outreach: Outreach) -> None: ...
    def change_outreaches(self, changes: Mapping[int, Mapping[str, Any]]) -> None:
        """Of each, by id, the fields that are given; its others stay as they are. Raises NotFound
        when one of them is not there."""
        ...

    def take_due_outreach(
        self, platform: str, now: datetime, limit: int
    ) -> list[tuple[StoredPost, StoredOutreach]]:
        """WAITING posts of outreach on that platform whose time has come, oldest first, with what
        they carry: locked, and those that another process holds left out."""
        ...

    def outreach_on_its_way(
        self, known: Collection[tuple[StoredPost, StoredOutreach]]
    ) -> list[tuple[StoredPost, StoredOutreach]]:
        """Those of them that still have a row in the outbox, as they are now: by id, and all
        locked. The card, the facts and the verdict are not read again."""
        ...

    def change_posts(self, changes: Mapping[int, Mapping[str, Any]]) -> None:
        """As `change_outreaches`."""
        ...

    def return_cleared(self, platform: str, claimed_before: datetime) -> int:
        """Make posts WAITING again that are CLEARED since before then; how many."""
        ...

    def wake_held(self, now: datetime) -> int:
        """Have every held message looked at again now: a pause was lifted; how many."""
        ...

    def forget_post(self, post_id: int) -> None:
        """Take a message out of the outbox that was not begun to be sent."""
        ...

    def add_pause(self, pause: Pause) -> int: ...
    def lift_pauses(
        self, scope: PauseScope, target: str, by: str, at: datetime
    ) -> list[StoredPause]:
        """Those in force with that scope and target, lifted now."""
        ...

    def add_suppression(self, suppression: Suppression) -> int | None:
        """Its id; None where the same is in force already."""
        ...

    def lift_suppression(self, suppression_id: int, by: str, at: datetime) -> bool: ...
    def set_play_tier(self, tier: PlayTier) -> None: ...
    def audit(self, entry: AuditEntry) -> Chained:
        """Append it to the chain. Nobody else can until the block ends."""
        ...

    def audit_all(self, entries: Iterable[AuditEntry]) -> list[Chained]:
        """The same for several, in their order."""
        ...


@dataclass(frozen=True, slots=True)
class Brief:
    """What a writer is given: nothing that the reader of the message may not know."""

    purpose: str
    tone: str
    language: str
    channel: str
    longest: int  # characters of the body
    facts: Sequence[tuple[str, str]]  # (what, how it is said), with their dates in them
    recipient: str  # first name
    sender: str
    example: str  # the play's own letter, filled


@dataclass(frozen=True, slots=True)
class Words:
    subject: str
    body: str


class Penman(Protocol):
    """A language model that puts a message into words. It never decides whether it is sent."""

    def write(self, brief: Brief, objections: Sequence[str] = ()) -> Words:
        """Raises Unavailable when no model answers in time. `objections` say what was wrong with
        its first attempt."""
        ...
