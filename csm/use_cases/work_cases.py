"""What colleagues do with cases: see them, claim, reply to the customer, resolve, reopen."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial

from csm import case_rules as rules
from csm.answer_settings import AnswerSettings
from csm.case import Case, CaseReply, CaseStatus
from csm.errors import Conflict, InvalidInput
from csm.knowledge import Speaker
from csm.people import Capability, Clearance, Principal
from csm.ports import Records, Writer
from csm.ports_answers import StoredCase
from csm.question import QuestionState
from csm.use_cases.case_file import CaseFile, CaseList, known_case, names_of, read_case_file
from csm.use_cases.colleagues import name_in
from csm.use_cases.hand_over import promise
from csm.use_cases.outgoing import clear_human_text, guard_facts, line_of, to_customer
from csm.views.case_news import reply_card, resolved_card, with_question
from csm.views.pages import page_of
from csm.wording import instant_text

# In characters: what is kept of a reply that was written by hand.
_LONGEST_REPLY = 8000


def list_cases(
    clearance: Clearance, records: Records, *, everybody: bool, page: int = 0
) -> CaseList:
    """Cases that are not resolved: those the person owns or claimed, or everybody's. `page` counts
    from 0; what is beyond the last one shows that."""
    clearance.demand(Capability.ANSWER_CUSTOMERS)
    with records.reading() as reader:
        cases = reader.open_cases(None if everybody else clearance.principal.key)
        shown, page = page_of(cases, page)
        return CaseList(cases, page, names_of(reader, shown))


def see_case(clearance: Clearance, records: Records, case_id: int) -> CaseFile:
    """One case with its thread and replies. Raises NotFound."""
    clearance.demand(Capability.ANSWER_CUSTOMERS)
    with records.reading() as reader:
        return read_case_file(reader, known_case(reader, case_id))


def claim_case(clearance: Clearance, records: Records, now: datetime, case_id: int) -> CaseFile:
    """Take it on. Raises Conflict, naming who was first and since when."""
    who = clearance.principal
    return _change(
        clearance, records, case_id, lambda case, name_of: rules.claim(case, who, now, name_of)
    )


def release_case(clearance: Clearance, records: Records, case_id: int) -> CaseFile:
    """Give a claimed one back, so that somebody else can take it. Raises Conflict."""
    who = clearance.principal
    return _change(
        clearance, records, case_id, lambda case, name_of: rules.release(case, who, name_of)
    )


def reopen_case(
    clearance: Clearance, records: Records, settings: AnswerSettings, now: datetime, case_id: int
) -> CaseFile:
    """Undo a resolve: it waits for a reply, with a new promise. Raises Conflict when it is not
    resolved."""

    def reopen(writer: Writer, stored: StoredCase) -> Case:
        person = writer.person(stored.case.claimed_by or stored.case.owner_key)
        return rules.reopen(stored.case, now, promise(settings, person, now))

    return _change_in(clearance, records, case_id, reopen)


def reply_to_case(
    clearance: Clearance,
    records: Records,
    settings: AnswerSettings,
    now: datetime,
    case_id: int,
    text: str,
) -> CaseFile:
    """Bring a reply to the customer's thread; an unclaimed case is claimed by it.

    Raises InvalidInput for an empty text or one that the guard refuses, with its reasons, and
    Conflict when a colleague has the case, when it is resolved, or when the same was just sent.
    """
    clearance.demand(Capability.ANSWER_CUSTOMERS)
    who, text = clearance.principal, text.strip()
    if not text:
        raise InvalidInput("There is nothing to send: write what the customer shall read.")
    with records.reading() as reader:
        account_key = known_case(reader, case_id).question.account_key
        facts = guard_facts(reader, account_key)
    cleared = clear_human_text(text, account_key, facts, settings.guard)
    with records.writing() as writer:
        stored = known_case(writer, case_id)
        answered = rules.answer(stored.case, who, now, partial(name_in, writer))
        question = stored.question
        cleared.demand(text, question.account_key, by_human=True)
        replies = writer.case_replies([case_id])
        _demand_news(replies, who, text)
        key = f"case:{case_id}:reply:{len(replies) + 1}"
        card = reply_card(who.name, text)
        card = card if question.thread else with_question(card, question)
        writer.add_post(to_customer(question, key, card, now))
        writer.add_case_reply(CaseReply(case_id=case_id, at=now, by=who.key, text=text))
        writer.add_line(line_of(question, key, Speaker.STAFF, who, text, now))
        writer.update_case(case_id, answered)
        _note_human_reply(writer, stored.case.question_id, now)
        return read_case_file(writer, replace(stored, case=answered))


def resolve_case(clearance: Clearance, records: Records, now: datetime, case_id: int) -> CaseFile:
    """End it, and tell the customer's thread in one line, where the customer knows of it.

    Raises Conflict, naming who was first, when it is resolved or somebody else's.
    """
    who = clearance.principal

    def resolve(writer: Writer, stored: StoredCase) -> Case:
        resolved = rules.resolve(stored.case, who, now, partial(name_in, writer))
        if stored.case.reason != rules.REVIEWED_WRONG or stored.case.answered_at:
            # A case that came back is resolved more than once.
            card, key = resolved_card(who.name), f"case:{case_id}:resolved:{now:%Y%m%dT%H%M%S}"
            writer.add_post(to_customer(stored.question, key, card, now))
        return resolved

    return _change_in(clearance, records, case_id, resolve)


def case_answered_in_thread(
    writer: Writer,
    platform: str,
    workspace: str,
    channel: str,
    thread: str,
    who: Principal,
    text: str,
    now: datetime,
) -> None:
    """A colleague has written in a customer's thread by hand: its questions have had a reply, and
    its open cases are answered. In the caller's unit of work; the caller keeps the thread's line.
    """
    for stored in writer.questions_in_thread(platform, workspace, channel, thread):
        _note_human_reply(writer, stored.id, now)
        case = writer.case_of_question(stored.id)
        if case is None or case.case.status is CaseStatus.RESOLVED:
            continue
        if (changed := rules.answer_in_thread(case.case, who, now)) != case.case:
            writer.update_case(case.id, changed)
        if said := text.strip():
            reply = CaseReply(case_id=case.id, at=now, by=who.key, text=said[:_LONGEST_REPLY])
            writer.add_case_reply(reply)


def _change(
    clearance: Clearance,
    records: Records,
    case_id: int,
    change: Callable[[Case, rules.NameOf], Case],
) -> CaseFile:
    return _change_in(
        clearance,
        records,
        case_id,
        lambda writer, stored: change(stored.case, partial(name_in, writer)),
    )


def _change_in(
    clearance: Clearance,
    records: Records,
    case_id: int,
    change: Callable[[Writer, StoredCase], Case],
) -> CaseFile:
    clearance.demand(Capability.ANSWER_CUSTOMERS)
    with records.writing() as writer:
        stored = known_case(writer, case_id)
        changed = change(writer, stored)
        if changed != stored.case:
            writer.update_case(case_id, changed)
        return read_case_file(writer, replace(stored, case=changed))


def _note_human_reply(writer: Writer, question_id: int, now: datetime) -> None:
    """A colleague has spoken: a draft that nobody sent is overtaken."""
    stored = writer.question(question_id)
    if stored is None:
        return
    question = stored.question
    heard, settled = question.human_replied_at, question.settled_at
    changes: dict[str, object] = {}
    if heard is None or (settled is not None and heard < settled):
        changes["human_replied_at"] = now
    if question.state is QuestionState.DRAFTED:
        changes |= {"state": QuestionState.OVERTAKEN, "settled_at": now}
    if changes:
        writer.update_question(question_id, question.model_copy(update=changes))


def _demand_news(replies: Sequence[CaseReply], who: Principal, text: str) -> None:
    """Refuse to send the same words twice in a row: a form that was submitted twice."""
    last = replies[-1] if replies else None
    if last is not None and (last.by, last.text) == (who.key, text):
        raise Conflict(
            f"You sent exactly this on {instant_text(last.at, who.zone)}. It was not sent again."
        )
