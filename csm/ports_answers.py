"""The Protocols behind answering: the library, the models, and their part of the records."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from csm.case import Case, CaseReply
from csm.knowledge import (
    Chunk,
    Document,
    Found,
    Passage,
    Query,
    Shelf,
    StoredChunk,
    StoredDocument,
)
from csm.post import Post
from csm.question import PlaceMode, Question, ThreadLine

Vectors = NDArray[np.float32]


class Embedder(Protocol):
    """Turns texts into vectors of length 1 (float32, one row a text)."""

    @property
    def name(self) -> str:
        """Which model it is: vectors of two names are never compared. [a-z0-9.-], at most 60."""
        ...

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Raises Unavailable when the model cannot be reached."""
        ...


class Bookshelf(Protocol):
    """What one audience may search. It has no way to any other shelf."""

    def search(self, query: Query, most: int = 6) -> Found:
        """The best passages, at most `most`. An empty library finds nothing. Raises Unavailable
        when the embedding model or the index cannot be reached."""
        ...


class Library(Protocol):
    """The help library."""

    def for_customers(self) -> Bookshelf: ...

    def for_staff(self) -> Bookshelf:
        """Both shelves."""
        ...

    def renew(self, shelf: Shelf) -> None:
        """Make what was written to a shelf findable by meaning, too; by words it is already.
        Takes as long as embedding the news. Raises Busy while another process is at it, and
        Unavailable when the embedding model or the index cannot be reached."""
        ...

    def likeness(self, texts: Sequence[str]) -> Vectors:
        """How alike texts are in meaning: a square matrix of -1 to 1."""
        ...


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence (or list, table, piece of code) and the ids of the passages it rests on."""

    text: str
    passages: tuple[str, ...]


class Answerer(Protocol):
    """A language model that answers from passages. It decides nothing: the caller checks what it
    says."""

    def answer(
        self, query: Query, passages: Sequence[Passage], faults: Sequence[str] = ()
    ) -> tuple[Sentence, ...]:
        """The answer, sentence by sentence; empty when the model finds none in the passages.
        `faults` tells what was wrong with its first attempt. Raises Unavailable when no model
        answers in time, or none that makes sense."""
        ...


class ArticleWriter(Protocol):
    """A language model that makes a first version of a help article."""

    def write(self, question: str, answers: Sequence[str]) -> str:
        """Markdown, beginning with a heading. Raises Unavailable."""
        ...


@dataclass(frozen=True, slots=True)
class StoredQuestion:
    id: int
    account_name: str  # empty where no account is known
    question: Question


@dataclass(frozen=True, slots=True)
class StoredCase:
    id: int
    account_name: str
    case: Case
    question: Question


@dataclass(frozen=True, slots=True)
class AskedBy:
    """Questions of one person, wherever they were asked."""

    person_key: str


@dataclass(frozen=True, slots=True)
class AskedIn:
    """Questions of one account that were asked in one place."""

    platform: str
    workspace: str
    channel: str
    account_key: str


@dataclass(frozen=True, slots=True)
class StoredPost:
    id: int
    post: Post


class KnowledgeReader(Protocol):
    """The part of the records that is the library. Every question names one shelf."""

    def documents(self, shelf: Shelf) -> list[StoredDocument]:
        """By key."""
        ...

    def document(self, document_id: int) -> StoredDocument | None: ...
    def document_by_key(self, shelf: Shelf, key: str) -> StoredDocument | None: ...
    def chunks_of(self, shelf: Shelf, document_id: int) -> list[StoredChunk]:
        """In their order; none for a document of another shelf."""
        ...

    def fingerprints(self, shelf: Shelf) -> set[str]:
        """Of all chunks."""
        ...

    def chunks_by_fingerprint(
        self, shelf: Shelf, fingerprints: Collection[str]
    ) -> dict[str, StoredChunk]:
        """One for each that exists: the most recently modified document's, where several have
        it."""
        ...

    def all_chunks(self, shelf: Shelf) -> Iterator[tuple[str, str]]:
        """(fingerprint, searched text), each fingerprint once, by fingerprint; streamed."""
        ...

    def shelf_revision(self, shelf: Shelf) -> int:
        """Grows with every change of a shelf's documents; 0 for a shelf never written to."""
        ...


class KnowledgeWriter(KnowledgeReader, Protocol):
    def put_document(self, document: Document, chunks: Sequence[Chunk]) -> int:
        """Insert it, or replace the one with its shelf and key and all its chunks; its id, which
        stays the same when it is replaced."""
        ...

    def delete_documents(self, document_ids: Collection[int]) -> int:
        """How many there were."""
        ...


class ConversationReader(Protocol):
    """The part of the records that is questions, threads and cases."""

    def question(self, question_id: int) -> StoredQuestion | None: ...
    def questions_in_thread(
        self, platform: str, workspace: str, channel: str, thread: str
    ) -> list[StoredQuestion]:
        """Oldest first."""
        ...

    def questions(self, since: datetime, until: datetime) -> list[StoredQuestion]:
        """Asked in [since, until) by customers; newest first."""
        ...

    def drafts(
        self, since: datetime, until: datetime, asked: AskedBy | AskedIn | None = None
    ) -> list[StoredQuestion]:
        """Asked in [since, until) and DRAFTED, of these or (None) of all; oldest first."""
        ...

    def questions_to_judge(self, settled_before: datetime) -> list[StoredQuestion]:
        """Answered to a customer before then, and without a final verdict; oldest first."""
        ...

    def unsettled_questions(self, asked_before: datetime) -> list[StoredQuestion]:
        """Still ASKED so long after; oldest first."""
        ...

    def ticket_topics(self, account_key: str, since: date, until: date) -> list[tuple[str, str]]:
        """(key, subject) of tickets opened in [since, until]."""
        ...

    def arr_of(self, account_keys: Collection[str], as_of: date) -> dict[str, tuple[int, str]]:
        """Live ARR in minor units, and its currency, by account key."""
        ...

    def thread(self, platform: str, workspace: str, channel: str, thread: str) -> list[ThreadLine]:
        """What was said there, oldest first."""
        ...

    def place_mode(self, platform: str, workspace: str, channel: str) -> PlaceMode | None: ...
    def place_modes(self) -> list[PlaceMode]: ...
    def platform_ids(self, person_key: str) -> list[tuple[str, str, str]]:
        """(platform, workspace, user) of every account of a person."""
        ...

    def account_csm(self, account_key: str) -> tuple[str, str] | None:
        """(account's name, CSM's e-mail address or empty); None for an unknown account."""
        ...

    def case(self, case_id: int) -> StoredCase | None: ...
    def case_of_question(self, question_id: int) -> StoredCase | None: ...
    def open_cases(self, owner_key: str | None = None) -> list[StoredCase]:
        """Not resolved, of that owner or claimer, or (None) of everybody; soonest due first."""
        ...

    def open_cases_of(self, asked: AskedBy | AskedIn) -> list[StoredCase]:
        """Not resolved, and asked so; soonest due first."""
        ...

    def cases_to_escalate(self, opened_before: datetime) -> list[StoredCase]:
        """Neither answered nor resolved nor escalated, and opened before then."""
        ...

    def case_replies(self, case_ids: Collection[int]) -> list[CaseReply]:
        """Oldest first."""
        ...

    def posts(self, state: str, limit: int = 100) -> list[StoredPost]:
        """Oldest first."""
        ...

    def is_post_due(self, platform: str, now: datetime, claimed_before: datetime) -> bool:
        """Whether a waiting one's time has come, or one is SENDING since before then."""
        ...


class ConversationWriter(ConversationReader, Protocol):
    """What `question`, `case` and their like return here stays as it is for everybody else until
    the block ends."""

    def add_question(self, question: Question) -> int | None:
        """Its id; None when its key is known already."""
        ...

    def update_question(self, question_id: int, question: Question) -> None: ...
    def add_line(self, line: ThreadLine) -> bool:
        """False when that message is kept already."""
        ...

    def set_place_mode(self, mode: PlaceMode) -> None: ...
    def add_case(self, case: Case) -> int:
        """Its id. Raises Conflict when its question has one already."""
        ...

    def update_case(self, case_id: int, case: Case) -> None: ...
    def add_case_reply(self, reply: CaseReply) -> None: ...
    def add_post(self, post: Post) -> int | None:
        """Its id; None when its key is known already."""
        ...

    def post_by_key(self, key: str) -> StoredPost | None: ...
    def claim_posts(self, platform: str, now: datetime, limit: int) -> list[StoredPost]:
        """Make that platform's waiting ones whose time has come SENDING, claimed now, with one
        attempt more, and give them to this caller alone; oldest first. One for a customer waits
        until those before it in its thread are settled."""
        ...

    def doubt_posts(self, platform: str, claimed_before: datetime) -> list[StoredPost]:
        """Make that platform's that are SENDING since before then IN_DOUBT; which they are.
        Outreach is not among them: see `csm.use_cases.settle_outreach`."""
        ...

    def update_post(self, post_id: int, post: Post) -> None: ...


Progress = Callable[[str, int, int], Any]  # what, done, of how many
