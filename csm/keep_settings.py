"""The playbook's retention.toml: for how long what is kept. Days; what is older is deleted."""

from typing import Annotated

from pydantic import Field

from csm.playbook_part import Part, Whole

_Days = Annotated[Whole, Field(ge=1, le=36_500)]


class KeepSettings(Part):
    """Counted from the day that a thing tells of, or on which it was over.

    Signals look back a year, and effects and deflection are judged over months: what is shorter
    than that costs figures, so the least is limited.
    """

    usage: Annotated[Whole, Field(ge=400, le=36_500)]
    tickets: Annotated[Whole, Field(ge=400, le=36_500)] = Field(description="after their end")
    surveys: Annotated[Whole, Field(ge=400, le=36_500)]
    interactions: Annotated[Whole, Field(ge=400, le=36_500)]
    invoices: Annotated[Whole, Field(ge=400, le=36_500)] = Field(description="after payment")
    health: Annotated[Whole, Field(ge=120, le=36_500)]
    findings: Annotated[Whole, Field(ge=120, le=36_500)] = Field(description="after their end")
    ctas: Annotated[Whole, Field(ge=120, le=36_500)] = Field(description="after their end")
    questions: Annotated[Whole, Field(ge=120, le=36_500)] = Field(
        description="with their cases, after those are resolved"
    )
    outreach: Annotated[Whole, Field(ge=400, le=36_500)] = Field(
        description="the words of messages, after their end; the audit stays"
    )
    threads: Annotated[Whole, Field(ge=7, le=36_500)]
    posts: Annotated[Whole, Field(ge=7, le=36_500)]
    events: Annotated[Whole, Field(ge=2, le=365)]
    firings: Annotated[Whole, Field(ge=14, le=3650)]
    backups: Annotated[Whole, Field(ge=1, le=3650)]
