"""What a scorecard is made of, as playbook/scorecard.toml defines it."""

from collections.abc import Iterator
from enum import StrEnum
from itertools import pairwise
from typing import Annotated, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from csm.condition import Condition
from csm.health import Grade
from csm.playbook_part import Identifier, Line, Number, Part

Score = Annotated[Number, Field(ge=0, le=100)]
Weight = Annotated[Number, Field(gt=0, le=1000)]


class Axis(StrEnum):
    """The two sides of customer success: outcomes (CO) and experience (CX)."""

    OUTCOMES = "outcomes"
    EXPERIENCE = "experience"


class Curve(Part):
    """A score read off a line through `points`, each `[signal's value, score]`; flat beyond its
    ends. An optional curve is left out where its signal is missing."""

    signal: str
    points: tuple[tuple[Number, Score], ...] = Field(min_length=2)
    weight: Weight = 1
    optional: bool = False

    @model_validator(mode="after")
    def _points_ascend(self) -> Self:
        if any(left[0] >= right[0] for left, right in pairwise(self.points)):
            raise PydanticCustomError(
                "points", "the first numbers of the points must grow from point to point"
            )
        return self


class Measure(Part):
    """One line of the scorecard.

    `age` is the signal that holds how old its data is, in days: beyond `fresh_for_days` the
    measure is missing. Where `applies_when` does not hold, the measure is not asked for at all.
    """

    id: Identifier
    name: Line
    axis: Axis
    weight: Weight
    age: str | None = None
    fresh_for_days: Annotated[Number, Field(ge=0)] | None = None
    applies_when: Condition | None = None
    curves: tuple[Curve, ...] = Field(alias="curve", min_length=1)

    @model_validator(mode="after")
    def _freshness_is_whole(self) -> Self:
        if (self.age is None) != (self.fresh_for_days is None):
            raise PydanticCustomError("freshness", "age and fresh_for_days go together")
        return self

    def signals(self) -> Iterator[str]:
        """The signals it names outside of its condition."""
        yield from (curve.signal for curve in self.curves)
        if self.age is not None:
            yield self.age


class AxisWeights(Part):
    outcomes: Weight
    experience: Weight


class GradeFrom(Part):
    """The lowest score of each grade; below yellow is red."""

    green: Score
    lime: Score
    yellow: Score

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if not self.green > self.lime > self.yellow > 0:
            raise PydanticCustomError("grades", "green must be above lime, lime above yellow")
        return self

    def ceiling(self, grade: Grade) -> float:
        """The highest score that still has that grade, with one decimal."""
        above = {Grade.RED: self.yellow, Grade.YELLOW: self.lime, Grade.LIME: self.green}
        return round(above[grade] - 0.1, 1)


class QuadrantFrom(Part):
    """From which score on an axis counts as high."""

    outcomes: Score
    experience: Score


class Cap(Part):
    """A limit on the grade, whatever the score: where `when` holds, it is `at_most` that."""

    id: Identifier
    when: Condition
    at_most: Grade
    text: Line

    @model_validator(mode="after")
    def _limits_something(self) -> Self:
        if self.at_most in {Grade.NONE, Grade.GREEN}:
            raise PydanticCustomError("cap", "at_most must be red, yellow or lime")
        return self


class Scorecard(Part):
    axis_weights: AxisWeights
    grade_from: GradeFrom
    high_from: QuadrantFrom
    measures: tuple[Measure, ...] = Field(alias="measure", min_length=1)
    caps: tuple[Cap, ...] = Field(default=(), alias="cap")

    def measure_name(self, measure_id: str) -> str:
        """Its name, or the id of a measure that the playbook no longer has."""
        return next((m.name for m in self.measures if m.id == measure_id), measure_id)

    def axis_weight(self, axis: Axis) -> float:
        return float(getattr(self.axis_weights, axis.value))
