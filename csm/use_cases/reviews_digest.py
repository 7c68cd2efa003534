"""Briefs for executive reviews that are to be prepared, one for each account and review."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from csm.at_risk import at_stake
from csm.health import FindingKind, Health
from csm.open_reason import says_it_is_gone
from csm.outreach import REACHED
from csm.people import Capability
from csm.playbook import Playbook
from csm.ports import BookLine, Reader, Records, StoredCta
from csm.review_brief import Brief, is_of_this_plan
from csm.runway import notice_text, renews_by_itself
from csm.use_cases.digest_frame import Addressee, Compose, Composed
from csm.use_cases.review_account import newest_until
from csm.views.reviews_digest import ReviewNews, empty_reviews_card, reviews_card
from csm.wording import listing, plural

# The play of the playbook that we ship whose calls to action ask for a review to be prepared.
PLAY: Final = "executive_review"
MOST: Final = 3
# A grade of up to so many days before a review is the one that was spoken of in it.
GRADE_DAYS: Final = timedelta(days=14)
# For how long a message that nobody answered counts as something that they were asked.
ASKED_DAYS: Final = timedelta(days=60)
_MOST_ASKED: Final = 20
# Closed tickets are no part of a brief.
_NO_TICKETS: Final = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class _Due:
    """An account whose review is to be prepared. `reviewed_on` is the day of the last one."""

    line: BookLine
    ctas: Sequence[StoredCta]
    reviewed_on: date | None

    @property
    def cta(self) -> StoredCta:
        return self.ctas[0]

    @property
    def cycle(self) -> dict[str, Any]:
        """What is remembered of a brief: a review that has been held, or calls to action that are
        all new, ask for another."""
        reviewed = self.reviewed_on.isoformat() if self.reviewed_on else ""
        return {"review": reviewed, "ctas": [one.id for one in self.ctas]}

    def is_briefed(self, before: Mapping[str, Any] | None) -> bool:
        if before is None:
            return False
        now = self.cycle
        return before["review"] == now["review"] and not set(before["ctas"]).isdisjoint(now["ctas"])


def compose_reviews(records: Records, playbook: Playbook) -> Compose:
    """The job `reviews`."""

    def compose(addressee: Addressee) -> Composed:
        addressee.clearance.demand(Capability.READ_ACCOUNTS)
        today, previous = addressee.today, addressee.previous
        briefed = previous.figures.get("briefed", {}) if previous else {}
        with records.reading() as reader:
            due = _due(reader, playbook, addressee)
            new = [one for one in due if not one.is_briefed(briefed.get(_key(one)))]
            briefs = [_brief(reader, playbook, one, addressee) for one in new[:MOST]]
        known = {_key(one): briefed[_key(one)] for one in due if _key(one) in briefed}
        told = {_key(one): one.cycle for one in new[:MOST]}
        figures: dict[str, Any] = {"briefed": known | told}
        news = ReviewNews(
            today=today,
            briefs=briefs,
            waiting=len(new) - len(briefs),
            in_preparation=[one.cta for one in due if one not in new],
        )
        if not briefs:
            card = empty_reviews_card(news)
            return Composed(card, "no review to brief for", is_empty=True, figures=figures)
        names = listing([brief.name for brief in briefs])
        outcome = f"{plural(len(briefs), 'brief')}: {names}"
        return Composed(reviews_card(news, playbook), outcome, figures=figures)

    return compose


def _key(due: _Due) -> str:
    return str(due.line.account_id)


def _due(reader: Reader, playbook: Playbook, addressee: Addressee) -> list[_Due]:
    """Soonest due first; then what is most at stake."""
    today, email = addressee.today, addressee.scope.email
    lines = {line.account_id: line for line in reader.book(email, addressee.as_of)}
    ctas: dict[int, list[StoredCta]] = defaultdict(list)
    for stored in reader.open_ctas(email):
        cta = stored.cta
        if cta.play == PLAY and cta.account_id in lines and not says_it_is_gone(cta.evidence):
            ctas[cta.account_id].append(stored)
    reviews = reader.last_reviews(list(ctas), addressee.as_of)
    due = [
        _Due(lines[id_], some, reviews[id_].date() if id_ in reviews else None)
        for id_, some in ctas.items()
    ]
    risk = playbook.digests.at_risk
    return sorted(
        due, key=lambda one: (one.cta.cta.due_on, -at_stake(one.line, risk, today), one.line.name)
    )


def _brief(reader: Reader, playbook: Playbook, due: _Due, addressee: Addressee) -> Brief:
    """All that is read for one account: a few are briefed at a time."""
    id_, line, today = due.line.account_id, due.line, addressee.today
    file, snapshot = reader.account_file(id_, addressee.as_of), reader.snapshot(id_)
    key = file.stored.account.key if file else ""
    signals = snapshot.signals if snapshot else {}
    subscriptions = file.subscriptions if file else ()
    now = reader.success_records([id_], _NO_TICKETS).get(id_)
    days = playbook.signals.success_plan.look_back_days
    renews_on = line.renews_on or today
    asked = reader.outreach_list(REACHED, account_key=key, limit=_MOST_ASKED)
    return Brief(
        line=line,
        today=today,
        due_on=due.cta.cta.due_on,
        cta=due.cta,
        reviewed_on=due.reviewed_on,
        then=_health_then(reader, id_, due.reviewed_on),
        objectives=[
            one for one in (now.objectives if now else ()) if is_of_this_plan(one, today, days)
        ],
        signals=signals,
        tickets=file.open_tickets if file else (),
        risks=reader.findings(id_, FindingKind.RISK, None),
        owed=[one for one in reader.ctas_of(id_) if one.cta.play != PLAY],
        asked=[
            one
            for one in asked
            if one.outreach.reaction is None
            and one.outreach.sent_at
            and today - one.outreach.sent_at.date() <= ASKED_DAYS
        ],
        is_auto=renews_by_itself(subscriptions, renews_on, today),
        notice=notice_text(subscriptions, signals, renews_on, today),
    )


def _health_then(reader: Reader, account_id: int, reviewed_on: date | None) -> Health | None:
    """The health around that day; the oldest since then, where none was kept so early."""
    if reviewed_on is None:
        return None
    history = reader.health_history(account_id, reviewed_on - GRADE_DAYS)
    return newest_until(history, reviewed_on) or next(iter(history), None)
