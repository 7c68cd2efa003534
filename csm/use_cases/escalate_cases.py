"""Customers who wait too long: the managers are told."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from csm import case_rules as rules
from csm.answer_settings import AnswerSettings
from csm.ports import Records
from csm.question import QuestionState
from csm.use_cases.case_file import read_case_file
from csm.use_cases.colleagues import managers, tell_person
from csm.use_cases.drafts import draft_promise
from csm.views.cases import case_card
from csm.views.drafts import draft_card
from csm.wording import plural

# A draft that is older has been told of long ago.
_OLDEST_DRAFT: Final = timedelta(days=30)


def escalate_cases(records: Records, settings: AnswerSettings, now: datetime) -> int:
    """Tell every manager of each case that had no reply in time, and of each draft that nobody
    sent or discarded; once each, and never before the time that the customer was promised. How
    many there were.

    Each is a transaction of its own. Where there is neither a manager nor an admin to tell,
    nothing escalates.
    """
    before = now - timedelta(hours=settings.hand_over.escalate_after_hours)
    with records.reading() as reader:
        cases = [one.id for one in reader.cases_to_escalate(before) if one.case.due_at < now]
        drafts = [
            stored.id
            for stored in reader.drafts(now - _OLDEST_DRAFT, before)
            if draft_promise(reader, stored.question, settings)[1] < now
        ]
    escalated = [_escalate(records, settings, now, case_id) for case_id in cases]
    escalated += [_escalate_draft(records, settings, now, question_id) for question_id in drafts]
    return sum(escalated)


def _escalate(records: Records, settings: AnswerSettings, now: datetime, case_id: int) -> bool:
    with records.writing() as writer:
        stored, told = writer.case(case_id), managers(writer)
        if stored is None or not told:
            return False
        if stored.case.escalated_at or not rules.waits_for_a_reply(stored.case):
            return False
        escalated = stored.case.model_copy(update={"escalated_at": now})
        writer.update_case(case_id, escalated)
        file = read_case_file(writer, replace(stored, case=escalated))
        lead = f"Escalated: no reply to this customer for {_waited(stored.case.opened_at, now)}."
        for manager in told:
            card = case_card(file, settings, manager.zone, now, lead)
            key = f"case:{case_id}:escalated:{stored.case.due_at:%Y%m%dT%H%M%S}"
            tell_person(writer, key, stored.question.platform, manager, card, now)
    return True


def _escalate_draft(
    records: Records, settings: AnswerSettings, now: datetime, question_id: int
) -> bool:
    with records.writing() as writer:
        stored = writer.question(question_id)
        if stored is None or stored.question.state is not QuestionState.DRAFTED:
            return False
        question, key = stored.question, f"draft:{question_id}:escalated"
        lead = f"Escalated: nobody has sent this draft for {_waited(question.asked_at, now)}."
        _, due_at = draft_promise(writer, question, settings)
        new = []
        for manager in managers(writer):
            card = draft_card(stored, manager.zone, due_at, lead)
            new.append(tell_person(writer, key, question.platform, manager, card, now))
    return any(new)


def _waited(since: datetime, now: datetime) -> str:
    return plural(int((now - since).total_seconds() // 3600), "hour")
