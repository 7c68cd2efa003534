"""Where a customer's own questions stand."""

from datetime import datetime, timedelta
from typing import Final

from csm.answer_settings import AnswerSettings
from csm.case import Case, CaseStatus
from csm.errors import Forbidden
from csm.people import AudienceKind, Capability, Clearance, Place, PlaceKind, Principal
from csm.ports import Reader, Records
from csm.ports_answers import AskedBy, AskedIn
from csm.question import Question
from csm.use_cases.case_file import OpenQuestion, Waiting
from csm.use_cases.colleagues import NOBODY, name_in
from csm.use_cases.drafts import draft_promise

# Drafts that are older are nobody's news any more.
DRAFTS_SHOWN: Final = timedelta(days=30)


def status_for(
    clearance: Clearance, records: Records, settings: AnswerSettings, now: datetime, place: Place
) -> list[OpenQuestion]:
    """The open questions that may be spoken of here: in a direct message the person's own, in a
    customer's channel those that were asked in it; oldest first.

    Raises Forbidden for a contact in a channel that is not known to be their account's.
    """
    clearance.demand(Capability.GET_HELP)
    who = clearance.principal
    _demand_own_place(who, place)

    asked = _spoken_of(who, place)
    with records.reading() as reader:
        cases = reader.open_cases_of(asked)
        shown = [status_of_case(reader, stored.case, stored.question) for stored in cases]
        drafts = reader.drafts(now - DRAFTS_SHOWN, now, asked)
        shown += [status_of_draft(reader, stored.question, settings) for stored in drafts]
    return sorted(shown, key=lambda question: question.asked_at)


def _demand_own_place(who: Principal, place: Place) -> None:
    if who.is_staff or place.kind is PlaceKind.DM:
        return
    if who.account_key is None or place.audience.account_key != who.account_key:
        raise Forbidden(
            "Others can read this place, so not here. Ask me the same in a direct message."
        )


def _spoken_of(who: Principal, place: Place) -> AskedBy | AskedIn:
    """What is asked of the records: nothing else comes within reach."""
    account_key = place.audience.account_key
    is_shared = place.kind is not PlaceKind.DM and place.audience.kind is AudienceKind.CUSTOMER
    if is_shared and account_key is not None:
        return AskedIn(place.platform, place.workspace, place.channel, account_key)
    return AskedBy(who.key)


def status_of_case(reader: Reader, case: Case, question: Question) -> OpenQuestion:
    """Where a question stands that a person has."""
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


def status_of_draft(reader: Reader, question: Question, settings: AnswerSettings) -> OpenQuestion:
    """Where a question stands whose answer a colleague looks at."""
    owner, due_at = draft_promise(reader, question, settings)
    return OpenQuestion(
        text=question.text,
        asked_at=question.asked_at,
        waiting=Waiting.LOOKED_AT,
        who=owner.name if owner else NOBODY,
        due_at=due_at,
    )
