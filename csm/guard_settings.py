"""The playbook's guard.toml: what nothing that a customer reads may hold, and when, to whom and
how often the machine may write."""

from datetime import time
from typing import Annotated, Final

from pydantic import AfterValidator, Field, field_validator, model_validator
from pydantic_core import PydanticCustomError

from csm.play import ChannelKind
from csm.playbook_part import ClockTime, Line, Number, Part, Phrase, Weekday, Whole

# The fewest letters before a star: shorter beginnings stand in too many words.
_SHORTEST_BEGINNING: Final = 4


def _with_stars_at_ends(phrase: str) -> str:
    for word in phrase.split():
        if "*" in word.removesuffix("*") or (
            word.endswith("*") and len(word) <= _SHORTEST_BEGINNING
        ):
            raise PydanticCustomError(
                "star",
                'a star stands at the end of a word, after {least} letters or more: "garant*"',
                {"least": _SHORTEST_BEGINNING},
            )
    return phrase


Listed = Annotated[Phrase, AfterValidator(_with_stars_at_ends)]
Host = Annotated[str, Field(pattern=r"^[a-z0-9-]+(\.[a-z0-9-]+)+$", max_length=200)]


class TextGuard(Part):
    """What must not stand in anything that a customer reads. Phrases are whole words in any simple
    English inflection; a word with a star stands for all that begin so. Every list is asked for
    every text, in whatever language that is. In `harmless` phrases nothing is minded."""

    internal_terms: tuple[Listed, ...] = Field(min_length=1)
    commitments: tuple[Listed, ...] = Field(min_length=1)
    harmless: tuple[Phrase, ...] = ()
    longest: Whole = Field(ge=200, le=12_000, description="characters of one message")


class LetterGuard(Part):
    """What outreach must not hold besides. `link_hosts` are our own; an address on another host
    must stand in a fact word for word. `names` may be said without any fact: of formats, programs
    and the like, never of people or customers. `longest` is in characters, by channel."""

    commitments: tuple[Listed, ...] = Field(min_length=1)
    internal_terms: tuple[Listed, ...] = Field(min_length=1)
    pressure: tuple[Listed, ...] = Field(min_length=1)
    profanity: tuple[Listed, ...] = Field(min_length=1)
    harmless: tuple[Phrase, ...] = ()
    names: tuple[Phrase, ...] = ()
    link_hosts: tuple[Host, ...] = ()
    longest: dict[ChannelKind, Annotated[Whole, Field(ge=100, le=8000)]]
    most_asks: Whole = Field(ge=1, le=10, description="question marks in one message")

    @field_validator("longest")
    @classmethod
    def _every_channel_has_one(cls, longest: dict[ChannelKind, int]) -> dict[ChannelKind, int]:
        missing = [kind.value for kind in ChannelKind if kind not in longest]
        if missing:
            raise PydanticCustomError(
                "longest", "there is none for {missing}", {"missing": " and ".join(missing)}
            )
        return longest


class Frequency(Part):
    """The most messages in any such span of days, whatever channel and play they are of."""

    contact_most: Whole = Field(ge=1, le=100)
    contact_days: Whole = Field(ge=1, le=365)
    account_most: Whole = Field(ge=1, le=1000)
    account_days: Whole = Field(ge=1, le=365)

    @property
    def longest_days(self) -> int:
        return max(self.contact_days, self.account_days)


class DecentHours(Part):
    """When a message may arrive, by the clocks of whoever gets it. `holidays`: not on public
    holidays of their account's country either."""

    days: tuple[Weekday, ...] = Field(min_length=1)
    starts: ClockTime
    ends: ClockTime
    holidays: bool

    @property
    def start_time(self) -> time:
        return time.fromisoformat(self.starts)

    @property
    def end_time(self) -> time:
        return time.fromisoformat(self.ends)

    @model_validator(mode="after")
    def _day_is_not_empty(self) -> "DecentHours":
        if self.start_time >= self.end_time:
            raise ValueError(f'"ends" ({self.ends}) must be later than "starts" ({self.starts})')
        return self


class Breaker(Part):
    """The line stops where more than `times` the normal hour's messages go out within an hour;
    never below `least`. Normal is the busiest hour's mean over the last `days`."""

    least: Whole = Field(ge=1)
    times: Number = Field(gt=1, le=100)
    days: Whole = Field(ge=1, le=90)


class SendGuard(Part):
    """To whom, when and how often. Hours are by the clock unless they say otherwise."""

    frequency: Frequency
    hours: DecentHours
    breaker: Breaker
    human_talk_hours: Number = Field(ge=0, le=720, description="after a person spoke with them")
    same_text_days: Whole = Field(ge=1, le=730)
    negotiation_days: Whole = Field(ge=1, le=365, description="after they asked to change terms")
    recheck_hours: Number = Field(gt=0, le=168, description="until a hold without an end is tried")
    approval_hours: Number = Field(gt=0, le=720, description="for which an approval is good")
    draft_days: Whole = Field(ge=1, le=90, description="after which a draft is withdrawn")
    delay_hours: Number = Field(gt=0, le=80, description="working hours to stop a delayed one")
    drafts_a_night: Whole = Field(
        ge=1, le=200, description="that the machine makes for one approver, most at stake first"
    )
    facts_may_move: Number = Field(ge=0, le=1, description="share by which a number may change")
    author_may_approve: bool


class MailLines(Part):
    """What letters say of their sender: our `product`'s name, and, below an e-mail's text, who we
    are and how to refuse. `{unsubscribe}` becomes the address."""

    product: Line
    identity: Line
    unsubscribe: Line

    @field_validator("unsubscribe")
    @classmethod
    def _holds_the_address(cls, line: str) -> str:
        if "{unsubscribe}" not in line:
            raise PydanticCustomError("unsubscribe", "it must hold {unsubscribe}", {})
        return line


class TierEvidence(Part):
    """What a play must show over the last `days` to earn the next tier, and keeps showing."""

    least: Whole = Field(ge=5, description="messages decided on")
    days: Whole = Field(ge=7, le=730)
    unedited: Number = Field(gt=0, le=1, description="least share approved as drafted")
    complaints: Number = Field(ge=0, le=1, description="most share with a bad reaction")
    stopped: Number = Field(ge=0, le=1, description="most share refused by the guard")


class Replies(Part):
    """How reactions are understood; phrases are looked for as whole words. `stop` asks for no more
    by itself; `messages` are words for what we write, and `matters` for what of the product may be
    stopped; reactions are emoji names."""

    stop: tuple[Phrase, ...] = Field(min_length=1)
    messages: tuple[Phrase, ...] = Field(min_length=1)
    matters: tuple[Phrase, ...] = Field(min_length=1)
    positive: tuple[Phrase, ...] = Field(min_length=1)
    negative: tuple[Phrase, ...] = Field(min_length=1)
    positive_reactions: tuple[Line, ...]
    negative_reactions: tuple[Line, ...]


class Effect(Part):
    """When an effect may be spoken of: `least` accounts in each group whose time is over, and
    the confidence of the interval."""

    least: Whole = Field(ge=5)
    confidence: Number = Field(gt=0.5, lt=1)


class GuardSettings(Part):
    text: TextGuard
    letter: LetterGuard
    send: SendGuard
    mail: MailLines
    tiers: TierEvidence
    replies: Replies
    effect: Effect
