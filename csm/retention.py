"""Gross and net revenue retention, and logo retention: to date, and as foreseen.

Over a period, for the accounts that were customers when it began (Gainsight's and the field's usual
definitions, by account and currency):

    GRR = (start ARR - downsell - churn) / start ARR, which expansion never raises
    NRR = (start ARR - downsell - churn + expansion) / start ARR
    logo retention = customers kept / customers at the start

What counts as the start is the ARR on the day before the period, so that one period begins where
the last one closed, and what ends or begins on its first day is in it. Trials and subscriptions of
no worth make nobody a customer, and customers won since then count in none of it.

Each account is compared with itself, its subscriptions added up: a change of plan, which the record
knows as one that ended and another that began, is neither churn nor expansion but for the
difference. Amounts in different currencies are never added; an account that goes over from one to
another has shrunk in the one, and is no customer at the start in the other.

What the record cannot tell: an ARR that was changed in place, for a subscription has one, which
then seems to have been so from its start; and how renewals went, for a renewal day that is over is
the same whether somebody signed or nobody has got round to leaving. So there is no resolution,
close or conversion rate here.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Final, Literal

from csm.account import Subscription
from csm.contract import add_months, has_ended, is_live, next_renewal
from csm.health import Grade

PeriodKind = Literal["quarter", "year"]
_MONTHS: Final[Mapping[PeriodKind, int]] = {"quarter": 3, "year": 12}


@dataclass(frozen=True, slots=True)
class Period:
    """A quarter or a year of ours, from its first day to its last."""

    kind: PeriodKind
    first: date
    last: date

    @property
    def opening(self) -> date:
        """The day before, which the period is compared with."""
        return self.first - timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Holding:
    """An account's subscriptions, ended ones too, and its grade now."""

    subscriptions: Sequence[Subscription]
    grade: Grade = Grade.NONE


@dataclass(frozen=True, slots=True)
class Movement:
    """What became of the ARR that a period began with, in minor units of one currency. `start` is
    above 0. A forecast's amounts are expected ones, and so are no whole numbers."""

    currency: str
    start: int
    churn: float = 0
    downsell: float = 0
    expansion: float = 0

    @property
    def grr(self) -> float:
        """0 to 1."""
        return max(0.0, (self.start - self.downsell - self.churn) / self.start)

    @property
    def nrr(self) -> float:
        """0 and more."""
        return max(0.0, (self.start - self.downsell - self.churn + self.expansion) / self.start)


@dataclass(frozen=True, slots=True)
class Retention:
    """A portfolio's retention. `movements`: by currency, those of most accounts first; none where
    nobody was a customer at the start. `accounts` were customers then, `kept` of them are (or are
    expected to be) still."""

    movements: Sequence[Movement] = ()
    accounts: int = 0
    kept: float = 0

    @property
    def logos(self) -> float | None:
        """0 to 1; None where nobody was a customer at the start."""
        return self.kept / self.accounts if self.accounts else None


def period_of(kind: PeriodKind, year_starts: int, today: date) -> Period:
    """The quarter or year that the day lies in. `year_starts` is the first month of our year."""
    months = _MONTHS[kind]
    into_year = (today.month - year_starts) % 12
    first = add_months(today.replace(day=1), -(into_year % months))
    return Period(kind, first, add_months(first, months) - timedelta(days=1))


def retention_to_date(holdings: Iterable[Holding], opening: date, as_of: date) -> Retention:
    """From the day before the period until that day, as the record has it."""
    sums = _Sums()
    for holding in holdings:
        start = _arr(holding.subscriptions, opening)
        if start:
            now = _arr(holding.subscriptions, as_of)
            sums.add(start, now, [(1.0, now)])
    return sums.total()


def retention_forecast(
    holdings: Iterable[Holding], period: Period, as_of: date, renews: Mapping[Grade, float]
) -> Retention:
    """Until the end of the period: what is so to date, what is certain (subscriptions whose end or
    beginning is recorded already), and what is to be expected of the renewals still to come.

    An account renews all that comes up or nothing, with the chance that `renews` gives its grade.
    A subscription counts once, however short its term; one that ends by then does not renew, and
    monthly terms roll on. What was lost by that day is never foreseen to be kept after all, so no
    forecast of GRR or logos is higher than what is so to date.
    """
    sums = _Sums()
    for holding in holdings:
        start = _arr(holding.subscriptions, period.opening)
        if not start:
            continue
        comes_up = {id(one) for one in _up_for_renewal(holding.subscriptions, as_of, period.last)}
        left = [one for one in holding.subscriptions if id(one) not in comes_up]
        chance = renews[holding.grade] if comes_up else 1.0
        ends = [
            (chance, _arr(holding.subscriptions, period.last)),
            (1.0 - chance, _arr(left, period.last)),
        ]
        sums.add(start, _arr(holding.subscriptions, as_of), ends)
    return sums.total()


@dataclass(slots=True)
class _Tally:
    accounts: int = 0
    start: int = 0
    churn: float = 0
    downsell: float = 0
    expansion: float = 0


@dataclass(slots=True)
class _Sums:
    """Accounts as they are added up."""

    by_currency: dict[str, _Tally] = field(default_factory=dict)
    accounts: int = 0
    kept: float = 0

    def add(
        self,
        start: Mapping[str, int],
        now: Mapping[str, int],
        ends: Sequence[tuple[float, Mapping[str, int]]],
    ) -> None:
        """One account: its ARR by currency at the start and now, and how it may end, each with its
        chance."""
        self.accounts += 1
        for currency, arr in start.items():
            tally = self.by_currency.setdefault(currency, _Tally())
            tally.accounts += 1
            tally.start += arr
        for chance, end in ends:
            is_kept = bool(now) and bool(end)
            self.kept += chance * is_kept
            for currency, arr in start.items():
                reached = end.get(currency, 0)
                retained = min(arr, now.get(currency, 0), reached)
                tally = self.by_currency[currency]
                tally.expansion += chance * (reached - retained)
                if is_kept:
                    tally.downsell += chance * (arr - retained)
                else:
                    tally.churn += chance * (arr - retained)

    def total(self) -> Retention:
        ranked = sorted(self.by_currency.items(), key=lambda item: (-item[1].accounts, item[0]))
        movements = tuple(
            Movement(code, one.start, one.churn, one.downsell, one.expansion)
            for code, one in ranked
        )
        return Retention(movements, self.accounts, self.kept)


def _arr(subscriptions: Iterable[Subscription], day: date) -> dict[str, int]:
    """ARR on that day by currency, without currencies that have none."""
    arr: dict[str, int] = {}
    for one in subscriptions:
        if one.arr and not one.trial and is_live(one, day):
            arr[one.currency] = arr.get(one.currency, 0) + one.arr
    return arr


def _up_for_renewal(
    subscriptions: Iterable[Subscription], as_of: date, last: date
) -> Iterator[Subscription]:
    """Those live now that renew by that day, and are not known to end by it."""
    for one in subscriptions:
        if is_live(one, as_of) and not has_ended(one, last):
            renewal = next_renewal(one, as_of)
            if renewal is not None and renewal <= last:
                yield one
