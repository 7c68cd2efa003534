"""Made-up customers for the tests of signals and of all that rests on them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import numpy as np

from csm.account import (
    Contact,
    ContactRole,
    Direction,
    Interaction,
    Invoice,
    Milestone,
    Objective,
    Subscription,
    Survey,
    SurveyKind,
    Ticket,
    Topic,
    Training,
    UsageDay,
)
from csm.signal_inputs import (
    AccountColumns,
    Bools,
    ContactColumns,
    Floats,
    InteractionColumns,
    Ints,
    InvoiceColumns,
    MilestoneColumns,
    ObjectiveColumns,
    SignalInputs,
    SubscriptionColumns,
    SurveyColumns,
    Texts,
    TicketColumns,
    TrainingColumns,
    UsageDayColumns,
    UsageFeatureColumns,
    day_number,
)
from csm.signal_settings import SignalSettings
from csm.signal_table import SignalTable
from csm.signals import FEEDS, SIGNALS, compute

TODAY = date(2027, 6, 30)
KEY_FEATURES = 20


@dataclass
class Customer:
    """One account with its records. Features named `key...` are key features."""

    id: int = 1
    started_on: date | None = date(2025, 6, 30)
    status: str = "customer"
    has_csm: bool = True
    usage: list[UsageDay] = field(default_factory=list)
    subscriptions: list[Subscription] = field(default_factory=list)
    tickets: list[Ticket] = field(default_factory=list)
    surveys: list[Survey] = field(default_factory=list)
    invoices: list[Invoice] = field(default_factory=list)
    objectives: list[Objective] = field(default_factory=list)
    interactions: list[Interaction] = field(default_factory=list)
    contacts: list[Contact] = field(default_factory=list)
    milestones: list[Milestone] = field(default_factory=list)
    trainings: list[Training] = field(default_factory=list)

    def having(self, **changes: Any) -> "Customer":
        """The same customer with other values."""
        return replace(self, **changes)


def ago(days: float) -> date:
    """The day so many days before today."""
    return TODAY - timedelta(days=days)


def moment(days: float, hour: int = 12) -> datetime:
    """That hour of the day so many days before today."""
    return datetime.combine(ago(days), time(hour), UTC)


def usage(
    days_ago: Iterable[int], events: int = 10, users: int | None = 4, feature: str = "key_a"
) -> list[UsageDay]:
    return [
        UsageDay(day=ago(days), feature=feature, events=events, active_users=users)
        for days in days_ago
    ]


def subscription(**changes: Any) -> Subscription:
    values = {"key": "s", "seats": 10, "arr": 1_200_000, "started_on": ago(730)}
    return Subscription(**{**values, **changes})


def ticket(opened: float, **changes: Any) -> Ticket:
    return Ticket(**{"key": "t", "opened_at": moment(opened), **changes})


def nps(score: int, days: int) -> Survey:
    return Survey(key="n", kind=SurveyKind.NPS, score=score, answered_on=ago(days))


def csat(score: int, days: int) -> Survey:
    return Survey(key="c", kind=SurveyKind.CSAT, score=score, answered_on=ago(days))


def talk(
    days: float,
    topic: Topic = Topic.GENERAL,
    direction: Direction = Direction.BOTH,
    **changes: Any,
) -> Interaction:
    return Interaction(
        **{"key": "i", "at": moment(days), "topic": topic, "direction": direction, **changes}
    )


def sponsor(**changes: Any) -> Contact:
    values = {"key": "p", "name": "Sal Ponsor", "email": "sal@acme.example"}
    return Contact(**{**values, "role": ContactRole.SPONSOR, **changes})


def invoice(due: int, **changes: Any) -> Invoice:
    values = {"key": "b", "amount": 50_000, "issued_on": ago(due + 30), "due_on": ago(due)}
    return Invoice(**{**values, **changes})


def milestone(due: int, done: int | None = None, **changes: Any) -> Milestone:
    values = {"key": "m", "title": "Go live", "due_on": ago(due)}
    return Milestone(**{**values, "done_on": None if done is None else ago(done), **changes})


def every_feed_fresh() -> dict[str, date]:
    return dict.fromkeys(FEEDS, TODAY)


def healthy(account_id: int = 1) -> Customer:
    """A customer to whom nothing bad happens: green, without a single risk."""
    return Customer(
        id=account_id,
        usage=[
            entry
            for feature in ("key_a", "key_b", "key_c", "key_d", "key_e", "key_f", "key_g")
            for entry in usage((d for d in range(730) if d % 7 < 5), users=8, feature=feature)
        ],
        subscriptions=[subscription(renews_on=TODAY + timedelta(days=200))],
        surveys=[nps(9, 30), csat(5, 20)],
        objectives=[Objective(key="o", title="Faster", due_on=ago(-60), status="on_track")],
        interactions=[
            talk(5, contact_email="sal@acme.example"),
            talk(40, Topic.REVIEW, contact_email="sal@acme.example"),
            talk(6, contact_email="bo@acme.example"),
            talk(6, contact_email="cy@acme.example"),
        ],
        contacts=[
            sponsor(last_active_on=ago(3)),
            Contact(key="q", name="Bo Tester", email="bo@acme.example"),
            Contact(key="r", name="Cy Tester", email="cy@acme.example"),
        ],
    )


def inputs_of(
    customers: Sequence[Customer],
    feeds: dict[str, date] | None = None,
    as_of: date = TODAY,
    key_features: int = KEY_FEATURES,
) -> SignalInputs:
    """The columns that storage would read for these customers."""
    rows = _Rows(customers)
    return SignalInputs(
        as_of=as_of,
        account_ids=np.array([customer.id for customer in customers], dtype=np.int64),
        key_feature_count=key_features,
        feeds=every_feed_fresh() if feeds is None else feeds,
        accounts=AccountColumns(
            started_on=_days(customer.started_on for customer in customers),
            status=_texts(customer.status for customer in customers),
            has_csm=_bools(customer.has_csm for customer in customers),
        ),
        **_usage(customers),
        subscriptions=SubscriptionColumns(
            account=rows.account("subscriptions"),
            seats=rows.numbers("subscriptions", "seats"),
            arr=rows.numbers("subscriptions", "arr"),
            started_on=rows.days("subscriptions", "started_on"),
            ends_on=rows.days("subscriptions", "ends_on"),
            renews_on=rows.days("subscriptions", "renews_on"),
            term_months=rows.numbers("subscriptions", "term_months"),
            trial=rows.bools("subscriptions", "trial"),
        ),
        tickets=TicketColumns(
            account=rows.account("tickets"),
            priority=rows.texts("tickets", "priority"),
            opened_at=rows.days("tickets", "opened_at"),
            closed_at=rows.days("tickets", "closed_at"),
            first_response_minutes=rows.numbers("tickets", "first_response_minutes"),
            escalated=rows.bools("tickets", "escalated"),
            reopened=rows.numbers("tickets", "reopened"),
            sla_breached=rows.numbers("tickets", "sla_breached"),
        ),
        surveys=SurveyColumns(
            account=rows.account("surveys"),
            kind=rows.texts("surveys", "kind"),
            score=rows.numbers("surveys", "score"),
            answered_on=rows.days("surveys", "answered_on"),
        ),
        invoices=InvoiceColumns(
            account=rows.account("invoices"),
            amount=rows.numbers("invoices", "amount"),
            due_on=rows.days("invoices", "due_on"),
            paid_on=rows.days("invoices", "paid_on"),
            failed_on=rows.days("invoices", "failed_on"),
        ),
        objectives=ObjectiveColumns(
            account=rows.account("objectives"),
            due_on=rows.days("objectives", "due_on"),
            status=rows.texts("objectives", "status"),
        ),
        interactions=InteractionColumns(
            account=rows.account("interactions"),
            at=rows.days("interactions", "at"),
            direction=rows.texts("interactions", "direction"),
            topic=rows.texts("interactions", "topic"),
            contact_is_sponsor=_bools(
                _is_sponsor(customer, entry)
                for customer in customers
                for entry in customer.interactions
            ),
            answered_at=rows.days("interactions", "answered_at"),
        ),
        contacts=ContactColumns(
            account=rows.account("contacts"),
            role=rows.texts("contacts", "role"),
            last_active_on=rows.days("contacts", "last_active_on"),
            left_on=rows.days("contacts", "left_on"),
            last_interaction_at=_days(
                _last_touch(customer, contact)
                for customer in customers
                for contact in customer.contacts
            ),
        ),
        milestones=MilestoneColumns(
            account=rows.account("milestones"),
            due_on=rows.days("milestones", "due_on"),
            done_on=rows.days("milestones", "done_on"),
            planned_hours=rows.numbers("milestones", "planned_hours"),
            actual_hours=rows.numbers("milestones", "actual_hours"),
        ),
        trainings=TrainingColumns(
            account=rows.account("trainings"),
            completed_on=rows.days("trainings", "completed_on"),
        ),
    )


def signals_of(
    *customers: Customer,
    feeds: dict[str, date] | None = None,
    settings: SignalSettings | None = None,
    **changes: Any,
) -> SignalTable:
    return compute(inputs_of(customers, feeds, **changes), settings or SignalSettings())


def signal(name: str, customer: Customer, **changes: Any) -> float:
    """One signal of one customer."""
    return float(signals_of(customer, **changes)[name][0])


def table_of(**values: float | Sequence[float]) -> SignalTable:
    """A table with just these signals given; all others are missing."""
    given = {name: np.atleast_1d(np.array(value, dtype=float)) for name, value in values.items()}
    size = max((len(column) for column in given.values()), default=1)
    columns = {name: np.full(size, np.nan) for name in SIGNALS}
    columns |= {"is_trial": np.zeros(size), "is_churned": np.zeros(size)}
    return SignalTable(TODAY, np.arange(1, size + 1), {**columns, **given})


class _Rows:
    """The records of all customers by kind, with the position of their account."""

    def __init__(self, customers: Sequence[Customer]) -> None:
        self.customers = customers

    def _of(self, kind: str) -> list[tuple[int, Any]]:
        return [(at, row) for at, who in enumerate(self.customers) for row in getattr(who, kind)]

    def account(self, kind: str) -> Ints:
        return np.array([at for at, _ in self._of(kind)], dtype=np.int64)

    def _values(self, kind: str, name: str) -> list[Any]:
        return [getattr(row, name) for _, row in self._of(kind)]

    def days(self, kind: str, name: str) -> Floats:
        return _days(self._values(kind, name))

    def numbers(self, kind: str, name: str) -> Floats:
        values = self._values(kind, name)
        return np.array([np.nan if value is None else value for value in values], dtype=float)

    def texts(self, kind: str, name: str) -> Texts:
        return _texts(self._values(kind, name))

    def bools(self, kind: str, name: str) -> Bools:
        return _bools(self._values(kind, name))


def _days(values: Iterable[date | None]) -> Floats:
    return np.array([_day(value) for value in values], dtype=float)


def _day(value: date | None) -> float:
    if value is None:
        return float("nan")
    if isinstance(value, datetime):
        return value.timestamp() / 86_400
    return day_number(value)


def _texts(values: Iterable[str]) -> Texts:
    return np.array([str(value) for value in values], dtype=np.str_)


def _bools(values: Iterable[bool]) -> Bools:
    return np.array(list(values), dtype=np.bool_)


def _is_sponsor(customer: Customer, entry: Interaction) -> bool:
    emails = {c.email for c in customer.contacts if c.role is ContactRole.SPONSOR}
    return bool(entry.contact_email) and entry.contact_email in emails


def _last_touch(customer: Customer, contact: Contact) -> datetime | None:
    touches = [i.at for i in customer.interactions if i.contact_email == contact.email != ""]
    return max(touches, default=None)


def _usage(customers: Sequence[Customer]) -> dict[str, Any]:
    days: dict[tuple[int, date], list[UsageDay]] = {}
    features: dict[tuple[int, str], list[date]] = {}
    for at, customer in enumerate(customers):
        for entry in customer.usage:
            days.setdefault((at, entry.day), []).append(entry)
            features.setdefault((at, entry.feature), []).append(entry.day)
    return {
        "usage_days": UsageDayColumns(
            account=np.array([at for at, _ in days], dtype=np.int64),
            day=_days(day for _, day in days),
            events=np.array([sum(e.events for e in day) for day in days.values()], dtype=float),
            active_users=np.array([_people(day) for day in days.values()], dtype=float),
        ),
        "usage_features": UsageFeatureColumns(
            account=np.array([at for at, _ in features], dtype=np.int64),
            is_key=_bools(feature.startswith("key") for _, feature in features),
            first_day=_days(min(used) for used in features.values()),
            last_day=_days(max(used) for used in features.values()),
        ),
    }


def _people(day: list[UsageDay]) -> float:
    known = [entry.active_users for entry in day if entry.active_users is not None]
    return max(known, default=float("nan"))
