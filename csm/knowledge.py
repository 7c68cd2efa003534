"""The help library's own words: shelves, documents, chunks, and what a search finds.

The database holds every document and its chunks: it is the truth. The indexes that search them
are made from it, and can be made again.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field


class Shelf(StrEnum):
    """Who may read a document: everybody, or only our own people."""

    CUSTOMER = "customer"
    INTERNAL = "internal"


class Document(BaseModel):
    """One page, file or article. `key` tells it from the others of its shelf: its address, or its
    path below what was added. `fingerprint` changes when its content does."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    shelf: Shelf
    key: str = Field(min_length=1, max_length=1000)
    source: str = Field(max_length=1000, description="what was added: a folder, a file, a sitemap")
    title: str = Field(min_length=1, max_length=300)
    address: str = Field(default="", max_length=1000, description="link for readers, if any")
    product: str = Field(default="", max_length=120)
    modified_on: date | None = Field(default=None, description="last change, where it says so")
    fingerprint: str = Field(min_length=1, max_length=64)
    added_at: datetime


class Chunk(BaseModel):
    """A part of a document that is found as one. `fingerprint` stands for what is searched, its
    titles and its text: the same words have the same fingerprint wherever they stand."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    position: int = Field(ge=0, description="0 for the first of its document")
    title_path: tuple[str, ...] = Field(description="headings above it, outermost first")
    anchor: str = Field(default="", max_length=300, description="fragment of the link to it")
    text: str = Field(min_length=1, description="markdown")
    fingerprint: str = Field(min_length=1, max_length=64)

    @property
    def searched(self) -> str:
        """What is indexed: the headings, then the text."""
        return "\n".join((" > ".join(self.title_path), self.text)).strip()


@dataclass(frozen=True, slots=True)
class StoredDocument:
    id: int
    document: Document
    chunks: int  # how many


@dataclass(frozen=True, slots=True)
class StoredChunk:
    document_id: int
    document: Document
    chunk: Chunk


class Speaker(StrEnum):
    """Who said something in a thread with a customer."""

    CUSTOMER = "customer"
    STAFF = "staff"
    US = "us"  # this product


@dataclass(frozen=True, slots=True)
class Said:
    """One thing that was said earlier in a thread."""

    by: Speaker
    text: str


@dataclass(frozen=True, slots=True)
class Query:
    """What is looked for. `thread` is what was said before, oldest first: it completes a question
    that leans on it ("and for SSO?")."""

    text: str
    thread: Sequence[Said] = ()


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of the library that was found, joined with its neighbours where they were found,
    too. `id` is the fingerprint of its best chunk. `link` is where a reader finds it, or empty."""

    id: str
    shelf: Shelf
    title: str  # the document's
    title_path: tuple[str, ...]
    text: str  # markdown
    link: str
    product: str = ""
    modified_on: date | None = None
    is_stale: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found, best first. `confidence` (0 to 1) says how likely it is that the
    answer is among it: it is compared with a threshold that was measured, see `knowledge eval`.
    `similarity` (-1 to 1) is that of the nearest passage in meaning."""

    passages: tuple[Passage, ...] = ()
    confidence: float = 0.0
    similarity: float = 0.0


@dataclass(frozen=True, slots=True)
class Failure:
    """Something that could not be read, and why: shown to whoever added it."""

    what: str
    reason: str


@dataclass(frozen=True, slots=True)
class Read:
    """A place that was read, as the documents of it have it for their source, and what of it could
    not be."""

    source: str
    failures: tuple[Failure, ...]


@dataclass(slots=True)
class Ingested:
    """How adding to a shelf changed it. Documents are counted, and chunks embedded. `read` are the
    places that can be read again by themselves."""

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    removed: int = 0
    embedded: int = 0
    failures: list[Failure] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    read: list[Read] = field(default_factory=list)
