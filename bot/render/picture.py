"""Pictures for chat. The drawing itself is in `bot.render.trend_plot` and `.team_chart`."""

import os
import threading
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from bot.render.bands import bands_of
from csm.chart import Chart
from csm.health import Grade


class MatplotlibPictures:
    """Draws PNGs that are 900 pixels wide. One object may be used from many threads."""

    def __init__(self, thresholds: Mapping[Grade, float], cache_dir: Path | None = None) -> None:
        """`thresholds` as in `bands_of`.

        `cache_dir` is where matplotlib may keep its list of fonts, unless the environment names
        a place in MPLCONFIGDIR. Without either it is the home directory, or, when that cannot be
        written, a new temporary directory in every process.
        """
        self._bands = bands_of(thresholds)
        self._lock = threading.Lock()  # matplotlib's font caches belong to the whole process
        if cache_dir is not None:
            os.environ.setdefault("MPLCONFIGDIR", str(cache_dir))

    def trend(
        self, title: str, health: Sequence[tuple[date, float]], usage: Sequence[tuple[date, int]]
    ) -> bytes:
        """A PNG of health by day above usage by week; either may be empty.

        `usage` gives the first day of each week and the events of that week.
        """
        with self._lock:
            # Imported with the first picture: half a second that no other command should pay.
            from bot.render.trend_plot import draw

            return draw(title, self._bands, sorted(health), sorted(usage))

    def chart(self, chart: Chart) -> bytes:
        """A PNG of what the chart says: its shares above its layers."""
        with self._lock:
            from bot.render.team_chart import draw

            return draw(chart)
