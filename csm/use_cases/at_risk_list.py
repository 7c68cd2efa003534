"""A book's accounts at risk, most at stake first.

Accounts that the reader has snoozed are left out until their day comes, unless they got worse.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from csm.at_risk import at_risk, at_stake, grade_of, is_at_risk, is_worse, most_at_stake_first
from csm.digest_settings import DigestSettings
from csm.health import CtaStatus
from csm.people import Capability, Clearance, Principal
from csm.ports import BookLine, Reader, Records, StoredCta
from csm.told import Snooze, Told, ToldLine
from csm.use_cases.review_book import Scope
from csm.use_cases.work_ctas import may_work_on


@dataclass(frozen=True, slots=True)
class RiskLine:
    """One account at risk. `at_risk` is in minor units of its currency, `before` how the last
    digest showed it; `cta` the most urgent call to action there that nobody has taken up and the
    reader may. `is_back`: it is snoozed, and got worse since."""

    line: BookLine
    at_risk: int
    at_stake: float
    before: ToldLine | None = None
    cta: StoredCta | None = None
    is_back: bool = False

    @property
    def told(self) -> ToldLine:
        """What the next digest compares with."""
        health, risk = self.line.health, self.line.worst_risk
        return ToldLine(
            grade=grade_of(self.line),
            score=health.score if health else None,
            confidence=health.confidence if health else None,
            at_stake=self.at_stake,
            reason=risk.rule if risk else "",
        )


@dataclass(frozen=True, slots=True)
class AtRiskList:
    """`lines` are without those that are `snoozed`; `book` is all accounts, in danger or not.
    `then` is what the reader was told last of the same book, if anything."""

    today: date
    scope: Scope
    book: Sequence[BookLine]
    lines: Sequence[RiskLine]
    snoozed: Sequence[tuple[Snooze, RiskLine]]
    then: Told | None = None

    @property
    def snoozed_lines(self) -> list[RiskLine]:
        return [line for _, line in self.snoozed]

    @property
    def all_lines(self) -> list[RiskLine]:
        """Those that are snoozed, too."""
        return [*self.lines, *self.snoozed_lines]


def list_at_risk(
    clearance: Clearance,
    records: Records,
    settings: DigestSettings,
    today: date,
    as_of: date,
    scope: Scope,
) -> AtRiskList:
    """As it is now, for whoever asks. `today` is their own day, records are read `as_of`."""
    clearance.demand(Capability.READ_ACCOUNTS)
    with records.reading() as reader:
        ctas = reader.open_ctas(scope.email)
        return at_risk_in(reader, settings, clearance.principal, today, as_of, scope, ctas)


def at_risk_in(
    reader: Reader,
    settings: DigestSettings,
    who: Principal,
    today: date,
    as_of: date,
    scope: Scope,
    ctas: Sequence[StoredCta],
    then: Told | None = None,
) -> AtRiskList:
    """The same in the caller's unit of work. `ctas` are the calls to action of that book."""
    book = reader.book(scope.email, as_of)
    snoozes = {snooze.account_id: snooze for snooze in reader.snoozes(who.key, today)}
    urgent = _most_urgent(ctas, who)
    shown: list[RiskLine] = []
    snoozed: list[tuple[Snooze, RiskLine]] = []
    for line in most_at_stake_first(book, settings.at_risk, today):
        if not is_at_risk(line, settings.at_risk):
            continue
        snooze = snoozes.get(line.account_id)
        one = RiskLine(
            line,
            at_risk(line, settings.at_risk),
            at_stake(line, settings.at_risk, today),
            then.lines.get(str(line.account_id)) if then else None,
            urgent.get(line.account_id),
            is_back=snooze is not None and is_worse(grade_of(line), snooze.grade),
        )
        if snooze is None or one.is_back:
            shown.append(one)
        else:
            snoozed.append((snooze, one))
    return AtRiskList(today, scope, book, shown, snoozed, then)


def of_same_book(then: Told | None, scope: Scope) -> Told | None:
    """What was told last, if it was about the same accounts: else nothing can be compared."""
    return then if then and then.figures.get("scope") == scope.word else None


def totals(lines: Iterable[RiskLine]) -> dict[str, int]:
    """ARR at risk by currency, in minor units. Currencies are never added."""
    found: dict[str, int] = {}
    for one in lines:
        found[one.line.currency] = found.get(one.line.currency, 0) + one.at_risk
    return found


def _most_urgent(ctas: Sequence[StoredCta], who: Principal) -> dict[int, StoredCta]:
    """By account, of those that nobody has taken up and this person may: the worst, then the
    soonest due."""
    found: dict[int, StoredCta] = {}
    for stored in sorted(ctas, key=lambda one: (-one.cta.severity.rank, one.cta.due_on, one.id)):
        if stored.cta.status is CtaStatus.OPEN and may_work_on(who, stored.cta):
            found.setdefault(stored.cta.account_id, stored)
    return found
