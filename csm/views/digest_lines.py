"""One account at risk as digests, alerts and lists show it: how it does, what changed, what is at
stake, why, and the buttons that act on it."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final

from csm.at_risk import at_risk, grade_of, is_worse
from csm.card import Actions, Block, Bullet, Bullets, Button, Tone
from csm.explain import moved, pulls
from csm.health import Grade, Health, Severity
from csm.money import format_money
from csm.playbook import Playbook
from csm.ports import BookLine
from csm.seen_less import is_seen_less
from csm.told import ToldLine
from csm.use_cases.at_risk_list import AtRiskList, RiskLine
from csm.views.tones import grade_text
from csm.wording import day_and_distance, day_text, number, percent, shorten, signed

_LONGEST_REASON: Final = 220
_LONGEST_NAME: Final = 60
# What a message has room for, without those that belong to no account.
_MOST_BUTTONS: Final = 42


def short_day(day: date) -> str:
    """`16 Nov`: of days that are near."""
    return day_text(day).rsplit(" ", 1)[0]


def line_blocks(
    lines: Sequence[RiskLine],
    risks: AtRiskList,
    since: date | None,
    playbook: Playbook,
    first: int = 1,
) -> Iterator[Block]:
    """Those lines, numbered from `first`, each with its buttons. `since` is the day of the digest
    that they are compared with; None where there was none."""
    room = _MOST_BUTTONS // max(1, len(lines))
    for rank, one in enumerate(lines, start=first):
        change = change_text(one, since)
        yield Bullets(items=(bullet_of(one.line, change, risks.today, playbook),), first=rank)
        yield Actions(buttons=buttons_for(one)[:room])


def bullet_of(line: BookLine, change: str, today: date, playbook: Playbook) -> Bullet:
    """The account, what it is worth and why it is here."""
    state = ", ".join(part for part in (grade_text(line.health), change) if part)
    return Bullet(
        lead=shorten(line.name, _LONGEST_NAME),
        text=f"{state}. {worth_text(line, today, playbook)}. {reason_text(line, playbook)}",
        tone=_tone(line),
    )


def buttons_for(one: RiskLine) -> tuple[Button, ...]:
    """What can be done, the most important first."""
    id_, name = one.line.account_id, shorten(one.line.name, _LONGEST_NAME)
    buttons = [Button(id=f"account.open:{id_}", label="Open", describe=f"Open {name}")]
    if one.cta is not None:
        claim = shorten(f"Claim #{one.cta.id}: {one.cta.cta.title}", 75)
        buttons.append(
            Button(id=f"cta.start:{one.cta.id}", label=f"Claim CTA #{one.cta.id}", describe=claim)
        )
    draft, snooze = f"Draft outreach: {name}", f"Snooze {name}"
    buttons += [
        Button(id=f"outreach.plays:{id_}", label="Draft outreach", describe=shorten(draft, 75)),
        Button(id=f"digest.snooze:{id_}", label="Snooze", describe=snooze, opens_form=True),
    ]
    return tuple(buttons)


def change_text(one: RiskLine, since: date | None) -> str:
    """What happened to it since the last digest, or, where there was none, within a week."""
    back = "back early, for it got worse: " if one.is_back else ""
    if since is None:
        return back + _within_a_week(one.line)
    if one.before is None:
        return f"{back}new on this list"
    return back + _since(one.line, one.before, short_day(since))


def worth_text(line: BookLine, today: date, playbook: Playbook) -> str:
    """`$84K of $210K ARR at risk, renews 3 Mar 2027 (in 75 days)`."""
    at_stake = format_money(at_risk(line, playbook.digests.at_risk), line.currency, short=True)
    arr = format_money(line.arr, line.currency, short=True)
    worth = f"{arr} ARR at risk" if at_stake == arr else f"{at_stake} of {arr} ARR at risk"
    if line.renews_on is None:
        return worth
    when = day_text(line.renews_on)
    # Its evidence counts the days from its refresh: two counts would not agree.
    if not _tells_of_the_renewal(line):
        when = day_and_distance(line.renews_on, today)
    if line.renewing_arr == line.arr:
        return f"{worth}, renews {when}"
    part = format_money(line.renewing_arr, line.currency, short=True)
    return f"{worth}, {part} of the ARR renews {when}"


def confidence_text(line: BookLine | None) -> str:
    """`confidence fell to 45 %`."""
    return f"confidence fell to {percent(line.health.confidence if line and line.health else 0)}"


def _tells_of_the_renewal(line: BookLine) -> bool:
    return line.worst_risk is not None and "renew" in line.worst_risk.evidence.lower()


def reason_text(line: BookLine, playbook: Playbook) -> str:
    """The evidence of its worst risk; without one, what moved its grade or holds it down."""
    if line.worst_risk is not None:
        return shorten(line.worst_risk.evidence, _LONGEST_REASON)
    if line.health is None or line.health.score is None:
        return "Nothing fresh enough is known about it."
    return _grade_reason(line.health, line.health_week_ago, playbook)


def _tone(line: BookLine) -> Tone:
    """Nothing on a list of what is at risk reads as good, whatever its grade."""
    is_critical = line.worst_risk is not None and line.worst_risk.severity is Severity.CRITICAL
    return Tone.BAD if is_critical or grade_of(line) is Grade.RED else Tone.WARN


def _grade_reason(health: Health, week_ago: Health | None, playbook: Playbook) -> str:
    moves = moved(health, week_ago)
    if moves and moves[0][1] <= -1:
        measure, points = moves[0]
        name = playbook.scorecard.measure_name(measure)
        return f"{name} moved it by {signed(points)} points this week."
    for measure, _ in pulls(health)[:1]:
        name = playbook.scorecard.measure_name(measure)
        return f"{name} holds it down: {number(health.measures[measure][0])} of 100."
    return "No measure of it is fresh."


def _since(line: BookLine, before: ToldLine, day: str) -> str:
    grade = grade_of(line)
    if _only_looks_better(line, before.grade, before.confidence):
        return f"seen less well than on {day}: {confidence_text(line)}"
    if grade is not before.grade:
        was = "without a grade" if before.grade is Grade.NONE else str(before.grade)
        is_save = before.grade is Grade.RED and not is_worse(grade, Grade.YELLOW)
        return f"was {was} on {day}" + (": a save" if is_save else "")
    now = line.health.score if line.health else None
    if now is None or before.score is None or round(now - before.score, 1) == 0:
        return f"unchanged since {day}"
    return f"{signed(now - before.score)} since {day}"


def _only_looks_better(line: BookLine, was: Grade, confidence: float | None) -> bool:
    """It is not worse, and less of it is seen: that is no recovery."""
    now = line.health.confidence if line.health else None
    return not is_worse(grade_of(line), was) and is_seen_less(now, confidence)


def _within_a_week(line: BookLine) -> str:
    now, before = line.health, line.health_week_ago
    if now is None or before is None or now.score is None or before.score is None:
        return ""
    if _only_looks_better(line, before.grade, before.confidence):
        return f"seen less well: {confidence_text(line)}"
    if now.grade is not before.grade:
        return f"was {before.grade} on {short_day(before.day)}"
    change = round(now.score - before.score, 1)
    return f"{signed(change)} this week" if change else "unchanged this week"
