"""The daily alert as a card: what turned red, and how."""

from typing import Final

from csm.card import Actions, Block, Bullets, Button, Card, Text, Tone
from csm.health import Grade
from csm.playbook import Playbook
from csm.use_cases.turned_red import RedAlert, Turned
from csm.views.digest_lines import bullet_of, buttons_for, short_day
from csm.wording import listing, number, plural

_MOST: Final = 10
_NAMED: Final = 3


def alert_card(alert: RedAlert, playbook: Playbook) -> Card:
    """What turned red since the reader was told; a line where nothing did."""
    if not alert.turned:
        text = f"{alert.scope.title}: none turned red."
        return Card(
            title="Nothing turned red", summary=text, tone=Tone.GOOD, blocks=(Text(text=text),)
        )
    count = plural(len(alert.turned), "account")
    names = [turned.one.line.name for turned in alert.turned[:_NAMED]]
    if more := len(alert.turned) - _NAMED:
        names += [f"{more} more"] if more > 0 else []
    summary = f"{listing(names)} turned red."
    blocks: list[Block] = [Text(text=summary)]
    for rank, turned in enumerate(alert.turned[:_MOST], start=1):
        bullet = bullet_of(turned.one.line, _was(turned), alert.today, playbook)
        blocks += [
            Bullets(items=(bullet,), first=rank),
            Actions(buttons=buttons_for(turned.one)),
        ]
    if (left := len(alert.turned) - _MOST) > 0:
        rest = Button(id=f"digest.more:{alert.scope.word}:0", label=f"{left} more: all at risk")
        blocks.append(Actions(buttons=(rest,)))
    return Card(title=f"{count} turned red", summary=summary, tone=Tone.BAD, blocks=tuple(blocks))


def _was(turned: Turned) -> str:
    """How it was before, as far back as a week."""
    for health in (turned.before, turned.one.line.health_week_ago):
        if health is not None and health.grade is not Grade.RED:
            score = f" {number(health.score)}" if health.score is not None else ""
            grade = "without a grade" if health.grade is Grade.NONE else f"{health.grade}{score}"
            return f"was {grade} on {short_day(health.day)}"
    return "red for longer, and new to you"
