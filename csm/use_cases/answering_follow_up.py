"""What a customer says in a thread that has an answer, or a person at it: a complaint goes to a
person, a question that a person has is never opened twice, and whoever waits is told how it
stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from csm import case_rules as rules
from csm.answer_settings import WANTS_A_PERSON, AnswerSettings
from csm.case import CaseStatus
from csm.follow_up import Word, asks_for_news, follows, is_complaint, word_of
from csm.people import PlaceKind, Role
from csm.ports import Reader, Writer
from csm.ports_answers import AskedBy, StoredCase, StoredQuestion
from csm.question import Feedback, QuestionState
from csm.question_words import topic_of
from csm.reasons import Reason
from csm.triage import Situation
from csm.use_cases.answering_responses import (
    HandedOver,
    Heard,
    NotNeeded,
    Response,
    SaidOfAnswer,
    Silent,
    StillWaiting,
)
from csm.use_cases.case_in_thread import ask_about_case, ask_about_draft, settle_case, settle_draft
from csm.use_cases.colleagues import NOBODY, name_in
from csm.use_cases.hand_over import HandingOver, hand_over

# In direct messages, which have no end, what was said longer ago is another conversation.
ONE_CONVERSATION: Final = timedelta(hours=12)
# There, what became of a question longer ago is not spoken of any more.
_REMEMBERED: Final = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class FollowingUp:
    """One message of a customer, with all questions of its thread, oldest first."""

    writer: Writer
    heard: Heard
    situation: Situation
    questions: Sequence[StoredQuestion]
    settings: AnswerSettings
    now: datetime

    def response(self) -> Response | SaidOfAnswer | None:
        """What comes of it; None where it is to be taken like any other message."""
        heard = self.heard
        if heard.who.role is not Role.CONTACT or (heard.names_others and not heard.addressed):
            return None
        last = self._last()
        if last is None:
            return self._news_of_another()
        if not is_of(last, heard):
            return None
        if last.question.state is QuestionState.DRAFTED:
            return self._on_draft(last)
        known = known_case_of(self.writer, last)
        if known is None:
            return self._on_answer(last) or self._news_of_earlier()
        if rules.waits_for_a_reply(known.case):
            return self._while_waiting(last, known)
        return self._after_a_person(last, known)

    def _on_answer(self, last: StoredQuestion) -> Response | SaidOfAnswer | None:
        """A complaint goes to a person, unless one leads the thread and nobody calls us."""
        if self.situation.person_spoke_last and not self.situation.addressed:
            return None
        if not is_complaint(self.heard.text, self.settings.small_talk):
            return None
        match last.question.state:
            case QuestionState.ANSWERED:
                return SaidOfAnswer(last.id, Feedback.NOT_HELPED)
            case QuestionState.OVERTAKEN:
                return self._to_person(last, rules.NOT_HELPED)
            case _:
                return None

    def _on_draft(self, last: StoredQuestion) -> Response | None:
        word = self._word(last)
        who, text = self.heard.who, self.heard.text
        if word is Word.SETTLED:
            key = settle_draft(self.writer, last, who, text, self.settings, self.now)
            return NotNeeded(self._name(key))
        if word is Word.NEWS or (self.situation.addressed and self._is_about(last, word)):
            settings = self.settings
            return StillWaiting(ask_about_draft(self.writer, last, who, text, settings, self.now))
        return self._left_to_person(word)

    def _while_waiting(self, last: StoredQuestion, known: StoredCase) -> Response | None:
        word = self._word(last)
        who, text = self.heard.who, self.heard.text
        if word is Word.SETTLED:
            return NotNeeded(self._name(settle_case(self.writer, known, who, text, self.now)))
        if word is Word.NEWS or (self.situation.addressed and self._is_about(last, word)):
            return self._still_waiting(known)
        return self._left_to_person(word)

    def _after_a_person(self, last: StoredQuestion, known: StoredCase) -> Response | None:
        """A colleague answered or resolved it: whoever is not content gets them back. Whoever calls
        us by name with something new is answered by us."""
        word = self._word(last)
        if word is Word.SETTLED:
            return self._settled_after_all(known)
        if not self._is_about(last, word):
            is_news = word is Word.QUESTION or self._must_be_heard()
            if self.situation.addressed or not is_news:
                return None
        return self._to_person(last, known.case.reason)

    def _settled_after_all(self, known: StoredCase) -> Response | None:
        if known.case.status is CaseStatus.RESOLVED:
            return None
        key = settle_case(self.writer, known, self.heard.who, self.heard.text, self.now)
        called = self.situation.addressed
        return NotNeeded(self._name(key)) if called else Silent(Reason.WITH_A_PERSON)

    def _left_to_person(self, word: Word) -> Silent | None:
        """What is not said to us is for the person who has it."""
        if self.situation.is_meant or word is Word.TALK:
            return None
        return Silent(Reason.WITH_A_PERSON)

    def _news_of_earlier(self) -> Response | None:
        """News of what was asked in the thread before the question that we answered."""
        for stored in reversed(self.questions):
            known = known_case_of(self.writer, stored)
            if known and rules.waits_for_a_reply(known.case) and is_of(stored, self.heard):
                is_news = self._word(stored) is Word.NEWS
                return self._still_waiting(known) if is_news else None
        return None

    def _news_of_another(self) -> Response | None:
        """Whoever asks us for news, and of nothing by name, means their newest question here."""
        heard, place = self.heard, self.heard.place
        if not heard.addressed or not asks_for_news(heard.text, self.settings.follow_ups, ""):
            return None
        here = (place.platform, place.workspace, place.channel)
        theirs = [
            stored
            for stored in self.writer.open_cases_of(AskedBy(heard.who.key))
            if _where(stored) == here
            and rules.waits_for_a_reply(stored.case)
            and customer_knows(stored)
        ]
        newest = max(theirs, key=lambda stored: stored.question.asked_at, default=None)
        return self._still_waiting(newest) if newest else None

    def _still_waiting(self, known: StoredCase) -> StillWaiting:
        who, text = self.heard.who, self.heard.text
        return StillWaiting(ask_about_case(self.writer, known, who, text, self.now))

    def _to_person(self, asked: StoredQuestion, reason: str) -> HandedOver:
        handing = HandingOver(asked.id, asked.question, reason)
        return HandedOver(asked.id, hand_over(self.writer, handing, self.settings, self.now))

    def _is_about(self, last: StoredQuestion, word: Word) -> bool:
        """Whether a message comes back to the question, rather than asking another."""
        if word in (Word.COMPLAINT, Word.NEWS) or self._wants_a_person():
            return True
        is_same = self._is_one_conversation(last) and follows(self.heard.text, last.question.text)
        return word is Word.QUESTION and is_same

    def _is_one_conversation(self, last: StoredQuestion) -> bool:
        is_endless = self.heard.place.kind is PlaceKind.DM
        return not is_endless or last.question.asked_at >= self.now - ONE_CONVERSATION

    def _wants_a_person(self) -> bool:
        topic = topic_of(self.heard.text, self.settings.topics)
        return topic is not None and topic.id == WANTS_A_PERSON

    def _must_be_heard(self) -> bool:
        topic = topic_of(self.heard.text, self.settings.topics)
        return topic is not None and topic.unasked

    def _word(self, last: StoredQuestion) -> Word:
        text, settings = self.heard.text, self.settings
        if self.situation.addressed and is_complaint(text, settings.small_talk):
            return Word.COMPLAINT
        return word_of(text, settings.small_talk, settings.follow_ups, last.question.text)

    def _last(self) -> StoredQuestion | None:
        """The question that the message follows. In direct messages, which have no end, it may not
        be long settled."""
        last = self.questions[-1] if self.questions else None
        if last is None or self.heard.place.kind is not PlaceKind.DM:
            return last
        known = known_case_of(self.writer, last)
        case, since = known.case if known else None, self.now - _REMEMBERED
        if case is not None and rules.waits_for_a_reply(case):
            return last
        ends = [last.question.settled_at]
        if case is not None:
            ends += [case.answered_at, case.resolved_at]
        return last if any(end is not None and end >= since for end in ends) else None

    def _name(self, key: str) -> str:
        return name_in(self.writer, key) if key else NOBODY


def known_case_of(reader: Reader, stored: StoredQuestion) -> StoredCase | None:
    """The case of a question, if the customer knows that there is one."""
    case = reader.case_of_question(stored.id)
    return case if case is not None and customer_knows(case) else None


def customer_knows(stored: StoredCase) -> bool:
    """A case over a silent answer that a colleague found wrong is ours alone, until we reply or
    they complain."""
    if stored.case.reason != rules.REVIEWED_WRONG or stored.case.answered_at is not None:
        return True
    return stored.question.feedback is Feedback.NOT_HELPED


def is_of(stored: StoredQuestion, heard: Heard) -> bool:
    """Whether a question is that person's, or of their account."""
    question, who = stored.question, heard.who
    same_account = who.account_key is not None and who.account_key == question.account_key
    return same_account or question.asked_by == who.key


def _where(stored: StoredCase) -> tuple[str, str, str]:
    question = stored.question
    return (question.platform, question.workspace, question.channel)
