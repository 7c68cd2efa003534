"""How cases are spoken of."""

from collections.abc import Mapping
from datetime import datetime, tzinfo
from typing import Final

from csm import case_rules as rules
from csm.answer_settings import WANTS_A_PERSON, AnswerSettings
from csm.case import Case, CaseStatus
from csm.question import Question
from csm.reasons import Reason
from csm.wording import instant_text

_REASONS: Final = {
    rules.NOT_HELPED: "The customer says that the answer did not help",
    rules.DISCARDED: "The draft was discarded",
    rules.REVIEWED_WRONG: "A colleague checked the answer and found it wrong",
    rules.UNDELIVERED: "Our answer could not be delivered",
    WANTS_A_PERSON: "The customer wants a person",
    Reason.NOT_FOUND: "No good answer in the library",
    Reason.MODEL_ABSTAINED: "No good answer in the passages found",
    Reason.NOTHING_TO_SAY: "No good answer in the passages found",
    Reason.GUARD_REFUSED: "The answer did not pass the guard",
    Reason.TOO_LONG: "The message is too long for a machine to answer",
    Reason.TOO_VAGUE: "It is not clear what is asked",
    Reason.LIBRARY_DOWN: "The library could not be searched",
    Reason.NOBODY_TO_CHECK: "Nobody is there to check the draft",
    Reason.UNFINISHED: "We were interrupted over it",
}

_TRIED: Final = {
    Reason.TOO_LONG: "Nothing was searched: the message is too long for a machine to answer.",
    Reason.TOO_VAGUE: "Nothing was searched: there was nothing to look for in the message.",
    Reason.NOT_FOUND: "The library was searched, and nothing in it answers well enough.",
    Reason.MODEL_ABSTAINED: "The language model found no answer in what the library holds.",
    Reason.NOTHING_TO_SAY: "The library was searched, and what was found holds no answer.",
    Reason.GUARD_REFUSED: "The library was searched, and an answer was written.",
    Reason.LIBRARY_DOWN: "The library could not be searched just then.",
    Reason.NOBODY_TO_CHECK: "An answer was drafted, and there is nobody to look at it first.",
    Reason.UNFINISHED: "The answer was begun and not finished: the machine broke off.",
    rules.NOT_HELPED: "We answered{said}",
    rules.DISCARDED: "{by} discarded this draft{said}",
    rules.REVIEWED_WRONG: "We answered, and the customer has not complained{said}",
    rules.UNDELIVERED: "What we said did not reach them{said}",
}
_NOT_TRIED: Final = "Nothing was searched: this is a topic for people."


def reason_text(reason: str, settings: AnswerSettings) -> str:
    """Why a person is asked: `Topic: Contract and renewal`, or the reason in words."""
    for topic in settings.topics:
        if topic.id == reason:
            return f"Topic: {topic.name}"
    return _REASONS.get(reason, first_upper(reason.replace("_", " ")))


def case_state(case: Case, names: Mapping[str, str], zone: tzinfo) -> str:
    """Where it stands, and with whom, for colleagues."""
    match case.status:
        case CaseStatus.OPEN:
            return "unclaimed, escalated to the managers" if case.escalated_at else "unclaimed"
        case CaseStatus.CLAIMED:
            escalated = ", escalated to the managers" if case.escalated_at else ""
            return f"claimed by {_by(case.claimed_by, case.claimed_at, names, zone)}{escalated}"
        case CaseStatus.ANSWERED:
            return f"answered by {_by(case.answered_by, case.answered_at, names, zone)}"
        case CaseStatus.RESOLVED:
            return f"resolved by {_by(case.resolved_by, case.resolved_at, names, zone)}"


def due_text(case: Case, zone: tzinfo, now: datetime) -> str:
    """`3 Mar 2027, 14:05 CET`, and whether the promise was broken or is settled."""
    if rules.is_overdue(case, now):
        return f"{instant_text(case.due_at, zone)} (overdue)"
    if rules.waits_for_a_reply(case):
        return instant_text(case.due_at, zone)
    return "Nothing: the customer has an answer" if case.answered_at else "Nothing: it is resolved"


def tried_text(case: Case, question: Question, names: Mapping[str, str]) -> str:
    """What was done for the customer before a person was asked."""
    tried = _TRIED.get(case.reason, "We answered{said}" if question.answer else _NOT_TRIED)
    by = names.get(case.owner_key, case.owner_key) or "A colleague"
    said = f": {question.answer}" if question.answer else "."
    text = tried.replace("{by}", by).replace("{said}", said)
    if question.objections:
        text = f"{text} The guard stopped the drafted answer: {question.objections}"
    return text


def first_upper(text: str) -> str:
    """The text with its first letter large, and the rest as it is."""
    return text[:1].upper() + text[1:]


def _by(key: str, when: datetime | None, names: Mapping[str, str], zone: tzinfo) -> str:
    since = f" on {instant_text(when, zone)}" if when else ""
    return f"{names.get(key, key) or 'somebody'}{since}"
