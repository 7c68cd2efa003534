"""Hand a question over to a person: a case, a promise, and colleagues who are told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from zoneinfo import ZoneInfo

from csm import case_rules as rules
from csm.answer_settings import AnswerSettings
from csm.card import Card
from csm.case import Case, CaseStatus
from csm.hours import due
from csm.knowledge import Passage
from csm.people import Principal
from csm.ports import Writer
from csm.ports_answers import StoredCase
from csm.question import Question, QuestionState, Source
from csm.use_cases.case_file import known_case, read_case_file
from csm.use_cases.colleagues import NOBODY, name_in, owner_of, tell_colleagues
from csm.views.cases import case_card

# What stays as it is when a person is asked: the answer was given, or the draft thrown away.
_SETTLED = frozenset({QuestionState.ANSWERED, QuestionState.DISCARDED})


@dataclass(frozen=True, slots=True)
class HandingOver:
    """`question` is as it shall be kept, `reason` as in `csm.question.Question`, and `passages`
    what the library had. `taker` is the colleague who takes it on at once, where one does."""

    question_id: int
    question: Question
    reason: str
    passages: Sequence[Passage] = ()
    taker: Principal | None = None


@dataclass(frozen=True, slots=True)
class HandedTo:
    """Who answers, and by when: all that a customer is told of a case. `owner_key` is empty, and
    the name that of the team, where nobody is on call."""

    case_id: int
    owner_key: str
    owner_name: str
    due_at: datetime


def hand_over(
    writer: Writer, handing: HandingOver, settings: AnswerSettings, now: datetime
) -> HandedTo:
    """Open the question's case and tell colleagues, in the caller's unit of work.

    Handing the same question over again opens nothing new. Where a person had answered it before,
    its case waits for a reply again, with a new promise.
    """
    writer.question(handing.question_id)  # keeps others from handing it over until we are done
    known = writer.case_of_question(handing.question_id)
    if known is None:
        stored = _open(writer, handing, settings, now)
        _tell(writer, stored, handing, "opened", settings, now)
    elif rules.waits_for_a_reply(known.case):
        stored = known
    else:
        stored = _come_back(writer, known, settings, now)
        again, lead = f"again:{now:%Y%m%dT%H%M%S}", "The customer comes back: this was no answer."
        _tell(writer, stored, handing, again, settings, now, lead)
    return _handed(writer, stored.case, stored.id)


def _open(
    writer: Writer, handing: HandingOver, settings: AnswerSettings, now: datetime
) -> StoredCase:
    question, taker = handing.question, handing.taker
    owner = taker or owner_of(writer, question.account_key, settings.hand_over.on_call)
    case_id = writer.add_case(
        Case(
            question_id=handing.question_id,
            account_key=question.account_key,
            owner_key=owner.key if owner else "",
            reason=handing.reason,
            opened_at=now,
            due_at=promise(settings, owner, now),
            status=CaseStatus.CLAIMED if taker else CaseStatus.OPEN,
            claimed_by=taker.key if taker else "",
            claimed_at=now if taker else None,
        )
    )
    writer.update_question(handing.question_id, _handed_over(handing, now))
    return known_case(writer, case_id)


def _handed_over(handing: HandingOver, now: datetime) -> Question:
    question = handing.question
    if question.state in _SETTLED:
        return question
    found = tuple(Source(id=p.id, title=p.title, link=p.link) for p in handing.passages)
    return question.model_copy(
        update={
            "state": QuestionState.HANDED_OVER,
            "reason": handing.reason,
            "sources": found or question.sources,
            "settled_at": now,
        }
    )


def _come_back(
    writer: Writer, known: StoredCase, settings: AnswerSettings, now: datetime
) -> StoredCase:
    person = writer.person(known.case.claimed_by or known.case.owner_key)
    changed = rules.come_back(known.case, now, promise(settings, person, now))
    writer.update_case(known.id, changed)
    return StoredCase(known.id, known.account_name, changed, known.question)


def promise(settings: AnswerSettings, owner: Principal | None, now: datetime) -> datetime:
    """By when a person answers what is brought to them now: in their working hours."""
    zone = owner.zone if owner else ZoneInfo("UTC")
    return due(now, settings.hand_over.first_reply_hours, settings.hours, zone)


def _tell(
    writer: Writer,
    stored: StoredCase,
    handing: HandingOver,
    event: str,
    settings: AnswerSettings,
    now: datetime,
    lead: str = "",
) -> None:
    file = read_case_file(writer, stored)

    def card_in(zone: tzinfo) -> Card:
        return case_card(file, settings, zone, now, lead)

    owner = writer.person(stored.case.claimed_by or stored.case.owner_key)
    key = f"case:{stored.id}:{event}"
    knows = handing.taker is not None
    tell_colleagues(writer, key, stored.question, owner, card_in, now, in_person=not knows)


def _handed(writer: Writer, case: Case, case_id: int) -> HandedTo:
    key = case.claimed_by or case.owner_key
    return HandedTo(case_id, key, name_in(writer, key) if key else NOBODY, case.due_at)
