"""A question handed over to a person: a case, with an owner and a promise of when."""

from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field


class CaseStatus(StrEnum):
    OPEN = "open"
    CLAIMED = "claimed"
    ANSWERED = "answered"  # a person replied; the customer may come back
    RESOLVED = "resolved"


class Case(BaseModel):
    """`owner_key` is the person who was told first: the account's CSM or whoever is on call.
    `due_at` is what the customer was promised."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    question_id: int
    account_key: str | None = Field(default=None, max_length=80)
    owner_key: str = Field(default="", max_length=80, description="empty: nobody is on call")
    reason: str = Field(max_length=80, description="as in csm.question.Question")
    opened_at: datetime
    due_at: datetime
    status: CaseStatus = CaseStatus.OPEN
    claimed_by: str = Field(default="", max_length=80)
    claimed_at: datetime | None = None
    answered_by: str = Field(default="", max_length=80)
    answered_at: datetime | None = Field(default=None, description="the first reply by a person")
    resolved_by: str = Field(default="", max_length=200)
    resolved_at: datetime | None = None
    escalated_at: datetime | None = None


class CaseReply(BaseModel):
    """What a person answered the customer: the raw material of an article."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    case_id: int
    at: datetime
    by: str = Field(max_length=80)
    text: str = Field(min_length=1, max_length=8000)
