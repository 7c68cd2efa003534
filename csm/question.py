"""Questions that customers and colleagues ask, what became of them, and places' modes."""

from datetime import date, datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field


class Mode(StrEnum):
    """What we do with questions in a place.

    ANSWER, DRAFT and OFF are for a customer's place: answer at once, show a draft to its CSM
    first, or leave it to people. CASES is for a staff-only place: hand-overs are told there.
    """

    ANSWER = "answer"
    DRAFT = "draft"
    OFF = "off"
    CASES = "cases"


class QuestionState(StrEnum):
    """ASKED is taken and not settled: found so long after, the process died over it."""

    ASKED = "asked"
    ANSWERED = "answered"
    DRAFTED = "drafted"  # a person is to send, edit or discard it
    DISCARDED = "discarded"  # a person threw the draft away and takes it on
    CLARIFYING = "clarifying"  # we asked back
    HANDED_OVER = "handed_over"
    OVERTAKEN = "overtaken"  # a person answered first


class Feedback(StrEnum):
    HELPED = "helped"
    NOT_HELPED = "not_helped"


class Review(StrEnum):
    """What a person found who checked an answer that nobody complained of."""

    RIGHT = "right"
    WRONG = "wrong"


class Deflection(StrEnum):
    """The verdict on an answer, after `domain.md`'s four honest counts. CONTRADICTED is none of
    them: a person had to help after all."""

    CONFIRMED = "confirmed"
    DURABLE = "durable"
    ASSUMED = "assumed"
    WRONG_BUT_SILENT = "wrong_but_silent"
    CONTRADICTED = "contradicted"


class Source(BaseModel):
    """A passage that an answer rests on, as it was then."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    title: str
    link: str = ""


class Question(BaseModel):
    """One question and what became of it. `key` is the platform's id of the message that asked,
    so that the same one is never taken twice. `reason` says why it was not answered by us: the id
    of a topic, or a `csm.reasons.Reason`, or one of `csm.case_rules`'. `asked_by` is a person's
    key."""

    model_config = ConfigDict(extra="forbid")

    key: str = Field(min_length=1, max_length=300)
    platform: str = Field(max_length=40)
    workspace: str = Field(max_length=120)
    channel: str = Field(max_length=200)
    thread: str = Field(default="", max_length=120)
    account_key: str | None = Field(default=None, max_length=80)
    asked_by: str = Field(max_length=200)
    asked_name: str = Field(default="", max_length=200)
    by_staff: bool = False
    text: str = Field(max_length=4000)
    asked_at: datetime
    state: QuestionState = QuestionState.ASKED
    reason: str = Field(default="", max_length=80)
    confidence: float | None = None
    answer: str = Field(default="", max_length=12_000)
    sources: tuple[Source, ...] = ()
    by_model: bool = False
    objections: str | None = Field(
        default=None, max_length=1000, description="why the guard stopped the answer, if it did"
    )
    settled_at: datetime | None = Field(default=None, description="when it left ASKED")
    feedback: Feedback | None = None
    feedback_at: datetime | None = None
    human_replied_at: datetime | None = Field(default=None, description="a colleague, after us")
    asked_again_at: datetime | None = Field(default=None, description="the customer, after us")
    ticket_key: str = Field(default="", max_length=80, description="a ticket on the same topic")
    review: Review | None = None
    reviewed_by: str = Field(default="", max_length=200)
    deflection: Deflection | None = None
    judged_on: date | None = Field(default=None, description="when `deflection` became final")


class PlaceMode(BaseModel):
    """The mode of a place, and who set it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    platform: str = Field(max_length=40)
    workspace: str = Field(max_length=120)
    channel: str = Field(max_length=200)
    mode: Mode
    set_by: str = Field(max_length=200)
    set_at: datetime


class ThreadLine(BaseModel):
    """One message in a customer's place, kept so that follow-ups are understood and a person's
    reply is respected. `message` is the platform's id of it, unique in its channel; `thread` that
    of the thread's first message, which is in its own thread."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    platform: str = Field(max_length=40)
    workspace: str = Field(max_length=120)
    channel: str = Field(max_length=200)
    thread: str = Field(max_length=120)
    message: str = Field(max_length=120)
    at: datetime
    by: str = Field(max_length=16, description="a csm.knowledge.Speaker")
    person: str = Field(default="", max_length=200, description="a person's key")
    text: str = Field(max_length=4000)
