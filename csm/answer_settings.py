"""The playbook's answers.toml: when the machine answers customers, and when people do."""

from datetime import time
from typing import Final

import holidays
from pydantic import Field, field_validator, model_validator

from csm import case_rules
from csm.guard_settings import TextGuard
from csm.playbook_part import (
    ClockTime,
    Identifier,
    Line,
    Number,
    Part,
    Phrase,
    Weekday,
    Whole,
)
from csm.question import Mode
from csm.reasons import Reason

# The topic that everybody may bring up, whatever else is switched off. It cannot be taken out.
WANTS_A_PERSON: Final = "a_person"

# Why a person is asked besides topics, so that the two are never taken for one another.
_RESERVED: Final = frozenset(
    (
        *Reason,
        case_rules.NOT_HELPED,
        case_rules.DISCARDED,
        case_rules.REVIEWED_WRONG,
        case_rules.UNDELIVERED,
    )
)


class Topic(Part):
    """Something that no machine answers, however sure it is. A question that holds one of the
    phrases, as whole words in any case, is about it, and so is a message that is nothing but one
    of `alone`. With `unasked`, a message that asks nothing may be, too: "we have been hacked"."""

    id: Identifier
    name: Line = Field(description="what colleagues call it")
    phrases: tuple[Phrase, ...] = Field(min_length=1)
    alone: tuple[Phrase, ...] = ()
    unasked: bool = False


class SmallTalk(Part):
    """What people say without asking anything about the product. Whole messages, whatever their
    punctuation; `not_helped`, `play` and `leave` also with a few words more."""

    greetings: tuple[Phrase, ...]
    thanks: tuple[Phrase, ...]
    helped: tuple[Phrase, ...] = Field(min_length=1, description="said of an answer: it did help")
    not_helped: tuple[Phrase, ...] = Field(min_length=1, description="it did not")
    play: tuple[Phrase, ...] = Field(description="abuse, jokes, the weather")
    leave: tuple[Phrase, ...] = Field(description="we are to be quiet")


class FollowUps(Part):
    """What is said while a question is with a person. Phrases as whole words; single ones as
    whole clauses."""

    news: tuple[Phrase, ...] = Field(description="a customer asks how it stands")
    settled: tuple[Phrase, ...] = Field(description="a customer needs it no more")
    later: tuple[Phrase, ...] = Field(description="a colleague promises an answer")


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


class AnswerFile(Part):
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
    hand_over: HandOver
    hours: WorkingHours
    small_talk: SmallTalk
    follow_ups: FollowUps
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

    @field_validator("topics")
    @classmethod
    def _none_is_called_like_a_reason(cls, topics: tuple[Topic, ...]) -> tuple[Topic, ...]:
        for topic in topics:
            if topic.id in _RESERVED:
                raise ValueError(
                    f'no topic may have the id "{topic.id}": it is a reason of our own for asking '
                    "a person. Give it another one"
                )
        return topics

    @model_validator(mode="after")
    def _clarify_is_below(self) -> "AnswerFile":
        if self.clarify_from > self.threshold:
            raise ValueError('"clarify_from" must not be above "threshold"')
        return self


class AnswerSettings(AnswerFile):
    """The file, with what nothing that a customer reads may hold, which guard.toml says, and how
    long messages of threads are kept, which retention.toml says."""

    guard: TextGuard
    threads_kept_days: Whole

    @classmethod
    def of(cls, file: AnswerFile, guard: TextGuard, threads_kept_days: int) -> "AnswerSettings":
        """All together; each was checked when it was read."""
        values = {name: getattr(file, name) for name in AnswerFile.model_fields}
        return cls.model_construct(**values, guard=guard, threads_kept_days=threads_kept_days)
