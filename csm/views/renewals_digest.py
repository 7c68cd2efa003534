"""The renewal digest as a card."""

from collections.abc import Iterable, Sequence
from typing import Final

from csm.card import Actions, Block, Bullet, Bullets, Button, Card, Fact, Fields, Heading, Note
from csm.card import Text as Words
from csm.money import format_money
from csm.playbook import Playbook
from csm.ports import StoredCta
from csm.runway import Approach, RenewalNews, outlook
from csm.views.book import money_by_currency, week_change
from csm.views.ctas import cta_state
from csm.views.next_steps import next_steps
from csm.views.tones import grade_text, grade_tone
from csm.wording import day_and_distance, day_text, listing, plural

TITLE: Final = "Renewal runway"
MOST_NAMED: Final = 5
MOST_CTAS: Final = 2


def renewals_digest_card(news: RenewalNews, scope: str, playbook: Playbook) -> Card:
    """The runway in numbers, then what is most at stake, the nearest step first. `scope` names
    whose accounts they are in a button."""
    steps = sorted(playbook.digests.runway)
    shown = news.approaches[: playbook.digests.most]
    summary = _summary(news)
    blocks: list[Block] = [Words(text=summary)]
    if news.approaches:
        blocks.append(Fields(items=tuple(_step_fact(step, news.approaches) for step in steps)))
    for step in steps:
        here = [one for one in shown if one.step == step]
        if here:
            blocks.append(Heading(text=f"Within {plural(step, 'day')}"))
        for one in here:
            line = one.line
            blocks.append(Bullets(items=(_bullet(one, news),)))
            blocks.append(next_steps(line.account_id, line.name, one.ctas, playbook))
    if more := len(news.approaches) - len(shown):
        blocks.append(Note(text=f"{plural(more, 'more renewal')} with less at stake."))
    if news.left or news.lost:
        blocks.append(Note(text=_left_text(news)))
    every = Button(id=f"renewals.show:{steps[-1]}:{scope}", label="All renewals")
    blocks.append(Actions(buttons=(every,)))
    return Card(title=TITLE, summary=summary, blocks=tuple(blocks))


def empty_renewals_card(days: int) -> Card:
    """One line, for those who want to hear that there is nothing."""
    text = f"Nothing renews in the next {plural(days, 'day')}."
    return Card(title=TITLE, summary=text, blocks=(Words(text=text),))


def _summary(news: RenewalNews) -> str:
    lines = [one.line for one in news.approaches]
    if not lines:
        return "Nothing is on the runway any more."
    money = money_by_currency(lines, lambda line: line.renewing_arr)
    crossed = sum(one.has_crossed for one in news.approaches)
    nearer = f", {crossed:,} a step nearer than the last time" if crossed else ""
    return f"{plural(len(lines), 'renewal')} on the runway, {money} ARR{nearer}."


def _step_fact(step: int, approaches: Iterable[Approach]) -> Fact:
    lines = [one.line for one in approaches if one.step == step]
    money = money_by_currency(lines, lambda line: line.renewing_arr)
    value = f"{len(lines):,}, {money}" if lines else "none"
    return Fact(label=f"{step} days", value=value)


def _bullet(one: Approach, news: RenewalNews) -> Bullet:
    line = one.line
    renews = day_and_distance(line.renews_on, news.today) if line.renews_on else ""
    money = format_money(line.renewing_arr, line.currency, short=True)
    how = one.notice or ("renews by itself" if one.is_auto else "has to be signed")
    parts = [
        f"{_crossed(one)}{money} on {renews}, {how}",
        f"{grade_text(line.health)} ({week_change(line)} this week): {outlook(one.expected)}",
        f"{_review(one.review_days)}, {_sponsor(one.has_sponsor)}",
        _cta_text(one.ctas),
    ]
    return Bullet(lead=line.name, text=f"{'. '.join(parts)}.", tone=grade_tone(line.health))


def _crossed(one: Approach) -> str:
    if not one.has_crossed:
        return ""
    return f"Now within {one.step} days{' (new here)' if not one.came_from else ''}: "


def _review(days: int | None) -> str:
    if days is None:
        return "No executive review on record"
    return f"Last executive review {plural(days, 'day', zero='0')} ago"


def _sponsor(has_sponsor: bool | None) -> str:
    if has_sponsor is None:
        return "sponsor not known"
    return "sponsor in place" if has_sponsor else "no sponsor in place"


def _cta_text(ctas: Sequence[StoredCta]) -> str:
    """The calls to action that are open for it, and who has them."""
    if not ctas:
        return "No call to action is open for it"
    return "; ".join(f"#{one.id} {one.cta.title}: {cta_state(one)}" for one in ctas[:MOST_CTAS])


def _left_text(news: RenewalNews) -> str:
    said = [
        f"{line.name} ({f'renews {day_text(line.renews_on)}' if line.renews_on else 'no renewal'})"
        for line in news.left[:MOST_NAMED]
    ]
    if more := max(len(news.left) - MOST_NAMED, 0):
        said.append(f"{more} more")
    if news.lost:
        said.append(
            f"{plural(news.lost, 'account')} that {'is' if news.lost == 1 else 'are'} not "
            "among these accounts any more"
        )
    return f"Not on the runway any more: {listing(said)}."
