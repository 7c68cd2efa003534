"""The picture in the manager's digest: whatever there is to draw, and never by colour alone."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from matplotlib.figure import Figure

from bot.render.picture import MatplotlibPictures
from bot.render.team_chart import spread
from csm.chart import Chart, Series
from csm.health import Grade
from csm.ports import Pictures
from tests.bot.test_picture import THRESHOLDS, drawn, size, words

__all__ = ["drawn"]  # a fixture

DAYS = tuple(date(2027, 4, 5) + timedelta(weeks=n) for n in range(12))
GRADES = ("red", "yellow", "lime", "green", "none")


def chart(**changes: object) -> Chart:
    given = Chart(
        title="ARR by health: Everybody's accounts, 12 weeks",
        alt="Red went up.",
        days=DAYS,
        unit="USD",
        stacked=tuple(
            Series(name=grade, colour=grade, values=(1000.0 * (at + 1),) * len(DAYS))
            for at, grade in enumerate(GRADES)
        ),
        shares=(
            Series(name="NRR", values=(None,) * 3 + (1.02,) * 9),
            Series(name="GRR", values=(None,) * 3 + (0.97,) * 9),
        ),
    )
    return given.model_copy(update=changes)


@pytest.fixture(scope="module")
def pictures() -> Pictures:
    return MatplotlibPictures(THRESHOLDS)


NOTHING = tuple(Series(name=g, colour=g, values=(None,) * len(DAYS)) for g in GRADES)
GAPS = (
    Series(name="red", colour="red", values=(None, 5.0) * 6),
    Series(name="green", colour="green", values=(None, 0.0) * 6),
)


@pytest.mark.parametrize("stacked", [chart().stacked, NOTHING, GAPS, ()])
@pytest.mark.parametrize(
    "shares",
    [
        chart().shares,
        (),
        (Series(name="GRR", values=(None,) * 12),),
        (Series(name="NRR", values=(7.5,) * 12), Series(name="GRR", values=(0.0,) * 12)),
        tuple(Series(name=f"{n}", values=(1.0,) * 12) for n in range(5)),
    ],
)
def test_a_picture_whatever_there_is_to_draw(
    pictures: Pictures, stacked: tuple[Series, ...], shares: tuple[Series, ...]
) -> None:
    assert size(pictures.chart(chart(stacked=stacked, shares=shares))) == (900, 680)


def test_one_day_and_no_day_are_drawn_too(pictures: Pictures) -> None:
    one = Series(name="red", colour="red", values=(5.0,))
    assert size(pictures.chart(chart(days=DAYS[:1], stacked=(one,), shares=()))) == (900, 680)
    assert size(pictures.chart(chart(days=(), stacked=(), shares=()))) == (900, 680)


@pytest.mark.parametrize("unit", ["JPY", "KWD", "$x_1$", ""])
def test_any_currency_and_name(pictures: Pictures, unit: str) -> None:
    odd = (Series(name="$a$ 株\x00", values=(3e12,) * 12),)
    assert size(pictures.chart(chart(unit=unit, stacked=odd, title="A" * 500))) == (900, 680)


def test_layers_stand_on_each_other_and_lines_leave_out_what_is_unknown(
    pictures: Pictures, drawn: list[Figure]
) -> None:
    pictures.chart(chart())
    upper, lower = drawn[0].axes
    bars = lower.containers
    assert [bar[0].get_y() for bar in bars] == [0, 1000, 3000, 6000, 10000]
    assert [bar[0].get_height() for bar in bars] == [1000, 2000, 3000, 4000, 5000]
    nrr = [float(y) for y in upper.lines[1].get_ydata()]  # type: ignore[union-attr, arg-type]  # an array, typed as any of many
    assert [y for y in nrr if y == y] == [1.02] * 9
    assert len(nrr) == 12


def test_names_and_newest_values_stand_beside_what_they_name(
    pictures: Pictures, drawn: list[Figure]
) -> None:
    pictures.chart(chart())
    upper, lower = drawn[0].axes
    assert words(upper) == {"● NRR 102.0 %", "■ GRR 97.0 %"}
    assert words(lower) == {
        "red $1,000",
        "yellow $2,000",
        "lime $3,000",
        "green $4,000",
        "none $5,000",
    }


def test_no_two_layers_have_the_same_pattern(pictures: Pictures, drawn: list[Figure]) -> None:
    pictures.chart(chart())
    _, lower = drawn[0].axes
    assert len({str(layer[0].get_hatch()) for layer in lower.containers}) == len(GRADES)
    upper = drawn[0].axes[0]
    assert len({(line.get_marker(), line.get_linestyle()) for line in upper.lines[1:]}) == 2


def test_all_that_is_written_is_in_the_picture(pictures: Pictures, drawn: list[Figure]) -> None:
    tall = Series(name="no grade", colour="none", values=(987_654_321.0,) * 12)
    pictures.chart(chart(stacked=(*chart().stacked[:4], tall)))
    edge = drawn[0].bbox
    for axes in drawn[0].axes:
        for text in axes.texts:
            box = text.get_window_extent()
            assert min(box.x0, box.y0) >= 0
            assert box.x1 <= edge.x1
            assert box.y1 <= edge.y1


def test_it_says_which_currency_it_is_of_and_what_it_leaves_out(
    pictures: Pictures, drawn: list[Figure]
) -> None:
    part = "accounts in USD (58 of 67); not shown: £710.8K, €338.6K, ¥8.4M"
    pictures.chart(chart(subtitle=part))
    upper, lower = drawn[0].axes
    assert part in [text.get_text() for text in drawn[0].texts]
    titles = (upper.get_title(loc="left"), lower.get_title(loc="left"))
    assert titles == ("Retention to date, USD", "ARR by grade, USD")


def test_a_subtitle_of_any_length_is_in_the_picture(
    pictures: Pictures, drawn: list[Figure]
) -> None:
    pictures.chart(chart(subtitle="accounts in USD (58 of 67); not shown: " + "CHF 710.8K, " * 20))
    box = drawn[0].texts[-1].get_window_extent()
    assert box.x1 <= drawn[0].bbox.x1


def test_nothing_known_is_said(pictures: Pictures, drawn: list[Figure]) -> None:
    pictures.chart(chart(stacked=NOTHING, shares=()))
    upper, lower = drawn[0].axes
    assert "No retention yet" in words(upper)
    assert "No ARR known" in words(lower)


def test_a_tenth_of_a_point_is_no_cliff(pictures: Pictures, drawn: list[Figure]) -> None:
    pictures.chart(chart(shares=(Series(name="GRR", values=(1.0,) * 11 + (0.999,)),)))
    low, high = drawn[0].axes[0].get_ylim()
    assert high - low >= 0.1


def test_many_threads_draw_the_same_picture(pictures: Pictures) -> None:
    with ThreadPoolExecutor(4) as pool:
        drawings = set(pool.map(lambda _: pictures.chart(chart()), range(6)))
    assert drawings == {pictures.chart(chart())}


@given(st.lists(st.floats(0, 1), max_size=8).map(sorted))
def test_labels_keep_their_distance_and_their_order(places: list[float]) -> None:
    moved = spread(places, 0.085)
    for below, above in pairwise(moved):
        assert above - below >= 0.085 - 1e-9
    assert all(-1e-9 <= place <= 1 for place in moved)


def test_labels_with_room_stay_where_they_are() -> None:
    assert spread([0.1, 0.5, 0.9], 0.1) == [0.1, 0.5, 0.9]


def test_every_grade_has_a_colour(pictures: Pictures, drawn: list[Figure]) -> None:
    pictures.chart(chart())
    _, lower = drawn[0].axes
    assert len({layer[0].get_facecolor() for layer in lower.containers}) == len(list(Grade))
