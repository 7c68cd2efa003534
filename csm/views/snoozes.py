"""Snoozing an account: the form that asks until when, and what is snoozed."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from csm.card import Actions, Bullet, Bullets, Button, Card, Form, Input, Note, Option, Text, Tone
from csm.health import Grade
from csm.use_cases.snooze_account import Snoozed
from csm.views.tones import grade_text, grade_tone
from csm.wording import day_and_distance, day_text, plural, shorten

_TITLE: Final = "Snoozed accounts"
_MOST: Final = 20


def snooze_form(account_id: int, name: str, days: Sequence[int], today: date) -> Form:
    """Asks until when: one of those numbers of days, or a day of one's own."""
    options = tuple(
        Option(
            value=str(number),
            label=f"{plural(number, 'day')}, until {day_text(today + timedelta(days=number))}",
        )
        for number in days
    )
    return Form(
        id=f"digest.snoozed:{account_id}",
        title="Snooze the account",
        submit="Snooze",
        intro=shorten(
            f"{name} stays off your digests and alerts until then, unless it gets worse.", 300
        ),
        inputs=(
            Input(id="days", label="For how long?", options=options, required=False),
            Input(
                id="until",
                label="Or until which day?",
                required=False,
                max_length=40,
                hint=f"Such as {(today + timedelta(days=10)).isoformat()}, fri or in 10 days.",
            ),
        ),
    )


def snoozed_card(snoozed: Snoozed, today: date) -> Card:
    """That an account is out of the way, and how to have it back."""
    snooze = snoozed.snooze
    text = f"{snoozed.name} stays off your digests until {day_and_distance(snooze.until, today)}."
    return Card(
        title=f"Snoozed: {snoozed.name}",
        summary=text,
        blocks=(
            Text(text=text),
            Note(text=_sooner(snooze.grade)),
            Actions(
                buttons=(
                    Button(id=f"digest.wake:{snooze.account_id}", label="Undo"),
                    Button(id="digest.snoozes", label="All that is snoozed"),
                )
            ),
        ),
    )


def awake_card(account_id: int, name: str) -> Card:
    """That an account is back."""
    text = f"{name} is on your digests again whenever it is at risk."
    buttons = (
        Button(id=f"account.open:{account_id}", label="Open"),
        Button(id=f"digest.snooze:{account_id}", label="Snooze", opens_form=True),
    )
    blocks = (Text(text=text), Actions(buttons=buttons))
    return Card(title=f"Not snoozed: {name}", summary=text, blocks=blocks)


def snoozes_card(snoozed: Sequence[Snoozed], today: date) -> Card:
    """All that somebody has snoozed, those that come back first first."""
    if not snoozed:
        text = "You have snoozed no account."
        return Card(title=_TITLE, summary=text, tone=Tone.NEUTRAL, blocks=(Text(text=text),))
    summary = f"{plural(len(snoozed), 'account')} snoozed. Each comes back sooner if it gets worse."
    shown = snoozed[:_MOST]
    bullets = [
        Bullet(
            lead=one.name,
            text=f"until {day_and_distance(one.snooze.until, today)}; {_then_and_now(one)}",
            tone=grade_tone(one.health),
        )
        for one in shown
    ]
    if (more := len(snoozed) - _MOST) > 0:
        bullets.append(Bullet(text=f"and {more} more that come back later"))
    buttons = tuple(
        Button(
            id=f"digest.wake:{one.snooze.account_id}",
            label=shorten(f"Have {one.name} back", 60),
        )
        for one in shown
    )
    blocks = (Text(text=summary), Bullets(items=tuple(bullets)), Actions(buttons=buttons))
    return Card(title=_TITLE, summary=summary, blocks=blocks)


def _sooner(grade: Grade) -> str:
    if grade is Grade.RED:
        return "It is red, and cannot get worse: nothing brings it back sooner."
    return f"It was {_grade(grade)} when you snoozed it, and comes back sooner if it gets worse."


def _then_and_now(one: Snoozed) -> str:
    now = grade_text(one.health)
    then = one.snooze.grade
    if one.health is None or one.health.grade is then:
        return now
    return f"{now}, was {_grade(then)}"


def _grade(grade: Grade) -> str:
    return "without a grade" if grade is Grade.NONE else str(grade)
