"""What to do with something said in a customer's place, before and after the library is asked.

Nothing here reads or writes anything: what is known of the place and its thread comes in as a
`Situation`, and what to do comes out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from csm.answer_settings import WANTS_A_PERSON, AnswerSettings, Topic
from csm.knowledge import Found, Passage, Speaker
from csm.plain_words import content, folded
from csm.question import Feedback, Mode, Question, QuestionState, ThreadLine
from csm.question_words import (
    banter_in,
    feedback_in,
    is_put_to_vendor,
    is_question,
    small_talk_in,
    topic_of,
)
from csm.reasons import Reason

# Longer messages are a person's to read: an answer to a part of one is no answer.
LONGEST_QUESTION: Final = 4000

# A document with this part of the best one's share of the question is as likely meant.
_NEARLY: Final = 0.75
_MOST_CHOICES: Final = 4


class Step(StrEnum):
    """What is to be done. SILENT says nothing at all."""

    SILENT = "silent"
    SMALL_TALK = "small_talk"
    FEEDBACK = "feedback"
    CLARIFY = "clarify"
    HAND_OVER = "hand_over"
    LOOK_UP = "look_up"
    ANSWER = "answer"


@dataclass(frozen=True, slots=True)
class Decision:
    """`reason` is one of `Reason`, or the id of a topic. `kind` is that of small talk: "greeting",
    "thanks", "play" or "leave". `choices` are the documents' titles that a clarifying question
    offers."""

    step: Step
    reason: str = ""
    kind: str = ""
    feedback: Feedback | None = None
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Situation:
    """What is known when something is said. `lines` and `questions` are those of the thread,
    oldest first, without what was just said. `expected`: we asked back, and this is the reply."""

    text: str
    addressed: bool
    names_others: bool
    mode: Mode
    lines: Sequence[ThreadLine] = ()
    questions: Sequence[Question] = ()

    @property
    def expected(self) -> bool:
        return self._last_is_ours and self._last_state is QuestionState.CLARIFYING

    @property
    def is_meant(self) -> bool:
        """Said to us, by name or as a reply to our question."""
        return self.addressed or (self.expected and not self.names_others)

    @property
    def follows_answer(self) -> bool:
        return self._last_is_ours and self._last_state is QuestionState.ANSWERED

    @property
    def person_spoke_last(self) -> bool:
        """A colleague has spoken, and nobody called us since."""
        speakers = [line.by for line in self.lines if line.by != Speaker.CUSTOMER]
        return bool(speakers) and speakers[-1] == Speaker.STAFF

    @property
    def clarifications(self) -> int:
        return sum(one.state is QuestionState.CLARIFYING for one in self.questions)

    @property
    def _last_is_ours(self) -> bool:
        return bool(self.lines) and self.lines[-1].by == Speaker.US

    @property
    def _last_state(self) -> QuestionState | None:
        return self.questions[-1].state if self.questions else None


def on_hearing(situation: Situation, settings: AnswerSettings) -> Decision:
    """What to do with a message of a customer, or of a colleague who calls us by name."""
    text = situation.text
    if not any(letter.isalnum() for letter in folded(text)):
        is_greeting = situation.addressed and not text.strip()
        return _small_talk("greeting") if is_greeting else _silent(Reason.NOTHING_SAID)
    if situation.follows_answer and (feedback := feedback_in(text, settings.small_talk)):
        return Decision(Step.FEEDBACK, feedback=feedback)
    if kind := small_talk_in(text, settings.small_talk):
        is_for_us = situation.is_meant or situation.follows_answer
        return _small_talk(kind) if is_for_us else _silent(Reason.SMALL_TALK)
    topic = topic_of(text, settings.topics)
    if why_silent := _why_silent(situation, topic):
        return _silent(why_silent)
    if topic:
        return Decision(Step.HAND_OVER, topic.id)
    if situation.addressed and (kind := banter_in(text, settings.small_talk)):
        return _small_talk(kind)
    if len(text) > LONGEST_QUESTION:
        return Decision(Step.HAND_OVER, Reason.TOO_LONG)
    if not situation.lines and not content(text):
        return _on_vague(situation, settings)
    return Decision(Step.LOOK_UP)


def on_finding(found: Found, situation: Situation, settings: AnswerSettings) -> Decision:
    """What to do once the library was searched."""
    is_sure = bool(found.passages) and found.confidence >= settings.threshold
    is_far = not found.passages or found.similarity < settings.relevance_floor
    is_ours = situation.is_meant or is_put_to_vendor(situation.text)
    if is_far and not is_ours:
        return _silent(Reason.NOT_OUR_BUSINESS)
    if is_sure:
        return Decision(Step.ANSWER)
    choices = choices_among(situation.text, found.passages)
    may_mean_several = found.confidence >= settings.clarify_from and len(choices) > 1
    if may_mean_several and _may_ask_back(situation, settings):
        return Decision(Step.CLARIFY, choices=choices)
    return Decision(Step.HAND_OVER, Reason.NOT_FOUND)


def choices_among(text: str, passages: Sequence[Passage]) -> tuple[str, ...]:
    """The titles of the documents that know about as much of the question as the best one does:
    what it may be about. Best first."""
    asked = content(text)
    shares: dict[str, float] = {}
    for passage in passages:
        known = content(" ".join((passage.title, *passage.title_path, passage.text)))
        share = len(asked & known) / max(1, len(asked))
        shares[passage.title] = max(share, shares.get(passage.title, 0.0))
    best = max(shares.values(), default=0.0)
    near = [title for title, share in shares.items() if share >= _NEARLY * best]
    return tuple(near[:_MOST_CHOICES])


def _why_silent(situation: Situation, topic: Topic | None) -> Reason | None:
    wants_a_person = topic is not None and topic.id == WANTS_A_PERSON
    if situation.mode is Mode.OFF and not (wants_a_person and situation.addressed):
        return Reason.SWITCHED_OFF
    if situation.is_meant:
        return None
    if situation.names_others:
        return Reason.FOR_OTHERS
    if situation.person_spoke_last:
        return Reason.PERSON_SPOKE_LAST
    is_asked = is_question(situation.text) or (topic is not None and topic.unasked)
    return None if is_asked else Reason.NO_QUESTION


def _on_vague(situation: Situation, settings: AnswerSettings) -> Decision:
    if not situation.is_meant:
        return _silent(Reason.TOO_VAGUE)
    if _may_ask_back(situation, settings):
        return Decision(Step.CLARIFY, Reason.TOO_VAGUE)
    return Decision(Step.HAND_OVER, Reason.TOO_VAGUE)


def _may_ask_back(situation: Situation, settings: AnswerSettings) -> bool:
    """Where colleagues see every draft first, they ask back themselves."""
    is_left = situation.clarifications < settings.most_clarifications
    return is_left and situation.mode is not Mode.DRAFT


def _silent(reason: Reason) -> Decision:
    return Decision(Step.SILENT, reason)


def _small_talk(kind: str) -> Decision:
    return Decision(Step.SMALL_TALK, kind=kind)
