"""The kill switch: what sends nothing until somebody lets it go on."""

from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field


class PauseScope(StrEnum):
    ALL = "all"
    PLAY = "play"
    ACCOUNT = "account"


class Pause(BaseModel):
    """One pull of the switch. `target` is a play's id or an account's key, empty for ALL; `by` a
    person's key, or "breaker" where the volume breaker did it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    scope: PauseScope
    target: str = Field(default="", max_length=80)
    by: str = Field(min_length=1, max_length=80)
    why: str = Field(default="", max_length=500)
    at: datetime
    lifted_by: str = Field(default="", max_length=80)
    lifted_at: datetime | None = None

    def covers(self, play: str, account_key: str) -> bool:
        """Whether it stops that play's messages to that account."""
        match self.scope:
            case PauseScope.ALL:
                return True
            case PauseScope.PLAY:
                return self.target == play
            case PauseScope.ACCOUNT:
                return self.target == account_key
