"""What of an account's signals may be told to the customer, and how it is said.

It is what they see for themselves in the product, on their bills and in their calendar. Whatever is
not in this table is ours: health, scores, risks, ARR, other people's answers.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from csm.outreach import Fact
from csm.signals import SIGNALS
from csm.tongue import Tongue
from csm.wording import percent


@dataclass(frozen=True, slots=True)
class Telling:
    """What a fact is said with: the account's signals on that day, its currency, the language."""

    signals: Mapping[str, Any]
    as_of: date
    currency: str
    tongue: Tongue


@dataclass(frozen=True, slots=True)
class Shareable:
    """One fact that rests on a signal. `say` gives its words; None where there is nothing to say
    of such a value. `is_day`: it is a calendar day, which stays the same while days go by.
    `example` is for the documentation and for trying letters out."""

    name: str
    signal: str
    label: str
    example: str
    say: Callable[[float, Telling], str | None]
    is_day: bool = False

    def fact(self, telling: Telling) -> Fact | None:
        """The fact, where the signal is known."""
        value = telling.signals.get(self.signal)
        text = None if value is None else self.say(float(value), telling)
        if value is None or text is None:
            return None
        return Fact(
            name=self.name,
            label=self.label,
            text=text,
            number=None if self.is_day else float(value),
            source=next(iter(SIGNALS[self.signal].feeds), "accounts"),
            as_of=telling.as_of,
        )


def _seats(value: float, telling: Telling) -> str | None:
    bought = telling.signals.get("seats")
    if not bought:
        return None
    tongue = telling.tongue
    return tongue.of_seats.format(tongue.number(value), tongue.number(float(bought)))


def _share(value: float, _telling: Telling) -> str:
    return percent(value)


def _change(value: float, telling: Telling) -> str:
    return telling.tongue.change(value)


def _days(value: float, telling: Telling) -> str:
    return telling.tongue.counted(int(value), telling.tongue.days)


def _days_a_week(value: float, telling: Telling) -> str:
    return telling.tongue.counted(round(value, 1), telling.tongue.days_a_week)


def _key_features(value: float, telling: Telling) -> str:
    return telling.tongue.counted(value, telling.tongue.key_features)


def _steps(value: float, telling: Telling) -> str | None:
    return telling.tongue.counted(value, telling.tongue.steps) if value else None


def _days_late(value: float, telling: Telling) -> str | None:
    return _days(value, telling) if value >= 1 else None


def _money(value: float, telling: Telling) -> str | None:
    return telling.tongue.money(int(value), telling.currency) if value else None


def _day_ahead(value: float, telling: Telling) -> str:
    return telling.tongue.day(telling.as_of + timedelta(days=int(value)))


def _day_past(value: float, telling: Telling) -> str:
    return telling.tongue.day(telling.as_of - timedelta(days=int(value)))


SHAREABLE: Final = (
    Shareable("active_seats", "active_seats", "Seats in use", "41 of 60 seats", _seats),
    Shareable("seat_use", "seat_use", "Share of the seats in use", "68 %", _share),
    Shareable(
        "key_features_28d",
        "key_features_28d",
        "Key features used in the last four weeks",
        "5 key features",
        _key_features,
    ),
    Shareable(
        "usage_change_28d",
        "usage_change_28d",
        "Usage in the last four weeks against the four weeks before",
        "fell by 33 %",
        _change,
    ),
    Shareable(
        "active_days_per_week",
        "active_days_per_week",
        "Days on which the product was used, in the last four weeks",
        "3.5 days a week",
        _days_a_week,
    ),
    Shareable("days_since_usage", "days_since_usage", "Time since the last use", "62 days", _days),
    Shareable("last_used_on", "days_since_usage", "Last use", "3 January 2026", _day_past, True),
    Shareable(
        "days_since_start", "days_since_start", "Time since the contract start", "16 days", _days
    ),
    Shareable(
        "milestones_open", "milestones_open", "Onboarding steps to be done", "2 steps", _steps
    ),
    Shareable(
        "training_done_share", "training_done_share", "Share of courses completed", "33 %", _share
    ),
    Shareable("renewal_on", "days_to_renewal", "Renewal", "1 December 2026", _day_ahead, True),
    Shareable("unpaid_amount", "unpaid_amount", "Amount unpaid", "$4,000", _money),
    Shareable(
        "invoice_overdue_days",
        "invoice_overdue_days",
        "How late the oldest unpaid invoice is",
        "14 days",
        _days_late,
    ),
    Shareable(
        "last_review_on",
        "days_since_review",
        "Last business review",
        "9 November 2025",
        _day_past,
        True,
    ),
)


def shared_facts(telling: Telling, only: Collection[str]) -> Iterator[Fact]:
    """Those of these names in the table that are known of an account."""
    asked = (each for each in SHAREABLE if each.name in only)
    return (fact for each in asked if (fact := each.fact(telling)))
