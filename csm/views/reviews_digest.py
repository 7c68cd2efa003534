"""Briefs for executive reviews as a card."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from csm.account import Priority
from csm.card import (
    Actions,
    Block,
    Bullet,
    Bullets,
    Button,
    Card,
    Divider,
    Fact,
    Fields,
    Heading,
    Note,
    Text,
    Tone,
)
from csm.money import format_money
from csm.playbook import Playbook
from csm.ports import StoredCta
from csm.review_brief import Brief, agenda, progress_of
from csm.views.next_steps import next_steps
from csm.views.tones import grade_text, grade_tone
from csm.wording import (
    day_and_distance,
    day_text,
    days_away,
    listing,
    number,
    percent,
    plural,
    shorten,
    signed,
)

TITLE: Final = "Executive reviews to prepare"
MOST_NAMED: Final = 2
MOST_LISTED: Final = 5
_LONGEST_TITLE: Final = 60
_UNKNOWN: Final = "not known"


@dataclass(frozen=True, slots=True)
class ReviewNews:
    """What there is to prepare. `waiting` is how many more briefs will follow, `in_preparation` the
    calls to action of accounts that were briefed before."""

    today: date
    briefs: Sequence[Brief]
    waiting: int
    in_preparation: Sequence[StoredCta]


def reviews_card(news: ReviewNews, playbook: Playbook) -> Card:
    """A brief for each account, to be taken into the room."""
    names = listing([brief.name for brief in news.briefs])
    summary = f"{plural(len(news.briefs), 'review')} to prepare: {names}."
    blocks: list[Block] = []
    for brief in news.briefs:
        blocks += [*([Divider()] if blocks else []), *_brief_blocks(brief, playbook)]
    if news.waiting:
        blocks.append(Note(text=f"{plural(news.waiting, 'more brief')} on the next workday."))
    return Card(title=TITLE, summary=summary, blocks=(Text(text=summary), *blocks))


def empty_reviews_card(news: ReviewNews) -> Card:
    """One line, and the reviews that are being prepared."""
    further = "further " if news.in_preparation else ""
    text = f"No {further}executive review is to be prepared."
    blocks: list[Block] = [Text(text=text)]
    if news.in_preparation:
        listed = news.in_preparation[:MOST_LISTED]
        said = [
            f"{one.account_name} (due {days_away(one.cta.due_on, news.today)})" for one in listed
        ]
        if more := len(news.in_preparation) - len(listed):
            said.append(f"{more} more")
        blocks.append(Note(text=f"You had the briefs for {listing(said)}."))
        blocks.append(Actions(buttons=tuple(_see_button(one) for one in listed)))
    return Card(title=TITLE, summary=text, blocks=tuple(blocks))


def _see_button(stored: StoredCta) -> Button:
    return Button(
        id=f"cta.open:{stored.id}",
        label=shorten(f"#{stored.id} {stored.account_name}", 40),
        describe=shorten(f"See #{stored.id} {stored.account_name}", 75),
    )


def _brief_blocks(brief: Brief, playbook: Playbook) -> list[Block]:
    line = brief.line
    points = tuple(Bullet(text=point) for point in agenda(brief))
    steps = next_steps(line.account_id, line.name, (brief.cta,), playbook)
    benchmark = Button(
        id=f"account.benchmark:{line.account_id}",
        label="Benchmark",
        describe=shorten(f"{line.name} among accounts like it", 75),
    )
    return [
        Heading(text=f"{line.name}: prepare by {day_and_distance(brief.due_on, brief.today)}"),
        Fields(
            items=(
                Fact(label="Health", value=_health(brief), tone=grade_tone(line.health)),
                Fact(label="Objectives", value=_objectives(brief)),
                Fact(label="Adoption", value=_adoption(brief)),
                Fact(label="Support", value=_support(brief), tone=_support_tone(brief)),
                Fact(label="Sentiment", value=_sentiment(brief)),
                Fact(label="Contract", value=_contract(brief)),
                Fact(label="We owe them", value=_owed(brief)),
                Fact(label="They were asked", value=_asked(brief)),
            )
        ),
        Text(text="Proposed agenda:"),
        Bullets(items=points, first=1),
        Actions(buttons=(*steps.buttons, benchmark)),
    ]


def _health(brief: Brief) -> str:
    now, then = brief.line.health, brief.then
    if brief.reviewed_on is None:
        return f"{grade_text(now)}; no review on record yet"
    since = f"the review on {day_text(brief.reviewed_on)}"
    if now is None or now.score is None or then is None or then.score is None:
        return f"{grade_text(now)}; no grade is known of {since}"
    if then.day > brief.reviewed_on:
        since = f"{day_text(then.day)}, the first grade after {since}"
    return f"{grade_text(now)}, {signed(now.score - then.score)} since {since} ({grade_text(then)})"


def _objectives(brief: Brief) -> str:
    if not brief.objectives:
        return "none on record"
    found = progress_of(brief.objectives, brief.today)
    groups = (
        ("achieved", found.achieved),
        ("on track", found.on_track),
        ("at risk", found.at_risk),
        ("overdue", found.overdue),
        ("planned", found.planned),
    )
    said = []
    for word, some in groups:
        names = ", ".join(f"“{shorten(one.title, _LONGEST_TITLE)}”" for one in some[:MOST_NAMED])
        if some:
            said.append(f"{len(some)} {word} ({names}{' …' if len(some) > MOST_NAMED else ''})")
    return ", ".join(said) or "none of today's plan"


def _adoption(brief: Brief) -> str:
    signals, said = brief.signals, []
    used, seats = signals.get("active_seats"), signals.get("seats")
    if used is not None and seats:
        said.append(f"{number(used)} of {number(seats)} seats in use ({percent(used / seats)})")
    if (features := signals.get("key_feature_share_28d")) is not None:
        said.append(f"{percent(features)} of the key features")
    if (days := signals.get("active_days_per_week")) is not None:
        said.append(f"{number(days)} active days a week")
    if (change := signals.get("usage_change_baseline")) is not None:
        said.append(f"usage {signed(change * 100)} % on their own normal")
    return ", ".join(said) or _UNKNOWN


def _support(brief: Brief) -> str:
    urgent = sum(one.priority == Priority.URGENT for one in brief.tickets)
    said = [f"{plural(len(brief.tickets), 'open ticket')}, {urgent} urgent"]
    if breaches := int(brief.signals.get("sla_breaches_28d", 0)):
        said.append(f"service level breached {plural(breaches, 'time')} in 28 days")
    if escalated := sum(one.escalated for one in brief.tickets):
        said.append(f"{escalated} escalated")
    return ", ".join(said)


def _support_tone(brief: Brief) -> Tone:
    return (
        Tone.BAD if any(one.priority == Priority.URGENT for one in brief.tickets) else Tone.NEUTRAL
    )


def _sentiment(brief: Brief) -> str:
    signals = brief.signals
    nps, answers = signals.get("nps"), int(signals.get("nps_answers", 0))
    csat, rated = signals.get("csat_mean"), int(signals.get("csat_answers", 0))
    said = [
        f"NPS {signed(nps)} from {plural(answers, 'answer')}"
        if nps is not None and answers
        else "no NPS answer",
        f"CSAT {number(csat)} of 5 from {plural(rated, 'answer')}"
        if csat is not None and rated
        else "no CSAT answer",
    ]
    return ", ".join(said)


def _contract(brief: Brief) -> str:
    line = brief.line
    money = f"{format_money(line.arr, line.currency, short=True)} ARR"
    if line.renews_on is None:
        return f"{money}, no renewal ahead"
    how = brief.notice or ("renews by itself" if brief.is_auto else "has to be signed")
    return f"{money}, renewal {day_and_distance(line.renews_on, brief.today)}, {how}"


def _owed(brief: Brief) -> str:
    said = [
        f"#{one.id} {one.cta.title} (due {days_away(one.cta.due_on, brief.today)})"
        for one in brief.owed[:MOST_NAMED]
    ]
    if more := len(brief.owed) - len(said):
        said.append(f"{more} more")
    if brief.signals.get("question_age_hours", 0) > 0:
        said.append("an answer to a question of theirs")
    return listing(said) or "nothing open"


def _asked(brief: Brief) -> str:
    said = [
        f"“{shorten(one.outreach.subject or one.outreach.play, _LONGEST_TITLE)}” on "
        f"{day_text(one.outreach.sent_at.date())}"
        for one in brief.asked[:MOST_NAMED]
        if one.outreach.sent_at
    ]
    if more := len(brief.asked) - len(said):
        said.append(f"{more} more")
    return f"{listing(said)}: no answer yet" if said else "nothing that waits for an answer"
