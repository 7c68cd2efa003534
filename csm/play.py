"""Plays: the prescribed response to a reason, as playbook/plays/*.toml tell it.

A play has steps for people, and may have an outreach: a message that the machine drafts, a person
(or an earned tier) approves, and the guard lets pass or not.
"""

from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, Strict, field_validator, model_validator
from pydantic_core import PydanticCustomError

from csm.account import ContactRole, Touch
from csm.condition import Condition
from csm.playbook_part import Identifier, Line, Number, Part, Whole


def _of_two_letters(code: str) -> str:
    if len(code) == 2 and code.isascii() and code.isalpha() and code.islower():
        return code
    raise PydanticCustomError("language", "a language is two small letters, such as de")


Language = Annotated[str, AfterValidator(_of_two_letters)]  # ISO 639-1
Words = Annotated[str, Field(min_length=1, max_length=500)]


class ChannelKind(StrEnum):
    """How a message reaches a customer."""

    CHANNEL = "channel"  # the account's shared channel
    DM = "dm"  # the contact's direct messages
    EMAIL = "email"


class Category(StrEnum):
    """What a message is about, as contacts may refuse it. SERVICE is what a customer must be told
    of what they bought (a failed payment), and is the only one that needs no consent."""

    SERVICE = "service"
    SUCCESS = "success"
    PRODUCT = "product"
    MARKETING = "marketing"


class Tier(StrEnum):
    """How much a play may do by itself. MANUAL: a person approves each message. DELAYED: it goes
    after a time in which a person can stop it. AUTOMATIC: it goes when the guard lets it."""

    MANUAL = "manual"
    DELAYED = "delayed"
    AUTOMATIC = "automatic"

    @property
    def rank(self) -> int:
        return list(Tier).index(self)


class Approver(StrEnum):
    """Who may approve a play's messages besides managers: with CSM, the account's own CSM."""

    CSM = "csm"
    MANAGER = "manager"


class Letter(Part):
    """The play's own words in one language, with named facts in braces: see docs/plays.md. A
    line with a fact that is not known is left out."""

    language: Language
    subject: Line
    body: Annotated[str, Field(min_length=20, max_length=4000)]


class Goal(Part):
    """What success looks like, as a test of the account's signals, and by when."""

    name: Line
    when: Condition
    within_days: Annotated[Whole, Field(ge=1, le=365)]


class OutreachPlan(Part):
    """For whom, what, how and how often. It begins where a call to action with this play is open
    or, if there is one, where `when` holds; and never where its `premise` does not."""

    when: Condition | None = None
    evidence: Words | None = Field(default=None, description="why now, where `when` holds")
    reasons: tuple[Identifier, ...] | None = Field(
        default=None, description="rules whose call to action its letter answers; None: all"
    )
    fresh_days: Annotated[Whole, Field(ge=1, le=365)] | None = Field(
        default=None, description="since what asks for it began; None: see csm.open_reason"
    )
    premise: Condition | None = Field(
        default=None, description="what its letter takes for granted, whoever asks for it"
    )
    on_request: Annotated[bool, Strict()] = Field(
        default=False, description="its letter is true without any reason: a person may ask for it"
    )
    segments: tuple[Line, ...] = Field(default=(), description="empty: all")
    touch: tuple[Touch, ...] = Field(default=tuple(Touch), min_length=1)
    to: tuple[ContactRole, ...] = Field(min_length=1, description="the first that can be reached")
    category: Category
    tone: Line
    facts: tuple[Identifier, ...] = Field(description="what the writer may tell, see docs/plays.md")
    channels: tuple[ChannelKind, ...] = Field(min_length=1, description="the first that there is")
    cooldown_days: Annotated[Whole, Field(ge=1, le=730)]
    despite: tuple[Literal["ticket", "negotiation"], ...] = Field(
        default=(),
        description="what does not hold it back, since the play is the answer to it: an urgent or "
        "escalated ticket; a renewal or a change of contract that is being negotiated",
    )
    approver: Approver = Approver.CSM
    highest_tier: Tier = Tier.MANUAL
    holdout: Annotated[Number, Field(ge=0, le=0.5)] = 0
    goal: Goal
    letters: tuple[Letter, ...] = Field(alias="letter", min_length=1)

    @field_validator("letters")
    @classmethod
    def _one_a_language(cls, letters: tuple[Letter, ...]) -> tuple[Letter, ...]:
        languages = [letter.language for letter in letters]
        for language in languages:
            if languages.count(language) > 1:
                raise PydanticCustomError(
                    "letters", "there are two letters in “{language}”", {"language": language}
                )
        return letters

    @model_validator(mode="after")
    def _says_why(self) -> Self:
        if (self.when is None) != (self.evidence is None):
            raise PydanticCustomError(
                "evidence", "when and evidence go together: a test, and the sentence that tells it"
            )
        return self

    def answers(self, rule_id: str) -> bool:
        """Whether its letter answers the call to action of that rule, should the rule name the
        play."""
        return self.reasons is None or rule_id in self.reasons


class Play(Part):
    """What to do, step by step, what it is good for, and what the machine may write."""

    id: Identifier
    name: Line
    purpose: Words
    steps: tuple[Words, ...] = Field(min_length=1)
    outreach: OutreachPlan | None = None
