"""Conditions: tests over signals, written in the playbook as data.

    { signal = "seat_use", at_least = 0.9 }
    { signal = "days_to_renewal", above = 30, at_most = 60 }     both must hold
    { signal = "grade_rank", at_most = "lime" }                  labels instead of numbers
    { signal = "nps_newest", missing = true }
    { all = [ ... ] }   { any = [ ... ] }   { not = { ... } }

A missing signal makes a comparison neither true nor false, as in three-valued (Kleene) logic: a
risk whose evidence has gone missing is not a risk that has healed.
"""

from collections.abc import Iterator, Mapping
from functools import cached_property, reduce
from typing import Annotated, Final, NamedTuple, Self

import numpy as np
from pydantic import Field, PlainValidator, Strict, model_validator
from pydantic_core import PydanticCustomError

from csm.playbook_part import Part, nearest
from csm.signal_inputs import Bools
from csm.signal_table import Signal, SignalTable


def _number_or_label(value: object) -> float | str:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise PydanticCustomError("threshold", "it must be a number, or a label in quotes")
    return value


Threshold = Annotated[float | str, PlainValidator(_number_or_label)]
_TESTS: Final = {
    "at_least": np.greater_equal,
    "at_most": np.less_equal,
    "above": np.greater,
    "below": np.less,
    "equals": np.equal,
}


class Condition(Part):
    """One node: exactly one of `all`, `any`, `not` or `signal`, the last with its comparisons."""

    all_of: tuple["Condition", ...] | None = Field(default=None, alias="all", min_length=1)
    any_of: tuple["Condition", ...] | None = Field(default=None, alias="any", min_length=1)
    negated: "Condition | None" = Field(default=None, alias="not")
    signal: str | None = None
    at_least: Threshold | None = None
    at_most: Threshold | None = None
    above: Threshold | None = None
    below: Threshold | None = None
    equals: Threshold | None = None
    missing: Annotated[bool, Strict()] | None = None

    @model_validator(mode="after")
    def _is_one_thing(self) -> Self:
        forms = [self.all_of, self.any_of, self.negated, self.signal]
        if sum(form is not None for form in forms) != 1:
            raise PydanticCustomError(
                "condition", "a condition has exactly one of: all, any, not, signal"
            )
        tests = len(self.thresholds) + (self.missing is not None)
        if self.signal is None and tests:
            raise PydanticCustomError("condition", "a comparison needs its signal beside it")
        if self.signal is not None and not tests:
            raise PydanticCustomError(
                "condition",
                "signal needs a comparison: at_least, at_most, above, below, equals or missing",
            )
        if self.missing is not None and self.thresholds:
            raise PydanticCustomError(
                "condition", "missing stands alone: put comparisons in a condition of their own"
            )
        return self

    @cached_property
    def thresholds(self) -> dict[str, float | str]:
        """The comparisons that were written, with what they compare to."""
        given = ((name, getattr(self, name)) for name in _TESTS)
        return {name: value for name, value in given if value is not None}

    def leaves(self) -> Iterator["Condition"]:
        """Every comparison in it."""
        if self.signal is not None:
            yield self
        for part in (*(self.all_of or ()), *(self.any_of or ())):
            yield from part.leaves()
        if self.negated is not None:
            yield from self.negated.leaves()


class Truth(NamedTuple):
    """Where a condition holds, and where it is known not to. Elsewhere it cannot be judged."""

    yes: Bools
    no: Bools

    def __and__(self, other: "Truth") -> "Truth":
        return Truth(self.yes & other.yes, self.no | other.no)

    def __or__(self, other: "Truth") -> "Truth":
        return Truth(self.yes | other.yes, self.no & other.no)

    def __invert__(self) -> "Truth":
        return Truth(self.no, self.yes)

    @classmethod
    def always(cls, size: int) -> "Truth":
        return cls(np.ones(size, dtype=np.bool_), np.zeros(size, dtype=np.bool_))

    @classmethod
    def known(cls, yes: Bools) -> "Truth":
        return cls(yes, ~yes)


def judge(condition: Condition | None, table: SignalTable, known: Mapping[str, Signal]) -> Truth:
    """Where the condition holds. No condition always holds."""
    if condition is None:
        return Truth.always(len(table))
    if condition.negated is not None:
        return ~judge(condition.negated, table, known)
    if condition.all_of is not None:
        return reduce(Truth.__and__, (judge(part, table, known) for part in condition.all_of))
    if condition.any_of is not None:
        return reduce(Truth.__or__, (judge(part, table, known) for part in condition.any_of))
    return _compare(condition, table, known)


def _compare(leaf: Condition, table: SignalTable, known: Mapping[str, Signal]) -> Truth:
    signal = known[leaf.signal or ""]
    values = table[signal.id]
    absent = np.isnan(values)
    if leaf.missing is not None:
        return Truth.known(absent == leaf.missing)
    tests = (
        _TESTS[comparison](values, _number(threshold, signal))
        for comparison, threshold in leaf.thresholds.items()
    )
    holds: Bools = reduce(np.logical_and, tests)
    return Truth(holds & ~absent, ~(holds | absent))


def _number(threshold: float | str, signal: Signal) -> float:
    return float(signal.labels.index(threshold)) if isinstance(threshold, str) else threshold


def faults(condition: Condition | None, known: Mapping[str, Signal]) -> Iterator[str]:
    """What is wrong with the signals and labels that a condition names."""
    if condition is None:
        return
    for leaf in condition.leaves():
        signal = known.get(leaf.signal or "")
        if signal is None:
            yield f'unknown signal "{leaf.signal}"{nearest(leaf.signal or "", list(known))}'
            continue
        for comparison, threshold in leaf.thresholds.items():
            yield from _threshold_faults(comparison, threshold, signal)


def _threshold_faults(comparison: str, threshold: float | str, signal: Signal) -> Iterator[str]:
    where = f'signal "{signal.id}", {comparison} = {threshold!r}'
    if signal.labels and threshold not in signal.labels:
        allowed = ", ".join(signal.labels)
        yield f"{where}: it must be one of {allowed}{nearest(str(threshold), signal.labels)}"
    elif not signal.labels and isinstance(threshold, str):
        yield f"{where}: it must be a number"
