"""The renewal digest: who is on the runway, who has come a step nearer, and how it looks."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from csm.account import Subscription
from csm.at_risk import at_stake
from csm.health import Grade
from csm.people import Capability
from csm.playbook import Playbook
from csm.ports import BookLine, Records, StoredCta
from csm.runway import (
    Approach,
    RenewalNews,
    most_at_stake_first,
    notice_text,
    renews_by_itself,
    step_of,
)
from csm.told import Told
from csm.use_cases.digest_frame import Addressee, Compose, Composed
from csm.views.next_steps import by_pressure
from csm.views.renewals_digest import empty_renewals_card, renewals_digest_card
from csm.wording import plural

# The play of the playbook that we ship whose calls to action are about a renewal.
PLAY: Final = "renewal_runway"


def compose_renewals(records: Records, playbook: Playbook) -> Compose:
    """The job `renewals`."""

    def compose(addressee: Addressee) -> Composed:
        addressee.clearance.demand(Capability.READ_ACCOUNTS)
        found = _read(records, playbook, addressee)
        news = _news(found, playbook, addressee)
        days = max(playbook.digests.runway)
        steps = {str(one.line.account_id): one.step for one in news.approaches}
        figures: dict[str, Any] = {"steps": steps}
        if not news.approaches and not news.left:
            card = empty_renewals_card(days)
            return Composed(card, "no renewal on the runway", is_empty=True, figures=figures)
        crossed = sum(one.has_crossed for one in news.approaches)
        outcome = f"{plural(len(news.approaches), 'renewal')}, {crossed:,} a step nearer"
        return Composed(
            renewals_digest_card(news, addressee.scope.word, playbook), outcome, figures=figures
        )

    return compose


@dataclass(frozen=True, slots=True)
class _Found:
    """The book, and of those that renew soon: contracts, signals, calls to action."""

    book: Sequence[BookLine]
    near: Mapping[int, int]  # account id -> step
    subscriptions: Mapping[int, Sequence[Subscription]]
    signals: Mapping[int, Mapping[str, float]]
    ctas: Sequence[StoredCta]


def _read(records: Records, playbook: Playbook, addressee: Addressee) -> _Found:
    today, steps = addressee.today, playbook.digests.runway
    with records.reading() as reader:
        book = reader.book(addressee.scope.email, addressee.as_of)
        near = {
            line.account_id: step
            for line in book
            if (step := step_of(line, steps, today)) is not None
        }
        snapshots = reader.accounts_with_snapshots(list(near))
        subscriptions = reader.subscriptions_of(list(near))
        ctas = reader.open_ctas_of(list(near))
    signals = {id_: snapshot.signals for id_, _, snapshot in snapshots if snapshot}
    return _Found(book, near, subscriptions, signals, [one for one in ctas if one.cta.play == PLAY])


def _news(found: _Found, playbook: Playbook, addressee: Addressee) -> RenewalNews:
    settings, today, previous = playbook.digests, addressee.today, addressee.previous
    before = _steps_in(previous) if previous else None
    lines = {line.account_id: line for line in found.book}
    ctas = _by_account(found.ctas)
    approaches = [
        _approach(lines[id_], step, found, ctas.get(id_, []), before, playbook, today)
        for id_, step in found.near.items()
    ]
    stakes = {id_: at_stake(lines[id_], settings.at_risk, today) for id_ in found.near}
    gone = sorted(set(before or ()) - found.near.keys())
    return RenewalNews(
        today=today,
        approaches=most_at_stake_first(approaches, stakes),
        left=[lines[id_] for id_ in gone if id_ in lines],
        lost=sum(id_ not in lines for id_ in gone),
    )


def _approach(
    line: BookLine,
    step: int,
    found: _Found,
    ctas: Iterable[StoredCta],
    before: Mapping[int, int] | None,
    playbook: Playbook,
    today: date,
) -> Approach:
    id_, renews_on = line.account_id, line.renews_on or today
    signals = found.signals.get(id_, {})
    subscriptions = found.subscriptions.get(id_, ())
    review, sponsor = signals.get("days_since_review"), signals.get("sponsor_in_place")
    grade = line.health.grade if line.health else Grade.NONE
    return Approach(
        line=line,
        step=step,
        came_from=None if before is None else before.get(id_, 0),
        is_auto=renews_by_itself(subscriptions, renews_on, today),
        notice=notice_text(subscriptions, signals, renews_on, today),
        review_days=None if review is None else int(review),
        has_sponsor=None if sponsor is None else bool(sponsor),
        expected=playbook.digests.retention.renews[grade],
        ctas=tuple(by_pressure(ctas)),
    )


def _steps_in(previous: Told) -> dict[int, int]:
    return {int(id_): step for id_, step in previous.figures.get("steps", {}).items()}


def _by_account(ctas: Iterable[StoredCta]) -> dict[int, list[StoredCta]]:
    found: dict[int, list[StoredCta]] = defaultdict(list)
    for one in ctas:
        found[one.cta.account_id].append(one)
    return found
