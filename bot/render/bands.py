"""The grades as bands of the score, for pictures to shade."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

from csm.health import Grade


@dataclass(frozen=True, slots=True)
class Band:
    """A grade and the scores, 0 to 100, that it lies between."""

    grade: Grade
    low: float
    high: float


def bands_of(thresholds: Mapping[Grade, float]) -> list[Band]:
    """Every grade, worst first. The thresholds are the scores, 0 to 100, from which an account is
    yellow, lime and green; below is red."""
    starts = [0.0, *(thresholds[grade] for grade in (Grade.YELLOW, Grade.LIME, Grade.GREEN))]
    grades = (Grade.RED, Grade.YELLOW, Grade.LIME, Grade.GREEN)
    edges = pairwise([*starts, 100.0])
    return [Band(grade, low, high) for grade, (low, high) in zip(grades, edges, strict=True)]
