"""How a question ends: answered, drafted, asked back, handed over, or overtaken by a person.

Each happens in the caller's unit of work, in which the thread is looked at once more.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from csm.answer_settings import AnswerSettings
from csm.guard import Cleared, GuardFacts, Outgoing, review
from csm.knowledge import Passage, Speaker
from csm.ports import FactLine, Writer
from csm.question import Mode, Question, QuestionState, ThreadLine
from csm.triage import LONGEST_QUESTION, Reason
from csm.use_cases.answering_compose import (
    Composed,
    foreign_names,
    shown_sources,
    shown_title,
    stale_titles,
)
from csm.use_cases.answering_responses import (
    Answered,
    Clarify,
    Drafted,
    HandedOver,
    Response,
    Silent,
    clarification,
)
from csm.use_cases.colleagues import owner_of
from csm.use_cases.drafts import draft_posts
from csm.use_cases.hand_over import HandingOver, hand_over
from csm.views.case_words import first_upper

_TRIED: Final[Mapping[str, str]] = {
    Reason.TOO_LONG: "Nothing was searched: the message is too long for a machine to answer.",
    Reason.TOO_VAGUE: "Nothing was searched: there was nothing to look for in the message.",
    Reason.NOT_FOUND: "The library was searched, and nothing in it answers well enough.",
    Reason.MODEL_ABSTAINED: "The language model found no answer in what the library holds.",
    Reason.NOTHING_TO_SAY: "The library was searched, and what was found holds no answer.",
    Reason.GUARD_REFUSED: "An answer was written, and the guard did not let it pass.",
    Reason.LIBRARY_DOWN: "The library could not be searched just then.",
    Reason.NOBODY_TO_CHECK: "An answer was drafted, and there is nobody to look at it first.",
    Reason.UNFINISHED: "The answer was begun and not finished: the machine broke off.",
}
_NOT_TRIED: Final = "Nothing was searched: this is a topic for people."


@dataclass(frozen=True, slots=True)
class Settling:
    """A question that is to be settled: its row, what was found for it, and how sure we are that
    it is answered there. `tell`: whoever asked called us by name, and so waits for a word."""

    writer: Writer
    settings: AnswerSettings
    now: datetime
    question_id: int
    passages: Sequence[Passage] = ()
    confidence: float | None = None
    tell: bool = False

    def answer(self, composed: Composed, cleared: Cleared, mode: Mode) -> Response:
        """Give the answer, or put it before a colleague first where the place asks for that."""
        question = self._current()
        if isinstance(question, Silent):
            return question
        sources = shown_sources(composed, self.passages)
        changes = {"answer": composed.text, "sources": sources, "by_model": composed.by_model}
        question = question.model_copy(update=changes)
        if mode is Mode.DRAFT:
            return self._draft(question)
        self._settle(question, QuestionState.ANSWERED)
        self._we_said(question, composed.text)
        return Answered(
            question_id=self.question_id,
            account_key=question.account_key,
            sentences=composed.sentences,
            sources=sources,
            by_model=composed.by_model,
            model_failed=composed.model_failed,
            stale=stale_titles(composed, self.passages),
            cleared=cleared,
        )

    def ask_back(self, choices: tuple[str, ...] = ()) -> Response:
        """Ask what is meant. Where the guard minds the titles, a person is asked instead."""
        question = self._current()
        if isinstance(question, Silent):
            return question
        choices = tuple(dict.fromkeys(shown_title(title) for title in choices))
        words = clarification(choices)
        facts = GuardFacts(
            [FactLine("", words)], foreign_names=foreign_names(self.writer, question.account_key)
        )
        outgoing = Outgoing(words, question.account_key)
        cleared = review(outgoing, facts, self.settings.guard)
        if not isinstance(cleared, Cleared):
            return self.pass_on(Reason.GUARD_REFUSED)
        self._settle(question, QuestionState.CLARIFYING)
        self._we_said(question, words)
        return Clarify(self.question_id, question.account_key, choices, cleared)

    def pass_on(self, reason: str) -> Response:
        """Hand the question over to a person, unless one has spoken already. `reason` is one of
        `csm.triage.Reason`, or the id of a topic."""
        question = self._current()
        if isinstance(question, Silent):
            return question
        tried = _TRIED.get(reason, _NOT_TRIED)
        handing = HandingOver(self.question_id, question, reason, self.passages, tried)
        handed = hand_over(self.writer, handing, self.settings, self.now)
        self._we_said(question, f"{first_upper(handed.owner_name)} has your question.")
        return HandedOver(self.question_id, handed)

    def _draft(self, question: Question) -> Response:
        on_call = self.settings.hand_over.on_call
        owner = owner_of(self.writer, question.account_key, on_call)
        if owner is None:
            return self.pass_on(Reason.NOBODY_TO_CHECK)
        self._settle(question, QuestionState.DRAFTED)
        text, sources = question.answer, question.sources
        draft_posts(self.writer, self.question_id, question, text, sources, self.settings, self.now)
        return Drafted(self.question_id, owner.name, self.tell)

    def _current(self) -> Question | Silent:
        """The question as it is now. Silence, where it was settled meanwhile, or where a colleague
        has spoken since it was asked."""
        stored = self.writer.question(self.question_id)
        if stored is None or stored.question.state is not QuestionState.ASKED:
            return Silent(Reason.SETTLED)
        question = stored.question.model_copy(update={"confidence": self.confidence})
        if self._colleague_spoke_since(question):
            self._settle(question, QuestionState.OVERTAKEN)
            return Silent(Reason.OVERTAKEN)
        return question

    def _colleague_spoke_since(self, question: Question) -> bool:
        where = (question.platform, question.workspace, question.channel)
        lines = self.writer.thread(*where, question.thread)
        message = question.key.removeprefix(f"{':'.join(where)}:")
        asked = next((i for i, line in enumerate(lines) if line.message == message), None)
        since = lines[asked + 1 :] if asked is not None else lines
        return any(
            line.by == Speaker.STAFF and (asked is not None or line.at > question.asked_at)
            for line in since
        )

    def _settle(self, question: Question, state: QuestionState) -> None:
        changes = {"state": state, "settled_at": self.now}
        self.writer.update_question(self.question_id, question.model_copy(update=changes))

    def _we_said(self, question: Question, text: str) -> None:
        """Kept under a name of our own, since the platform's id of it is not known before it is
        sent, and as said after what it answers, which may have been heard at the same instant."""
        self.writer.add_line(
            ThreadLine(
                platform=question.platform,
                workspace=question.workspace,
                channel=question.channel,
                thread=question.thread,
                message=f"answer:{self.question_id}",
                at=self.now + timedelta(microseconds=1),
                by=Speaker.US,
                text=text[:LONGEST_QUESTION],
            )
        )
