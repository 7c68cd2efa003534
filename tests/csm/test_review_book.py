"""What asks for attention first in a book of business."""

from datetime import date, timedelta

import pytest

from csm.health import Grade, Health, Quadrant, Stage
from csm.ports import BookLine
from csm.use_cases.review_book import at_stake
from tests.csm.builders import TODAY


def line(grade: Grade | None, arr: int = 100, renews_in: int | None = None) -> BookLine:
    return BookLine(
        account_id=1,
        name="Acme",
        currency="USD",
        arr=arr,
        renewing_arr=60,
        renews_on=None if renews_in is None else TODAY + timedelta(days=renews_in),
        health=None if grade is None else health(grade, TODAY),
        health_week_ago=None,
        open_risks=0,
        worst_risk=None,
    )


def health(grade: Grade, day: date) -> Health:
    return Health(
        account_id=1,
        day=day,
        score=50.0,
        outcomes=50.0,
        experience=50.0,
        confidence=1.0,
        grade=grade,
        quadrant=Quadrant.FAILING,
        stage=Stage.VALUE,
    )


def test_the_grade_comes_before_all_money() -> None:
    worst_first = [Grade.RED, Grade.NONE, Grade.YELLOW, Grade.LIME, Grade.GREEN]
    lines = [line(grade, arr=10**place) for place, grade in enumerate(worst_first)]
    assert sorted(lines, key=lambda one: at_stake(one, TODAY), reverse=True) == lines
    assert at_stake(line(None), TODAY) == at_stake(line(Grade.NONE), TODAY)


@pytest.mark.parametrize(
    ("renews_in", "stake"), [(0, 280), (30, 280), (31, 160), (120, 160), (121, 100), (None, 100)]
)
def test_what_renews_counts_more_as_its_day_comes_near(renews_in: int | None, stake: float) -> None:
    assert at_stake(line(Grade.RED, renews_in=renews_in), TODAY)[1] == stake
