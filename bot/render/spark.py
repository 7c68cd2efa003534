"""Values as a row of small bars, for wherever only text can be shown."""

import math
from collections.abc import Sequence
from typing import Final

BARS: Final = "▁▂▃▄▅▆▇█"
UNKNOWN: Final = "·"


def spark_text(values: Sequence[float | None], low: float, high: float) -> str:
    """One character a value: a bar between `low` and `high`, "·" where it is not known.

    Values outside the range are drawn at its edge; a range without extent draws the middle bar.
    """
    return "".join(_bar(value, low, high) for value in values)


def _bar(value: float | None, low: float, high: float) -> str:
    if value is None or math.isnan(value):
        return UNKNOWN
    if high <= low:
        return BARS[len(BARS) // 2]
    share = (min(max(value, low), high) - low) / (high - low)
    return BARS[min(int(share * len(BARS)), len(BARS) - 1)]
