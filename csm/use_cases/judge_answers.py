"""What became of our answers: the verdict after some days, and the sample that people check."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from csm import case_rules
from csm.answer_settings import AnswerSettings
from csm.deflection import Verdict, is_silent, verdict
from csm.errors import Conflict, NotFound, Unavailable
from csm.people import Capability, Clearance
from csm.ports import Reader, Records, Writer
from csm.ports_answers import Library, StoredQuestion, Vectors
from csm.question import Deflection, Question, QuestionState, Review
from csm.same_topic import same_topic_ticket
from csm.use_cases.colleagues import name_in
from csm.use_cases.hand_over import HandingOver, hand_over

# How far back answers are taken from for checking.
SAMPLED_DAYS: Final = 90


def judge_answers(
    records: Records, library: Library | None, settings: AnswerSettings, now: datetime
) -> Counter[Deflection]:
    """Give each answer that is old enough its final verdict; how many got which.

    Tickets are compared by meaning where the library can, else by their words. One transaction an
    answer, so that being interrupted loses nothing.
    """
    window = timedelta(days=settings.judged_after_days)
    with records.reading() as reader:
        waiting = [
            (stored, _tickets(reader, stored.question, window))
            for stored in reader.questions_to_judge(now - window)
        ]
    judged: Counter[Deflection] = Counter()
    for stored, tickets in waiting:
        likeness = _likeness(library, stored.question.text, tickets)
        ticket = same_topic_ticket(stored.question.text, tickets, likeness)
        judged.update(_keep(records, settings, now, stored.id, ticket))
    return judged


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
        if stored is None or stored.question.state is not QuestionState.ANSWERED:
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


def _likeness(
    library: Library | None, question: str, tickets: Sequence[tuple[str, str]]
) -> Vectors | None:
    if library is None or not tickets:
        return None
    try:
        return library.likeness([question, *(subject for _, subject in tickets)])
    except Unavailable:
        return None  # the words alone are compared


def _keep(
    records: Records, settings: AnswerSettings, now: datetime, question_id: int, ticket: str
) -> list[Deflection]:
    """The verdict, if the answer still waits for one."""
    with records.writing() as writer:
        stored = writer.question(question_id)
        if stored is None or stored.question.judged_on is not None:
            return []
        found: Verdict = verdict(stored.question, now, settings, ticket)
        if not found.is_final:
            return []
        writer.update_question(
            question_id,
            stored.question.model_copy(
                update={
                    "ticket_key": ticket or stored.question.ticket_key,
                    "deflection": found.deflection,
                    "judged_on": now.date(),
                }
            ),
        )
    return [found.deflection]


def _put_right(
    writer: Writer, question_id: int, question: Question, settings: AnswerSettings, now: datetime
) -> None:
    tried = f"We answered, and the customer has not complained: {question.answer}"
    handing = HandingOver(question_id, question, case_rules.REVIEWED_WRONG, tried=tried)
    hand_over(writer, handing, settings, now)


def _lot(stored: StoredQuestion) -> str:
    """A number drawn for each question, the same every time."""
    return hashlib.sha256(stored.question.key.encode()).hexdigest()
