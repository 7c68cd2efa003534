"""A colleague asks the library: both shelves where only colleagues listen."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from csm.answer_settings import AnswerSettings
from csm.errors import InvalidInput
from csm.extract import joined
from csm.guard import Cleared
from csm.knowledge import Passage, Query, Said, Shelf
from csm.people import Capability, Clearance
from csm.ports import Records
from csm.ports_answers import Answerer, Library, Sentence
from csm.question import Source
from csm.triage import LONGEST_QUESTION
from csm.use_cases.answering_compose import (
    Audience,
    Composed,
    Stopped,
    cleared_answer,
    compose,
    foreign_names,
    shown_sources,
    stale_titles,
)
from csm.use_cases.answering_responses import links_of

# How many passages are shown to somebody who has to find the answer themselves.
_MOST_NEAREST = 3


@dataclass(frozen=True, slots=True)
class LibraryAnswer:
    """What the library says. Without `sentences`, `nearest` is all that we have: we are not sure
    that the answer is in there. `internal` has the ids of sources that customers must not read;
    `both_shelves` says whether there could be any. Where there could not, others than colleagues
    listen, and `cleared` is the guard's leave for this text, for them. `stopped_by` has the ids of
    its rules that stopped an answer.

    Raises ValueError for an answer that others would read without leave.
    """

    question: str
    both_shelves: bool
    confidence: float
    sentences: tuple[Sentence, ...] = ()
    sources: tuple[Source, ...] = ()
    internal: frozenset[str] = frozenset()
    by_model: bool = False
    model_failed: bool = False
    stale: tuple[str, ...] = ()
    nearest: tuple[Passage, ...] = ()
    account_key: str | None = None
    cleared: Cleared | None = field(default=None, repr=False)
    stopped_by: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.both_shelves or not self.sentences:
            return
        if self.cleared is None:
            raise ValueError("an answer that others read needs the guard's leave")
        self.cleared.demand(self.text, self.account_key, links_of(self.sources))

    @property
    def text(self) -> str:
        return joined(self.sentences, flowing=self.by_model)


def ask(
    clearance: Clearance,
    records: Records,
    library: Library,
    answerer: Answerer | None,
    settings: AnswerSettings,
    question: str,
    thread: Sequence[Said] = (),
) -> LibraryAnswer:
    """Search the library and answer from it. Where anybody else than colleagues listens, only what
    is for customers is within reach, and the guard has a say. Nothing is kept: gaps are counted
    in what customers ask.

    Raises InvalidInput for an empty question or one that is too long, and Unavailable when the
    library cannot be searched.
    """
    clearance.demand(Capability.GET_HELP)
    question = question.strip()
    if not question:
        raise InvalidInput("Say what you want to know, for example: /ask how do I share a view?")
    if len(question) > LONGEST_QUESTION:
        raise InvalidInput(
            f"That is longer than the {LONGEST_QUESTION:,} characters that I read. "
            "Ask in fewer words."
        )
    both = clearance.principal.is_staff and clearance.audience.is_staff_only
    shelf = library.for_staff() if both else library.for_customers()
    query = Query(question, tuple(thread))
    found = shelf.search(query)
    answer = LibraryAnswer(question, both, found.confidence, nearest=found.passages[:_MOST_NEAREST])
    if not found.passages or found.confidence < settings.threshold:
        return answer
    composed = compose(query, found.passages, answerer, settings.longest_answer)
    if both:
        return _answered(answer, composed, found.passages)
    account_key = clearance.audience.account_key
    # Only now are customers' names read: no model was ever in their reach.
    with records.reading() as reader:
        audience = Audience(account_key, foreign_names(reader, account_key))
    ready = cleared_answer(composed, query, found.passages, audience, settings)
    if ready is None or isinstance(ready, Stopped):
        stopped_by = ready.rules if ready else ()
        by_model, failed = composed.by_model, composed.model_failed
        return replace(answer, by_model=by_model, model_failed=failed, stopped_by=stopped_by)
    composed, cleared = ready
    return _answered(answer, composed, found.passages, account_key, cleared)


def _answered(
    answer: LibraryAnswer,
    composed: Composed,
    passages: Sequence[Passage],
    account_key: str | None = None,
    cleared: Cleared | None = None,
) -> LibraryAnswer:
    return replace(
        answer,
        sentences=composed.sentences,
        sources=shown_sources(composed, passages),
        internal=frozenset(p.id for p in passages if p.shelf is Shelf.INTERNAL),
        by_model=composed.by_model,
        model_failed=composed.model_failed,
        stale=stale_titles(composed, passages),
        nearest=() if composed.sentences else answer.nearest,
        account_key=account_key,
        cleared=cleared,
    )
