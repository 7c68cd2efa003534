"""An answer from passages: a model's words where the passages bear them out, else their own."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from csm.answer_check import BEGINNINGS, facts_of, faults_of, tidied
from csm.answer_settings import AnswerSettings
from csm.customer_names import ForeignNames
from csm.errors import Unavailable
from csm.extract import REST, extract, joined
from csm.fact_line import FactLine
from csm.guard import Cleared, GuardFacts, Outcome, Outgoing, Verdict, review
from csm.guard.patterns import MENTION
from csm.guard_settings import TextGuard
from csm.knowledge import Passage, Query, Speaker
from csm.plain_words import content
from csm.ports import Reader
from csm.ports_answers import Answerer, Sentence
from csm.question import Source
from csm.use_cases.answering_responses import clarification, links_of, sources_of
from csm.web_addresses import addresses, is_web

# A question with more words that mean something needs nothing that was said before it.
_STANDS_ALONE: Final = 3
_UNTITLED: Final = "A help page"
_SHOWN_SCHEMES: Final = ("https://", "http://")


@dataclass(frozen=True, slots=True)
class Composed:
    """An answer before the guard has seen it. Empty: nothing in the passages answers."""

    sentences: tuple[Sentence, ...]
    by_model: bool
    model_failed: bool

    @property
    def text(self) -> str:
        return joined(self.sentences, flowing=self.by_model)


@dataclass(frozen=True, slots=True)
class Audience:
    """Who would read the answer: their account, and the names that they must not read."""

    account_key: str | None
    foreign_names: ForeignNames = field(default_factory=ForeignNames)


@dataclass(frozen=True, slots=True)
class Stopped:
    """Something that the guard did not let pass, and why. `composed`: an answer, if it was one."""

    verdict: Verdict
    composed: Composed | None = None

    @property
    def is_held(self) -> bool:
        """Whether a person may send it under their own name."""
        return self.verdict.outcome is Outcome.HOLD

    @property
    def rules(self) -> tuple[str, ...]:
        """The ids of the rules that mind it."""
        return tuple(objection.rule for objection in self.verdict.objections)


def compose(
    query: Query, passages: Sequence[Passage], answerer: Answerer | None, longest: int
) -> Composed:
    """The model's answer, if each sentence is backed by the passages that it cites, at the second
    attempt at the latest. A model that finds no answer is believed: the result is empty."""
    if answerer is None:
        return extractive(query, passages, longest, model_failed=False)
    try:
        answer = tidied(answerer.answer(query, passages))
        if faults := faults_of(answer, passages):
            answer = tidied(answerer.answer(query, passages, faults))
    except Unavailable:
        return extractive(query, passages, longest, model_failed=True)
    if faults_of(answer, passages):
        return extractive(query, passages, longest, model_failed=True)
    return Composed(answer, by_model=True, model_failed=False)


def extractive(
    query: Query, passages: Sequence[Passage], longest: int, *, model_failed: bool
) -> Composed:
    """An answer in the passages' own words. `longest` is in characters."""
    pieces = extract(query.text, passages, longest, _said_before(query))
    return Composed(pieces, by_model=False, model_failed=model_failed)


def cleared_answer(
    composed: Composed,
    query: Query,
    passages: Sequence[Passage],
    audience: Audience,
    settings: AnswerSettings,
) -> tuple[Composed, Cleared] | Stopped | None:
    """The answer with the guard's leave; None where there is nothing to say. Where the guard stops
    a model's words, the documents' own are tried; where it stops these, too, what a person may
    send comes first."""
    if not composed.sentences:
        return None
    first = _review(composed, passages, audience, settings.guard)
    if not (isinstance(first, Stopped) and composed.by_model):
        return first
    plainer = extractive(query, passages, settings.longest_answer, model_failed=True)
    if not plainer.sentences:
        return first
    second = _review(plainer, passages, audience, settings.guard)
    if isinstance(second, Stopped) and (first.is_held or not second.is_held):
        return first
    return second


def cleared_clarification(
    titles: Sequence[str], audience: Audience, settings: AnswerSettings
) -> tuple[tuple[str, ...], Cleared] | Stopped:
    """The choices that we offer when asking back, with the guard's leave for their words."""
    choices = tuple(dict.fromkeys(shown_title(title) for title in titles))
    words = clarification(choices)
    facts = GuardFacts([FactLine("", words)], foreign_names=audience.foreign_names)
    result = review(Outgoing(words, audience.account_key), facts, settings.guard)
    return (choices, result) if isinstance(result, Cleared) else Stopped(result.verdict)


def shown_sources(composed: Composed, passages: Sequence[Passage]) -> tuple[Source, ...]:
    """The sources as readers see them: with a link only where it is one that they can open, and
    under their titles, where these are no more than titles."""
    return tuple(
        Source(id=passage.id, title=shown_title(passage.title), link=_shown_link(passage))
        for passage in sources_of(composed.sentences, passages)
    )


def shown_title(title: str) -> str:
    """A document's title, or what stands for one that calls on people or leads somewhere."""
    is_more = MENTION.search(title) or any(is_web(one) for one in addresses(title))
    return _UNTITLED if is_more else title


def stale_titles(composed: Composed, passages: Sequence[Passage]) -> tuple[str, ...]:
    """The titles of sources that may be out of date."""
    used = sources_of(composed.sentences, passages)
    return tuple(dict.fromkeys(shown_title(one.title) for one in used if one.is_stale))


def foreign_names(reader: Reader, account_key: str | None) -> ForeignNames:
    """The names, aliases and domains of all customers but this one."""
    return ForeignNames(reader.customer_names(), account_key)


def _review(
    composed: Composed, passages: Sequence[Passage], audience: Audience, settings: TextGuard
) -> tuple[Composed, Cleared] | Stopped:
    sources = shown_sources(composed, passages)
    cited = [passage for passage in passages if _is_cited(passage, composed)]
    facts = GuardFacts(
        facts=[*facts_of(cited), FactLine("", REST)],
        allowed_links=links_of(sources),
        allowed_names=BEGINNINGS,
        foreign_names=audience.foreign_names,
    )
    outgoing = Outgoing(composed.text, audience.account_key, links_of(sources))
    result = review(outgoing, facts, settings)
    if isinstance(result, Cleared):
        return composed, result
    return Stopped(result.verdict, composed)


def _is_cited(passage: Passage, composed: Composed) -> bool:
    return any(passage.id in sentence.passages for sentence in composed.sentences)


def _shown_link(passage: Passage) -> str:
    return passage.link if passage.link.lower().startswith(_SHOWN_SCHEMES) else ""


def _said_before(query: Query) -> str:
    """What the customer said last, for a question that is too short to stand alone."""
    if len(content(query.text)) > _STANDS_ALONE:
        return ""
    said = [one.text for one in query.thread if one.by is Speaker.CUSTOMER]
    return "\n".join(said[-1:])
