"""All that outreach is judged by besides its words. Plain facts, gathered by
`csm.use_cases.sending_facts` in the transaction that decides."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from csm.account import Account, Contact
from csm.pause import Pause
from csm.people import Place, Principal
from csm.play import Approver, Category, ChannelKind, Tier
from csm.suppression import Suppression


class Moment(StrEnum):
    """When the guard is asked. DRAFTING: to show what would happen; nobody has approved yet.
    APPROVING: `approval` is the one that would be given. RELEASING: right before it is sent."""

    DRAFTING = "drafting"
    APPROVING = "approving"
    RELEASING = "releasing"


@dataclass(frozen=True, slots=True)
class Approval:
    """Who let it go: a person as they are now, or (`by` None) the play's tier. `fingerprint` is
    that of the message which was approved; `until` is when the approval ends."""

    by: Principal | None
    tier: Tier
    at: datetime
    until: datetime
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Touch:
    """One message that reached somebody at the account, or may have. `contact_key` is empty
    where nobody in particular was written to."""

    at: datetime
    contact_key: str
    how: str  # e.g. "email", "call by a person"


@dataclass(frozen=True, slots=True)
class FactNow:
    """A fact that the text tells, as it was and as it is now (None: it is not known any more)."""

    name: str
    then: str
    now: str | None
    number_then: float | None = None
    number_now: float | None = None


@dataclass(frozen=True, slots=True)
class Sending:
    """About one message at one instant (`now`, aware). Times are aware; `zone` and `country` (ISO
    3166, may be empty) are the recipient's."""

    now: datetime
    moment: Moment
    fingerprint: str
    body: str
    play: str
    category: Category
    channel: ChannelKind

    account: Account | None
    contact: Contact | None  # of that account; None: there is no such contact there
    address: str  # where an e-mail would go
    person: Principal | None  # whose direct messages it would go to
    place: Place | None  # where it would land, with its audience as known now
    has_courier: bool  # whether anything can be sent on its platform
    zone: ZoneInfo
    country: str

    pauses: tuple[Pause, ...] = ()
    suppressions: tuple[Suppression, ...] = ()  # of the account
    touches: tuple[Touch, ...] = ()  # of the account, within the longest span that counts
    urgent_tickets: tuple[str, ...] = ()  # keys of open ones
    escalated_tickets: tuple[str, ...] = ()
    negotiation: str = ""  # what is being negotiated; empty: nothing
    is_about_renewal: bool = False  # the play is part of the renewal itself
    is_despite_tickets: bool = False  # the play answers the very ticket
    last_talk: datetime | None = None  # a person of ours with one of theirs, either way
    play_sent_at: datetime | None = None  # this play to this account, the last time
    cooldown_days: int = 0
    text_sent_at: datetime | None = None  # this very text to this account, the last time

    facts: tuple[FactNow, ...] = ()  # those that the text tells
    reason_holds: bool | None = None  # None: the play needs none, or it cannot be judged now
    is_holdout: bool = False

    approval: Approval | None = None
    approver: Approver = Approver.CSM
    author: str = ""  # key of the person who asked for it; empty: the machine
    is_by_own_csm: bool = False  # the author is the account's CSM
    play_tier: Tier = Tier.MANUAL  # the tier that the play has now
    allowed_touch: tuple[str, ...] = ("high", "tech")  # of the play

    identity: str = ""  # lines that e-mail must hold
    unsubscribe: str = ""
    sent_last_hour: int = 0
    normal_hour: float = 0
