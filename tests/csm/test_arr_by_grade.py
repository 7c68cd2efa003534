"""ARR by grade, week by week."""

from datetime import date, timedelta

from csm.account import Subscription
from csm.arr_by_grade import graded_weeks, week_ends
from csm.health import Grade

TODAY = date(2027, 7, 5)
BEFORE = TODAY - timedelta(days=7)


def sold(arr: int, started_on: date = date(2026, 1, 1), **more: object) -> Subscription:
    return Subscription.model_validate({"key": "s", "arr": arr, "started_on": started_on, **more})


def test_the_last_week_ends_today() -> None:
    assert week_ends(TODAY, 3) == (TODAY - timedelta(days=14), BEFORE, TODAY)


def test_what_each_grade_carried_on_each_day() -> None:
    weeks = graded_weeks(
        {
            1: [sold(100), sold(20, TODAY)],
            2: [sold(300, ends_on=TODAY)],
            3: [sold(500), sold(7, trial=True), sold(9, currency="EUR")],
        },
        {BEFORE: {1: Grade.RED, 2: Grade.RED}, TODAY: {1: Grade.LIME, 2: Grade.RED, 3: Grade.RED}},
        (BEFORE, TODAY),
        "USD",
    )
    assert (weeks.currency, weeks.days) == ("USD", (BEFORE, TODAY))
    assert weeks.arr == {
        Grade.NONE: (500, 0),
        Grade.RED: (400, 500),
        Grade.YELLOW: (0, 0),
        Grade.LIME: (0, 120),
        Grade.GREEN: (0, 0),
    }


def test_days_on_which_nobody_looked_are_unknown_not_nothing() -> None:
    weeks = graded_weeks(
        {1: [sold(100)]}, {BEFORE: {}, TODAY: {1: Grade.RED}}, (BEFORE, TODAY), "USD"
    )
    assert weeks.arr[Grade.RED] == (None, 100)
    assert weeks.arr[Grade.NONE] == (None, 0)
