"""Why an account has the grade that it has: what moved it, what holds it down, and the numbers."""

from collections.abc import Iterator
from typing import Final

import numpy as np

from csm.card import Block, Bullet, Bullets, Heading, Tone
from csm.evidence import say
from csm.explain import caps_on, moved, pulls
from csm.health import Health
from csm.playbook import Playbook
from csm.scorecard import Curve, Measure
from csm.scoring import read_off
from csm.signal_table import Unit
from csm.signals import SIGNALS
from csm.use_cases.review_account import Review
from csm.wording import day_text, number, plural, signed

MOST_MOVERS: Final = 4
MOST_PULLS: Final = 3
# Moves smaller than this many points of the score are noise to a reader.
SMALLEST_MOVE: Final = 0.5


def why_blocks(review: Review, playbook: Playbook) -> list[Block]:
    """What moved the score since a week ago, what pulls it down, and what limits the grade."""
    health = review.health
    if health is None or health.score is None:
        return []
    blocks: list[Block] = []
    if review.week_ago and (moves := tuple(_moves(review, health, review.week_ago, playbook))):
        since = day_text(review.week_ago.day)
        blocks += [Heading(text=f"What moved since {since}"), Bullets(items=moves)]
    if held := (*_limits(review, health, playbook), *_pulls(review, health, playbook)):
        blocks += [Heading(text="What holds it down"), Bullets(items=held)]
    return blocks


def _moves(review: Review, now: Health, before: Health, playbook: Playbook) -> Iterator[Bullet]:
    """The largest moves; the rest, and what a limit on the grade did, so that it adds up."""
    moves = moved(now, before)
    shown = [move for move in moves if abs(move[1]) >= SMALLEST_MOVE][:MOST_MOVERS]
    for measure, points in shown:
        yield Bullet(
            lead=playbook.scorecard.measure_name(measure),
            text=f"{signed(points)} points: {_because(review, now, measure, playbook)}",
        )
    told = {measure for measure, _ in shown}
    others = sum(points for measure, points in moves if measure not in told)
    if abs(others) >= SMALLEST_MOVE:
        yield Bullet(lead="Other measures", text=f"{signed(others)} points together")
    if now.score is not None and before.score is not None:
        limit = now.score - before.score - sum(points for _, points in moves)
        if abs(limit) >= SMALLEST_MOVE:
            what = "a limit on the grade was lifted" if limit > 0 else "the grade is now limited"
            yield Bullet(lead="Limits", text=f"{signed(limit)} points: {what}")


def _limits(review: Review, health: Health, playbook: Playbook) -> tuple[Bullet, ...]:
    caps = caps_on(health, playbook.scorecard, review.signals)
    return tuple(Bullet(lead="Limited", text=cap.text, tone=Tone.WARN) for cap in caps)


def _pulls(review: Review, health: Health, playbook: Playbook) -> tuple[Bullet, ...]:
    return tuple(
        Bullet(
            lead=playbook.scorecard.measure_name(measure),
            text=f"{number(health.measures[measure][0])} of 100, costs {_points(points)}: "
            f"{_because(review, health, measure, playbook)}",
        )
        for measure, points in pulls(health)[:MOST_PULLS]
        if points >= SMALLEST_MOVE
    )


def _points(points: float) -> str:
    return f"{number(points)} {'point' if round(points, 1) == 1 else 'points'}"


def _because(review: Review, health: Health, measure_id: str, playbook: Playbook) -> str:
    """The number behind a measure: that of its curve which costs most."""
    if measure_id not in health.measures:
        return "no fresh data any more"
    measures = playbook.scorecard.measures
    measure = next((measure for measure in measures if measure.id == measure_id), None)
    curve = _dearest(review, measure) if measure else None
    if curve is None:
        return "taken out of the scorecard"
    signal = SIGNALS[curve.signal]
    meaning = signal.text.partition(";")[0]
    value = review.signals[curve.signal]
    if signal.unit is Unit.FLAG:
        return f"{meaning}: {'yes' if value else 'no'}"
    return f"{meaning[0].lower()}{meaning[1:]}: {say(signal, value)}"


def _dearest(review: Review, measure: Measure) -> Curve | None:
    def cost(curve: Curve) -> float:
        value = np.array([review.signals[curve.signal]])
        return curve.weight * (100 - float(read_off(curve, value)[0]))

    known = [curve for curve in measure.curves if curve.signal in review.signals]
    return max(known, key=cost, default=None)


def change_text(review: Review) -> str:
    """`, down 6.1 in a week`, or since the day of the older score; empty without one."""
    now, before = review.health, review.week_ago
    if now is None or before is None or now.score is None or before.score is None:
        return ""
    days = (now.day - before.day).days
    when = "in a week" if days == 7 else f"in {plural(days, 'day')}"
    change = round(now.score - before.score, 1)
    if change == 0:
        return f", unchanged {when}"
    return f", {'up' if change > 0 else 'down'} {number(abs(change))} {when}"
