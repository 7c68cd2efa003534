"""An account's health by day above its usage by week, drawn with matplotlib."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any, Final

from matplotlib import dates, ticker
from matplotlib.axes import Axes

from bot.render.bands import Band
from bot.render.plot_parts import (
    BLUE,
    FAINT,
    GRADE_COLOURS,
    INK,
    SKY,
    blank,
    date_number,
    day_label,
    dress,
    month_label,
    png_of,
    write_title,
)

HEIGHT_PIXELS: Final = 500
MIN_SPAN_DAYS: Final = 28
# Longer spans are labelled by month instead of by day.
MONTHS_FROM_DAYS: Final = 180
BAND_ALPHA: Final = 0.16

# matplotlib leaves this without types.
_DateLocator: Final[Callable[..., Any]] = dates.AutoDateLocator


def draw(
    title: str,
    bands: Sequence[Band],
    health: Sequence[tuple[date, float]],
    usage: Sequence[tuple[date, int]],
) -> bytes:
    """The PNG. Both series come oldest first, and either may be empty."""
    figure = blank(HEIGHT_PIXELS)
    upper, lower = figure.subplots(2, 1, sharex=True, height_ratios=(5, 2))
    figure.subplots_adjust(left=0.085, right=0.915, top=0.84, bottom=0.075, hspace=0.3)
    write_title(figure, title)
    _draw_health(upper, bands, health)
    _draw_usage(lower, usage)
    _set_days(lower, [day for day, _ in health], [day for day, _ in usage])
    for axes in (upper, lower):
        dress(axes)
    upper.tick_params(labelbottom=False)
    return png_of(figure)


def _draw_health(axes: Axes, bands: Sequence[Band], health: Sequence[tuple[date, float]]) -> None:
    _draw_bands(axes, bands)
    axes.set_title("Health score", loc="left", size=11, color=INK, pad=8)
    if not health:
        _say(axes, "No health score yet")
        return
    days, scores = [date_number(day) for day, _ in health], [score for _, score in health]
    axes.plot(days, scores, color=BLUE, linewidth=2.4, solid_capstyle="round", clip_on=False)
    axes.plot(days[-1:], scores[-1:], "o", color=BLUE, markersize=8, clip_on=False)
    above = scores[-1] <= 85  # higher up, its number would leave the frame
    axes.annotate(
        f"{scores[-1]:.0f}",
        (days[-1], scores[-1]),
        xytext=(-4, 9 if above else -9),
        textcoords="offset points",
        ha="right",
        va="bottom" if above else "top",
        size=13,
        weight="bold",
        color=BLUE,
        bbox={"facecolor": "white", "alpha": 0.7, "linewidth": 0, "pad": 1.5},
    )


def _draw_bands(axes: Axes, bands: Sequence[Band]) -> None:
    for band in bands:
        if band.high <= band.low:
            continue
        colour = GRADE_COLOURS[band.grade]
        axes.axhspan(band.low, band.high, color=colour, alpha=BAND_ALPHA, linewidth=0)
        axes.annotate(
            band.grade.value,
            (1.012, (band.low + band.high) / 2),
            xycoords=("axes fraction", "data"),
            va="center",
            color=FAINT,
            size=10,
        )
    axes.set_ylim(0, 100)
    axes.set_yticks(sorted({0.0, 100.0} | {band.high for band in bands}))


def _draw_usage(axes: Axes, usage: Sequence[tuple[date, int]]) -> None:
    axes.set_title("Product events a week", loc="left", size=11, color=INK, pad=8)
    if not usage:
        _say(axes, "No usage known")
        axes.set_ylim(0, 1)
        axes.set_yticks([0])
        return
    counts = [events for _, events in usage]
    axes.bar([date_number(day) for day, _ in usage], counts, width=6, align="edge", color=SKY)
    axes.set_ylim(0, max([1, *counts]) * 1.12)
    axes.yaxis.set_major_locator(ticker.MaxNLocator(nbins=3, integer=True))
    axes.yaxis.set_major_formatter(ticker.EngFormatter(sep=""))


def _set_days(axes: Axes, health_days: list[date], usage_weeks: list[date]) -> None:
    """One span of days for both parts: never so short that one week fills the picture."""
    days = [*health_days, *usage_weeks, *(day + timedelta(days=6) for day in usage_weeks)]
    if not days:
        axes.set_xticks([])
        return
    last = max(days)
    first = min(*days, last - timedelta(days=MIN_SPAN_DAYS))
    by_month = (last - first).days > MONTHS_FROM_DAYS
    axes.set_xlim(date_number(first), date_number(last))
    axes.xaxis.set_major_locator(_DateLocator(minticks=4, maxticks=9))
    axes.xaxis.set_major_formatter(ticker.FuncFormatter(month_label if by_month else day_label))


def _say(axes: Axes, words: str) -> None:
    axes.text(
        0.5, 0.5, words, transform=axes.transAxes, ha="center", va="center", size=12, color=FAINT
    )
