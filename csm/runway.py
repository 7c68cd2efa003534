"""The runway to a renewal: which step of it an account is in, and how the renewal looks."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from csm.account import Subscription
from csm.contract import is_live, next_renewal
from csm.health import Grade
from csm.ports import BookLine, StoredCta

# How a share of the ARR that is expected to renew is put into words, the highest first.
_OUTLOOKS: Final = (
    (0.95, "expected to renew"),
    (0.85, "likely to renew"),
    (0.6, "undecided"),
    (0.0, "needs a plan"),
)
# For how long a wish to change or end the contract hangs over its renewal, in days.
NOTICE_DAYS: Final = 120


@dataclass(frozen=True, slots=True)
class Approach:
    """One renewal that is near. `step` is in days before it; `came_from` the step that the last
    digest saw it in, 0 where it was further away, None where there was no digest. `review_days` and
    `has_sponsor` are None where nothing is known. `ctas` are those of the renewal, most pressing
    first."""

    line: BookLine
    step: int
    came_from: int | None
    is_auto: bool
    notice: str
    review_days: int | None
    has_sponsor: bool | None
    expected: float
    ctas: tuple[StoredCta, ...]

    @property
    def has_crossed(self) -> bool:
        return self.came_from is not None and self.came_from != self.step

    @property
    def grade(self) -> Grade:
        return self.line.health.grade if self.line.health else Grade.NONE


@dataclass(frozen=True, slots=True)
class RenewalNews:
    """What there is to tell on a day, what is most at stake first. `left` are accounts that were
    on the runway the last time and are not any more; `lost` is how many of those are not in the
    book any more."""

    today: date
    approaches: Sequence[Approach]
    left: Sequence[BookLine] = ()
    lost: int = 0


def step_of(line: BookLine, steps: Iterable[int], today: date) -> int | None:
    """The shortest step that reaches to the renewal; None where it is further away, or none is
    ahead."""
    if line.renews_on is None or line.renews_on < today:
        return None
    days = (line.renews_on - today).days
    return min((step for step in steps if days <= step), default=None)


def renews_by_itself(subscriptions: Sequence[Subscription], renews_on: date, today: date) -> bool:
    """Whether all that comes up on that day renews unless somebody says otherwise."""
    concerned = [one for one in subscriptions if _is_up(one, renews_on, today)]
    return bool(concerned) and all(
        one.auto_renew and not _ends(one, renews_on) for one in concerned
    )


def notice_text(
    subscriptions: Sequence[Subscription],
    signals: Mapping[str, float],
    renews_on: date,
    today: date,
) -> str:
    """What says that it will not simply go on; empty where nothing does."""
    if any(_is_up(one, renews_on, today) and _ends(one, renews_on) for one in subscriptions):
        return "the contract ends then"
    if signals.get("days_since_churn_notice", NOTICE_DAYS + 1) <= NOTICE_DAYS:
        return "a churn is recorded"
    if signals.get("days_since_contract_change", NOTICE_DAYS + 1) <= NOTICE_DAYS:
        return "they asked to change the contract"
    return ""


def outlook(expected: float) -> str:
    """The share (0 to 1) of such ARR that is expected to renew, in words."""
    return next(words for least, words in _OUTLOOKS if expected >= least)


def most_at_stake_first(
    approaches: Iterable[Approach], stakes: Mapping[int, float]
) -> list[Approach]:
    """By what is at stake (by account id); then the nearer and the greater renewal first."""
    return sorted(
        approaches,
        key=lambda one: (
            -stakes.get(one.line.account_id, 0.0),
            one.line.renews_on or date.max,
            -one.line.renewing_arr,
            one.line.name,
        ),
    )


def _is_up(subscription: Subscription, renews_on: date, today: date) -> bool:
    return is_live(subscription, today) and next_renewal(subscription, today) == renews_on


def _ends(subscription: Subscription, renews_on: date) -> bool:
    return subscription.ends_on is not None and subscription.ends_on <= renews_on
