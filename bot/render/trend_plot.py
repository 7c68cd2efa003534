"""An account's health by day above its usage by week, drawn with matplotlib.

Only the object-oriented API is used: no pyplot, no state that outlives a picture.
"""

import io
import unicodedata
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any, Final

from matplotlib import dates, ticker
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, findfont, fontManager, get_font

from bot.render.bands import Band
from bot.render.neutral import cut_to, one_line
from csm.health import Grade

WIDTH_PIXELS: Final = 900
HEIGHT_PIXELS: Final = 500
DOTS_PER_INCH: Final = 100
MAX_TITLE: Final = 70
MIN_SPAN_DAYS: Final = 28
# Longer spans are labelled by month instead of by day.
MONTHS_FROM_DAYS: Final = 180

INK: Final = "#1f2933"
FAINT: Final = "#5b6773"
HAIR: Final = "#d9dee3"
# From the Okabe-Ito palette, which people of every colour vision tell apart.
BLUE: Final = "#0072b2"
SKY: Final = "#56b4e9"
# Vermilion to bluish green, so that they differ for every eye; each band also carries its word.
BAND_COLOURS: Final = {
    Grade.RED: "#d55e00",
    Grade.YELLOW: "#e8c51c",
    Grade.LIME: "#8fce7e",
    Grade.GREEN: "#009e73",
}
BAND_ALPHA: Final = 0.16

# Families that bring letters which DejaVu lacks; those that are installed are used.
FALLBACK_FAMILIES: Final = (
    "Noto Sans CJK SC",
    "Noto Sans CJK JP",
    "Noto Sans SC",
    "WenQuanYi Zen Hei",
    "PingFang SC",
    "Microsoft YaHei",
    "Noto Sans Devanagari",
    "Noto Sans Thai",
)
NO_GLYPH: Final = "□"  # an empty box, as fonts themselves show what they lack

# matplotlib leaves these without types.
_date_number: Final[Callable[[date], float]] = dates.date2num
_number_date: Final[Callable[[float], datetime]] = dates.num2date
_DateLocator: Final[Callable[..., Any]] = dates.AutoDateLocator


def draw(
    title: str,
    bands: Sequence[Band],
    health: Sequence[tuple[date, float]],
    usage: Sequence[tuple[date, int]],
) -> bytes:
    """The PNG. Both series come oldest first, and either may be empty."""
    size = (WIDTH_PIXELS / DOTS_PER_INCH, HEIGHT_PIXELS / DOTS_PER_INCH)
    figure = Figure(figsize=size, dpi=DOTS_PER_INCH, facecolor="white")
    upper, lower = figure.subplots(2, 1, sharex=True, height_ratios=(5, 2))
    figure.subplots_adjust(left=0.085, right=0.915, top=0.84, bottom=0.075, hspace=0.3)
    _write_title(figure, title)
    _draw_health(upper, bands, health)
    _draw_usage(lower, usage)
    _set_days(lower, [day for day, _ in health], [day for day, _ in usage])
    for axes in (upper, lower):
        _dress(axes)
    upper.tick_params(labelbottom=False)
    png = io.BytesIO()
    figure.savefig(png, format="png", metadata={"Software": None})
    return png.getvalue()


def _write_title(figure: Figure, title: str) -> None:
    figure.text(
        0.02,
        0.95,
        _drawable(cut_to(one_line(title), MAX_TITLE)),
        family=_families(),
        size=15,
        weight="bold",
        color=INK,
        va="center",
        parse_math=False,
    )


def _draw_health(axes: Axes, bands: Sequence[Band], health: Sequence[tuple[date, float]]) -> None:
    _draw_bands(axes, bands)
    axes.set_title("Health score", loc="left", size=11, color=INK, pad=8)
    if not health:
        _say(axes, "No health score yet")
        return
    days, scores = [_date_number(day) for day, _ in health], [score for _, score in health]
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
        colour = BAND_COLOURS[band.grade]
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
    axes.bar([_date_number(day) for day, _ in usage], counts, width=6, align="edge", color=SKY)
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
    axes.set_xlim(_date_number(first), _date_number(last))
    axes.xaxis.set_major_locator(_DateLocator(minticks=4, maxticks=9))
    axes.xaxis.set_major_formatter(ticker.FuncFormatter(_month if by_month else _day))


def _day(number: float, _position: int | None = None) -> str:
    day = _number_date(number)
    return f"{day.day} {day:%b}"


def _month(number: float, _position: int | None = None) -> str:
    return f"{_number_date(number):%b %Y}"


def _dress(axes: Axes) -> None:
    """Axes without what is not data: hair lines, quiet ticks, no frame."""
    axes.tick_params(colors=FAINT, labelsize=10, length=0, pad=6)
    axes.grid(axis="y", color=HAIR, linewidth=0.8)
    axes.set_axisbelow(True)
    for name, spine in axes.spines.items():
        spine.set_visible(name == "bottom")
        spine.set_color(HAIR)


def _say(axes: Axes, words: str) -> None:
    axes.text(
        0.5, 0.5, words, transform=axes.transAxes, ha="center", va="center", size=12, color=FAINT
    )


@lru_cache(maxsize=1)
def _families() -> list[str]:
    """The title's font, and the installed ones that help it out with other scripts."""
    installed = {font.name for font in fontManager.ttflist}
    return ["DejaVu Sans", *(name for name in FALLBACK_FAMILIES if name in installed)]


@lru_cache(maxsize=1)
def _glyphs() -> frozenset[int]:
    """Every character that the title's fonts can draw."""
    paths = [findfont(FontProperties(family=name, weight="bold")) for name in _families()]
    return frozenset(code for path in paths for code in get_font(path).get_charmap())


def _drawable(text: str) -> str:
    """The text with an empty box for each letter that no font has; unseen marks are left out."""
    unseen = {"Mn", "Me", "Cf"}
    kept = (c for c in text if ord(c) in _glyphs() or unicodedata.category(c) not in unseen)
    return "".join(c if ord(c) in _glyphs() else NO_GLYPH for c in kept)
