"""The onboarding digest as a card."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Final

from csm.account import Milestone
from csm.card import Actions, Block, Bullet, Bullets, Button, Card, Note, Text, Tone
from csm.money import format_money
from csm.onboarding import FirstValue, Onboarding, OnboardingNews
from csm.playbook import Playbook
from csm.ports import StoredCta
from csm.views.next_steps import next_steps
from csm.wording import day_text, days_away, number, plural, shorten, signed

TITLE: Final = "Onboarding"
MOST_NAMED: Final = 3
_LONGEST_STEP: Final = 60


def onboarding_card(
    news: OnboardingNews,
    ctas: Mapping[int, Sequence[StoredCta]],
    scope: str,
    playbook: Playbook,
) -> Card:
    """Those that are late first, each with what to do next. `scope` names whose accounts they are
    in a button."""
    summary = _summary(news)
    shown = news.told[: playbook.digests.most]
    blocks: list[Block] = [Text(text=summary)]
    for rank, one in enumerate(shown, start=1):
        line = one.line
        blocks.append(Bullets(items=(_bullet(one, news),), first=rank))
        blocks.append(
            next_steps(line.account_id, line.name, ctas.get(line.account_id, ()), playbook)
        )
    if more := len(news.told) - len(shown):
        blocks.append(
            Note(text=f"{plural(more, 'more account')} with something late, due or done.")
        )
        whole = Button(id=f"portfolio.show:{scope}", label="Whole portfolio")
        blocks.append(Actions(buttons=(whole,)))
    if news.on_course:
        blocks.append(Note(text=_on_course(news.on_course)))
    tone = Tone.WARN if news.in_trouble else Tone.NEUTRAL
    return Card(title=TITLE, summary=summary, blocks=tuple(blocks), tone=tone)


def empty_onboarding_card(news: OnboardingNews) -> Card:
    """One line, for those who want to hear that there is nothing."""
    text = "No onboarding milestone is late, due or newly done."
    if news.on_course:
        text = f"{text} {_on_course(news.on_course)}"
    return Card(title=TITLE, summary=text, blocks=(Text(text=text),))


def _summary(news: OnboardingNews) -> str:
    due = sum(bool(one.due) for one in news.told)
    parts = [f"{plural(news.in_trouble, 'onboarding', zero='No')} in trouble{_change(news)}"]
    if news.newly_late:
        parts.append(f"{plural(len(news.newly_late), 'milestone')} newly late")
    if due:
        parts.append(f"{plural(due, 'account')} with milestones due soon")
    return f"{', '.join(parts)}."


def _change(news: OnboardingNews) -> str:
    if news.was_in_trouble is None:
        return ""
    return f" ({signed(news.in_trouble - news.was_in_trouble)} since the last time)"


def _on_course(count: int) -> str:
    verb = "is" if count == 1 else "are"
    return f"{plural(count, 'more onboarding')} {verb} on course."


def _bullet(one: Onboarding, news: OnboardingNews) -> Bullet:
    line, today = one.line, news.today

    def late(step: Milestone) -> str:
        is_new = (line.account_id, step.key) in news.newly_late
        days = plural((today - step.due_on).days, "day")
        return f"{_named(step)} {days} late{' (new)' if is_new else ''}{_hours(step)}"

    def due(step: Milestone) -> str:
        return f"{_named(step)} {days_away(step.due_on, today)}{_hours(step)}"

    said = [_value_text(one.value, is_news=one.is_news)] if one.value else []
    said += [_steps("Late", one.late, late), _steps("Due", one.due, due)]
    said.append(_steps("Done", one.done, lambda step: _done(step, today)))
    money = format_money(line.arr, line.currency, short=True)
    return Bullet(
        lead=line.name,
        text=" ".join([*(part for part in said if part), f"{money} ARR."]),
        tone=_tone(one),
    )


def _value_text(value: FirstValue, *, is_news: bool) -> str:
    if value.is_reached:
        return f"First value reached on day {value.days:,}." if is_news else ""
    if value.missed:
        return f"No first value on day {value.days:,}: it was due by day {value.limit}."
    return f"Day {value.days:,} of {value.limit} to the first value."


def _steps(word: str, steps: Sequence[Milestone], text_of: Callable[[Milestone], str]) -> str:
    if not steps:
        return ""
    said = [text_of(step) for step in steps[:MOST_NAMED]]
    if more := len(steps) - MOST_NAMED if len(steps) > MOST_NAMED else 0:
        said.append(f"and {more} more")
    return f"{word}: {'; '.join(said)}."


def _named(step: Milestone) -> str:
    return f"“{shorten(step.title, _LONGEST_STEP)}”"


def _done(step: Milestone, today: date) -> str:
    done_on = step.done_on or today
    behind = (done_on - step.due_on).days
    late = f", {plural(behind, 'day')} late" if behind > 0 else ""
    return f"{_named(step)} on {day_text(done_on)}{late}{_hours(step)}"


def _hours(step: Milestone) -> str:
    """Said where it took more than was planned; nothing was planned where 0 hours were."""
    if not step.planned_hours or step.actual_hours <= step.planned_hours:
        return ""
    return f", {number(step.actual_hours)} of {number(step.planned_hours)} planned hours"


def _tone(one: Onboarding) -> Tone:
    if one.value and one.value.missed:
        return Tone.BAD
    if one.late:
        return Tone.WARN
    return Tone.NEUTRAL if one.due else Tone.GOOD
