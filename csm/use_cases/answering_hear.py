"""The quick part of answering: what was heard is kept, and what to do with it is decided."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from csm.answer_settings import AnswerSettings
from csm.follow_up import promises_to_answer
from csm.knowledge import Query, Said, Speaker
from csm.people import AudienceKind, Place, PlaceKind, Role
from csm.ports import Reader, Writer
from csm.ports_answers import StoredQuestion
from csm.question import Feedback, Mode, Question, QuestionState, ThreadLine
from csm.question_words import asks_again, is_put_to_vendor
from csm.reasons import Reason
from csm.triage import LONGEST_QUESTION, Decision, Situation, Step, on_hearing
from csm.use_cases.answering_follow_up import ONE_CONVERSATION, FollowingUp, is_of
from csm.use_cases.answering_responses import (
    HandedOver,
    Heard,
    LeftToPeople,
    Plan,
    Response,
    SaidOfAnswer,
    Silent,
    SmallTalk,
)
from csm.use_cases.answering_settle import Settling
from csm.use_cases.case_in_thread import claim_in_thread
from csm.use_cases.colleagues import NOBODY, owner_of
from csm.use_cases.hand_over import HandingOver, hand_over
from csm.use_cases.work_cases import case_answered_in_thread

# How much of what was said before is taken along with a question.
_MOST_LINES: Final = 8


@dataclass(frozen=True, slots=True)
class TooVague:
    """A question that we are to ask back on; its row is opened."""

    question_id: int
    plan: Plan


def mode_of(reader: Reader, place: Place, settings: AnswerSettings) -> Mode:
    """What we do in a place. In direct messages, and where nobody knows who listens, we answer
    whoever calls us; the customer's shelf is for everybody."""
    if place.kind is PlaceKind.DM or place.audience.kind is not AudienceKind.CUSTOMER:
        return Mode.ANSWER
    kept = reader.place_mode(place.platform, place.workspace, place.channel)
    return kept.mode if kept and kept.mode is not Mode.CASES else settings.default_mode


def hear(
    writer: Writer, heard: Heard, settings: AnswerSettings, now: datetime
) -> Plan | Response | SaidOfAnswer | TooVague:
    """Keep what was said, and decide; in the caller's unit of work."""
    audience = heard.place.audience.kind
    if audience is AudienceKind.STAFF:
        return Silent(Reason.STAFF_PLACE)
    if audience is AudienceKind.UNKNOWN and not heard.addressed:
        return Silent(Reason.UNKNOWN_PLACE)
    hearing = _Hearing(writer, heard, settings, now)
    if not writer.add_line(hearing.line):
        return Silent(Reason.HEARD_BEFORE)
    if heard.who.is_staff and not heard.addressed:
        return hearing.colleague_spoke()
    return hearing.outcome()


def note_colleague(writer: Writer, heard: Heard, settings: AnswerSettings, now: datetime) -> None:
    """Keep what somebody of ours said who is not on the team; in the caller's unit of work."""
    if heard.place.audience.kind is not AudienceKind.CUSTOMER:
        return
    hearing = _Hearing(writer, heard, settings, now)
    if writer.add_line(hearing.line):
        hearing.colleague_spoke()


def _is_ours(heard: Heard) -> bool:
    return heard.who.is_staff or heard.who.of_ours


class _Hearing:
    """One message, with what is known of its thread."""

    def __init__(
        self, writer: Writer, heard: Heard, settings: AnswerSettings, now: datetime
    ) -> None:
        self._writer = writer
        self._heard = heard
        self._settings = settings
        self._now = now
        self._where = (heard.place.platform, heard.place.workspace, heard.place.channel)
        self._thread = _thread_of(heard)
        self._lines = [line for line in self._said() if line.message != heard.message]
        self._asked = self._asked_here()
        self._questions = [one for one in self._asked if self._is_recent(one.question.asked_at)]
        self._situation = Situation(
            text=heard.text,
            addressed=heard.addressed,
            names_others=heard.names_others,
            mode=mode_of(writer, heard.place, settings),
            lines=self._lines,
            questions=[stored.question for stored in self._questions],
        )

    @property
    def line(self) -> ThreadLine:
        heard = self._heard
        platform, workspace, channel = self._where
        return ThreadLine(
            platform=platform,
            workspace=workspace,
            channel=channel,
            thread=self._thread,
            message=heard.message,
            at=self._now,
            by=Speaker.STAFF if _is_ours(heard) else Speaker.CUSTOMER,
            person=heard.who.key,
            text=heard.text[:LONGEST_QUESTION],
        )

    def colleague_spoke(self) -> Silent:
        """A person answers here, or says that they will: their word counts, and we are silent until
        called."""
        who, text = self._heard.who, self._heard.text
        thread = (*self._where, self._thread)
        if promises_to_answer(text, self._settings.follow_ups):
            claim_in_thread(self._writer, *thread, who, self._now)
        elif any(letter.isalnum() for letter in text):
            case_answered_in_thread(self._writer, *thread, who, text, self._now)
        return Silent(Reason.STAFF_SPOKE)

    def outcome(self) -> Plan | Response | SaidOfAnswer | TooVague:
        if (response := self._follow_up()) is not None:
            return response
        decision = on_hearing(self._situation, self._settings)
        if self._is_left_to_people(decision):
            return LeftToPeople(self._owner_name())
        match decision.step:
            case Step.SILENT:
                return Silent(decision.reason)
            case Step.SMALL_TALK:
                return SmallTalk(decision.kind)
            case Step.FEEDBACK if decision.feedback:
                return self._feedback(decision.feedback)
        self._note_asked_again()
        if response := self._with_a_person():
            return response
        return self._take(decision)

    def _follow_up(self) -> Response | SaidOfAnswer | None:
        heard, situation = self._heard, self._situation
        following = FollowingUp(
            self._writer, heard, situation, self._asked, self._settings, self._now
        )
        return following.response()

    def _is_left_to_people(self, decision: Decision) -> bool:
        """Whether somebody calls us where we are switched off."""
        if not self._heard.addressed or self._situation.mode is not Mode.OFF:
            return False
        return decision.step is Step.SMALL_TALK or decision.reason == Reason.SWITCHED_OFF

    def _owner_name(self) -> str:
        on_call = self._settings.hand_over.on_call
        owner = owner_of(self._writer, self._heard.place.audience.account_key, on_call)
        return owner.name if owner else NOBODY

    def _take(self, decision: Decision) -> Plan | Response | TooVague:
        """Open the question; settle it at once where nothing must be looked up."""
        question = self._question()
        is_certain = self._situation.is_meant or decision.step is not Step.LOOK_UP
        plan = Plan(None, self._heard, question, self._situation, self._query())
        if not is_certain and not is_put_to_vendor(question.text):
            return plan
        question_id = self._writer.add_question(question)
        if question_id is None:
            return Silent(Reason.HEARD_BEFORE)
        plan = replace(plan, question_id=question_id)
        match decision.step:
            case Step.HAND_OVER:
                return self._settling(question_id).pass_on(decision.reason)
            case Step.CLARIFY:
                return TooVague(question_id, plan)
            case _:
                return plan

    def _settling(self, question_id: int) -> Settling:
        return Settling(
            self._writer,
            self._settings,
            self._now,
            question_id,
            place=self._heard.place,
            zone=self._heard.who.zone,
        )

    def _feedback(self, feedback: Feedback) -> Response | SaidOfAnswer:
        """Only the customer's own word counts."""
        last = self._questions[-1]
        if self._heard.who.role is Role.CONTACT and is_of(last, self._heard):
            return SaidOfAnswer(last.id, feedback)
        is_praise = feedback is Feedback.HELPED
        return SmallTalk("thanks") if is_praise else Silent(Reason.NO_QUESTION)

    def _with_a_person(self) -> Response | None:
        """Where the thread's last question lies with a person already, what is said of it goes to
        them: nothing is opened twice."""
        if not self._questions or self._questions[-1].question.state not in _WITH_A_PERSON:
            return None
        last = self._questions[-1]
        if not self._situation.is_meant:
            return Silent(Reason.WITH_A_PERSON)
        is_about_it = asks_again(self._heard.text, last.question.text)
        is_by_staff = self._heard.who.is_staff
        if is_by_staff and is_about_it and last.question.state is QuestionState.HANDED_OVER:
            handing = HandingOver(last.id, last.question, last.question.reason)
            return HandedOver(last.id, hand_over(self._writer, handing, self._settings, self._now))
        return None

    def _note_asked_again(self) -> None:
        if self._heard.who.is_staff:
            return
        for stored in self._questions:
            question = stored.question
            is_answered = question.state is QuestionState.ANSWERED
            is_news = is_answered and question.asked_again_at is None
            if is_news and asks_again(self._heard.text, question.text):
                changed = question.model_copy(update={"asked_again_at": self._now})
                self._writer.update_question(stored.id, changed)

    def _question(self) -> Question:
        heard, (platform, workspace, channel) = self._heard, self._where
        audience = heard.place.audience
        is_known = audience.kind is AudienceKind.CUSTOMER
        return Question(
            key=heard.key,
            platform=platform,
            workspace=workspace,
            channel=channel,
            thread=self._thread,
            account_key=audience.account_key if is_known else heard.who.account_key,
            asked_by=heard.who.key,
            asked_name=heard.who.name[:200],
            by_staff=heard.who.is_staff,
            text=heard.text[:LONGEST_QUESTION],
            asked_at=self._now,
        )

    def _query(self) -> Query:
        said = tuple(Said(Speaker(line.by), line.text) for line in self._lines[-_MOST_LINES:])
        return Query(self._heard.text[:LONGEST_QUESTION], said)

    def _said(self) -> list[ThreadLine]:
        threads = _threads_of(self._heard)
        lines = [line for one in threads for line in self._writer.thread(*self._where, one)]
        return sorted((line for line in lines if self._is_recent(line.at)), key=lambda one: one.at)

    def _asked_here(self) -> Sequence[StoredQuestion]:
        found = [
            stored
            for thread in _threads_of(self._heard)
            for stored in self._writer.questions_in_thread(*self._where, thread)
        ]
        return sorted(found, key=lambda stored: stored.question.asked_at)

    def _is_recent(self, at: datetime) -> bool:
        return self._heard.place.kind is not PlaceKind.DM or at >= self._now - ONE_CONVERSATION


_WITH_A_PERSON: Final = frozenset({QuestionState.HANDED_OVER, QuestionState.DRAFTED})


def _thread_of(heard: Heard) -> str:
    """The thread that a message belongs to. Direct messages outside of a thread are one
    conversation, the one with the empty name."""
    is_outside = heard.thread in ("", heard.message)
    return "" if heard.place.kind is PlaceKind.DM and is_outside else heard.thread


def _threads_of(heard: Heard) -> tuple[str, ...]:
    """The threads whose lines belong to what is being said: in direct messages, also what was
    said outside of the thread, which may have begun with it. A slash command in a channel belongs
    to none."""
    thread = _thread_of(heard)
    if not thread and heard.place.kind is not PlaceKind.DM:
        return ()
    return (thread,) if heard.place.kind is not PlaceKind.DM else tuple({"": 0, thread: 0})
