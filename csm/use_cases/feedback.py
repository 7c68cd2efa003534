"""What a customer says of an answer: it helped, it did not, or a person is wanted."""

from dataclasses import dataclass
from datetime import datetime

from csm import case_rules as rules
from csm.answer_settings import WANTS_A_PERSON, AnswerSettings
from csm.errors import Conflict, Forbidden, NotFound
from csm.knowledge import Passage, Shelf
from csm.people import Capability, Clearance, Principal
from csm.ports import Records, Writer
from csm.ports_answers import StoredQuestion
from csm.question import Feedback, Question, QuestionState
from csm.use_cases.hand_over import HandedTo, HandingOver, hand_over


@dataclass(frozen=True, slots=True)
class FeedbackResult:
    """What was said, and to whom the question went, where it went to a person."""

    feedback: Feedback
    handed: HandedTo | None = None


def record_feedback(
    clearance: Clearance,
    records: Records,
    settings: AnswerSettings,
    now: datetime,
    question_id: int,
    feedback: Feedback,
) -> FeedbackResult:
    """Keep the customer's word on an answer, which they may change. NOT_HELPED brings in a person,
    who stays even if the customer then says that it helped after all.

    Raises Forbidden for anybody but the customer, NotFound, and Conflict where nothing was
    answered.
    """
    clearance.demand(Capability.GET_HELP)
    with records.writing() as writer:
        question = _own_answer(writer, question_id, clearance.principal)
        if question.feedback is not feedback:
            question = _with_news(question, feedback=feedback, feedback_at=now)
            writer.update_question(question_id, question)
        handed = None
        if feedback is Feedback.NOT_HELPED:
            handed = _to_person(writer, question_id, question, rules.NOT_HELPED, settings, now)
    return FeedbackResult(feedback, handed)


def ask_for_person(
    clearance: Clearance,
    records: Records,
    settings: AnswerSettings,
    now: datetime,
    question_id: int,
) -> HandedTo:
    """Under an answer, the customer wants a person. Raises as `record_feedback` does."""
    clearance.demand(Capability.GET_HELP)
    with records.writing() as writer:
        question = _own_answer(writer, question_id, clearance.principal)
        if question.asked_again_at is None:
            question = _with_news(question, asked_again_at=now)
            writer.update_question(question_id, question)
        return _to_person(writer, question_id, question, WANTS_A_PERSON, settings, now)


def _own_answer(writer: Writer, question_id: int, who: Principal) -> Question:
    stored = writer.question(question_id)
    if who.is_staff:
        raise Forbidden("Only the customer can say whether it helped.")
    if stored is None or not _is_theirs(stored, who):
        raise NotFound("I do not find that question among yours.")
    if stored.question.state is not QuestionState.ANSWERED:
        raise Conflict("A person has that question already, so there is no answer to rate.")
    return stored.question


def _is_theirs(stored: StoredQuestion, who: Principal) -> bool:
    question = stored.question
    if not who.key:
        return False
    same_account = who.account_key is not None and who.account_key == question.account_key
    return same_account or who.key == question.asked_by


def _with_news(question: Question, **changes: object) -> Question:
    """The question with what was said, so that its verdict is worked out anew."""
    return question.model_copy(update={**changes, "deflection": None, "judged_on": None})


def _to_person(
    writer: Writer,
    question_id: int,
    question: Question,
    reason: str,
    settings: AnswerSettings,
    now: datetime,
) -> HandedTo:
    passages = tuple(
        Passage(s.id, Shelf.CUSTOMER, s.title, title_path=(), text="", link=s.link)
        for s in question.sources
    )
    handing = HandingOver(question_id, question, reason, passages)
    return hand_over(writer, handing, settings, now)
