"""The picture in the manager's digest: ARR by grade week by week, and GRR and NRR to date."""

from collections.abc import Sequence
from typing import Final

from csm.arr_by_grade import GradedWeeks
from csm.chart import Chart, Series
from csm.health import Grade
from csm.money import format_money, minor_units
from csm.ports import BookLine
from csm.retention import Movement, Retention
from csm.use_cases.review_team import TeamReview, Weeks
from csm.views.book import money_by_currency
from csm.wording import day_text, listing, plural

# From the bottom up: what is in danger stands on the ground, where its height is read best.
_FROM_BELOW: Final = (Grade.RED, Grade.YELLOW, Grade.LIME, Grade.GREEN, Grade.NONE)
_NAMES: Final = {Grade.NONE: "no grade"}


def team_chart(review: TeamReview) -> Chart | None:
    """None where no day of these weeks has a grade."""
    weeks = review.weeks
    if weeks is None or all(value is None for value in weeks.graded.arr[Grade.RED]):
        return None
    graded = weeks.graded
    subtitle = _part_text(review.book, graded.currency)
    unit = 10 ** minor_units(graded.currency)
    stacked = tuple(
        Series(
            name=_NAMES.get(grade, grade.value),
            values=tuple(None if arr is None else arr / unit for arr in graded.arr[grade]),
            colour=grade.value,
        )
        for grade in _FROM_BELOW
        if any(graded.arr[grade])
    )
    return Chart(
        title=f"ARR by health: {review.scope.title}, {plural(len(graded.days), 'week')}",
        subtitle=subtitle,
        alt=f"{_alt(weeks)} Only {subtitle}." if subtitle else _alt(weeks),
        days=graded.days,
        unit=graded.currency,
        stacked=stacked,
        shares=_shares(weeks),
    )


def _part_text(book: Sequence[BookLine], currency: str) -> str:
    """`accounts in USD (58 of 67); not shown: £710.8K, €311.6K`: what the picture, which is of one
    currency, leaves out; empty where that is nothing."""
    others = [line for line in book if line.currency != currency and line.arr]
    if not others:
        return ""
    shown = sum(line.currency == currency for line in book)
    left_out = money_by_currency(others).replace(" + ", ", ")
    return f"accounts in {currency} ({shown:,} of {len(book):,}); not shown: {left_out}"


def _shares(weeks: Weeks) -> tuple[Series, ...]:
    """To date, so they begin anew with each period; left out where there is no start ARR."""
    movements = [_movement(one, weeks.graded.currency) for one in weeks.retention]
    if not any(movements):
        return ()
    return (
        Series(name="NRR", values=tuple(one.nrr if one else None for one in movements)),
        Series(name="GRR", values=tuple(one.grr if one else None for one in movements)),
    )


def _movement(retention: Retention | None, currency: str) -> Movement | None:
    found = retention.movements if retention else ()
    return next((one for one in found if one.currency == currency), None)


def _alt(weeks: Weeks) -> str:
    graded = weeks.graded
    known = [at for at, value in enumerate(graded.arr[Grade.RED]) if value is not None]
    first, last = known[0], known[-1]
    parts = [
        f"{_NAMES.get(grade, grade.value)} {_change(graded, grade, first, last)}"
        for grade in _FROM_BELOW
        if any(graded.arr[grade])
    ]
    told = f"ARR in {graded.currency} by grade on {day_text(graded.days[last])}"
    if first != last:
        told = f"{told}, and on {day_text(graded.days[first])} before"
    movement = _movement(weeks.retention[-1], graded.currency)
    kept = (
        f" GRR ({movement.currency}) to date {movement.grr * 100:.1f} %, "
        f"NRR {movement.nrr * 100:.1f} %."
        if movement
        else ""
    )
    return f"{told}: {listing(parts)}.{kept}"


def _change(graded: GradedWeeks, grade: Grade, first: int, last: int) -> str:
    now = format_money(graded.arr[grade][last] or 0, graded.currency, short=True)
    if first == last:
        return now
    before = format_money(graded.arr[grade][first] or 0, graded.currency, short=True)
    return f"{now} (before {before})"
