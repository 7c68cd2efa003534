"""What our pictures share: their colours, their letters, their frame.

Only matplotlib's object-oriented API is used: no pyplot, no state that outlives a picture.
"""

import io
import unicodedata
from collections.abc import Callable
from datetime import date, datetime
from functools import lru_cache
from typing import Final

from matplotlib import dates
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties, findfont, fontManager, get_font

from bot.render.neutral import cut_to, one_line
from csm.health import Grade

WIDTH_PIXELS: Final = 900
DOTS_PER_INCH: Final = 100
MAX_TITLE: Final = 70

INK: Final = "#1f2933"
FAINT: Final = "#5b6773"
HAIR: Final = "#d9dee3"
# From the Okabe-Ito palette, which people of every colour vision tell apart.
BLUE: Final = "#0072b2"
SKY: Final = "#56b4e9"
# Vermilion to bluish green, so that they differ for every eye; each also carries its word.
GRADE_COLOURS: Final = {
    Grade.RED: "#d55e00",
    Grade.YELLOW: "#e8c51c",
    Grade.LIME: "#8fce7e",
    Grade.GREEN: "#009e73",
    Grade.NONE: "#b8c2cc",
}

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
date_number: Final[Callable[[date], float]] = dates.date2num
_number_date: Final[Callable[[float], datetime]] = dates.num2date


def blank(height_pixels: int) -> Figure:
    """A white sheet of our width."""
    size = (WIDTH_PIXELS / DOTS_PER_INCH, height_pixels / DOTS_PER_INCH)
    return Figure(figsize=size, dpi=DOTS_PER_INCH, facecolor="white")


def png_of(figure: Figure) -> bytes:
    png = io.BytesIO()
    figure.savefig(png, format="png", metadata={"Software": None})
    return png.getvalue()


def write_title(figure: Figure, title: str) -> None:
    figure.text(
        0.02,
        0.95,
        drawable(cut_to(one_line(title), MAX_TITLE)),
        family=_families(),
        size=15,
        weight="bold",
        color=INK,
        va="center",
        parse_math=False,
    )


def dress(axes: Axes, size: float = 10) -> None:
    """Axes without what is not data: hair lines, quiet ticks, no frame."""
    axes.tick_params(colors=FAINT, labelsize=size, length=0, pad=6)
    axes.grid(axis="y", color=HAIR, linewidth=0.8)
    axes.set_axisbelow(True)
    for name, spine in axes.spines.items():
        spine.set_visible(name == "bottom")
        spine.set_color(HAIR)


def day_label(number: float, _position: int | None = None) -> str:
    """A day on an axis: `3 Mar`."""
    day = _number_date(number)
    return f"{day.day} {day:%b}"


def month_label(number: float, _position: int | None = None) -> str:
    """`Mar 2027`."""
    return f"{_number_date(number):%b %Y}"


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


def drawable(text: str) -> str:
    """The text with an empty box for each letter that no font has; unseen marks are left out."""
    unseen = {"Mn", "Me", "Cf"}
    kept = (c for c in text if ord(c) in _glyphs() or unicodedata.category(c) not in unseen)
    return "".join(c if ord(c) in _glyphs() else NO_GLYPH for c in kept)
