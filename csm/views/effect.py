"""What plays bring about, in words: what was sent, what came back, and the difference it made."""

from collections.abc import Sequence

from csm.card import Bullet, Bullets, Card, Heading, Note, Table, Text, Tone
from csm.effect import Difference, PlayEffect
from csm.playbook import Playbook
from csm.ports_outreach import Group
from csm.views.outreach_parts import play_name
from csm.wording import percent, plural

_HONEST = (
    "Accounts count from the day on which the play would have written to them, also where its "
    "draft was rejected or stopped. Without a control group no effect is claimed."
)


def effects_card(reports: Sequence[PlayEffect], playbook: Playbook) -> Card:
    """Every writing play in one line each."""
    busy = [report for report in reports if report.tally.sent or report.control.accounts]
    if not busy:
        text = "No play has written to anybody yet, so there is nothing to report."
        return Card(title="What plays bring about", summary=text, blocks=(Text(text=text),))
    rows = tuple(
        (
            play_name(playbook, report.play),
            str(report.tally.sent),
            str(report.tally.replied),
            _reached(report.written),
            _reached(report.control),
            short_verdict(report),
        )
        for report in busy
    )
    sent = sum(report.tally.sent for report in busy)
    summary = f"{plural(len(busy), 'play')}, {plural(sent, 'message')} sent."
    return Card(
        title="What plays bring about",
        summary=summary,
        blocks=(
            Text(text=summary),
            Table(
                columns=("Play", "Sent", "Replied", "Goal", "Goal without", "Difference"),
                rows=rows,
                numeric=(1, 2),
            ),
            Note(text=_HONEST),
        ),
    )


def effect_card(report: PlayEffect, playbook: Playbook) -> Card:
    """One play, in full."""
    play = playbook.plays[report.play]
    plan = play.outreach
    tally = report.tally
    verdict = long_verdict(report)
    goal = f"{plan.goal.name}, within {plural(plan.goal.within_days, 'day')}" if plan else ""
    return Card(
        title=f"What {play.name} brings about",
        summary=verdict,
        tone=_tone(report.difference),
        blocks=(
            Text(text=verdict, tone=_tone(report.difference)),
            Bullets(
                items=(
                    Bullet(lead="Sent", text=f"{tally.sent}, of {plural(tally.decided, 'draft')}"),
                    Bullet(
                        lead="Came back",
                        text=f"{tally.replied} replied, {tally.positive} pleased, {tally.bad} not",
                    ),
                )
            ),
            Heading(text="The goal"),
            Text(text=f"{goal}."),
            Table(
                columns=("", "Accounts", "Reached it", "Share"),
                rows=(
                    ("Written to", *_row(report.written)),
                    ("Control group", *_row(report.control)),
                ),
                numeric=(1, 2, 3),
            ),
            Note(text=_HONEST),
        ),
    )


def long_verdict(report: PlayEffect) -> str:
    """The effect in a sentence, or why there is none to speak of."""
    if report.difference is None:
        return (
            "Too little data to tell yet: in the smaller group, "
            f"{report.missing} more {'account' if report.missing == 1 else 'accounts'} must come "
            "to the end of their time."
        )
    words = _points(report.difference)
    if report.difference.is_sure:
        return f"The goal is reached {words} than without it."
    return f"No effect can be told from chance: the goal is reached {words}."


def short_verdict(report: PlayEffect) -> str:
    """The same for a column."""
    if report.difference is None:
        return "too little data"
    one = report.difference
    return f"{_signed(one.difference)} ({_signed(one.low)} to {_signed(one.high)})"


def _points(one: Difference) -> str:
    more = "more often" if one.difference >= 0 else "less often"
    size = percent(abs(one.difference)).replace(" %", " points")
    return f"{size} {more} (between {_signed(one.low)} and {_signed(one.high)} points)"


def _signed(share: float) -> str:
    return f"{share * 100:+.0f}".replace("-", "−")


def _reached(group: Group) -> str:
    if not group.accounts:
        return "nobody yet"
    return f"{percent(group.reached / group.accounts)} of {group.accounts}"


def _row(group: Group) -> tuple[str, str, str]:
    share = percent(group.reached / group.accounts) if group.accounts else ""
    return str(group.accounts), str(group.reached), share


def _tone(one: Difference | None) -> Tone:
    if one is None or not one.is_sure:
        return Tone.NEUTRAL
    return Tone.GOOD if one.difference > 0 else Tone.BAD
