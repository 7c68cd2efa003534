"""What a measurement yields, and how the table of them is printed."""

import platform
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from os import cpu_count


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table: what was measured, what came out, what is aimed at."""

    what: str
    measured: str
    goal: str


@dataclass(slots=True)
class Stopwatch:
    seconds: float = 0.0


@contextmanager
def timed() -> Iterator[Stopwatch]:
    """Wall-clock seconds of a block."""
    watch = Stopwatch()
    start = time.perf_counter()
    yield watch
    watch.seconds = time.perf_counter() - start


def quantile(values: Sequence[float], share: float) -> float:
    """The value below which that share of the values lies."""
    return statistics.quantiles(values, n=1000, method="inclusive")[round(share * 1000) - 1]


def milliseconds(seconds: float) -> str:
    return f"{seconds * 1000:.1f} ms"


def repeat(times: int, work: Callable[[int], object]) -> list[float]:
    """Seconds that each of so many runs took."""
    taken = []
    for number in range(times):
        with timed() as watch:
            work(number)
        taken.append(watch.seconds)
    return taken


def machine() -> str:
    """The machine that the figures are of."""
    return f"{cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"


def table(figures: Sequence[Figure]) -> str:
    """The figures as a Markdown table, as it stands in the README."""
    lines = ["| what | measured | goal |", "|---|---|---|"]
    lines += [f"| {figure.what} | {figure.measured} | {figure.goal} |" for figure in figures]
    return "\n".join(lines)
