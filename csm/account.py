"""The record behind a 360: what the systems of a company know of its customers.

Conventions: instants are aware and in UTC; days are calendar days of the source system; money
is an integer in minor units of its currency; `key` is the source's own id, unique in its kind.
"""

from datetime import date, datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field


class Record(BaseModel):
    """Base of everything that is imported about a customer."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


class AccountStatus(StrEnum):
    CUSTOMER = "customer"
    TRIAL = "trial"
    CHURNED = "churned"


class Touch(StrEnum):
    HIGH = "high"
    TECH = "tech"


class Account(Record):
    """A customer, or somebody on trial."""

    key: str = Field(min_length=1, max_length=80)
    name: str = Field(min_length=1, max_length=200)
    aliases: str = Field(default="", max_length=500, description="other names, separated by |")
    domain: str = Field(default="", max_length=200, description="web domain, e.g. acme.example")
    parent_key: str | None = Field(default=None, max_length=80)
    status: AccountStatus = AccountStatus.CUSTOMER
    segment: str = Field(default="", max_length=80, description="e.g. enterprise, mid-market, smb")
    tier: str = Field(default="", max_length=80, description="plan or service tier")
    touch: Touch = Touch.TECH
    industry: str = Field(default="", max_length=80)
    region: str = Field(default="", max_length=80)
    country: str = Field(default="", max_length=2, description="ISO 3166 code")
    time_zone: str = Field(default="UTC", max_length=64)
    currency: str = Field(default="USD", min_length=3, max_length=3)
    csm_email: str = Field(default="", max_length=254)
    started_on: date | None = Field(default=None, description="contract start")


class ContactRole(StrEnum):
    SPONSOR = "sponsor"
    CHAMPION = "champion"
    ADMIN = "admin"
    BILLING = "billing"
    USER = "user"


class Contact(Record):
    """A person at the customer. `consent` covers outreach; `left_on` says they are gone."""

    key: str = Field(min_length=1, max_length=80)
    name: str = Field(min_length=1, max_length=200)
    email: str = Field(default="", max_length=254)
    title: str = Field(default="", max_length=120)
    role: ContactRole = ContactRole.USER
    language: str = Field(default="en", max_length=12)
    time_zone: str = Field(default="", max_length=64, description="empty: the account's")
    consent: bool = True
    last_active_on: date | None = Field(default=None, description="last use of the product")
    left_on: date | None = None


class Subscription(Record):
    """A product bought. ARR counts while started, not ended and not a trial."""

    key: str = Field(min_length=1, max_length=80)
    product: str = Field(default="", max_length=120)
    plan: str = Field(default="", max_length=80)
    seats: int = Field(default=0, ge=0, le=10_000_000)
    arr: int = Field(default=0, ge=0, description="annual recurring revenue, minor units")
    currency: str = Field(default="USD", min_length=3, max_length=3)
    started_on: date
    ends_on: date | None = Field(default=None, description="the day it ended or will end")
    renews_on: date | None = None
    term_months: int = Field(default=12, ge=1, le=120)
    auto_renew: bool = False
    trial: bool = False
    entitlements: str = Field(default="", max_length=500)


class Feature(Record):
    """A feature of our product. Only key features count for habits and early adoption."""

    key: str = Field(min_length=1, max_length=120)
    name: str = Field(default="", max_length=200)
    is_key: bool = True


class UsageDay(Record):
    """What one account did with one feature on one day.

    `active_users` counts the people who used that feature that day; None where the source
    does not know people.
    """

    day: date
    feature: str = Field(min_length=1, max_length=120)
    events: int = Field(ge=0, le=1_000_000_000)
    active_users: int | None = Field(default=None, ge=0, le=10_000_000)


class Priority(StrEnum):
    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    URGENT = "urgent"


class Ticket(Record):
    """A support case. Open while `closed_at` is empty."""

    key: str = Field(min_length=1, max_length=80)
    subject: str = Field(default="", max_length=500)
    priority: Priority = Priority.NORMAL
    opened_at: datetime
    first_response_minutes: int | None = Field(default=None, ge=0)
    closed_at: datetime | None = None
    escalated: bool = False
    reopened: int = Field(default=0, ge=0, le=1000)
    sla_breached: bool | None = Field(
        default=None, description="blank: judged by the playbook's first-response targets"
    )


class SurveyKind(StrEnum):
    NPS = "nps"
    CSAT = "csat"


class Survey(Record):
    """One answer. NPS is 0 to 10, CSAT is 1 to 5."""

    key: str = Field(min_length=1, max_length=80)
    kind: SurveyKind
    score: int = Field(ge=0, le=10)
    answered_on: date
    contact_email: str = Field(default="", max_length=254)
    comment: str = Field(default="", max_length=4000)


class Invoice(Record):
    """A bill. `failed_on` is the day a payment attempt failed; paid clears it."""

    key: str = Field(min_length=1, max_length=80)
    amount: int = Field(ge=0, description="minor units")
    currency: str = Field(default="USD", min_length=3, max_length=3)
    issued_on: date
    due_on: date
    paid_on: date | None = None
    failed_on: date | None = None


class ObjectiveStatus(StrEnum):
    PLANNED = "planned"
    ON_TRACK = "on_track"
    AT_RISK = "at_risk"
    ACHIEVED = "achieved"
    MISSED = "missed"


class Objective(Record):
    """One goal of the success plan, in the customer's words."""

    key: str = Field(min_length=1, max_length=80)
    title: str = Field(min_length=1, max_length=300)
    target: str = Field(default="", max_length=300)
    progress: int = Field(default=0, ge=0, le=100, description="per cent")
    due_on: date | None = None
    status: ObjectiveStatus = ObjectiveStatus.PLANNED


class Channel(StrEnum):
    EMAIL = "email"
    CALL = "call"
    MEETING = "meeting"
    CHAT = "chat"
    NOTE = "note"


class Direction(StrEnum):
    INBOUND = "inbound"
    OUTBOUND = "outbound"
    BOTH = "both"
    INTERNAL = "internal"


class Topic(StrEnum):
    """What an interaction means to the scorecard; most mean nothing in particular."""

    GENERAL = "general"
    QUESTION = "question"
    REVIEW = "review"
    COMPANY_EVENT = "company_event"
    CONTRACT_CHANGE = "contract_change"
    SPONSOR_CHANGE = "sponsor_change"
    CHURN = "churn"


class Interaction(Record):
    """One entry of the timeline. A question is open until `answered_at`."""

    key: str = Field(min_length=1, max_length=80)
    at: datetime
    channel: Channel = Channel.NOTE
    direction: Direction = Direction.INTERNAL
    topic: Topic = Topic.GENERAL
    contact_email: str = Field(default="", max_length=254)
    author: str = Field(default="", max_length=200)
    summary: str = Field(default="", max_length=4000)
    answered_at: datetime | None = None


class Milestone(Record):
    """A step of the onboarding project, with the hours it was sold with and took."""

    key: str = Field(min_length=1, max_length=80)
    title: str = Field(min_length=1, max_length=300)
    due_on: date
    done_on: date | None = None
    planned_hours: float = Field(default=0, ge=0, le=100_000)
    actual_hours: float = Field(default=0, ge=0, le=100_000)


class Training(Record):
    """A course that somebody at the customer was invited to; done when completed."""

    key: str = Field(min_length=1, max_length=80)
    course: str = Field(min_length=1, max_length=300)
    contact_email: str = Field(default="", max_length=254)
    completed_on: date | None = None


class Advocacy(Record):
    """Something the customer did for us: reference, case study, testimonial, talk, event."""

    key: str = Field(min_length=1, max_length=80)
    kind: str = Field(min_length=1, max_length=40)
    given_on: date
