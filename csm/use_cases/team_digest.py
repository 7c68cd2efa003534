"""The manager's digest, composed; and the same at any time, for whoever asks."""

from typing import Any, Final

from csm.card import Card
from csm.chart import Chart
from csm.errors import InvalidInput
from csm.people import Clearance
from csm.playbook import Playbook
from csm.ports import Clock, Records
from csm.retention import PeriodKind
from csm.told import ToldLine
from csm.use_cases.at_risk_list import of_same_book
from csm.use_cases.digest_frame import Addressee, Compose, Composed
from csm.use_cases.review_book import scope_of
from csm.use_cases.review_team import TeamReview, review_team, risk_line, save_key
from csm.views.team_chart import team_chart
from csm.views.team_digest import risk_by_currency, team_card, team_outcome
from csm.views.team_retention import retention_figures

TEAM: Final = "team"
"""The job's name."""


def compose_team(records: Records, playbook: Playbook, clock: Clock) -> Compose:
    """What writes the digest of the job `team`."""

    def compose(addressee: Addressee) -> Composed:
        before = of_same_book(addressee.previous, addressee.scope)
        review = review_team(
            addressee.clearance,
            records,
            playbook,
            clock.now(),
            addressee.as_of,
            addressee.scope,
            previous=before,
        )
        return Composed(
            card=team_card(review, playbook, addressee.person.zone, before),
            outcome=team_outcome(review),
            is_empty=not review.book and not review.to_date.accounts,
            lines=_lines(review, playbook),
            figures=_figures(review, playbook),
            chart=team_chart(review),
        )

    return compose


def see_team(
    clearance: Clearance, records: Records, playbook: Playbook, clock: Clock, kind: str = ""
) -> tuple[Card, Chart | None]:
    """The same now, of everybody's accounts, over the quarter or year that is meant; the playbook
    says which where `kind` is empty. Nothing is kept of it. Raises InvalidInput."""
    who, scope = clearance.principal, scope_of(clearance, records, "all")
    with records.reading() as reader:
        before = of_same_book(reader.last_told(TEAM, who.key), scope)
    review = review_team(
        clearance, records, playbook, clock.now(), clock.today(), scope, _period(kind), before
    )
    return team_card(review, playbook, who.zone, before), team_chart(review)


def _period(word: str) -> PeriodKind | None:
    match word.strip().lower():
        case "":
            return None
        case "quarter":
            return "quarter"
        case "year":
            return "year"
    raise InvalidInput(f"“{word.strip()[:40]}” is no period. Try /team quarter or /team year.")


def _lines(review: TeamReview, playbook: Playbook) -> dict[str, ToldLine]:
    """The accounts at risk, which the next digest compares with."""
    settings = playbook.digests.at_risk
    risks = [risk_line(line, settings, review.today, None) for line in review.at_risk]
    return {str(one.line.account_id): one.told for one in risks}


def _figures(review: TeamReview, playbook: Playbook) -> dict[str, Any]:
    """What the next digest compares with, and the saves that it does not tell of again."""
    return {
        "scope": review.scope.word,
        "retention": retention_figures(review),
        "at_risk": risk_by_currency(review.at_risk, playbook.digests.at_risk),
        "saves": [save_key(one.save) for one in review.saves if one.save.day == review.today],
    }
