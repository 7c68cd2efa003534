"""What the daily alert tells: accounts that turned red since the reader was last told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from csm.at_risk import grade_of
from csm.digest_settings import DigestSettings
from csm.health import Grade, Health
from csm.ports import Records
from csm.use_cases.at_risk_list import RiskLine, list_at_risk, of_same_book
from csm.use_cases.digest_frame import Addressee
from csm.use_cases.review_book import Scope


@dataclass(frozen=True, slots=True)
class Turned:
    """An account that is red now, and its newest health from before today."""

    one: RiskLine
    before: Health | None


@dataclass(frozen=True, slots=True)
class RedAlert:
    """`turned`: most at stake first. `red` is every red account of the book, told or not."""

    today: date
    scope: Scope
    turned: Sequence[Turned]
    red: Sequence[RiskLine]


def read_alert(records: Records, settings: DigestSettings, addressee: Addressee) -> RedAlert:
    """What turned red since the reader was told of this book; for somebody who never was, since
    the health before today's. What is snoozed counts only where it got worse."""
    today, scope = addressee.today, addressee.scope
    then = of_same_book(addressee.previous, scope)
    risks = list_at_risk(addressee.clearance, records, settings, today, addressee.as_of, scope)
    red = [one for one in risks.all_lines if grade_of(one.line) is Grade.RED]
    shown = [one for one in risks.lines if grade_of(one.line) is Grade.RED]
    with records.reading() as reader:
        earlier = reader.previous_health(
            [one.line.account_id for one in shown], addressee.product_day
        )
    turned = [Turned(one, earlier.get(one.line.account_id)) for one in shown]
    known = set(then.lines) if then else None
    return RedAlert(today, scope, [one for one in turned if _is_news(one, known)], red)


def _is_news(turned: Turned, known: set[str] | None) -> bool:
    if known is not None:
        return str(turned.one.line.account_id) not in known
    return turned.before is not None and turned.before.grade is not Grade.RED
