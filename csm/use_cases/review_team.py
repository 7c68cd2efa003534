"""A team's figures: what it keeps of its revenue, what is at risk, what it saved, what waits."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from csm.account import Subscription
from csm.arr_by_grade import GradedWeeks, graded_weeks, week_ends
from csm.at_risk import at_risk, at_stake, grade_of, is_at_risk, most_at_stake_first
from csm.deflection import DeflectionCounts, counts
from csm.digest_settings import AtRisk, DigestSettings
from csm.effect import PlayEffect
from csm.firing import FiringState
from csm.health import Grade, Save
from csm.people import Capability, Clearance, clear
from csm.playbook import Playbook
from csm.ports import BookLine, Reader, Records
from csm.ports_team import DraftsWaiting, NamedSave, Unclaimed
from csm.retention import (
    Holding,
    Period,
    PeriodKind,
    Retention,
    period_of,
    retention_forecast,
    retention_to_date,
)
from csm.told import Told
from csm.use_cases.at_risk_list import RiskLine
from csm.use_cases.outreach_effect import effects
from csm.use_cases.review_book import Scope

WEEK: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Weeks:
    """For the picture: ARR by grade on the last day of each week, and the retention until then, of
    those days that lie in the period."""

    graded: GradedWeeks
    retention: tuple[Retention | None, ...]


@dataclass(frozen=True, slots=True)
class CsmBook:
    """One CSM's accounts, and the calls to action that are hers and unclaimed. `name` is empty for
    accounts that have no CSM."""

    name: str
    lines: Sequence[BookLine]
    unclaimed: int


@dataclass(frozen=True, slots=True)
class TeamReview:
    """`at_risk` are the accounts at risk, most at stake first. Saves and leads are those `since`
    that day; `failed` the jobs that failed in the last week, by how often; `effects` those of plays
    that a control group proves. `weeks` is None where nobody ever was a customer."""

    scope: Scope
    today: date
    period: Period
    to_date: Retention
    forecast: Retention
    book: Sequence[BookLine]
    at_risk: Sequence[BookLine]
    since: date
    saves: Sequence[NamedSave]
    leads_passed: int
    drafts: DraftsWaiting
    unclaimed: Sequence[Unclaimed]
    deflection: DeflectionCounts
    effects: Sequence[PlayEffect]
    csms: Sequence[CsmBook]
    failed: Mapping[str, int]
    weeks: Weeks | None


def review_team(
    clearance: Clearance,
    records: Records,
    playbook: Playbook,
    now: datetime,
    today: date,
    scope: Scope,
    kind: PeriodKind | None = None,
    previous: Told | None = None,
) -> TeamReview:
    """The team as it is now. `kind` of period: None is the playbook's. `previous` is what was told
    of the same accounts last: without it, news are those of a week."""
    clearance.demand(Capability.READ_TEAM)
    settings = playbook.digests
    period = period_of(kind or settings.retention.period, settings.retention.year_starts, today)
    since = previous.at if previous else now - WEEK
    days = week_ends(today, settings.weeks)
    with records.reading() as reader:
        book = reader.book(scope.email, today)
        subscriptions = reader.subscriptions_since(
            scope.email, min(period.opening, days[0]), period.last
        )
        grades = reader.grades_on(scope.email, days)
        saves = reader.saves(scope.email, since.date() - timedelta(days=1), today)
        leads_passed = reader.leads_passed(scope.email, since, now)
        drafts = reader.drafts_waiting(scope.email, now)
        unclaimed = reader.unclaimed_ctas(scope.email, today)
        asked = reader.questions(now - WEEK, now)
        csms = _csms(reader, book, unclaimed, settings.at_risk)
        failed = _failed(reader, now)
    known = {line.account_id: grade_of(line) for line in book}
    holdings = [
        Holding(bought, known[id_]) if id_ in known else Holding(bought)
        for id_, bought in subscriptions.items()
    ]
    to_date = retention_to_date(holdings, period.opening, today)
    return TeamReview(
        scope=scope,
        today=today,
        period=period,
        to_date=to_date,
        forecast=retention_forecast(holdings, period, today, settings.retention.renews),
        book=book,
        at_risk=_at_risk(book, settings, today),
        since=since.date(),
        saves=_untold(saves, previous),
        leads_passed=leads_passed,
        drafts=drafts,
        unclaimed=unclaimed,
        deflection=counts(stored.question for stored in asked),
        effects=_proven(clearance, records, playbook, today),
        csms=csms,
        failed=failed,
        weeks=_weeks(holdings, subscriptions, grades, days, period),
    )


def _at_risk(book: Sequence[BookLine], settings: DigestSettings, today: date) -> list[BookLine]:
    found = [line for line in book if is_at_risk(line, settings.at_risk)]
    return most_at_stake_first(found, settings.at_risk, today)


def risk_line(line: BookLine, settings: AtRisk, today: date, previous: Told | None) -> RiskLine:
    """An account at risk, beside how it was told of last."""
    before = previous.lines.get(str(line.account_id)) if previous else None
    return RiskLine(line, at_risk(line, settings), at_stake(line, settings, today), before)


def save_key(save: Save) -> str:
    """What a save is remembered by, once it was told of."""
    return f"{save.account_id}:{save.day.isoformat()}"


def _untold(saves: Sequence[NamedSave], previous: Told | None) -> list[NamedSave]:
    """Saves have no time of day: those of the day of the last digest may have come after it."""
    told = previous.figures.get("saves", ()) if previous else ()
    return [one for one in saves if save_key(one.save) not in told]


def _csms(
    reader: Reader, book: Sequence[BookLine], unclaimed: Iterable[Unclaimed], settings: AtRisk
) -> list[CsmBook]:
    """Those with most ARR at risk first; accounts without a CSM last."""
    emails = reader.csm_emails([line.account_id for line in book])
    names = {person.email.lower(): person.name for person in reader.people() if person.email}
    lines: dict[str, list[BookLine]] = defaultdict(list)
    for line in book:
        lines[emails[line.account_id]].append(line)
    waiting: dict[str, int] = defaultdict(int)
    for one in unclaimed:
        waiting[one.owner_email] += one.count
    ranked = sorted(
        lines.items(),
        key=lambda item: (not item[0], -sum(at_risk(line, settings) for line in item[1]), item[0]),
    )
    return [CsmBook(names.get(email, email), theirs, waiting[email]) for email, theirs in ranked]


def _failed(reader: Reader, now: datetime) -> dict[str, int]:
    tally = reader.firing_tally(now - WEEK)
    return {one.job: one.count for one in tally if one.state is FiringState.FAILED}


def _proven(
    clearance: Clearance, records: Records, playbook: Playbook, today: date
) -> list[PlayEffect]:
    reading = clear(clearance.principal, Capability.READ_ACCOUNTS, clearance.audience)
    every = effects(reading, records, playbook, today)
    return [one for one in every if one.difference is not None and one.difference.is_sure]


def _weeks(
    holdings: Sequence[Holding],
    subscriptions: Mapping[int, Sequence[Subscription]],
    grades: Mapping[date, Mapping[int, Grade]],
    days: Sequence[date],
    period: Period,
) -> Weeks | None:
    """In the currency that most accounts have."""
    currencies = Counter(one.currency for bought in subscriptions.values() for one in bought)
    if not currencies:
        return None
    currency = min(currencies, key=lambda code: (-currencies[code], code))
    return Weeks(
        graded_weeks(subscriptions, grades, days, currency),
        tuple(
            retention_to_date(holdings, period.opening, day) if day >= period.first else None
            for day in days
        ),
    )
