"""A colleague asks the library: both shelves where only colleagues listen."""

from collections.abc import Sequence
from dataclasses import dataclass

from csm.answer_settings import AnswerSettings
from csm.errors import InvalidInput
from csm.knowledge import Passage, Query, Said, Shelf
from csm.people import Capability, Clearance
from csm.ports_answers import Answerer, Library, Sentence
from csm.question import Source
from csm.triage import LONGEST_QUESTION
from csm.use_cases.answering_compose import (
    Audience,
    Composed,
    cleared_answer,
    compose,
    shown_sources,
    stale_titles,
)

# How many passages are shown to somebody who has to find the answer themselves.
_MOST_NEAREST = 3


@dataclass(frozen=True, slots=True)
class LibraryAnswer:
    """What the library says. Without `sentences`, `nearest` is all that we have: we are not sure
    that the answer is in there. `internal` has the ids of sources that customers must not read;
    `both_shelves` says whether there could be any."""

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


def ask(
    clearance: Clearance,
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
            f"That is {len(question):,} characters long, and I read at most {LONGEST_QUESTION:,}. "
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
    if not both:
        composed = _guarded(composed, query, found.passages, clearance, settings)
    return LibraryAnswer(
        question=question,
        both_shelves=both,
        confidence=found.confidence,
        sentences=composed.sentences,
        sources=shown_sources(composed, found.passages),
        internal=frozenset(p.id for p in found.passages if p.shelf is Shelf.INTERNAL),
        by_model=composed.by_model,
        model_failed=composed.model_failed,
        stale=stale_titles(composed, found.passages),
        nearest=() if composed.sentences else answer.nearest,
    )


def _guarded(
    composed: Composed,
    query: Query,
    passages: Sequence[Passage],
    clearance: Clearance,
    settings: AnswerSettings,
) -> Composed:
    """The answer as the guard lets it pass; nothing where it does not."""
    audience = Audience(clearance.audience.account_key)
    ready = cleared_answer(composed, query, passages, audience, settings)
    return ready[0] if ready else Composed((), composed.by_model, composed.model_failed)
