"""Many accounts at once: a portfolio, the risks in it, the renewals ahead of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from csm.at_risk import at_stake, most_at_stake_first
from csm.digest_settings import AtRisk
from csm.errors import InvalidInput, NotFound
from csm.health import FindingKind
from csm.people import Capability, Clearance, Role
from csm.ports import BookLine, Records, StoredFinding

DEFAULT_RENEWAL_DAYS: Final = 90
LONGEST_RENEWAL_DAYS: Final = 730


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
    clearance.demand(Capability.READ_ACCOUNTS, Capability.READ_TEAM)
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


def review_portfolio(
    clearance: Clearance, records: Records, settings: AtRisk, today: date, scope: Scope
) -> Book:
    """The accounts of a book, those with most at stake first."""
    clearance.demand(Capability.READ_ACCOUNTS)
    with records.reading() as reader:
        lines = reader.book(scope.email, today)
    return Book(today, scope, most_at_stake_first(lines, settings, today))


def review_risks(
    clearance: Clearance, records: Records, settings: AtRisk, today: date, scope: Scope
) -> RiskList:
    """The open risks of a book: worst severity first, then by what is at stake."""
    clearance.demand(Capability.READ_ACCOUNTS)
    with records.reading() as reader:
        lines = {line.account_id: line for line in reader.book(scope.email, today)}
        found = reader.open_findings(FindingKind.RISK, scope.email)
    risks = [
        (risk, lines[risk.finding.account_id]) for risk in found if risk.finding.account_id in lines
    ]
    risks.sort(
        key=lambda pair: (pair[0].finding.severity.rank, at_stake(pair[1], settings, today)),
        reverse=True,
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
