"""What became of our answers: the verdict after some days, and the sample that people check."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from csm import case_rules
from csm.answer_settings import AnswerSettings
from csm.deflection import Verdict, is_ours, is_silent, verdict
from csm.errors import Conflict, NotFound, Unavailable
from csm.people import Capability, Clearance
from csm.ports import Reader, Records, Writer
from csm.ports_answers import Library, StoredQuestion, Vectors
from csm.question import Deflection, Question, Review
from csm.same_topic import asked_the_same, same_topic_ticket
from csm.use_cases.colleagues import name_in
from csm.use_cases.hand_over import HandingOver, hand_over

# How far back answers are taken from for checking.
SAMPLED_DAYS: Final = 90


def judge_answers(
    records: Records, library: Library | None, settings: AnswerSettings, now: datetime
) -> Counter[Deflection]:
    """Give each answer that is old enough its final verdict; how many got which.

    Tickets, and what the same person asked anywhere else afterwards, are compared by meaning where
    the library can, else by their words. One transaction an answer, so that being interrupted loses
    nothing.
    """
    window = timedelta(days=settings.judged_after_days)
    with records.reading() as reader:
        answers = reader.questions_to_judge(now - window)
        asked = _asked_by_person(reader, answers, now)
        waiting = [
            _Waiting(
                stored,
                _tickets(reader, stored.question, window),
                _asked_since(stored, asked[stored.question.asked_by], window),
            )
            for stored in answers
        ]
    judged: Counter[Deflection] = Counter()
    for answer in waiting:
        text = answer.stored.question.text
        texts = [*(subject for _, subject in answer.tickets), *(said for _, said in answer.asked)]
        likeness = _likeness(library, text, texts)
        to_tickets, to_asked = _split(likeness, len(answer.tickets))
        ticket = same_topic_ticket(text, answer.tickets, to_tickets)
        again_at = asked_the_same(text, answer.asked, to_asked)
        judged.update(_keep(records, settings, now, answer.stored.id, ticket, again_at))
    return judged


@dataclass(frozen=True, slots=True)
class _Waiting:
    """An answer to be judged, with what its account brought up in the days after it."""

    stored: StoredQuestion
    tickets: Sequence[tuple[str, str]]  # key, subject
    asked: Sequence[tuple[datetime, str]]  # by the same person, elsewhere


def sample_to_review(
    clearance: Clearance, records: Records, now: datetime, n: int
) -> list[StoredQuestion]:
    """At most `n` answers that met with silence, for a colleague to check: drawn at random, but
    the same ones until they are checked. Only such a sample tells how many silent ones are wrong.
    """
    clearance.demand(Capability.ANSWER_CUSTOMERS)
    with records.reading() as reader:
        questions = reader.questions(now - timedelta(days=SAMPLED_DAYS), now)
    silent = [one for one in questions if is_silent(one.question) and one.question.review is None]
    return sorted(silent, key=_lot)[:n]


def review_answer(
    clearance: Clearance,
    records: Records,
    settings: AnswerSettings,
    now: datetime,
    question_id: int,
    review: Review,
) -> StoredQuestion:
    """Keep what a colleague found. A wrong answer opens a case, so that somebody puts it right with
    the customer. One's own finding may be changed.

    Raises NotFound, and Conflict, naming who was first, when a colleague checked it before.
    """
    clearance.demand(Capability.ANSWER_CUSTOMERS)
    who = clearance.principal
    with records.writing() as writer:
        stored = writer.question(question_id)
        if stored is None or not is_ours(stored.question):
            raise NotFound("There is no answer of that number to check.")
        question = stored.question
        if question.review is not None and question.reviewed_by != who.key:
            first = name_in(writer, question.reviewed_by)
            raise Conflict(f"{first} checked this before, and found it {question.review}.")
        question = question.model_copy(update={"review": review, "reviewed_by": who.key})
        if question.deflection is not None:
            found = verdict(question, now, settings, question.ticket_key)
            question = question.model_copy(update={"deflection": found.deflection})
        writer.update_question(question_id, question)
        if review is Review.WRONG:
            _put_right(writer, question_id, question, settings, now)
    return replace(stored, question=question)


def _tickets(reader: Reader, question: Question, window: timedelta) -> list[tuple[str, str]]:
    """Those that the account opened in the days after the answer."""
    if question.account_key is None or question.settled_at is None:
        return []
    since = question.settled_at.date()
    until = (question.settled_at + window).date()
    return reader.ticket_topics(question.account_key, since, until)


def _asked_by_person(
    reader: Reader, answers: Sequence[StoredQuestion], now: datetime
) -> Mapping[str, Sequence[Question]]:
    """What each person has asked since the first of the answers, oldest first."""
    asked: defaultdict[str, list[Question]] = defaultdict(list)
    if answers:
        since = min(stored.question.asked_at for stored in answers)
        for stored in reversed(reader.questions(since, now)):
            asked[stored.question.asked_by].append(stored.question)
    return asked


def _asked_since(
    stored: StoredQuestion, asked: Sequence[Question], window: timedelta
) -> list[tuple[datetime, str]]:
    """What of it the person asked in another thread or place in the days after the answer. What is
    asked in the same thread is noticed when it is said."""
    question = stored.question
    since = question.settled_at or question.asked_at
    return [
        (one.asked_at, one.text)
        for one in asked
        if since < one.asked_at <= since + window and _thread_of(one) != _thread_of(question)
    ]


def _thread_of(question: Question) -> tuple[str, str, str, str]:
    """The thread; slash commands and direct messages have none, so that each stands alone."""
    thread = question.thread or question.key
    return (question.platform, question.workspace, question.channel, thread)


def _likeness(library: Library | None, question: str, texts: Sequence[str]) -> Vectors | None:
    if library is None or not texts:
        return None
    try:
        return library.likeness([question, *texts])
    except Unavailable:
        return None  # the words alone are compared


def _split(likeness: Vectors | None, count: int) -> tuple[Vectors | None, Vectors | None]:
    """How alike the question is to the first `count` texts, and to the others."""
    if likeness is None:
        return None, None
    first, others = likeness[0, 1 : count + 1], likeness[0, count + 1 :]
    return first, others


def _keep(
    records: Records,
    settings: AnswerSettings,
    now: datetime,
    question_id: int,
    ticket: str,
    again_at: datetime | None,
) -> list[Deflection]:
    """The verdict, if the answer still waits for one. A colleague's is done with, without one."""
    with records.writing() as writer:
        stored = writer.question(question_id)
        if stored is None or stored.question.judged_on is not None:
            return []
        question = stored.question
        changes: dict[str, object] = {"judged_on": now.date()}
        found: Verdict | None = None
        if is_ours(question):
            changes |= {
                "ticket_key": ticket or question.ticket_key,
                "asked_again_at": question.asked_again_at or again_at,
            }
            found = verdict(question.model_copy(update=changes), now, settings, ticket)
            if not found.is_final:
                return []
            changes["deflection"] = found.deflection
        writer.update_question(question_id, question.model_copy(update=changes))
    return [found.deflection] if found else []


def _put_right(
    writer: Writer, question_id: int, question: Question, settings: AnswerSettings, now: datetime
) -> None:
    handing = HandingOver(question_id, question, case_rules.REVIEWED_WRONG)
    hand_over(writer, handing, settings, now)


def _lot(stored: StoredQuestion) -> str:
    """A number drawn for each question, the same every time."""
    return hashlib.sha256(stored.question.key.encode()).hexdigest()
