"""The trend picture: always a PNG of the right size, whatever there is to draw."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path

import pytest
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from bot.render.bands import Band, bands_of
from bot.render.picture import MatplotlibPictures
from csm.health import Grade
from csm.ports import Pictures

ROOT = Path(__file__).parents[2]
THRESHOLDS = {Grade.YELLOW: 40.0, Grade.LIME: 60.0, Grade.GREEN: 80.0}
DAY = date(2026, 1, 5)
HEALTH = [(DAY + timedelta(days=n), 80.0 - n / 2) for n in range(90)]
USAGE = [(DAY + timedelta(weeks=n), 9000 - 500 * n) for n in range(13)]


@pytest.fixture(scope="module")
def pictures() -> Pictures:
    return MatplotlibPictures(THRESHOLDS)


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[Figure]:
    """The figures that were saved, to look at what is in them."""
    figures: list[Figure] = []
    save = Figure.savefig

    def keep(figure: Figure, *args: object, **options: object) -> None:
        figures.append(figure)
        save(figure, *args, **options)  # type: ignore[arg-type]  # passed on as they came

    monkeypatch.setattr(Figure, "savefig", keep)
    return figures


def size(png: bytes) -> tuple[int, int]:
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    return int.from_bytes(png[16:20]), int.from_bytes(png[20:24])


def words(axes: Axes) -> set[str]:
    return {text.get_text() for text in axes.texts}


@pytest.mark.parametrize("health", [HEALTH, HEALTH[:1], HEALTH[:2], []])
@pytest.mark.parametrize("usage", [USAGE, USAGE[:1], [(DAY, 0)], []])
def test_a_picture_whatever_there_is_to_draw(
    pictures: Pictures, health: list[tuple[date, float]], usage: list[tuple[date, int]]
) -> None:
    assert size(pictures.trend("Acme", health, usage)) == (900, 500)


@pytest.mark.parametrize(
    "title",
    [
        "",
        "株式会社アクメ",
        "شركة أكمي",
        "אקמי",
        "एक्मे",
        "👩‍👩‍👧 Acme",
        "$x_1$ \\frac{a}{b} %s {0}",
        "A" * 500,
        "a\nb\x1b[31m\x00\u202e",
        "\ud800",
    ],
)
def test_any_name_can_be_the_title(pictures: Pictures, title: str) -> None:
    assert size(pictures.trend(title, HEALTH, USAGE)) == (900, 500)


def test_the_picture_shows_what_it_was_given(pictures: Pictures, drawn: list[Figure]) -> None:
    pictures.trend("Acme, 90 days", HEALTH, USAGE)
    upper, lower = drawn[0].axes
    assert [text.get_text() for text in drawn[0].texts] == ["Acme, 90 days"]
    assert [float(y) for y in upper.lines[0].get_ydata()] == [score for _, score in HEALTH]  # type: ignore[union-attr, arg-type]  # an array, typed as any of many
    assert [bar.get_height() for bar in lower.containers[0]] == [events for _, events in USAGE]
    assert {"red", "yellow", "lime", "green"} <= words(upper)
    assert list(upper.get_yticks()) == [0, 40, 60, 80, 100]
    assert f"{HEALTH[-1][1]:.0f}" in words(upper)


def test_the_order_in_which_points_come_does_not_matter(pictures: Pictures) -> None:
    backwards = pictures.trend("Acme", HEALTH[::-1], USAGE[::-1])
    assert backwards == pictures.trend("Acme", HEALTH, USAGE)


def test_what_is_not_known_is_said_and_no_day_is_made_up(
    pictures: Pictures, drawn: list[Figure]
) -> None:
    pictures.trend("Acme", [], [])
    upper, lower = drawn[0].axes
    assert "No health score yet" in words(upper)
    assert "No usage known" in words(lower)
    assert list(lower.get_xticks()) == []


def test_dollar_signs_are_not_mathematics(pictures: Pictures, drawn: list[Figure]) -> None:
    pictures.trend("$5$ and $6$", HEALTH, USAGE)
    assert drawn[0].texts[0].get_text() == "$5$ and $6$"
    assert drawn[0].texts[0].get_parse_math() is False


def test_many_threads_draw_the_same_picture(pictures: Pictures) -> None:
    once = pictures.trend("Acme", HEALTH, USAGE)
    with ThreadPoolExecutor(4) as pool:
        drawings = list(pool.map(lambda _: pictures.trend("Acme", HEALTH, USAGE), range(8)))
    assert set(drawings) == {once}


def test_bands_follow_the_thresholds() -> None:
    assert bands_of(THRESHOLDS) == [
        Band(Grade.RED, 0, 40),
        Band(Grade.YELLOW, 40, 60),
        Band(Grade.LIME, 60, 80),
        Band(Grade.GREEN, 80, 100),
    ]


def run(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
        check=False,
    )


DRAW = """
import pathlib
from bot.render.picture import MatplotlibPictures
thresholds = {{"yellow": 40, "lime": 60, "green": 80}}
print(len(MatplotlibPictures(thresholds, {cache}).trend("Acme", [], [])) > 1000)
"""


def test_a_home_that_cannot_be_written_does_not_matter(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("a file, where a home should be")
    done = run(DRAW.format(cache=None), HOME=str(blocked / "home"), TMPDIR=str(tmp_path))
    assert done.stdout.strip() == "True", done.stderr


def test_fonts_are_remembered_where_the_caller_says(tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    done = run(DRAW.format(cache=f"pathlib.Path({str(cache)!r})"), HOME=str(tmp_path / "home"))
    assert done.stdout.strip() == "True", done.stderr
    assert list(cache.glob("fontlist*"))


def test_nothing_is_imported_before_the_first_picture() -> None:
    done = run("import sys, bot.render.picture; print('matplotlib' in sys.modules)")
    assert done.stdout.strip() == "False", done.stderr
