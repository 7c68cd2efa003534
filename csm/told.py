"""What a reader was told last, so that the next digest can say what has changed since."""

from datetime import date, datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from csm.health import Grade


class ToldLine(BaseModel):
    """One account as a digest showed it. `at_stake` is by the playbook's rates; `confidence`, from
    0 to 1, is that of the health that was shown."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    grade: Grade
    score: float | None = None
    confidence: float | None = None
    at_stake: float = 0
    reason: str = Field(default="", max_length=80, description="id of the rule that was named")


class Told(BaseModel):
    """A digest that was written. `lines` are all accounts that it found to be at risk, by id (as
    text), also those that it had no room for; `figures` are totals that the next one compares."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    job: str = Field(min_length=1, max_length=80)
    reader: str = Field(min_length=1, max_length=80)
    period: str = Field(min_length=1, max_length=80)
    at: datetime
    lines: dict[str, ToldLine] = Field(default_factory=dict)
    figures: dict[str, Any] = Field(default_factory=dict)


class Snooze(BaseModel):
    """An account that a reader wants to be left alone with until a day, unless it gets worse than
    `grade`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    reader: str = Field(min_length=1, max_length=80)
    account_id: int
    until: date
    grade: Grade
    made_at: datetime
