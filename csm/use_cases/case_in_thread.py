"""What becomes of a question that a person has when something is said in its thread: the customer
asks for news or needs it no more, a colleague says that they are at it.

Everything here happens in the caller's unit of work; the caller keeps the thread's line.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, tzinfo

from csm import case_rules as rules
from csm.answer_settings import AnswerSettings
from csm.card import Card
from csm.case import Case
from csm.people import Principal
from csm.ports import Reader, Writer
from csm.ports_answers import StoredCase, StoredQuestion
from csm.question import Question, QuestionState
from csm.use_cases.case_file import OpenQuestion
from csm.use_cases.case_status import status_of_case, status_of_draft
from csm.use_cases.colleagues import tell_colleagues, tell_person
from csm.use_cases.drafts import draft_promise
from csm.views.case_nudges import asked_again_card, draft_settled_card, settled_card
from csm.views.drafts import draft_card


def ask_about_case(
    writer: Writer, stored: StoredCase, who: Principal, text: str, now: datetime
) -> OpenQuestion:
    """The customer still waits: how it stands. Whoever has it is told, once a promise."""

    def card_in(zone: tzinfo) -> Card:
        return asked_again_card(stored, who.name, text, zone, now)

    key = f"case:{stored.id}:asks:{stored.case.due_at:%Y%m%dT%H%M%S}"
    _tell(writer, key, stored.question, _holder(writer, stored.case), card_in, now)
    return status_of_case(writer, stored.case, stored.question)


def settle_case(
    writer: Writer, stored: StoredCase, who: Principal, text: str, now: datetime
) -> str:
    """The customer needs no answer any more: the case is resolved by their word, and whoever has
    it is told. The key of that person, empty where nobody had it."""
    settled = rules.settle(stored.case, who, now)
    writer.update_case(stored.id, settled)
    done = replace(stored, case=settled)

    def card_in(_: tzinfo) -> Card:
        return settled_card(done, who.name, text)

    holder, key = _holder(writer, settled), f"case:{stored.id}:settled:{now:%Y%m%dT%H%M%S}"
    _tell(writer, key, stored.question, holder, card_in, now)
    return holder.key if holder else ""


def ask_about_draft(
    writer: Writer,
    stored: StoredQuestion,
    who: Principal,
    text: str,
    settings: AnswerSettings,
    now: datetime,
) -> OpenQuestion:
    """The customer still waits for what lies before a colleague: how it stands. Whoever was shown
    the draft is told, once."""
    question = stored.question
    owner, due_at = draft_promise(writer, question, settings)
    lead = f"{who.name} asks again: “{text}”"

    def card_in(zone: tzinfo) -> Card:
        return draft_card(stored, zone, due_at, lead)

    _tell(writer, f"draft:{stored.id}:asks", question, owner, card_in, now)
    return status_of_draft(writer, question, settings)


def settle_draft(
    writer: Writer,
    stored: StoredQuestion,
    who: Principal,
    text: str,
    settings: AnswerSettings,
    now: datetime,
) -> str:
    """The customer needs no answer any more: the draft is not to be sent, and whoever was shown it
    is told. The key of that person, empty where there is none."""
    question = stored.question
    changes = {"state": QuestionState.OVERTAKEN, "settled_at": now}
    writer.update_question(stored.id, question.model_copy(update=changes))
    owner, _ = draft_promise(writer, question, settings)

    def card_in(_: tzinfo) -> Card:
        return draft_settled_card(stored, who.name, text)

    _tell(writer, f"draft:{stored.id}:settled", question, owner, card_in, now)
    return owner.key if owner else ""


def claim_in_thread(
    writer: Writer,
    platform: str,
    workspace: str,
    channel: str,
    thread: str,
    who: Principal,
    now: datetime,
) -> None:
    """A colleague has promised an answer in a customer's thread: its cases that nobody has claimed
    are theirs. What was promised stays open, and a draft may still be sent. Answers of ours have
    had a person's word."""
    for stored in writer.questions_in_thread(platform, workspace, channel, thread):
        question = stored.question
        if question.state is QuestionState.ANSWERED and question.human_replied_at is None:
            changed_question = question.model_copy(update={"human_replied_at": now})
            writer.update_question(stored.id, changed_question)
        case = writer.case_of_question(stored.id)
        if case is None or not who.is_staff:
            continue
        if (changed := rules.claim_in_thread(case.case, who, now)) != case.case:
            writer.update_case(case.id, changed)


def _tell(
    writer: Writer,
    key: str,
    question: Question,
    holder: Principal | None,
    card_in: Callable[[tzinfo], Card],
    now: datetime,
) -> None:
    """Whoever has it, in person; where nobody has, the places where cases are told."""
    if holder is None:
        tell_colleagues(writer, key, question, None, card_in, now)
    else:
        tell_person(writer, key, question.platform, holder, card_in(holder.zone), now)


def _holder(reader: Reader, case: Case) -> Principal | None:
    key = case.claimed_by or case.owner_key
    return reader.person(key) if key else None
