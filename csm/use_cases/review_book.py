"""Many accounts at once: a portfolio, the risks in it, the renewals ahead of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from csm.errors import InvalidInput, NotFound
from csm.health import FindingKind, Grade
from csm.people import Capability, Clearance, Role
from csm.ports import BookLine, Records, StoredFinding

DEFAULT_RENEWAL_DAYS: Final = 90
LONGEST_RENEWAL_DAYS: Final = 730

# How much each grade worries. Without a grade it is between yellow and red: nobody can see it.
WORRY: Final = {Grade.RED: 4, Grade.NONE: 3, Grade.YELLOW: 2, Grade.LIME: 1, Grade.GREEN: 0}
# A renewal within so many days makes the ARR count so many times; the first that fits is used.
URGENCY: Final = ((30, 4), (120, 2))


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose accounts: one CSM's, or (email None) everybody's. `word` names it in a button id."""

    email: str | None
    title: str
    word: str


@dataclass(frozen=True, slots=True)
class Book:
    today: date
    scope: Scope
    lines: Sequence[BookLine]


@dataclass(frozen=True, slots=True)
class RiskList:
    today: date
    scope: Scope
    risks: Sequence[tuple[StoredFinding, BookLine]]


@dataclass(frozen=True, slots=True)
class RenewalList:
    today: date
    scope: Scope
    days: int
    lines: Sequence[BookLine]


def scope_of(clearance: Clearance, records: Records, word: str) -> Scope:
    """Whose book is meant: `mine`, `all`, or a colleague's name or e-mail.

    Without a word, a CSM means her own accounts, a manager or an admin everybody's.
    Raises NotFound with the names that would do.
    """
    clearance.demand(Capability.READ_ACCOUNTS)
    who = clearance.principal
    wanted = word.strip().lower() or ("mine" if who.role is Role.CSM else "all")
    if wanted in ("all", "team", "everybody"):
        return Scope(None, "Everybody's accounts", "all")
    if wanted in ("mine", "my", "me"):
        return Scope(who.email, "Your accounts", "mine")
    with records.reading() as reader:
        staff = [person for person in reader.people() if person.is_staff]
    for person in staff:
        if wanted in (person.key.lower(), person.name.lower(), person.email.lower()):
            return Scope(person.email, f"{person.name}'s accounts", person.key)
    known = ", ".join(person.key for person in staff if person.role is Role.CSM)
    raise NotFound(
        f"I know no colleague called “{word.strip()}”. Try mine, all, or one of: {known}."
    )


def review_portfolio(clearance: Clearance, records: Records, today: date, scope: Scope) -> Book:
    """The accounts of a book, those with most at stake first."""
    clearance.demand(Capability.READ_ACCOUNTS)
    with records.reading() as reader:
        lines = reader.book(scope.email, today)
    return Book(today, scope, sorted(lines, key=lambda line: at_stake(line, today), reverse=True))


def review_risks(clearance: Clearance, records: Records, today: date, scope: Scope) -> RiskList:
    """The open risks of a book: worst severity first, then by what is at stake."""
    clearance.demand(Capability.READ_ACCOUNTS)
    with records.reading() as reader:
        lines = {line.account_id: line for line in reader.book(scope.email, today)}
        found = reader.open_findings(FindingKind.RISK, scope.email)
    risks = [
        (risk, lines[risk.finding.account_id]) for risk in found if risk.finding.account_id in lines
    ]
    risks.sort(
        key=lambda pair: (pair[0].finding.severity.rank, at_stake(pair[1], today)), reverse=True
    )
    return RiskList(today, scope, risks)


def review_renewals(
    clearance: Clearance, records: Records, today: date, scope: Scope, days: int
) -> RenewalList:
    """The accounts of a book that renew within so many days, soonest first."""
    clearance.demand(Capability.READ_ACCOUNTS)
    with records.reading() as reader:
        lines = reader.book(scope.email, today)
    until = today + timedelta(days=days)
    due = [line for line in lines if line.renews_on and today <= line.renews_on <= until]
    due.sort(key=lambda line: (line.renews_on or until, line.name))
    return RenewalList(today, scope, days, due)


def renewal_days(text: str) -> int:
    """The number of days meant by `/renewals TEXT`. Raises InvalidInput."""
    digits = text.strip().removesuffix("d")
    if not digits.isascii() or not digits.isdigit():
        raise InvalidInput(f"“{text.strip()}” is not a number of days. Try /renewals 90.")
    days = int(digits[:6])
    if not 1 <= days <= LONGEST_RENEWAL_DAYS:
        raise InvalidInput(
            f"I can look 1 to {LONGEST_RENEWAL_DAYS} days ahead, not {digits}. Try /renewals 90."
        )
    return days


def at_stake(line: BookLine, today: date) -> tuple[int, float]:
    """How much an account asks for attention: its grade first, then ARR times urgency.

    What is up for renewal counts twice as it comes near, and twice again when it is due. Amounts
    in several currencies are compared by their minor units: rough, but only for the order.
    """
    grade = line.health.grade if line.health else Grade.NONE
    return WORRY[grade], float(line.arr + line.renewing_arr * (_urgency(line, today) - 1))


def _urgency(line: BookLine, today: date) -> int:
    if line.renews_on is None:
        return 1
    days = (line.renews_on - today).days
    return next((times for within, times in URGENCY if days <= within), 1)
