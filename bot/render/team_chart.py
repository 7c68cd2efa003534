"""A chart of layers that add up, week by week, below lines of shares; drawn with matplotlib.

Nothing is told by colour alone: each layer has a pattern, each line a mark and a dash of its own,
and both have their names and newest values beside them.
"""

import math
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

from matplotlib import ticker
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from bot.render.neutral import cut_to, one_line
from bot.render.plot_parts import (
    BLUE,
    FAINT,
    GRADE_COLOURS,
    INK,
    SKY,
    blank,
    date_number,
    day_label,
    drawable,
    dress,
    png_of,
    write_title,
)
from csm.chart import Chart, Series
from csm.money import format_money, minor_units
from csm.wording import percent

HEIGHT_PIXELS: Final = 680
# Of text, in points: read on a phone, where the picture is half as wide.
_SIZE: Final = 13
_COLOURS: Final = {grade.value: colour for grade, colour in GRADE_COLOURS.items()}
_HATCHES: Final = {"red": "xx", "yellow": "//", "lime": "..", "none": "--"}
# The mark stands before the name, too.
_LINES: Final = ((BLUE, "o", "●", "-"), (INK, "s", "■", "--"), (SKY, "^", "▲", ":"))
_MOST_OF_SUBTITLE: Final = 105  # letters, of the usual width
# The least distance of two labels, as a share of the panel's height.
_GAP: Final = 0.085
_GAP_OF_SHARES: Final = 0.2
_LEAST_SPAN: Final = 0.1  # of shares: ten points, so that no tenth of a point looks like a cliff


def draw(chart: Chart) -> bytes:
    """The PNG. Either of shares and layers may be missing, and so may any value."""
    figure = blank(HEIGHT_PIXELS)
    upper, lower = figure.subplots(2, 1, sharex=True, height_ratios=(2, 5))
    figure.subplots_adjust(left=0.11, right=0.79, top=0.84, bottom=0.07, hspace=0.25)
    write_title(figure, chart.title)
    _write_subtitle(figure, chart.subtitle)
    _draw_shares(upper, chart)
    _draw_layers(lower, chart)
    _set_days(lower, chart.days)
    for axes in (upper, lower):
        dress(axes, _SIZE)
    upper.tick_params(labelbottom=False)
    return png_of(figure)


def _write_subtitle(figure: Figure, text: str) -> None:
    words = drawable(cut_to(one_line(text), _MOST_OF_SUBTITLE))
    figure.text(0.02, 0.905, words, size=11, color=INK, va="center", parse_math=False)


def _draw_shares(axes: Axes, chart: Chart) -> None:
    title = _in_unit("Retention to date", chart.unit)
    axes.set_title(title, loc="left", size=_SIZE, color=INK, pad=8, parse_math=False)
    known = [value for one in chart.shares for value in one.values if value is not None]
    if not known:
        _say(axes, "No retention yet")
        axes.set_yticks([])
        return
    low, high = min(known), max(*known, 1.0)
    low = min(low, high - _LEAST_SPAN)
    room = (high - low) * 0.12
    axes.set_ylim(low - room, high + room)
    axes.axhline(1.0, color=FAINT, linewidth=1)
    days = [date_number(day) for day in chart.days]
    ends = []
    for one, (colour, mark, sign, dash) in zip(chart.shares, _LINES, strict=False):
        values = [math.nan if value is None else value for value in one.values]
        axes.plot(days, values, dash, marker=mark, color=colour, linewidth=2.4, markersize=6)
        if (newest := _newest(one)) is not None:
            ends.append((newest, f"{sign} {one.name} {_percent(newest)}"))
    _label(axes, ends, _GAP_OF_SHARES)
    axes.yaxis.set_major_locator(ticker.MaxNLocator(nbins=3))
    axes.yaxis.set_major_formatter(ticker.FuncFormatter(lambda share, _at: percent(share)))


def _draw_layers(axes: Axes, chart: Chart) -> None:
    unit = chart.unit
    title = _in_unit("ARR by grade", unit)
    axes.set_title(title, loc="left", size=_SIZE, color=INK, pad=8, parse_math=False)
    known = [value for one in chart.stacked for value in one.values if value is not None]
    if not any(known):
        _say(axes, "No ARR known")
        axes.set_yticks([])
        return
    days = [date_number(day) for day in chart.days]
    ground = [0.0] * len(days)
    ends = []
    for one in chart.stacked:
        heights = [value or 0.0 for value in one.values]
        axes.bar(
            days,
            heights,
            width=5.6,
            bottom=ground,
            color=_COLOURS.get(one.colour, SKY),
            hatch=_HATCHES.get(one.colour),
            edgecolor="white",
            linewidth=0.8,
        )
        if newest := _newest(one):
            ends.append((ground[-1] + newest / 2, f"{one.name} {_money(newest, unit)}"))
        ground = [below + height for below, height in zip(ground, heights, strict=True)]
    axes.set_ylim(0, max(ground) * 1.06)
    _label(axes, ends, _GAP)
    axes.yaxis.set_major_locator(ticker.MaxNLocator(nbins=5))
    axes.yaxis.set_major_formatter(ticker.FuncFormatter(lambda value, _at: _money(value, unit)))


def _label(axes: Axes, ends: Sequence[tuple[float, str]], gap: float) -> None:
    """Names and newest values beside the last day, kept apart, each with a line to its place."""
    low, high = axes.get_ylim()
    ranked = sorted(ends, key=lambda end: end[0])
    places = spread([(end[0] - low) / (high - low) for end in ranked], gap)
    for (value, text), place in zip(ranked, places, strict=True):
        axes.annotate(
            drawable(text),
            xy=(1.0, value),
            xycoords=("axes fraction", "data"),
            xytext=(1.04, place),
            textcoords="axes fraction",
            va="center",
            size=_SIZE,
            color=INK,
            annotation_clip=False,
            parse_math=False,
            arrowprops={"arrowstyle": "-", "color": FAINT, "linewidth": 0.8, "shrinkA": 0},
        )


def spread(places: Sequence[float], gap: float) -> list[float]:
    """The places, which rise, moved as far as it takes to be `gap` apart and, where there is room
    for all, between 0 and 1."""
    moved: list[float] = []
    for place in places:
        moved.append(max(place, moved[-1] + gap) if moved else place)
    ceiling = 1.0
    for at in reversed(range(len(moved))):
        moved[at] = min(moved[at], ceiling)
        ceiling = moved[at] - gap
    return moved


def _newest(one: Series) -> float | None:
    return one.values[-1] if one.values else None


def _in_unit(title: str, unit: str) -> str:
    return drawable(f"{title}, {unit}" if unit else title)


def _percent(share: float) -> str:
    return f"{share * 100:.1f} %"


def _money(value: float, unit: str) -> str:
    return format_money(round(value * 10 ** minor_units(unit)), unit, short=True)


def _set_days(axes: Axes, days: Sequence[date]) -> None:
    """One mark for each of at most six days, the newest among them."""
    if not days:
        axes.set_xticks([])
        return
    every = math.ceil(len(days) / 6)
    axes.set_xticks([date_number(day) for day in days[::-1][::every]])
    axes.xaxis.set_major_formatter(ticker.FuncFormatter(day_label))
    half_a_week = timedelta(days=4)
    axes.set_xlim(date_number(days[0] - half_a_week), date_number(days[-1] + half_a_week))


def _say(axes: Axes, words: str) -> None:
    axes.text(
        0.5, 0.5, words, transform=axes.transAxes, ha="center", va="center", size=13, color=FAINT
    )
