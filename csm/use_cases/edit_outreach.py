"""Editing a draft: other words, which the guard sees before anybody else does."""

from dataclasses import dataclass
from typing import Final

from csm.desk import Desk
from csm.errors import InvalidInput
from csm.guard import Outcome, RuleResult, Verdict, review_outreach
from csm.guard.sending import Moment
from csm.people import Capability, Clearance, Principal
from csm.ports import Clock, Records, Writer
from csm.ports_outreach import StoredOutreach, Words
from csm.use_cases.drafting_words import tidied, told_by
from csm.use_cases.outreach_audit import WORD_RULES
from csm.use_cases.outreach_book import OutreachBook
from csm.use_cases.outreach_draft import (
    BY_HAND,
    demand_drafted,
    demand_leave,
    demand_seen,
    known_outreach,
)
from csm.use_cases.sending_facts import guard_facts_for, no_approval

# In characters, as `csm.outreach.Outreach` keeps them.
LONGEST_SUBJECT: Final = 200
LONGEST_BODY: Final = 8000


@dataclass(frozen=True, slots=True)
class Edited:
    """The new words are kept, with what the guard says of them."""

    stored: StoredOutreach
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class NotEdited:
    """Nothing was changed: the verdict is on the words as they were given, and `objections` are
    what it minds in them."""

    stored: StoredOutreach
    words: Words
    objections: tuple[RuleResult, ...]


def edit(
    clearance: Clearance,
    records: Records,
    desk: Desk,
    clock: Clock,
    outreach_id: int,
    fingerprint: str,
    subject: str,
    body: str,
) -> Edited | NotEdited:
    """Put a draft into other words, which the guard's rules of words must let pass. From then on
    it waits for a person's approval, whatever its play may do by itself.

    Raises InvalidInput for words that are missing or too many, NotFound, Forbidden, and Conflict
    where it is no draft any more or was changed since the person saw it.
    """
    clearance.demand(Capability.APPROVE_OUTREACH)
    who, words = clearance.principal, _checked(tidied(Words(subject, body)))
    with records.writing() as writer:
        now = clock.now()
        stored = known_outreach(writer, outreach_id)
        demand_drafted(writer, stored, who)
        demand_seen(writer, stored, who, fingerprint)
        demand_leave(writer, desk, now, stored, who)
        book = OutreachBook(desk, now)
        result = _edited(writer, book, stored, words, who)
        book.write(writer)
        return result


def _edited(
    writer: Writer, book: OutreachBook, stored: StoredOutreach, words: Words, who: Principal
) -> Edited | NotEdited:
    outreach = stored.outreach
    changed = outreach.model_copy(
        update={
            "subject": words.subject,
            "body": words.body,
            "used": told_by(words, outreach.facts),
            "edited_by": who.key,
            **BY_HAND,
        }
    )
    if changed.fingerprint == outreach.fingerprint:
        return Edited(stored, Verdict.from_json(outreach.verdict))
    message = [(stored.id, changed)]
    facts = guard_facts_for(writer, book.desk, book.now, message, Moment.DRAFTING, no_approval)
    verdict = review_outreach(changed.outgoing, facts[0], book.desk.playbook.guard).verdict
    if objections := _minded_words(verdict):
        book.note("outreach.edit_refused", who.key, stored, outreach, verdict)
        return NotEdited(stored, words, objections)
    changed = changed.model_copy(update={"verdict": verdict.to_json()})
    after = book.change(stored, **dict(changed))
    print_ = changed.fingerprint
    book.note("outreach.edited", who.key, stored, changed, verdict, fingerprint=print_)
    return Edited(after, verdict)


def _minded_words(verdict: Verdict) -> tuple[RuleResult, ...]:
    return tuple(
        result
        for result in verdict.objections
        if result.rule in WORD_RULES and result.outcome is Outcome.REFUSE
    )


def _checked(words: Words) -> Words:
    if not words.subject or not words.body:
        raise InvalidInput("A message needs a subject and a text: fill in both.")
    lengths = (("subject", words.subject, LONGEST_SUBJECT), ("text", words.body, LONGEST_BODY))
    for name, said, longest in lengths:
        if len(said) > longest:
            raise InvalidInput(
                f"The {name} has {len(said):,} characters, and {longest:,} are allowed: shorten it."
            )
    return words
