"""How numbers, days and amounts are said to customers, in the languages that letters come in.

In any other language a customer is told them in English.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from string import digits
from typing import Final

from csm.money import format_money
from csm.wording import number, percent

_GERMAN_MARKS: Final = str.maketrans(",.", ".,")


@dataclass(frozen=True, slots=True)
class Tongue:
    """One language. `of_seats` and the like hold `{}` where the number goes."""

    months: tuple[str, ...]
    day_form: str
    number: Callable[[float], str]
    money: Callable[[int, str], str]
    rose: str
    fell: str
    same: str
    of_seats: str
    of_accounts: str
    days: tuple[str, str]  # one, many
    days_a_week: tuple[str, str]
    key_features: tuple[str, str]
    steps: tuple[str, str]
    team: str
    direct: str  # below a direct message: `{}` is whom it is from
    last_joint: str

    def day(self, day: date) -> str:
        """`1 December 2026`."""
        return self.day_form.format(day.day, self.months[day.month - 1], day.year)

    def counted(self, count: float, forms: tuple[str, str]) -> str:
        """`1 day`, `62 days`."""
        one, many = forms
        return f"{self.number(count)} {one if count == 1 else many}"

    def change(self, share: float) -> str:
        """`fell by 33 %` for -0.33."""
        size = percent(abs(share))
        if size == percent(0):
            return self.same
        return (self.rose if share > 0 else self.fell).format(size)

    def listing(self, items: Sequence[str]) -> str:
        """`a`, `a and b`, `a, b and c`."""
        if len(items) <= 1:
            return "".join(items)
        return f"{', '.join(items[:-1])} {self.last_joint} {items[-1]}"


def _german_money(minor: int, currency: str) -> str:
    """`1.250,50 €`."""
    amount = format_money(minor, currency)
    begins = next(at for at, letter in enumerate(amount) if letter in digits)
    return f"{amount[begins:].translate(_GERMAN_MARKS)} {amount[:begins].strip()}"


_ENGLISH: Final = Tongue(
    months=(
        "January", "February", "March", "April", "May", "June", "July", "August", "September",
        "October", "November", "December",
    ),
    day_form="{} {} {}",
    number=number,
    money=format_money,
    rose="rose by {}",
    fell="fell by {}",
    same="stayed the same",
    of_seats="{} of {} seats",
    of_accounts="{} of {} teams like yours",
    days=("day", "days"),
    days_a_week=("day a week", "days a week"),
    key_features=("key feature", "key features"),
    steps=("step", "steps"),
    team="The {} team",
    direct="From {}. Reply “stop” if you would rather not get these.",
    last_joint="and",
)  # fmt: skip
_GERMAN: Final = Tongue(
    months=(
        "Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September",
        "Oktober", "November", "Dezember",
    ),
    day_form="{}. {} {}",
    number=lambda value: number(value).translate(_GERMAN_MARKS),
    money=_german_money,
    rose="ist um {} gestiegen",
    fell="ist um {} gesunken",
    same="ist gleich geblieben",
    of_seats="{} von {} Plätzen",
    of_accounts="{} von {} vergleichbaren Teams",
    days=("Tag", "Tagen"),
    days_a_week=("Tag pro Woche", "Tagen pro Woche"),
    key_features=("Kernfunktion", "Kernfunktionen"),
    steps=("Schritt", "Schritte"),
    team="Das {}-Team",
    direct="Von {}. Antworten Sie „stopp“, wenn Sie das nicht mehr möchten.",
    last_joint="und",
)  # fmt: skip

_TONGUES: Final = {"en": _ENGLISH, "de": _GERMAN}


def tongue_of(language: str) -> Tongue:
    """That of an ISO 639-1 code; English where we do not speak it."""
    return _TONGUES.get(language, _ENGLISH)
