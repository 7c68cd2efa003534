"""Help articles: a first version from what colleagues answered, published by a person."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Final

from csm.answer_settings import AnswerSettings
from csm.articles import (
    ARTICLES,
    DRAFTS,
    Flag,
    flags_in,
    is_backed,
    pieces_of,
    plain_article,
    slug,
    title_in,
    title_of_question,
)
from csm.errors import Conflict, InvalidInput, NotFound, Unavailable
from csm.guard import GuardFacts
from csm.guard_settings import TextGuard
from csm.knowledge import Chunk, Document, Shelf, StoredDocument
from csm.people import Capability, Clearance
from csm.ports import Reader, Records
from csm.ports_answers import ArticleWriter
from csm.use_cases.outgoing import clear_human_text, guard_facts

Chunker = Callable[[str, str], Sequence[Chunk]]
"""Cuts a document (title, markdown) into chunks."""

# Characters of a chunk's fingerprint.
_FINGERPRINT: Final = 32


@dataclass(frozen=True, slots=True)
class Article:
    """A draft on the internal shelf, or an article that customers can find. `fingerprint` stands
    for its words, `flags` are what a person should look at before it is published. `replaced`: one
    of its title was there before."""

    document_id: int
    fingerprint: str
    shelf: Shelf
    title: str
    markdown: str
    flags: tuple[Flag, ...] = ()
    by_model: bool = False
    replaced: bool = False


@dataclass(frozen=True, slots=True)
class _Material:
    question: str
    answers: tuple[str, ...]
    names: frozenset[str]


def draft_article(
    clearance: Clearance,
    records: Records,
    writer: ArticleWriter | None,
    now: datetime,
    question_ids: Sequence[int],
) -> Article:
    """A first version, kept on the internal shelf, from what colleagues answered these customers;
    the first question is its title. A model's version is taken only if it states nothing that they
    did not.

    Raises NotFound for unknown questions, and Conflict where nobody has answered them yet.
    """
    clearance.demand(Capability.KEEP_LIBRARY)
    with records.reading() as reader:
        material = _material(reader, question_ids)
    written = _by_model(writer, material)
    markdown = written or plain_article(material.question, material.answers)
    title = title_in(markdown) or title_of_question(material.question)
    document = _document(Shelf.INTERNAL, f"{DRAFTS}{slug(title)}", title, markdown, now)
    chunks = _draft_chunks(title, markdown)
    with records.writing() as keeping:
        known = keeping.document_by_key(Shelf.INTERNAL, document.key)
        document_id = keeping.put_document(document, chunks)
    return Article(
        document_id=document_id,
        fingerprint=document.fingerprint,
        shelf=Shelf.INTERNAL,
        title=title,
        markdown=markdown,
        flags=flags_in(markdown, material.names),
        by_model=bool(written),
        replaced=known is not None,
    )


def see_draft_article(clearance: Clearance, records: Records, document_id: int) -> Article:
    """A draft as it is kept. Raises NotFound for anything else."""
    clearance.demand(Capability.KEEP_LIBRARY)
    with records.reading() as reader:
        stored = _known_draft(reader, document_id)
        markdown = _text_of(reader, stored)
        flags = flags_in(markdown, _names(reader))
    document = stored.document
    return Article(
        document_id, document.fingerprint, Shelf.INTERNAL, document.title, markdown, flags
    )


def publish_article(
    clearance: Clearance,
    records: Records,
    settings: AnswerSettings,
    chunker: Chunker,
    now: datetime,
    document_id: int,
    seen: str,
    text: str | None = None,
) -> Article:
    """Move a draft to the customers' shelf, as it is or (`text`, markdown) as somebody changed it.
    `seen` begins the fingerprint of the draft that they looked over.

    Only ever because a person asks for it. Raises NotFound, Conflict where the draft is another one
    by now, and InvalidInput for what the guard refuses, customers' names above all.
    """
    clearance.demand(Capability.KEEP_LIBRARY)
    with records.reading() as reader:
        stored = _seen_draft(reader, document_id, seen)
        markdown = _text_of(reader, stored) if text is None else text.strip()
        facts = guard_facts(reader, account_key=None)
    title = title_in(markdown) or stored.document.title
    chunks = _chunks(chunker, title, markdown)
    _clear(title, markdown, facts, settings.guard)
    document = _document(Shelf.CUSTOMER, f"{ARTICLES}{slug(title)}", title, markdown, now)
    with records.writing() as keeping:
        _seen_draft(keeping, document_id, stored.document.fingerprint)
        known = keeping.document_by_key(Shelf.CUSTOMER, document.key)
        published = keeping.put_document(document, chunks)
        keeping.delete_documents([document_id])
    return Article(
        published,
        document.fingerprint,
        Shelf.CUSTOMER,
        title,
        markdown,
        replaced=known is not None,
    )


def _clear(title: str, markdown: str, facts: GuardFacts, settings: TextGuard) -> None:
    """Review the whole article at once. It is no message, so it may be as long as it is."""
    whole = f"{title}\n{markdown}"
    guard = settings.model_copy(update={"longest": len(whole)})
    clear_human_text(whole, None, facts, guard)


def _material(reader: Reader, question_ids: Sequence[int]) -> _Material:
    questions = [stored for each in question_ids if (stored := reader.question(each))]
    if not questions:
        raise NotFound("Those questions are not in the records any more. /gaps shows what is.")
    cases = [case.id for each in questions if (case := reader.case_of_question(each.id))]
    answers = tuple(reply.text for reply in reader.case_replies(cases))
    if not answers:
        raise Conflict(
            "Nobody has answered any of these customers yet, so there is nothing to write an "
            "article from. Reply to one of their cases first: /cases all."
        )
    askers = {stored.question.asked_name for stored in questions} - {""}
    return _Material(questions[0].question.text, answers, _names(reader) | askers)


def _names(reader: Reader) -> frozenset[str]:
    """The names of all customers, and of everybody we know, in full and the first one alone."""
    people = [person.name for person in reader.people()]
    firsts = [name.split()[0] for name in people if name.split()]
    return frozenset([*(name.shown for name in reader.all_names()), *people, *firsts])


def _by_model(writer: ArticleWriter | None, material: _Material) -> str:
    """The model's article; empty where there is none, or none that the answers back."""
    if writer is None:
        return ""
    try:
        markdown = writer.write(material.question, material.answers).strip()
    except Unavailable:
        return ""
    good = title_in(markdown) and is_backed(markdown, material.question, material.answers)
    return markdown if good else ""


def _known_draft(reader: Reader, document_id: int) -> StoredDocument:
    stored = reader.document(document_id)
    is_draft = stored is not None and stored.document.shelf is Shelf.INTERNAL
    if stored is None or not is_draft or not stored.document.key.startswith(DRAFTS):
        raise NotFound("There is no such draft of an article any more: it may be published.")
    return stored


def _seen_draft(reader: Reader, document_id: int, seen: str) -> StoredDocument:
    stored = _known_draft(reader, document_id)
    if not stored.document.fingerprint.startswith(seen):
        raise Conflict(
            "This article was drafted anew since you looked it over. Draft it again from /gaps to "
            "see it as it is now."
        )
    return stored


def _text_of(reader: Reader, stored: StoredDocument) -> str:
    chunks = reader.chunks_of(Shelf.INTERNAL, stored.id)
    return "".join(one.chunk.text for one in chunks).strip()


def _draft_chunks(title: str, markdown: str) -> list[Chunk]:
    """A draft's text in parts that make it again, so that what is published is what was drafted."""
    chunks = [
        Chunk(position=at, title_path=(title,), text=piece, fingerprint="-")
        for at, piece in enumerate(pieces_of(markdown))
    ]
    return [
        chunk.model_copy(update={"fingerprint": _digest(chunk.searched)[:_FINGERPRINT]})
        for chunk in chunks
    ]


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def _chunks(chunker: Chunker, title: str, markdown: str) -> Sequence[Chunk]:
    chunks = chunker(title, markdown)
    if not chunks:
        raise InvalidInput("The article is empty: there is nothing to keep.")
    return chunks


def _document(shelf: Shelf, key: str, title: str, markdown: str, now: datetime) -> Document:
    return Document(
        shelf=shelf,
        key=key,
        source=key.partition("/")[0],
        title=title,
        modified_on=now.date(),
        fingerprint=_digest(markdown),
        added_at=now,
    )
