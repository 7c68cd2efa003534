"""The lifecycle: onboarding -> adoption -> value -> renewal -> growth, as playbook/lifecycle.toml
defines it.

An account stays in its stage until the stage's exit test is known to hold. Then, or when it has
no stage yet, it goes to the furthest stage whose entry test holds. An account that fits no entry
test stays where it was, or begins in the first stage. A churned account has left the lifecycle.
"""

from collections.abc import Sequence
from typing import Annotated, Final, Self

import numpy as np
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from csm.condition import Condition, Truth, judge
from csm.health import Stage
from csm.playbook_part import Line, Part, Whole
from csm.rule import Rule, Ruling, judge_rule
from csm.signal_inputs import Floats
from csm.signal_table import Signal, SignalTable
from csm.signals import MEASURED, SCORED

# What entry and exit tests may ask for: everything but the stage, which they decide.
STAGE_SIGNALS: Final[dict[str, Signal]] = {**MEASURED, **SCORED}


class Moment(Rule):
    """Something to do at a point of the lifecycle.

    Once a person closed its CTA it opens again only after `again_after_days`, or never.
    """

    again_after_days: Annotated[Whole, Field(ge=1, le=3650)] | None = None

    @model_validator(mode="after")
    def _does_something(self) -> Self:
        if self.cta is None:
            raise PydanticCustomError("moment", "cta is missing: a moment is there to open one")
        return self


class StageRule(Part):
    """One stage. `limit` holds for accounts that have been in it for too long."""

    id: Stage
    name: Line
    text: Line
    enter: Condition
    exit: Condition
    limit: Moment | None = None


class Lifecycle(Part):
    stages: tuple[StageRule, ...] = Field(alias="stage", min_length=1)
    moments: tuple[Moment, ...] = Field(default=(), alias="moment")

    @model_validator(mode="after")
    def _stages_are_whole(self) -> Self:
        ids = [stage.id for stage in self.stages]
        if len(set(ids)) != len(ids):
            raise PydanticCustomError("stages", "a stage is defined twice")
        if Stage.CHURNED in ids:
            raise PydanticCustomError("stages", "churned is decided by the account's status")
        return self

    @property
    def limits(self) -> tuple[tuple[Stage, Moment], ...]:
        return tuple((stage.id, stage.limit) for stage in self.stages if stage.limit)

    @property
    def rules(self) -> tuple[Moment, ...]:
        """Every rule that can open a CTA."""
        return (*self.moments, *(limit for _, limit in self.limits))


def stages(lifecycle: Lifecycle, table: SignalTable, previous: Sequence[Stage | None]) -> Floats:
    """Each account's stage today, as positions in `Stage`, given the one it was in before."""
    codes = {stage: float(code) for code, stage in enumerate(Stage)}
    before = np.array([codes[stage] if stage else np.nan for stage in previous])
    furthest = np.full(len(table), codes[lifecycle.stages[0].id])
    known = ~np.isnan(before) & (before != codes[Stage.CHURNED])
    furthest = np.where(known, before, furthest)
    stays = np.zeros(len(table), dtype=np.bool_)
    for stage in lifecycle.stages:
        code = codes[stage.id]
        leaves = judge(stage.exit, table, STAGE_SIGNALS).yes
        enters = judge(stage.enter, table, STAGE_SIGNALS).yes
        furthest = np.where(enters & ~leaves, code, furthest)
        stays |= (before == code) & ~leaves
    result = np.where(stays, before, furthest)
    return np.where(table["is_churned"] == 1, codes[Stage.CHURNED], result)


def judge_lifecycle(lifecycle: Lifecycle, table: SignalTable) -> list[Ruling]:
    """Apply every moment, and every stage's time limit to the accounts in that stage."""
    names = list(Stage)
    rulings = [judge_rule(moment, table) for moment in lifecycle.moments]
    for stage, limit in lifecycle.limits:
        ruling = judge_rule(limit, table)
        here = Truth.known(table["stage"] == names.index(stage))
        rulings.append(Ruling(limit, ruling.truth & here, ruling.reasons, ruling.severity))
    return rulings
