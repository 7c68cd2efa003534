"""The playbook's answers.toml: when the machine answers customers, and when people do."""

from datetime import time
from typing import Annotated, Final, Literal

import holidays
from pydantic import Field, field_validator, model_validator

from csm.playbook_part import Identifier, Line, Number, Part, Whole
from csm.question import Mode

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
Phrase = Annotated[str, Field(min_length=2, max_length=80)]
# The topic that everybody may bring up, whatever else is switched off. It cannot be taken out.
WANTS_A_PERSON: Final = "a_person"

ClockTime = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]


class Topic(Part):
    """Something that no machine answers, however sure it is. A question that holds one of the
    phrases, as whole words in any case, is about it. With `unasked`, so is a message that asks
    nothing: "we have been hacked"."""

    id: Identifier
    name: Line = Field(description="what colleagues call it")
    phrases: tuple[Phrase, ...] = Field(min_length=1)
    unasked: bool = False


class SmallTalk(Part):
    """What people say without asking anything. Whole messages, whatever their punctuation."""

    greetings: tuple[Phrase, ...]
    thanks: tuple[Phrase, ...]
    helped: tuple[Phrase, ...] = Field(description="said of an answer: it did help")
    not_helped: tuple[Phrase, ...] = Field(description="said of an answer: it did not")


class WorkingHours(Part):
    """When people answer, in the time zone of whoever owns the case. `holidays` is a country
    (ISO 3166, e.g. "DE") whose public holidays are free; empty: none are."""

    days: tuple[Weekday, ...] = Field(min_length=1)
    starts: ClockTime
    ends: ClockTime
    holidays: str = Field(default="", pattern=r"^([A-Z]{2})?$")

    @field_validator("holidays")
    @classmethod
    def _country_is_known(cls, country: str) -> str:
        if country and country not in holidays.list_supported_countries():
            raise ValueError("its public holidays are not known")
        return country

    @property
    def start_time(self) -> time:
        return time.fromisoformat(self.starts)

    @property
    def end_time(self) -> time:
        return time.fromisoformat(self.ends)

    @model_validator(mode="after")
    def _day_is_not_empty(self) -> "WorkingHours":
        if self.start_time >= self.end_time:
            raise ValueError(f'"ends" ({self.ends}) must be later than "starts" ({self.starts})')
        return self


class HandOver(Part):
    """Who takes what the machine does not answer. `on_call` is the key of the person for accounts
    without a CSM; empty: the managers."""

    on_call: str = Field(default="", max_length=80)
    first_reply_hours: Number = Field(gt=0, le=200, description="working hours promised")
    escalate_after_hours: Number = Field(gt=0, le=1000, description="hours by the clock")


class AnswerGuard(Part):
    """What must not stand in anything that a customer reads. Phrases are whole words."""

    internal_terms: tuple[Phrase, ...] = Field(min_length=1)
    commitments: tuple[Phrase, ...] = Field(min_length=1)
    longest: Whole = Field(ge=200, le=12_000, description="characters of one message")


class AnswerSettings(Part):
    """`threshold` is the least confidence for an answer, as measured by `knowledge eval`; from
    `clarify_from` up to it, we ask back if the question may mean several things."""

    default_mode: Mode
    threshold: Number = Field(ge=0, le=1)
    clarify_from: Number = Field(ge=0, le=1)
    most_clarifications: Whole = Field(ge=0, le=5)
    relevance_floor: Number = Field(
        ge=-1, le=1, description="similarity below which an overheard message is not our business"
    )
    longest_answer: Whole = Field(ge=200, le=3000, description="characters of an extractive answer")
    stale_after_days: Whole = Field(ge=1, description="age from which a document is marked")
    judged_after_days: Whole = Field(ge=1, le=90, description="until an answer counts as durable")
    threads_kept_days: Whole = Field(ge=7, description="how long messages of threads are kept")
    hand_over: HandOver
    hours: WorkingHours
    small_talk: SmallTalk
    guard: AnswerGuard
    topics: tuple[Topic, ...] = Field(alias="topic", min_length=1)

    @field_validator("default_mode")
    @classmethod
    def _is_for_customers(cls, mode: Mode) -> Mode:
        if mode is Mode.CASES:
            raise ValueError("must be answer, draft or off")
        return mode

    @field_validator("topics")
    @classmethod
    def _people_can_be_asked_for(cls, topics: tuple[Topic, ...]) -> tuple[Topic, ...]:
        if WANTS_A_PERSON not in {topic.id for topic in topics}:
            raise ValueError(f'the topic "{WANTS_A_PERSON}" is missing')
        return topics

    @model_validator(mode="after")
    def _clarify_is_below(self) -> "AnswerSettings":
        if self.clarify_from > self.threshold:
            raise ValueError('"clarify_from" must not be above "threshold"')
        return self
