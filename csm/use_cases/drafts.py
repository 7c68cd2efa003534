"""Drafted answers: a colleague is shown one, and sends, changes or discards it."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from csm import case_rules as rules
from csm.answer_settings import AnswerSettings
from csm.deflection import REWRITTEN
from csm.errors import Conflict, NotFound
from csm.follow_up import promises_to_answer
from csm.knowledge import Speaker
from csm.people import Capability, Clearance, Principal
from csm.ports import Reader, Records, Writer
from csm.ports_answers import StoredQuestion
from csm.question import Question, QuestionState, Source, ThreadLine
from csm.threads import colleague_since
from csm.use_cases.answering_responses import links_of
from csm.use_cases.case_file import CaseFile, known_case, read_case_file
from csm.use_cases.colleagues import name_in, owner_of, tell_colleagues
from csm.use_cases.hand_over import HandingOver, hand_over, promise
from csm.use_cases.outgoing import (
    clear_human_text,
    draft_key,
    guard_facts,
    line_of,
    to_customer,
)
from csm.views.case_news import handed_over_card, with_question
from csm.views.drafts import checked_answer_card, draft_card
from csm.wording import instant_text, plural


def draft_posts(
    writer: Writer,
    question_id: int,
    question: Question,
    text: str,
    sources: Sequence[Source],
    settings: AnswerSettings,
    now: datetime,
) -> None:
    """Show a draft to the account's CSM and where cases are told, in the caller's unit of work,
    which keeps the question as DRAFTED."""
    account = writer.account_csm(question.account_key) if question.account_key else None
    drafted = question.model_copy(update={"answer": text, "sources": tuple(sources)})
    stored = StoredQuestion(question_id, account[0] if account else "", drafted)
    owner, due_at = draft_promise(writer, question, settings)
    key = f"draft:{question_id}"
    tell_colleagues(
        writer, key, question, owner, lambda zone: draft_card(stored, zone, due_at), now
    )


def draft_promise(
    reader: Reader, question: Question, settings: AnswerSettings
) -> tuple[Principal | None, datetime]:
    """Who is asked to look at a draft, and by when the customer is told that they answer."""
    owner = owner_of(reader, question.account_key, settings.hand_over.on_call)
    return owner, promise(settings, owner, question.settled_at or question.asked_at)


def see_draft(clearance: Clearance, records: Records, question_id: int) -> StoredQuestion:
    """A draft that may still be sent. Raises NotFound, and Conflict where it may not, with why."""
    clearance.demand(Capability.ANSWER_CUSTOMERS)
    with records.reading() as reader:
        stored = _known(reader, question_id)
        _demand_drafted(reader, clearance.principal, stored)
    return stored


def send_draft(
    clearance: Clearance,
    records: Records,
    settings: AnswerSettings,
    now: datetime,
    question_id: int,
    text: str | None,
) -> StoredQuestion:
    """Send a draft to the customer: as it is (`text` None), or changed. A changed one is the
    colleague's answer, not ours.

    Raises Conflict when a colleague was first or has replied in the thread, or when it is too old,
    and InvalidInput for what the guard refuses, with its reasons.
    """
    clearance.demand(Capability.ANSWER_CUSTOMERS)
    who = clearance.principal
    _settle_if_overtaken(records, settings, now, question_id)
    with records.reading() as reader:
        question = _sendable(reader, who, question_id, settings, now).question
        facts = guard_facts(reader, question.account_key, question.sources)
    answer = question.answer if text is None else text.strip()
    cleared = clear_human_text(
        answer, question.account_key, facts, settings.guard, question.sources
    )
    with records.writing() as writer:
        stored = _sendable(writer, who, question_id, settings, now)
        question = stored.question
        cleared.demand(answer, question.account_key, links_of(question.sources), by_human=True)
        sent = question.model_copy(
            update={
                "state": QuestionState.ANSWERED,
                "answer": answer,
                "by_model": question.by_model and answer == question.answer,
                "reason": "" if _is_same(answer, question.answer) else REWRITTEN,
                "settled_at": now,
            }
        )
        writer.update_question(question_id, sent)
        card = checked_answer_card(question_id, answer, question.sources, who.name)
        card = card if question.thread else with_question(card, question)
        writer.add_post(to_customer(question, draft_key(question_id), card, now))
        line = line_of(question, draft_key(question_id), Speaker.US, who, answer, now)
        writer.add_line(line)
    return StoredQuestion(stored.id, stored.account_name, sent)


def discard_draft(
    clearance: Clearance,
    records: Records,
    settings: AnswerSettings,
    now: datetime,
    question_id: int,
) -> CaseFile:
    """Throw a draft away and take the question on: a case, claimed, and the customer is told who
    answers by when. Raises Conflict when a colleague was first."""
    clearance.demand(Capability.ANSWER_CUSTOMERS)
    who = clearance.principal
    _settle_if_overtaken(records, settings, now, question_id)
    with records.writing() as writer:
        stored = _known(writer, question_id)
        _demand_drafted(writer, who, stored)
        question = stored.question.model_copy(
            update={"state": QuestionState.DISCARDED, "settled_at": now}
        )
        handing = HandingOver(question_id, question, rules.DISCARDED, taker=who)
        handed = hand_over(writer, handing, settings, now)
        asker = writer.person(question.asked_by) or who
        card = handed_over_card(who.name, handed.due_at, asker.zone, now)
        writer.add_post(to_customer(question, f"case:{handed.case_id}:told", card, now))
        return read_case_file(writer, known_case(writer, handed.case_id))


def _known(reader: Reader, question_id: int) -> StoredQuestion:
    stored = reader.question(question_id)
    if stored is None:
        raise NotFound("There is no such draft any more.")
    return stored


def _sendable(
    reader: Reader, who: Principal, question_id: int, settings: AnswerSettings, now: datetime
) -> StoredQuestion:
    stored = _known(reader, question_id)
    _demand_drafted(reader, who, stored)
    question = stored.question
    if now - question.asked_at > timedelta(days=settings.threads_kept_days):
        raise Conflict(
            f"This was asked {plural((now - question.asked_at).days, 'day')} ago, and what was "
            "said since is not kept. Discard the draft, and write to the customer yourself."
        )
    return stored


def _settle_if_overtaken(
    records: Records, settings: AnswerSettings, now: datetime, question_id: int
) -> None:
    """Give a draft up that a colleague has made needless by replying in the thread. To promise a
    reply is none yet."""
    with records.writing() as writer:
        question = _known(writer, question_id).question
        if question.state is not QuestionState.DRAFTED:
            return
        lines = [
            line
            for line in writer.thread(*_thread_of(question))
            if line.by != Speaker.STAFF or not promises_to_answer(line.text, settings.follow_ups)
        ]
        if colleague_since(lines, question):
            changes = {
                "state": QuestionState.OVERTAKEN,
                "settled_at": now,
                "human_replied_at": question.human_replied_at or now,
            }
            writer.update_question(question_id, question.model_copy(update=changes))


def _colleague_since(reader: Reader, question: Question) -> ThreadLine | None:
    return colleague_since(reader.thread(*_thread_of(question)), question)


def _thread_of(question: Question) -> tuple[str, str, str, str]:
    return (question.platform, question.workspace, question.channel, question.thread)


def _is_same(one: str, other: str) -> bool:
    """But for white space."""
    return one.split() == other.split()


def _demand_drafted(reader: Reader, who: Principal, stored: StoredQuestion) -> None:
    """Raises Conflict, with who was first where that is known."""
    question = stored.question
    when = f" on {instant_text(question.settled_at, who.zone)}" if question.settled_at else ""
    match question.state:
        case QuestionState.DRAFTED:
            return
        case QuestionState.ANSWERED:
            raise Conflict(f"{_sender(reader, stored, who)} sent this draft{when}.")
        case QuestionState.DISCARDED:
            case = reader.case_of_question(stored.id)
            first = _called(reader, case.case.owner_key if case else "", who)
            raise Conflict(f"{first} discarded this draft{when} and took the question on.")
        case QuestionState.OVERTAKEN if question.human_replied_at is None:
            raise Conflict(
                f"The customer said{when} that it is solved, so the draft is not needed any more."
            )
        case QuestionState.OVERTAKEN:
            spoke = _colleague_since(reader, question)
            first = spoke.person if spoke else ""
            raise Conflict(
                f"{_called(reader, first, who)} replied in the thread{when}, so the draft is "
                "not needed any more."
            )
        case _:
            raise Conflict("There is no draft for this question any more.")


def _sender(reader: Reader, stored: StoredQuestion, who: Principal) -> str:
    question = stored.question
    lines = reader.thread(*_thread_of(question))
    keys = (line.person for line in lines if line.message == draft_key(stored.id))
    return _called(reader, next(keys, ""), who)


def _called(reader: Reader, key: str, who: Principal) -> str:
    if not key:
        return "A colleague"
    return "You" if key == who.key else name_in(reader, key)
