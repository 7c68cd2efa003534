"""A customer's question: heard, looked up, answered by what the library says or handed over.

The two halves are apart because the second may take seconds. No unit of work is open while the
library or a model is at work, and what is not settled when a process dies is found by
`sweep_unsettled`.
"""

from datetime import datetime, timedelta
from typing import Final

from csm.answer_settings import AnswerSettings
from csm.errors import NotFound, Unavailable
from csm.knowledge import Found, Shelf
from csm.people import Capability, Clearance, Place
from csm.ports import Clock, Records, Writer
from csm.ports_answers import Answerer, Library, StoredQuestion
from csm.reasons import Reason
from csm.triage import Step, on_finding
from csm.use_cases.answering_compose import (
    Audience,
    Stopped,
    cleared_answer,
    cleared_clarification,
    compose,
    foreign_names,
)
from csm.use_cases.answering_hear import TooVague, hear, note_colleague
from csm.use_cases.answering_responses import (
    Answered,
    Clarify,
    Drafted,
    FeedbackNoted,
    HandedOver,
    Heard,
    LeftToPeople,
    NotNeeded,
    Plan,
    Response,
    SaidOfAnswer,
    Silent,
    SmallTalk,
    StillWaiting,
    is_posted,
)
from csm.use_cases.answering_settle import Settling
from csm.use_cases.feedback import record_feedback
from csm.use_cases.outgoing import place_of, zone_of_asker

__all__ = [
    "Answered",
    "Answering",
    "Clarify",
    "Drafted",
    "FeedbackNoted",
    "HandedOver",
    "Heard",
    "LeftToPeople",
    "NotNeeded",
    "Plan",
    "Response",
    "Silent",
    "SmallTalk",
    "StillWaiting",
    "is_posted",
    "sweep_unsettled",
]

# A question that is still open after this time will not be finished by whoever began it.
UNSETTLED_AFTER: Final = timedelta(minutes=10)


class Answering:
    """Answers customers, or sees to it that a person does. `answerer` is None where no language
    model is configured: answers are then in the documents' own words."""

    def __init__(
        self,
        records: Records,
        library: Library,
        answerer: Answerer | None,
        settings: AnswerSettings,
        clock: Clock,
    ) -> None:
        self._records = records
        self._library = library
        self._answerer = answerer
        self._settings = settings
        self._clock = clock

    def hear(self, clearance: Clearance, heard: Heard) -> Plan | Response:
        """Keep what was said and decide what to do with it. Quick: nothing is searched.

        A Plan is to be given to `respond`. Raises Forbidden for a clearance for something else.
        """
        clearance.demand(Capability.GET_HELP)
        now = self._clock.now()
        with self._records.writing() as writer:
            outcome = hear(writer, heard, self._settings, now)
        if isinstance(outcome, TooVague):
            return self._ask_back(outcome.plan, outcome.question_id, Found())
        if not isinstance(outcome, SaidOfAnswer):
            return outcome
        noted = record_feedback(
            clearance, self._records, self._settings, now, outcome.question_id, outcome.feedback
        )
        return FeedbackNoted(outcome.question_id, noted.feedback, noted.handed)

    def note_colleague(self, heard: Heard) -> None:
        """Somebody of ours who is not on the team spoke in a customer's place: what they said
        counts as a person's answer there. Nothing is said, so it takes no clearance."""
        with self._records.writing() as writer:
            note_colleague(writer, heard, self._settings, self._clock.now())

    def respond(self, clearance: Clearance, plan: Plan) -> Response:
        """Look the question up and answer it, ask back, or hand it over. May take seconds. What
        breaks here leaves the question to `give_up`."""
        clearance.demand(Capability.GET_HELP)
        try:
            found = self._library.for_customers().search(plan.query)
        except Unavailable:
            return self._without_library(plan)
        _demand_customer_shelf(found)
        decision = on_finding(found, plan.situation, self._settings)
        if decision.step is Step.SILENT:
            return Silent(decision.reason)
        question_id = self._opened(plan)
        if question_id is None:
            return Silent(Reason.HEARD_BEFORE)
        if decision.step is Step.ANSWER:
            return self._answer(plan, question_id, found)
        if decision.step is Step.CLARIFY:
            return self._ask_back(plan, question_id, found, decision.choices)
        with self._records.writing() as writer:
            return self._settling(writer, plan, question_id, found).pass_on(decision.reason)

    def give_up(self, plan: Plan) -> Response:
        """Hand over a question that could not be answered because something of ours broke; one
        that was only overheard is left alone."""
        if plan.question_id is None:
            return Silent(Reason.UNFINISHED)
        with self._records.writing() as writer:
            settling = self._settling(writer, plan, plan.question_id, Found())
            return settling.pass_on(Reason.UNFINISHED)

    def question_in(self, place: Place, question_id: int) -> StoredQuestion:
        """The question, if it was asked in this very place. Raises NotFound."""
        with self._records.reading() as reader:
            stored = reader.question(question_id)
        here = (place.platform, place.workspace, place.channel)
        if stored is not None:
            question = stored.question
            if (question.platform, question.workspace, question.channel) == here:
                return stored
        raise NotFound("I do not find that question here. Please ask it again.")

    def _answer(self, plan: Plan, question_id: int, found: Found) -> Response:
        passages, settings = found.passages, self._settings
        composed = compose(plan.query, passages, self._answerer, settings.longest_answer)
        # Only now are other customers' names read: no model was ever in their reach.
        ready = cleared_answer(composed, plan.query, passages, self._audience(plan), settings)
        with self._records.writing() as writer:
            settling = self._settling(writer, plan, question_id, found)
            if isinstance(ready, Stopped):
                return settling.stop(ready)
            if ready is not None:
                return settling.answer(*ready, plan.situation.mode)
            by_model = composed.by_model
            return settling.pass_on(Reason.MODEL_ABSTAINED if by_model else Reason.NOTHING_TO_SAY)

    def _ask_back(
        self, plan: Plan, question_id: int, found: Found, titles: tuple[str, ...] = ()
    ) -> Response:
        ready = cleared_clarification(titles, self._audience(plan), self._settings)
        with self._records.writing() as writer:
            settling = self._settling(writer, plan, question_id, found)
            return settling.stop(ready) if isinstance(ready, Stopped) else settling.ask_back(*ready)

    def _audience(self, plan: Plan) -> Audience:
        account_key = plan.question.account_key
        with self._records.reading() as reader:
            return Audience(account_key, foreign_names(reader, account_key))

    def _without_library(self, plan: Plan) -> Response:
        """Nothing can be looked up: a person is asked, unless perhaps nobody was."""
        if plan.question_id is None:
            return Silent(Reason.LIBRARY_DOWN)
        with self._records.writing() as writer:
            settling = self._settling(writer, plan, plan.question_id, Found())
            return settling.pass_on(Reason.LIBRARY_DOWN)

    def _opened(self, plan: Plan) -> int | None:
        """The id of the question's row, opened now if it was only overheard; None where it was
        taken before."""
        if plan.question_id is not None:
            return plan.question_id
        with self._records.writing() as writer:
            return writer.add_question(plan.question)

    def _settling(self, writer: Writer, plan: Plan, question_id: int, found: Found) -> Settling:
        return Settling(
            writer,
            self._settings,
            self._clock.now(),
            question_id,
            place=plan.heard.place,
            zone=plan.heard.who.zone,
            passages=found.passages,
            confidence=found.confidence if found.passages else None,
            tell=plan.situation.is_meant,
        )


def sweep_unsettled(records: Records, settings: AnswerSettings, now: datetime) -> int:
    """Hand over the questions that were begun and never finished, because whoever began them died
    over it, and tell the customers so. How many there were. Each is a transaction of its own."""
    with records.reading() as reader:
        left = reader.unsettled_questions(now - UNSETTLED_AFTER)
    return sum(_sweep(records, settings, now, stored) for stored in left)


def _sweep(
    records: Records, settings: AnswerSettings, now: datetime, stored: StoredQuestion
) -> bool:
    question = stored.question
    with records.writing() as writer:
        place = place_of(writer, question)
        zone = zone_of_asker(writer, question)
        settling = Settling(writer, settings, now, stored.id, place=place, zone=zone)
        return isinstance(settling.pass_on(Reason.UNFINISHED), HandedOver)


def _demand_customer_shelf(found: Found) -> None:
    """A customer's bookshelf has nothing else. Should that ever fail, nobody is answered."""
    if any(passage.shelf is not Shelf.CUSTOMER for passage in found.passages):
        raise RuntimeError("a customer's search found what is not for customers")
