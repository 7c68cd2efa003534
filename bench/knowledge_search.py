"""How long a search of 100,000 chunks takes, from the question to the passages.

Texts are made up of a help centre's words, as often as words are used; vectors are random, but in
clusters: what they are does not matter to the time, and embedding 100,000 texts takes hours. The
questions are embedded for real.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bench.figures import Figure, milliseconds, quantile, repeat, timed
from bench.portfolio import TODAY
from csm.knowledge import Chunk, Document, Query, Said, Shelf, Speaker
from csm.ports_answers import Vectors
from knowledge.embedder import WIDTH, MiniLm, unit
from knowledge.library import KnowledgeLibrary
from knowledge.shelves import shelf_search
from storage.database import open_database
from storage.records import SqlRecords

CHUNKS, PER_DOCUMENT = 100_000, 10
WORDS, WORDS_A_CHUNK = 20_000, 130
CLUSTERS, BATCH = 2_000, 2_000
WARM_UP, SEARCHES = 10, 300
SEED = 7

NOUNS = (
    *("dashboard", "report", "alert", "import", "export", "user", "password", "link", "token"),
    *("filter", "chart", "table", "view", "automation", "approval", "forecast", "schedule"),
    *("certificate", "group", "role", "account", "invitation", "session"),
)
QUESTIONS = (
    "How do I reset the {}?",
    "the {} does not show the new {}, what can I do?",
    "Can an admin share a {} with people outside of our company?",
    "Where do I change who may see the {} of a {}?",
)


class BenchClock:
    def now(self) -> datetime:
        return datetime.combine(TODAY, datetime.min.time(), UTC)

    def today(self) -> date:
        return TODAY


def measure(folder: Path) -> list[Figure]:
    database = open_database(f"sqlite:///{folder / 'library.db'}")
    database.ensure_ready()
    records = SqlRecords(database)
    _fill(records, folder)
    library = KnowledgeLibrary(records, MiniLm(), folder, BenchClock(), 700)
    books = library.for_customers()
    with timed() as counting:
        books.search(_query(0))
    again = KnowledgeLibrary(records, MiniLm(), folder, BenchClock(), 700).for_customers()
    with timed() as starting:
        again.search(_query(0))
    bare = repeat(WARM_UP + SEARCHES, lambda number: books.search(_query(number)))[WARM_UP:]
    thread = _thread()
    follow_ups = repeat(SEARCHES, lambda number: books.search(_query(number, thread)))
    database.close()
    return [
        Figure(
            f"Search of {CHUNKS:,} chunks, question to passages, p95",
            f"{milliseconds(quantile(bare, 0.95))} (median {milliseconds(quantile(bare, 0.5))})",
            "under 50 ms",
        ),
        Figure(
            "The same for a follow-up with its thread, p95",
            f"{milliseconds(quantile(follow_ups, 0.95))} "
            f"(median {milliseconds(quantile(follow_ups, 0.5))})",
            "stated",
        ),
        Figure(
            "First search after a start, and with the words not yet counted",
            f"{starting.seconds:.1f} s, {counting.seconds:.1f} s",
            "stated",
        ),
    ]


def _fill(records: SqlRecords, folder: Path) -> None:
    random = np.random.default_rng(SEED)
    with records.writing() as writer:
        for place, chunks in enumerate(_documents(random)):
            writer.put_document(_document(place), chunks)
    model = MiniLm.name
    store = shelf_search(records, Shelf.CUSTOMER, folder, model).vectors
    with records.reading() as reader:
        fingerprints = sorted(reader.fingerprints(Shelf.CUSTOMER))
    centres = random.standard_normal((CLUSTERS, WIDTH))
    for start in range(0, len(fingerprints), BATCH):
        batch = fingerprints[start : start + BATCH]
        store.store.put(store.collection, batch, _vectors(random, centres, len(batch)))
    store.store.tell()


def _vectors(random: np.random.Generator, centres: NDArray[np.float64], count: int) -> Vectors:
    near = centres[random.integers(0, CLUSTERS, count)]
    return unit((near + 0.8 * random.standard_normal((count, WIDTH))).astype(np.float32))


def _documents(random: np.random.Generator) -> Iterator[list[Chunk]]:
    """Words by Zipf's law, the most frequent being those that questions have."""
    vocabulary = np.array([*NOUNS, *(f"word{number}" for number in range(WORDS - len(NOUNS)))])
    shares = 1 / np.arange(10, WORDS + 10)
    shares /= shares.sum()
    for document in range(CHUNKS // PER_DOCUMENT):
        words = random.choice(vocabulary, (PER_DOCUMENT, WORDS_A_CHUNK), p=shares)
        yield [
            Chunk(
                position=position,
                title_path=(f"Page {document}",),
                text=" ".join(line),
                fingerprint=f"{document:08}-{position}",
            )
            for position, line in enumerate(words)
        ]


def _document(place: int) -> Document:
    return Document(
        shelf=Shelf.CUSTOMER,
        key=f"page-{place}",
        source="bench",
        title=f"Page {place}",
        address=f"https://help.bench.example/{place}",
        modified_on=TODAY,
        fingerprint=str(place),
        added_at=BenchClock().now(),
    )


def _query(number: int, thread: Sequence[Said] = ()) -> Query:
    nouns = (NOUNS[number % len(NOUNS)], NOUNS[(number * 7 + 3) % len(NOUNS)])
    return Query(QUESTIONS[number % len(QUESTIONS)].format(*nouns), thread)


def _thread() -> list[Said]:
    """A question, and an answer as long as those that we give."""
    answer = " ".join(question.format("report", "view") for question in QUESTIONS * 4)
    return [Said(Speaker.CUSTOMER, _query(5).text), Said(Speaker.US, answer)]
