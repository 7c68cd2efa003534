"""What a story of the demo portfolio is made of.

Everything is told in days before the day that the portfolio is made for (`ago`), or after it
(`in_days`), so that a story never goes stale.
"""

from dataclasses import dataclass, field

from csm.account import (
    AccountStatus,
    Channel,
    ContactRole,
    Direction,
    ObjectiveStatus,
    Priority,
    Topic,
    Touch,
)


@dataclass(frozen=True, slots=True)
class Usage:
    """How an account uses the product on a normal working day.

    `people` is the share of the seats that are active, `features` how many features they use, in
    the order of the catalogue. From `ago` days on, each of `changes` multiplies the amount.
    `since_start` is after how many days of contract usage begins. Without `counted` the source
    does not know people.
    """

    people: float = 0.8
    features: int = 8
    days_a_week: int = 5
    changes: tuple[tuple[int, float], ...] = ()
    since_start: int = 3
    stopped: int | None = None
    counted: bool = True

    def factor(self, ago: int) -> float:
        """How much is left of the normal amount on that day."""
        factor = 1.0
        for since, times in self.changes:
            if ago <= since:
                factor *= times
        return factor


@dataclass(frozen=True, slots=True)
class Case:
    """A support ticket; open unless `closed_after` gives the days until it was closed."""

    ago: int
    subject: str
    priority: Priority = Priority.NORMAL
    closed_after: float | None = None
    first_response_minutes: int | None = 45
    escalated: bool = False
    reopened: int = 0
    csat: int | None = None


@dataclass(frozen=True, slots=True)
class Talk:
    """An entry of the timeline with the contact who plays `who`."""

    ago: int
    summary: str
    who: ContactRole = ContactRole.CHAMPION
    channel: Channel = Channel.EMAIL
    direction: Direction = Direction.BOTH
    topic: Topic = Topic.GENERAL
    answered_after_hours: int | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer to the NPS question."""

    ago: int
    score: int
    comment: str = ""
    who: ContactRole = ContactRole.CHAMPION


@dataclass(frozen=True, slots=True)
class Goal:
    title: str
    target: str
    progress: int
    in_days: int
    status: ObjectiveStatus = ObjectiveStatus.ON_TRACK


@dataclass(frozen=True, slots=True)
class Person:
    """A contact. `active` and `left` are days ago; `active` None: never seen in the product."""

    role: ContactRole
    name: str
    title: str = ""
    active: int | None = 2
    left: int | None = None
    email_name: str = ""
    time_zone: str = ""  # empty: the account's


@dataclass(frozen=True, slots=True)
class Deal:
    """A further subscription, running or ended."""

    product: str
    seats: int
    arr: int
    began: int
    ended: int | None = None


@dataclass(frozen=True, slots=True)
class Rhythm:
    """The ordinary course of things: how often we talk, review and mend, and since when not.

    `calls_every` and `reviews_every` are in days; `quiet` is for how many days nobody there has
    spoken with us. `cases_every` is the usual distance of small support cases.
    """

    calls_every: int = 14
    reviews_every: int | None = 90
    quiet: int = 5
    cases_every: int | None = 24


@dataclass(frozen=True, slots=True)
class Onboarding:
    """How many steps of the onboarding project were done on time; the rest are not done."""

    steps_done: int = 5
    hours_over: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One account: who they are, and what happened.

    The contract renews in `renews_in` days and was made `years` whole years before that. `arr` is
    in major units. In `gap`, from so many to so many days ago, nothing ordinary happened: no usage,
    no calls, no small support cases. `unpaid` is for how many days the last bill has been due,
    `failed` how long ago its payment failed. Of an `unseen` account only the contract is known.
    """

    key: str
    name: str
    csm: str
    renews_in: int
    years: int = 2
    aliases: str = ""
    domain: str = ""
    parent: str | None = None
    status: AccountStatus = AccountStatus.CUSTOMER
    segment: str = "mid-market"
    tier: str = "Professional"
    touch: Touch = Touch.HIGH
    industry: str = "Software"
    region: str = "North America"
    country: str = "US"
    time_zone: str = "America/New_York"
    currency: str = "USD"
    seats: int = 60
    arr: int = 48_000
    auto_renew: bool = False
    is_trial: bool = False
    usage: Usage = field(default_factory=Usage)
    people: tuple[Person, ...] = ()

    rhythm: Rhythm = field(default_factory=Rhythm)
    answers: tuple[Answer, ...] = (Answer(35, 9), Answer(120, 8))
    cases: tuple[Case, ...] = ()
    talks: tuple[Talk, ...] = ()
    goals: tuple[Goal, ...] | None = None
    deals: tuple[Deal, ...] = ()
    unpaid: int | None = None
    failed: int | None = None
    onboarding: Onboarding = field(default_factory=Onboarding)
    trained: float = 1.0
    gap: tuple[int, int] | None = None
    unseen: bool = False
    gifts: tuple[tuple[int, str], ...] = ()
    ended: int | None = None

    def is_in_gap(self, ago: int) -> bool:
        return self.gap is not None and self.gap[0] >= ago > self.gap[1]
