"""The account 360 as a card: how it does, why, what changed, what is at stake, what to do next."""

from datetime import date
from typing import Final

from csm.account import Account
from csm.card import (
    Actions,
    Block,
    Bullet,
    Bullets,
    Button,
    ButtonStyle,
    Card,
    Fact,
    Fields,
    Heading,
    Note,
    Spark,
    Text,
    Tone,
)
from csm.contract import earliest_renewal, is_live, live_arr, renewing_arr
from csm.health import CtaStatus, Finding
from csm.money import format_money
from csm.playbook import Playbook
from csm.ports import StoredCta, activity
from csm.use_cases.review_account import USAGE_WEEKS, WEEK, Review, newest_until
from csm.views.account_lines import condition_lines
from csm.views.account_why import change_text, why_blocks
from csm.views.ctas import cta_state
from csm.views.tones import QUADRANT_NAMES, SEVERITY_TONES, grade_text, grade_tone
from csm.wording import day_and_distance, day_text, number, percent, plural, shorten

LONGEST_LABEL: Final = 45
MOST_RISKS: Final = 20
MOST_CTAS: Final = 10
MOST_STARTS: Final = 3


def account_card(review: Review, playbook: Playbook, *, share: bool) -> Card:
    """One account at a glance. `share` offers to show it to everybody in the place."""
    blocks: list[Block] = [
        Text(text=headline(review, playbook), tone=grade_tone(review.health)),
        _facts(review, playbook),
        _spark(review),
        *why_blocks(review, playbook),
        *_risks(review, playbook),
        Heading(text="How it does"),
        Bullets(items=condition_lines(review)),
        *_leads(review, playbook),
        *_ctas(review),
        *_actions(review, share=share),
        Note(text=data_as_of(review)),
    ]
    return Card(
        title=review.name,
        summary=headline(review, playbook),
        tone=grade_tone(review.health),
        blocks=tuple(blocks),
    )


def headline(review: Review, playbook: Playbook) -> str:
    """The answer in one or two sentences."""
    health = review.health
    if health is None or health.score is None:
        state = f"{review.name} has no grade: nothing fresh enough is known about it"
    else:
        state = (
            f"{review.name} is {health.grade} at {number(health.score)} of 100{change_text(review)}"
        )
    stake = [_renewal_clause(review)] if renews_on(review) else []
    if review.risks:
        worst = playbook.rule_name(review.risks[0].rule)
        first = ", first of all" if len(review.risks) > 1 else ":"
        stake.append(f"{plural(len(review.risks), 'risk')} open{first} “{worst}”")
    return ". ".join([state, *(clause[0].upper() + clause[1:] for clause in stake)]) + "."


def _renewal_clause(review: Review) -> str:
    day = renews_on(review)
    away = day_and_distance(day, review.today) if day else ""
    renewing = renewing_arr(review.file.subscriptions, review.today)
    whole = live_arr(review.file.subscriptions, review.today)
    currency = review.file.stored.account.currency
    part = "" if renewing == whole else f" of {arr_text(review)}"
    return f"{format_money(renewing, currency)}{part} ARR renews {away}"


def arr_text(review: Review) -> str:
    """Live ARR in the account's currency."""
    currency = review.file.stored.account.currency
    return format_money(live_arr(review.file.subscriptions, review.today), currency)


def renews_on(review: Review) -> date | None:
    """The next renewal of any live subscription; None when nothing is to be renewed."""
    return earliest_renewal(review.file.subscriptions, review.today)


def _facts(review: Review, playbook: Playbook) -> Fields:
    account, health = review.file.stored.account, review.health
    items = [
        Fact(label="Health", value=grade_text(health), tone=grade_tone(health)),
        Fact(label="Confidence", value=percent(health.confidence) if health else "none"),
        Fact(label="ARR", value=arr_text(review)),
        Fact(label="Renewal", value=_renewal(review)),
        Fact(label="Quadrant", value=QUADRANT_NAMES[health.quadrant] if health else "Not known"),
        Fact(label="Stage", value=playbook.stage_name(health.stage) if health else "Not known"),
        Fact(label="Tier", value=_tier(account)),
        Fact(label="CSM", value=review.file.csm_name or account.csm_email or "Nobody yet"),
        Fact(label="Last contact", value=_last_contact(review)),
        Fact(label="Outcomes, experience", value=_axes(review)),
    ]
    return Fields(items=tuple(items))


def _tier(account: Account) -> str:
    """Tier, segment and touch, each once: in many records tier and segment say the same."""
    parts = [account.tier, account.segment, f"{account.touch} touch"]
    return ", ".join({part.casefold(): part for part in parts if part}.values())


def _axes(review: Review) -> str:
    health = review.health
    scores = (health.outcomes, health.experience) if health else (None, None)
    return " and ".join("not known" if score is None else number(score) for score in scores)


def _renewal(review: Review) -> str:
    day = renews_on(review)
    if day is not None:
        return day_and_distance(day, review.today)
    live = [s for s in review.file.subscriptions if is_live(s, review.today)]
    if not live:
        return "No live subscription"
    return "On trial" if all(s.trial for s in live) else "Rolling month to month"


def _last_contact(review: Review) -> str:
    last = review.file.last_two_way_contact
    if last is None:
        return "Never recorded"
    return day_and_distance(last.date(), review.today)


def _spark(review: Review) -> Spark:
    """Health on the last day of each of the past weeks, and today."""
    weeks = [review.today - n * WEEK for n in reversed(range(USAGE_WEEKS))]
    found = [newest_until(review.history, day) for day in weeks]
    # A week shows what was known by its end and not before its beginning.
    values = tuple(
        health.score if health and day - health.day < WEEK else None
        for day, health in zip(weeks, found, strict=True)
    )
    known = [value for value in values if value is not None]
    caption = (
        f"from {number(known[0])} to {number(known[-1])} in {plural(len(weeks) - 1, 'week')}"
        if len(known) > 1
        else "history begins now"
    )
    return Spark(label="Health", values=values, caption=caption)


def _risks(review: Review, playbook: Playbook) -> list[Block]:
    heading = Heading(text=f"Risks: {len(review.risks)}" if review.risks else "Risks: none open")
    bullets = [_risk(risk, review, playbook) for risk in review.risks[:MOST_RISKS]]
    if more := len(review.risks) - MOST_RISKS:
        bullets += [Bullet(text=f"and {more} more, see /risks")] if more > 0 else []
    bullets += [
        Bullet(
            lead=playbook.rule_name(risk.rule),
            text=f"closed {day_text(risk.closed_on)}: its evidence is gone",
            tone=Tone.GOOD,
        )
        for risk in review.healed
        if risk.closed_on
    ]
    return [heading, Bullets(items=tuple(bullets))] if bullets else [heading]


def _risk(risk: Finding, review: Review, playbook: Playbook) -> Bullet:
    # A risk whose data went stale stays open without being seen again.
    unseen = review.health is not None and risk.seen_on < review.health.day
    seen = f", last seen {day_text(risk.seen_on)}" if unseen else ""
    handled = review.handled.get(risk.rule)
    worked = f" Call to action #{handled.id} was {cta_state(handled)}." if handled else ""
    return Bullet(
        lead=playbook.rule_name(risk.rule),
        text=f"{risk.evidence} Since {day_text(risk.opened_on)}{seen}.{worked}",
        tone=SEVERITY_TONES[risk.severity],
    )


def _leads(review: Review, playbook: Playbook) -> list[Block]:
    if not review.leads:
        return []
    bullets = tuple(
        Bullet(lead=playbook.rule_name(lead.rule), text=lead.evidence, tone=Tone.GOOD)
        for lead in review.leads
    )
    return [Heading(text="Leads"), Bullets(items=bullets)]


def _ctas(review: Review) -> list[Block]:
    if not review.ctas:
        return []
    bullets = [
        Bullet(
            lead=f"#{stored.id} {stored.cta.title}",
            text=f"due {day_and_distance(stored.cta.due_on, review.today)}, {cta_state(stored)}",
            tone=SEVERITY_TONES[stored.cta.severity],
        )
        for stored in review.ctas[:MOST_CTAS]
    ]
    if (more := len(review.ctas) - MOST_CTAS) > 0:
        bullets.append(Bullet(text=f"and {more} more, see /cta all"))
    return [Heading(text=f"Calls to action: {len(review.ctas)}"), Bullets(items=tuple(bullets))]


def _actions(review: Review, *, share: bool) -> list[Block]:
    """What to do next: the most pressing calls to action, then ways to look closer."""
    pressing = sorted(
        [*review.ctas, *review.handled.values()],
        key=lambda stored: (_PRESSING[stored.cta.status], -stored.cta.severity.rank, stored.id),
    )
    blocks: list[Block] = []
    if pressing:
        first, *others = [_next_button(stored) for stored in pressing[:MOST_STARTS]]
        primary = first.model_copy(update={"style": ButtonStyle.PRIMARY})
        blocks.append(Actions(buttons=(primary, *others)))
    looks = [
        Button(id=f"account.trend:{review.id}", label="Trend", describe="Health and usage, drawn"),
        Button(id=f"account.benchmark:{review.id}", label="Benchmark"),
        Button(id=f"account.explain:{review.id}", label="In words"),
    ]
    looks.append(Button(id=f"outreach.plays:{review.id}", label="Draft outreach"))
    if share:
        looks.append(Button(id=f"account.share:{review.id}", label="Share here"))
    blocks.append(Actions(buttons=tuple(looks)))
    return blocks


# What nobody has taken up comes first, then what somebody has, then what was closed too early.
_PRESSING: Final = {CtaStatus.OPEN: 0, CtaStatus.CLAIMED: 1, CtaStatus.CLOSED: 2}
_NEXT: Final = {
    CtaStatus.OPEN: ("cta.start", "Start"),
    CtaStatus.CLAIMED: ("cta.open", "Go on"),
    CtaStatus.CLOSED: ("cta.resume", "Take up again"),
}


def _next_button(stored: StoredCta) -> Button:
    action, verb = _NEXT[stored.cta.status]
    return Button(
        id=f"{action}:{stored.id}",
        label=shorten(f"{verb}: {stored.cta.title}", LONGEST_LABEL),
        describe=shorten(f"{verb} with #{stored.id} and see its play", 75),
    )


def data_as_of(review: Review) -> str:
    """How old what is shown is: the day of the health, and how far the data reaches."""
    feeds = sorted((day, kind) for kind, day in activity(review.file.feeds).items())
    health = f"Health as of {day_text(review.health.day)}. " if review.health else ""
    if not feeds:
        return f"{health}Nothing that happened was imported yet: no usage, no tickets, no surveys."
    (oldest, kind), (newest, _) = feeds[0], feeds[-1]
    if oldest == newest:
        return f"{health}Data as of {day_text(newest)}."
    return f"{health}Data as of {day_text(newest)}; oldest: {kind}, {day_text(oldest)}."
