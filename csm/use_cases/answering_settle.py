"""How a question ends: answered, drafted, asked back, handed over, or overtaken by a person.

Each happens in the caller's unit of work, in which the thread is looked at once more. In a
customer's place what they are told is written as posts there and then, so that a question counts
as answered only where its answer is on its way.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, tzinfo
from typing import TypeVar

from csm.answer_settings import AnswerSettings
from csm.guard import Cleared
from csm.knowledge import Passage, Speaker
from csm.people import AudienceKind, Place, PlaceKind
from csm.ports import Writer
from csm.question import Mode, Question, QuestionState, ThreadLine
from csm.reasons import Reason
from csm.threads import colleague_since
from csm.triage import LONGEST_QUESTION
from csm.use_cases.answering_compose import Composed, Stopped, shown_sources, stale_titles
from csm.use_cases.answering_responses import (
    Answered,
    Clarify,
    Drafted,
    HandedOver,
    Response,
    Silent,
)
from csm.use_cases.colleagues import owner_of
from csm.use_cases.drafts import draft_posts
from csm.use_cases.hand_over import HandingOver, hand_over, promise
from csm.use_cases.outgoing import answer_key, to_customer
from csm.views.answers import response_cards
from csm.views.case_news import with_question
from csm.views.case_words import first_upper

_Settled = TypeVar("_Settled", Answered, Drafted, Clarify, HandedOver)


@dataclass(frozen=True, slots=True)
class Settling:
    """A question that is to be settled: its row, what was found for it, and how sure we are that
    it is answered there. `place` is where it was asked, where that is known, and `zone` that of
    whoever asked. `tell`: they called us by name, and so wait for a word."""

    writer: Writer
    settings: AnswerSettings
    now: datetime
    question_id: int
    place: Place | None = None
    zone: tzinfo = UTC
    passages: Sequence[Passage] = ()
    confidence: float | None = None
    tell: bool = False

    def answer(self, composed: Composed, cleared: Cleared, mode: Mode) -> Response:
        """Give the answer, or put it before a colleague first where the place asks for that."""
        question = self._current()
        if isinstance(question, Silent):
            return question
        if mode is Mode.DRAFT:
            return self._draft(question, composed)
        question = self._with_answer(question, composed)
        self._settle(question, QuestionState.ANSWERED)
        self._we_said(question, composed.text)
        answered = Answered(
            question_id=self.question_id,
            account_key=question.account_key,
            sentences=composed.sentences,
            sources=question.sources,
            by_model=composed.by_model,
            model_failed=composed.model_failed,
            stale=stale_titles(composed, self.passages),
            cleared=cleared,
        )
        return self._told(question, answered)

    def stop(self, stopped: Stopped) -> Response:
        """What the guard stopped lies before a colleague first, where a person may send it; else a
        person is asked. Either way they learn why."""
        question = self._current()
        if isinstance(question, Silent):
            return question
        question = question.model_copy(update={"objections": stopped.verdict.reasons})
        if stopped.is_held and stopped.composed:
            return replace(self._draft(question, stopped.composed), stopped_by=stopped.rules)
        return replace(self._hand_over(question, Reason.GUARD_REFUSED), stopped_by=stopped.rules)

    def ask_back(self, choices: tuple[str, ...], cleared: Cleared) -> Response:
        """Ask what is meant."""
        question = self._current()
        if isinstance(question, Silent):
            return question
        self._settle(question, QuestionState.CLARIFYING)
        self._we_said(question, cleared.text)
        return self._told(
            question, Clarify(self.question_id, question.account_key, choices, cleared)
        )

    def pass_on(self, reason: str) -> Response:
        """Hand the question over to a person, unless one has spoken already. `reason` is one of
        `csm.reasons.Reason`, or the id of a topic."""
        question = self._current()
        if isinstance(question, Silent):
            return question
        return self._hand_over(question, reason)

    def _hand_over(self, question: Question, reason: str) -> HandedOver:
        handing = HandingOver(self.question_id, question, reason, self.passages)
        handed = hand_over(self.writer, handing, self.settings, self.now)
        self._we_said(question, f"{first_upper(handed.owner_name)} has your question.")
        return self._told(question, HandedOver(self.question_id, handed))

    def _draft(self, question: Question, composed: Composed) -> Drafted | HandedOver:
        on_call = self.settings.hand_over.on_call
        owner = owner_of(self.writer, question.account_key, on_call)
        if owner is None:
            return self._hand_over(question, Reason.NOBODY_TO_CHECK)
        question = self._with_answer(question, composed)
        self._settle(question, QuestionState.DRAFTED)
        text, sources = question.answer, question.sources
        draft_posts(self.writer, self.question_id, question, text, sources, self.settings, self.now)
        due_at = promise(self.settings, owner, self.now)
        return self._told(question, Drafted(self.question_id, owner.name, due_at, self.tell))

    def _with_answer(self, question: Question, composed: Composed) -> Question:
        sources = shown_sources(composed, self.passages)
        changes = {"answer": composed.text, "sources": sources, "by_model": composed.by_model}
        return question.model_copy(update=changes)

    def _told(self, question: Question, response: _Settled) -> _Settled:
        """The response, with its cards written as posts where a customer reads the place. Where
        nobody knows who listens, only whoever asked is told, by the caller."""
        if self.place is None or self.place.audience.kind is not AudienceKind.CUSTOMER:
            return response
        cards = list(response_cards(response, self.zone, self.now))
        if cards and not question.thread and self.place.kind is PlaceKind.CHANNEL:
            # A slash command's question is seen by nobody else.
            cards[0] = with_question(cards[0], question)
        for number, card in enumerate(cards, start=1):
            key = answer_key(self.question_id, number)
            self.writer.add_post(to_customer(question, key, card, self.now))
        return replace(response, posted=True)

    def _current(self) -> Question | Silent:
        """The question as it is now. Silence, where it was settled meanwhile, or where a colleague
        has spoken since it was asked."""
        stored = self.writer.question(self.question_id)
        if stored is None or stored.question.state is not QuestionState.ASKED:
            return Silent(Reason.SETTLED)
        question = stored.question.model_copy(update={"confidence": self.confidence})
        where = (question.platform, question.workspace, question.channel, question.thread)
        if colleague_since(self.writer.thread(*where), question):
            self._settle(question, QuestionState.OVERTAKEN)
            return Silent(Reason.OVERTAKEN)
        return question

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
