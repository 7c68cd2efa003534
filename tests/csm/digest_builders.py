"""Made-up accounts of a book, for the tests of digests."""

from datetime import date, timedelta
from typing import Any

from csm.account import Milestone, Objective, Subscription
from csm.health import Cta, CtaType, Grade, Health, Quadrant, Severity, Stage
from csm.ports import BookLine, StoredCta

TODAY = date(2027, 6, 30)


def day(distance: int) -> date:
    """So many days from today; before it where negative."""
    return TODAY + timedelta(days=distance)


def health(grade: Grade = Grade.GREEN, score: float = 80, **changes: Any) -> Health:
    values: dict[str, Any] = {
        "account_id": 1,
        "day": TODAY,
        "score": score,
        "outcomes": score,
        "experience": score,
        "confidence": 1,
        "grade": grade,
        "quadrant": Quadrant.UNKNOWN,
        "stage": Stage.ADOPTION,
    }
    return Health(**{**values, **changes})


def line(id_: int = 1, renews: int | None = None, **changes: Any) -> BookLine:
    values: dict[str, Any] = {
        "account_id": id_,
        "name": f"Account {id_:02}",
        "currency": "USD",
        "arr": 1_200_000,
        "renewing_arr": 1_200_000 if renews is not None else 0,
        "renews_on": None if renews is None else day(renews),
        "health": health(),
        "health_week_ago": None,
        "open_risks": 0,
        "worst_risk": None,
    }
    return BookLine(**{**values, **changes})


def milestone(due: int, done: int | None = None, **changes: Any) -> Milestone:
    done_on = None if done is None else day(done)
    values = {"key": f"m{due}", "title": f"Step {due}", "due_on": day(due), "done_on": done_on}
    return Milestone(**{**values, **changes})


def subscription(renews: int | None, **changes: Any) -> Subscription:
    values: dict[str, Any] = {
        "key": "s",
        "started_on": day(-300),
        "arr": 1_200_000,
        "renews_on": None if renews is None else day(renews),
    }
    return Subscription(**{**values, **changes})


def objective(due: int | None, status: str, **changes: Any) -> Objective:
    due_on = None if due is None else day(due)
    values = {"key": f"o{due}", "title": f"Goal {due}", "due_on": due_on, "status": status}
    return Objective(**{**values, **changes})


def cta(id_: int, **changes: Any) -> StoredCta:
    values: dict[str, Any] = {
        "account_id": 1,
        "type": CtaType.RISK,
        "reason": "renewal_at_risk",
        "title": "Secure the renewal",
        "severity": Severity.MEDIUM,
        "play": "renewal_runway",
        "opened_on": day(-3),
        "due_on": day(3),
    }
    return StoredCta(id_, "Account 01", Cta(**{**values, **changes}))
