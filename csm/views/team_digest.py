"""The manager's digest: what a manager of a team reads in a minute."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, tzinfo
from typing import Final

from csm.at_risk import at_risk
from csm.card import (
    Actions,
    Block,
    Bullet,
    Bullets,
    Button,
    Card,
    Heading,
    Table,
    Text,
    Tone,
)
from csm.digest_settings import AtRisk
from csm.health import Grade, Severity
from csm.money import format_money
from csm.playbook import Playbook
from csm.ports import BookLine
from csm.told import Told
from csm.use_cases.review_team import CsmBook, TeamReview, risk_line
from csm.views.book import money_by_currency, open_buttons
from csm.views.digest_lines import change_text, short_day
from csm.views.learning import counts_blocks
from csm.views.outreach_parts import play_name
from csm.views.team_retention import retention_blocks, retention_summary
from csm.views.tones import grade_text, grade_tone
from csm.wording import day_and_distance, day_text, instant_text, listing, number, plural

MOST_ACCOUNTS: Final = 5
MOST_SAVES: Final = 5
MOST_CSMS: Final = 10


def team_card(review: TeamReview, playbook: Playbook, zone: tzinfo, before: Told | None) -> Card:
    """`before` is what was told of the same accounts last; times are in the reader's zone."""
    title = f"The team on {day_text(review.today)}: {review.scope.title}"
    if not review.book and not review.to_date.accounts:
        text = "No account here yet, so there is nothing to tell."
        return Card(title=title, summary=text, blocks=(Text(text=text),))
    settings = playbook.digests.at_risk
    return Card(
        title=title,
        summary=_summary(review, settings),
        blocks=(
            *retention_blocks(review, before),
            *_risk_blocks(review, playbook, before),
            *_news_blocks(review),
            *_waiting_blocks(review, zone),
            *_question_blocks(review),
            *_csm_blocks(review.csms, settings),
            *_small_print(review, playbook),
        ),
    )


def team_outcome(review: TeamReview) -> str:
    """In a few words: "GRR 93.1 %, 4 accounts at risk"."""
    return f"{retention_summary(review)}, {plural(len(review.at_risk), 'account')} at risk"


def risk_by_currency(lines: Iterable[BookLine], settings: AtRisk) -> dict[str, int]:
    """ARR at risk, in minor units. Currencies are never added."""
    found: dict[str, int] = {}
    for line in lines:
        found[line.currency] = found.get(line.currency, 0) + at_risk(line, settings)
    return found


def _summary(review: TeamReview, settings: AtRisk) -> str:
    money = money_by_currency(review.at_risk, lambda line: at_risk(line, settings))
    unclaimed = sum(one.count for one in review.unclaimed)
    return (
        f"{retention_summary(review)}; {money} ARR at risk in "
        f"{plural(len(review.at_risk), 'account')}; {plural(len(review.saves), 'save')}; "
        f"{plural(review.drafts.count, 'draft')} to approve and "
        f"{plural(unclaimed, 'call', 'calls')} to action unclaimed."
    )


def _risk_blocks(review: TeamReview, playbook: Playbook, before: Told | None) -> list[Block]:
    settings = playbook.digests.at_risk
    change = _risk_change(risk_by_currency(review.at_risk, settings), review.since, before)
    if not review.at_risk:
        return [
            Heading(text=f"At risk{change}"),
            Text(text="No account is at risk.", tone=Tone.GOOD),
        ]
    money = money_by_currency(review.at_risk, lambda line: at_risk(line, settings))
    top = review.at_risk[:MOST_ACCOUNTS]
    accounts = plural(len(review.at_risk), "account")
    more = Button(
        id=f"risks.show:{review.scope.word}", label="All risks", describe="Every open risk"
    )
    lines = (_risk_line(line, review, playbook, before) for line in top)
    return [
        Heading(text=f"At risk: {money} ARR in {accounts}{change}"),
        Bullets(items=tuple(lines), first=1),
        Actions(buttons=(*open_buttons(top), more)),
    ]


def _risk_change(now: Mapping[str, int], since: date, before: Told | None) -> str:
    """` ($120K less than on 15 Nov)`; empty where nothing changed since what was told last."""
    then: Mapping[str, int] = before.figures.get("at_risk", {}) if before else {}
    changes = [
        f"{format_money(abs(amount), code, short=True)} {'more' if amount > 0 else 'less'}"
        for code in sorted({*now, *then})
        if (amount := now.get(code, 0) - then.get(code, 0))
    ]
    return f" ({listing(changes)} than on {short_day(since)})" if before and changes else ""


def _risk_line(
    line: BookLine, review: TeamReview, playbook: Playbook, before: Told | None
) -> Bullet:
    settings = playbook.digests.at_risk
    money = format_money(at_risk(line, settings), line.currency, short=True)
    whole = format_money(line.arr, line.currency, short=True)
    since = review.since if before else None
    change = change_text(risk_line(line, settings, review.today, before), since)
    state = ", ".join(part for part in (grade_text(line.health), change) if part)
    renews = f"; renews {day_and_distance(line.renews_on, review.today)}" if line.renews_on else ""
    risk = f" {playbook.rule_name(line.worst_risk.rule)}." if line.worst_risk else ""
    return Bullet(
        lead=line.name,
        text=f"{money} of {whole} ARR at risk; {state}{renews}.{risk}",
        tone=grade_tone(line.health),
    )


def _news_blocks(review: TeamReview) -> list[Block]:
    arr = {line.account_id: line for line in review.book}
    items = [
        Bullet(
            lead=one.account_name,
            text=f"from {number(one.save.from_score)} to {number(one.save.to_score)}"
            f"{_worth(arr.get(one.save.account_id))}, {day_text(one.save.day)}.",
            tone=Tone.GOOD,
        )
        for one in review.saves[:MOST_SAVES]
    ]
    if more := len(review.saves) - len(items):
        items.append(Bullet(text=f"{more:,} more."))
    since = short_day(review.since)
    blocks: list[Block] = (
        [Heading(text=f"Saved since {since}"), Bullets(items=tuple(items))]
        if items
        else [Heading(text=f"Saved since {since}: no account")]
    )
    if review.leads_passed:
        blocks.append(Heading(text=f"Leads passed on since {since}: {review.leads_passed:,}"))
    return blocks


def _worth(line: BookLine | None) -> str:
    return f", {format_money(line.arr, line.currency, short=True)} ARR" if line else ""


def _waiting_blocks(review: TeamReview, zone: tzinfo) -> list[Block]:
    drafts, unclaimed = review.drafts, review.unclaimed
    calls, overdue = sum(o.count for o in unclaimed), sum(o.overdue for o in unclaimed)
    items, buttons = [], []
    if drafts.oldest_at is not None:
        items.append(
            Bullet(
                lead=f"{plural(drafts.count, 'draft')} to approve",
                text=f"the oldest since {instant_text(drafts.oldest_at, zone)}.",
                tone=Tone.WARN,
            )
        )
        buttons.append(Button(id="outreach.list", label="Approvals"))
    if calls:
        oldest = min(one.oldest for one in unclaimed)
        items.append(
            Bullet(
                lead=f"{plural(calls, 'call', 'calls')} to action unclaimed",
                text=f"{overdue:,} overdue{_severe(review)}; the oldest since {day_text(oldest)}.",
                tone=Tone.BAD if overdue else Tone.WARN,
            )
        )
        buttons.append(Button(id="cta.list:all", label="Calls to action"))
    if not items:
        return [Heading(text="Waiting"), Text(text="Nothing waits for anybody.", tone=Tone.GOOD)]
    return [
        Heading(text="Waiting"),
        Bullets(items=tuple(items)),
        Actions(buttons=tuple(buttons)),
    ]


def _severe(review: TeamReview) -> str:
    found = [
        f"{count:,} {severity.value}"
        for severity in (Severity.CRITICAL, Severity.HIGH)
        if (count := sum(o.count for o in review.unclaimed if o.severity is severity))
    ]
    return f", {' and '.join(found)}" if found else ""


def _question_blocks(review: TeamReview) -> list[Block]:
    """One line where there is no verdict yet."""
    whose = "" if review.scope.email is None else ", of all customers"
    head, counts = f"Questions of the last 7 days{whose}", review.deflection
    if not counts.answered:
        return [Heading(text=f"{head}: none that we answered")]
    if counts.not_judged == counts.answered and not counts.checked:
        return [Heading(text=f"{head}: {counts.answered:,} answered, none judged yet")]
    return [Heading(text=head), *counts_blocks(counts)]


def _csm_blocks(csms: Sequence[CsmBook], settings: AtRisk) -> list[Block]:
    rows = [_csm_row(one.name or "No CSM", [one], settings) for one in csms[:MOST_CSMS]]
    if rest := csms[MOST_CSMS:]:
        rows.append(_csm_row(f"{len(rest):,} more", rest, settings))
    return [
        Heading(text="By CSM"),
        Table(
            columns=("CSM", "Accounts", "ARR", "At risk", "Red", "Unclaimed"),
            rows=tuple(rows),
            numeric=(1, 2, 3, 4, 5),
        ),
    ]


def _csm_row(name: str, books: Sequence[CsmBook], settings: AtRisk) -> tuple[str, ...]:
    lines = [line for one in books for line in one.lines]
    red = sum(line.health is not None and line.health.grade is Grade.RED for line in lines)
    unclaimed = sum(one.unclaimed for one in books)
    return (
        name,
        f"{len(lines):,}",
        money_by_currency(lines),
        money_by_currency(lines, lambda line: at_risk(line, settings)),
        f"{red or '–'}",
        f"{unclaimed or '–'}",
    )


def _small_print(review: TeamReview, playbook: Playbook) -> list[Block]:
    blocks: list[Block] = []
    if review.effects:
        said = [
            f"{play_name(playbook, one.play)} {one.difference.difference * 100:+.0f} points"
            for one in review.effects
            if one.difference is not None
        ]
        blocks.append(Text(text=f"Proven against a control group: {listing(said)}."))
    if review.failed:
        said = [f"{job} ({count:,})" for job, count in sorted(review.failed.items())]
        blocks.append(
            Text(
                text=f"Work that failed in the last 7 days: {listing(said)}. "
                "Administrators were told why.",
                tone=Tone.BAD,
            )
        )
    return blocks
