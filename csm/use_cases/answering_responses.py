"""What is heard from a customer, and what comes of it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from csm.extract import joined
from csm.guard import Cleared
from csm.knowledge import Passage, Query
from csm.people import Place, Principal
from csm.ports_answers import Sentence
from csm.question import Feedback, Question, Source
from csm.triage import Situation
from csm.use_cases.case_file import OpenQuestion
from csm.use_cases.hand_over import HandedTo


@dataclass(frozen=True, slots=True)
class Heard:
    """One message of a person. `key` is `platform:workspace:channel:message`, `message` the
    platform's id of it, and `thread` that of its thread's first message, which may be itself.
    `addressed`: it mentions us, or is a direct message. `names_others`: it mentions other people.
    """

    key: str
    place: Place
    thread: str
    message: str
    who: Principal
    text: str
    addressed: bool
    names_others: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """A question that must be looked up. Its row is opened already (`question_id`), unless it was
    only overheard and may turn out to be none of our business."""

    question_id: int | None
    heard: Heard
    question: Question
    situation: Situation
    query: Query


@dataclass(frozen=True, slots=True)
class Silent:
    """Nothing is said; `reason` is one of `csm.reasons.Reason`."""

    reason: str


@dataclass(frozen=True, slots=True)
class SmallTalk:
    """`kind` is "greeting", "thanks", "play" or "leave"."""

    kind: str


@dataclass(frozen=True, slots=True)
class FeedbackNoted:
    """The customer said in words whether an answer helped. `handed`: it did not."""

    question_id: int
    feedback: Feedback
    handed: HandedTo | None = None


@dataclass(frozen=True, slots=True)
class _Settled:
    """What came of a question. `posted`: whoever asked reads it in posts, which were written with
    it; else the caller is to say it. `stopped_by`: the ids of the guard's rules that stopped an
    answer."""

    posted: bool = field(default=False, kw_only=True)
    stopped_by: tuple[str, ...] = field(default=(), kw_only=True)


@dataclass(frozen=True, slots=True)
class Answered(_Settled):
    """An answer that may be shown as it is. `stale` has the titles of sources that may be out of
    date. `model_failed`: a model was asked in vain, so the answer is in the documents' own words.

    Raises ValueError where `cleared` is for another text.
    """

    question_id: int
    account_key: str | None
    sentences: tuple[Sentence, ...]
    sources: tuple[Source, ...]
    by_model: bool
    model_failed: bool
    stale: tuple[str, ...]
    cleared: Cleared = field(repr=False)

    def __post_init__(self) -> None:
        self.cleared.demand(self.text, self.account_key, links_of(self.sources))

    @property
    def text(self) -> str:
        return joined(self.sentences, flowing=self.by_model)


@dataclass(frozen=True, slots=True)
class Drafted(_Settled):
    """A colleague is to look at the answer first. Only whoever called us by name is told."""

    question_id: int
    owner_name: str
    due_at: datetime
    tell: bool


@dataclass(frozen=True, slots=True)
class Clarify(_Settled):
    """We ask back; `choices` are titles of documents, none where nothing was said that could be
    looked up."""

    question_id: int
    account_key: str | None
    choices: tuple[str, ...]
    cleared: Cleared = field(repr=False)

    def __post_init__(self) -> None:
        self.cleared.demand(clarification(self.choices), self.account_key)


@dataclass(frozen=True, slots=True)
class HandedOver(_Settled):
    """A person has the question, and has been told."""

    question_id: int
    handed: HandedTo


@dataclass(frozen=True, slots=True)
class StillWaiting:
    """A person has the question, and the customer asks how it stands."""

    question: OpenQuestion


@dataclass(frozen=True, slots=True)
class NotNeeded:
    """The customer needs no answer any more, and whoever had the question has been told."""

    owner_name: str


@dataclass(frozen=True, slots=True)
class LeftToPeople:
    """Whoever calls us where we are switched off learns who answers there, and nobody else."""

    owner_name: str


@dataclass(frozen=True, slots=True)
class SaidOfAnswer:
    """The customer has said whether the answer to that question helped: still to be kept."""

    question_id: int
    feedback: Feedback


Response = (
    Silent
    | SmallTalk
    | FeedbackNoted
    | Answered
    | Drafted
    | Clarify
    | HandedOver
    | StillWaiting
    | NotNeeded
    | LeftToPeople
)


def is_posted(response: Response) -> bool:
    """Whether whoever asked reads it in posts, so that nobody else need say it."""
    return isinstance(response, _Settled) and response.posted


def clarification(choices: Sequence[str]) -> str:
    """The words in which we ask back."""
    if not choices:
        return "Happy to help. What would you like to know? A few words more will do."
    titles = "\n".join(f"- {title}" for title in choices)
    return f"That could mean more than one thing. Which of these is it about?\n{titles}"


def links_of(sources: Sequence[Source]) -> tuple[str, ...]:
    return tuple(source.link for source in sources if source.link)


def sources_of(sentences: Sequence[Sentence], passages: Sequence[Passage]) -> tuple[Passage, ...]:
    """The passages that the sentences rest on, one a page, in the order in which they appear."""
    known = {passage.id: passage for passage in passages}
    used = [known[name] for sentence in sentences for name in sentence.passages]
    return tuple({(one.title, one.link): one for one in reversed(used)}.values())[::-1]
