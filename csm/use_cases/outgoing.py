"""What is sent to customers: through the guard, then to the thread it answers."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, tzinfo
from typing import Final

from csm.card import Card
from csm.errors import InvalidInput
from csm.fact_line import FactLine
from csm.guard import Cleared, GuardFacts, Outgoing, Verdict, review
from csm.guard_settings import TextGuard
from csm.knowledge import Shelf, Speaker
from csm.people import Audience, AudienceKind, Place, PlaceKind, Principal
from csm.ports import Reader
from csm.post import Post
from csm.question import Question, Source, ThreadLine
from csm.use_cases.answering_compose import foreign_names
from csm.use_cases.answering_responses import links_of
from csm.wording import listing

# In characters: what is kept of a message in its thread.
_LONGEST_LINE: Final = 4000
_OF_A_QUESTION: Final = re.compile(r"answer:(\d+):(\d+)|draft:(\d+):sent")


def guard_facts(
    reader: Reader, account_key: str | None, sources: Sequence[Source] = ()
) -> GuardFacts:
    """What a colleague's text to that account is held against: the names of the others, and what
    its sources have published."""
    return GuardFacts(
        facts=tuple(_published(reader, sources)),
        allowed_links=links_of(sources),
        foreign_names=foreign_names(reader, account_key),
    )


def clear_human_text(
    text: str,
    account_key: str | None,
    facts: GuardFacts,
    settings: TextGuard,
    sources: Sequence[Source] = (),
) -> Cleared:
    """The proof that a colleague's text, with the links of its sources, may go to that account.

    Raises InvalidInput with everything that the guard minds and how to go on.
    """
    outgoing = Outgoing(text, account_key, links_of(sources), by_human=True)
    result = review(outgoing, facts, settings)
    if not isinstance(result, Cleared):
        raise InvalidInput(_refusal(result.verdict))
    return result


def answer_key(question_id: int, number: int) -> str:
    """The key of the post that tells a customer what came of their question; `number` counts the
    cards of it from 1."""
    return f"answer:{question_id}:{number}"


def draft_key(question_id: int) -> str:
    """The key of the post that brings a customer the answer that a colleague has checked."""
    return f"draft:{question_id}:sent"


def question_of(post: Post) -> tuple[int, int] | None:
    """The question whose answer the post is, and the number of its card; None for other posts."""
    found = _OF_A_QUESTION.fullmatch(post.key) if post.account_key else None
    if found is None:
        return None
    return int(found[1] or found[3]), int(found[2] or 1)


def to_customer(question: Question, key: str, card: Card, now: datetime) -> Post:
    """A post to the thread that the question was asked in, for its account alone."""
    return Post(
        key=key,
        platform=question.platform,
        workspace=question.workspace,
        channel=question.channel,
        thread=question.thread,
        account_key=question.account_key,
        card=card.model_dump(mode="json"),
        created_at=now,
    )


def place_of(reader: Reader, question: Question) -> Place | None:
    """Where it was asked. A customer's direct messages are kept as of an unknown audience, since
    who they are is worked out each time; so it is once more before anything is brought there."""
    place = reader.place(question.platform, question.workspace, question.channel)
    if place is None or place.kind is not PlaceKind.DM or question.account_key is None:
        return place
    return replace(place, audience=Audience(AudienceKind.CUSTOMER, question.account_key))


def zone_of_asker(reader: Reader, question: Question) -> tzinfo:
    """The time zone of whoever asked, as far as we know them."""
    asker = reader.person(question.asked_by)
    return asker.zone if asker else UTC


def line_of(
    question: Question, key: str, by: Speaker, who: Principal, text: str, now: datetime
) -> ThreadLine:
    """What was said to the customer, as the thread keeps it: `key` stands for the platform's id of
    the message, which is not known before it is sent."""
    return ThreadLine(
        platform=question.platform,
        workspace=question.workspace,
        channel=question.channel,
        thread=question.thread,
        message=key,
        at=now,
        by=by,
        person=who.key,
        text=text[:_LONGEST_LINE],
    )


def _published(reader: Reader, sources: Sequence[Source]) -> Iterator[FactLine]:
    """All that the sources' documents say, as far as they still exist."""
    ids = [source.id for source in sources]
    found = reader.chunks_by_fingerprint(Shelf.CUSTOMER, ids)
    for document_id in sorted({stored.document_id for stored in found.values()}):
        for stored in reader.chunks_of(Shelf.CUSTOMER, document_id):
            yield FactLine(name=stored.document.title, value=stored.chunk.searched)


def _refusal(verdict: Verdict) -> str:
    faults = [
        f"{result.reason.rstrip('.')}: {listing(result.inputs)}" for result in verdict.objections
    ]
    return f"Customers must not get this as it is. {'. '.join(faults)}. Change it and try again."
