"""Where a customer's own questions stand."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from csm.case import Case, CaseStatus
from csm.errors import Forbidden
from csm.people import AudienceKind, Capability, Clearance, Place, PlaceKind, Principal
from csm.ports import Reader, Records
from csm.question import Question, QuestionState
from csm.use_cases.case_file import OpenQuestion, Waiting
from csm.use_cases.colleagues import NOBODY, name_in

# Drafts that are older are nobody's news any more.
DRAFTS_SHOWN: Final = timedelta(days=30)


def status_for(
    clearance: Clearance, records: Records, now: datetime, place: Place
) -> list[OpenQuestion]:
    """The open questions that may be spoken of here: in a direct message the person's own, in a
    customer's channel those that were asked in it; oldest first.

    Raises Forbidden for a contact in a channel that is not known to be their account's.
    """
    clearance.demand(Capability.GET_HELP)
    who = clearance.principal
    _demand_own_place(who, place)

    def is_shown(question: Question) -> bool:
        if place.kind is PlaceKind.DM or place.audience.kind is not AudienceKind.CUSTOMER:
            return question.asked_by == who.key
        where = (question.platform, question.workspace, question.channel)
        is_here = where == (place.platform, place.workspace, place.channel)
        return is_here and question.account_key == place.audience.account_key

    with records.reading() as reader:
        shown = [
            _of_case(reader, stored.case, stored.question)
            for stored in reader.open_cases()
            if is_shown(stored.question)
        ]
        shown += [_of_draft(draft) for draft in _drafts(reader, now) if is_shown(draft)]
    return sorted(shown, key=lambda question: question.asked_at)


def _demand_own_place(who: Principal, place: Place) -> None:
    if who.is_staff or place.kind is PlaceKind.DM:
        return
    if who.account_key is None or place.audience.account_key != who.account_key:
        raise Forbidden(
            "Others can read this place, so not here. Ask me the same in a direct message."
        )


def _drafts(reader: Reader, now: datetime) -> Iterator[Question]:
    for stored in reader.questions(now - DRAFTS_SHOWN, now):
        if stored.question.state is QuestionState.DRAFTED:
            yield stored.question


def _of_case(reader: Reader, case: Case, question: Question) -> OpenQuestion:
    match case.status:
        case CaseStatus.CLAIMED:
            waiting, key = Waiting.IN_HAND, case.claimed_by
        case CaseStatus.ANSWERED:
            waiting, key = Waiting.ANSWERED, case.answered_by
        case _:
            waiting, key = Waiting.TOLD, case.owner_key
    return OpenQuestion(
        text=question.text,
        asked_at=question.asked_at,
        waiting=waiting,
        who=name_in(reader, key) if key else NOBODY,
        due_at=case.due_at,
        escalated=case.escalated_at is not None,
    )


def _of_draft(question: Question) -> OpenQuestion:
    return OpenQuestion(
        text=question.text,
        asked_at=question.asked_at,
        waiting=Waiting.LOOKED_AT,
        who=NOBODY,
    )
