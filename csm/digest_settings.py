"""The playbook's digests.toml: what counts as at risk, how urgent it is, and what is foreseen."""

from typing import Annotated, Final, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from csm.health import Grade, Severity
from csm.playbook_part import Number, Part, Whole

_Share = Annotated[Number, Field(ge=0, le=1)]
_Code = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
_Rate = Annotated[Number, Field(gt=0, le=1000)]
_GRADED: Final = tuple(grade.value for grade in Grade)


class Step(Part):
    """Up to so many days before the renewal, ARR at risk counts so many times."""

    within_days: Annotated[Whole, Field(ge=0, le=730)]
    times: Annotated[Number, Field(ge=1, le=20)]


class AtRisk(Part):
    """How much of an account's ARR counts as at risk, by its grade and by its worst open risk: the
    higher of the two. An account of which nothing is at risk is on no digest. `rates`: what one
    unit of a currency counts, only for the order of lists; 1 where there is none."""

    grades: dict[Grade, _Share]
    severities: dict[Severity, _Share]
    urgency: tuple[Step, ...] = Field(min_length=1)
    rates: dict[_Code, _Rate] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        missing = [g.value for g in Grade if g not in self.grades]
        missing += [s.value for s in Severity if s not in self.severities]
        if missing:
            raise PydanticCustomError(
                "at_risk", "there is no share for {missing}", {"missing": " and ".join(missing)}
            )
        days = [step.within_days for step in self.urgency]
        if days != sorted(set(days)):
            raise PydanticCustomError("urgency", "the steps must go from few days to many")
        return self


class Retention(Part):
    """Over which period GRR and NRR are told, and how much of the ARR that is up for renewal in
    what is left of it is expected to renew, by the account's grade."""

    period: Literal["quarter", "year"]
    year_starts: Annotated[Whole, Field(ge=1, le=12)] = Field(description="month")
    renews: dict[Grade, _Share]

    @model_validator(mode="after")
    def _every_grade_has_one(self) -> Self:
        missing = [grade for grade in _GRADED if grade not in self.renews]
        if missing:
            raise PydanticCustomError(
                "renews", "there is no share for {missing}", {"missing": " and ".join(missing)}
            )
        return self


class DigestSettings(Part):
    """`due_days`: calls to action due within them are listed. `milestone_days`: so are onboarding
    milestones. `value_by`: days after the contract start, in order, by which an account should have
    had its first value. `runway`: days before a renewal at which it is told of. `weeks`: of the
    picture."""

    most: Whole = Field(ge=1, le=20, description="accounts in one digest; the rest a click away")
    due_days: Whole = Field(ge=0, le=31)
    milestone_days: Whole = Field(ge=0, le=31)
    value_by: tuple[Annotated[Whole, Field(ge=1, le=730)], ...] = Field(min_length=1)
    runway: tuple[Annotated[Whole, Field(ge=1, le=365)], ...] = Field(min_length=1)
    weeks: Whole = Field(ge=2, le=52)
    snooze_days: tuple[Annotated[Whole, Field(ge=1, le=365)], ...] = Field(min_length=1)
    at_risk: AtRisk
    retention: Retention
