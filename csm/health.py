"""What we concluded about an account, and kept: health by day, risks, leads, CTAs, saves."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class Conclusion(BaseModel):
    """Base of everything that is worked out, never imported."""

    model_config = ConfigDict(extra="forbid")


class Grade(StrEnum):
    """Overall health in the field's four colours, worst first. NONE: nothing fresh to judge by."""

    NONE = "none"
    RED = "red"
    YELLOW = "yellow"
    LIME = "lime"
    GREEN = "green"

    @property
    def rank(self) -> int:
        """0 for NONE, 1 for red up to 4 for green, so that grades can be compared."""
        return list(Grade).index(self)


class Quadrant(StrEnum):
    """Outcomes (do they gain what they bought it for?) against experience (do they like it?).

    SUCCESSFUL is high on both. FRIENDLY_NO_ROI likes us and gains too little: they leave when
    somebody counts what it costs. VALUE_WITHOUT_LOVE gains and is not happy with us: they renew,
    and neither grow nor recommend us. FAILING is low on both. UNKNOWN: one of the two is not known.
    """

    UNKNOWN = "unknown"
    SUCCESSFUL = "successful"
    FRIENDLY_NO_ROI = "friendly_no_roi"
    VALUE_WITHOUT_LOVE = "value_without_love"
    FAILING = "failing"


class Stage(StrEnum):
    ONBOARDING = "onboarding"
    ADOPTION = "adoption"
    VALUE = "value"
    RENEWAL = "renewal"
    GROWTH = "growth"
    CHURNED = "churned"


class Health(Conclusion):
    """One account's scorecard on one day. Scores are 0 to 100; None where nothing is known.

    `measures` maps a measure's id to `[score, weight]`: the score, and the share (0 to 1) of the
    overall score that it carried that day, so that sum(score * weight) is the score before any
    cap. A measure that was missing that day is absent.
    """

    account_id: int
    day: date
    score: float | None
    outcomes: float | None
    experience: float | None
    confidence: float = Field(ge=0, le=1)
    grade: Grade
    quadrant: Quadrant
    stage: Stage
    measures: dict[str, tuple[float, float]] = Field(default_factory=dict)


class FindingKind(StrEnum):
    RISK = "risk"
    LEAD = "lead"


class Severity(StrEnum):
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    CRITICAL = "critical"

    @property
    def rank(self) -> int:
        return list(Severity).index(self)


class Finding(Conclusion):
    """A risk or a lead of one account: open while its evidence lasts, then closed by itself.

    `rule` is its id in playbook/risks.toml or playbook/leads.toml; `evidence` is a finished
    sentence as of `seen_on`, the last day on which the rule held.
    """

    account_id: int
    kind: FindingKind
    rule: str = Field(max_length=80)
    severity: Severity
    evidence: str = Field(max_length=1000)
    opened_on: date
    seen_on: date
    closed_on: date | None = None


class CtaType(StrEnum):
    RISK = "risk"
    OPPORTUNITY = "opportunity"
    LIFECYCLE = "lifecycle"
    ACTIVITY = "activity"


class CtaStatus(StrEnum):
    OPEN = "open"
    CLAIMED = "claimed"
    CLOSED = "closed"


class CtaOutcome(StrEnum):
    """How a CTA ended. EVIDENCE_GONE is set by the machine when the reason went away."""

    DONE = "done"
    NO_ACTION_NEEDED = "no_action_needed"
    COULD_NOT_REACH = "could_not_reach"
    LOST = "lost"
    EVIDENCE_GONE = "evidence_gone"


class Cta(Conclusion):
    """The unit of work. At most one is not closed for the same account and reason."""

    account_id: int
    type: CtaType
    reason: str = Field(max_length=80, description="id of the risk, lead or lifecycle rule")
    title: str = Field(max_length=200)
    evidence: str = Field(default="", max_length=1000)
    severity: Severity
    play: str = Field(default="", max_length=80)
    owner_email: str = Field(default="", max_length=254, description="empty: nobody's yet")
    opened_on: date
    due_on: date
    status: CtaStatus = CtaStatus.OPEN
    claimed_by: str = Field(default="", max_length=80)
    claimed_at: datetime | None = None
    escalated_on: date | None = None
    closed_by: str = Field(default="", max_length=80)
    closed_at: datetime | None = None
    outcome: CtaOutcome | None = None
    note: str = Field(default="", max_length=2000)


class Save(Conclusion):
    """An account that went from red to yellow or better."""

    account_id: int
    day: date
    from_score: float
    to_score: float


class Snapshot(Conclusion):
    """An account's signals as last worked out. Values are floats; a missing signal is absent."""

    account_id: int
    as_of: date
    signals: dict[str, Any] = Field(default_factory=dict)
