"""Chunks in the order in which they are likely to answer a question, and how sure that is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import structlog

from csm.knowledge import Query, Shelf, StoredChunk
from csm.ports_answers import Embedder
from knowledge.confidence import Evidence, confidence, lead, word_lead
from knowledge.fusion import fuse
from knowledge.lexical import LexicalIndex
from knowledge.passages import Candidate, is_alike
from knowledge.shelves import ShelfSearch
from knowledge.vectors import Damaged
from knowledge.wanted import Wanted, wanted
from knowledge.words import words

log = structlog.get_logger(__name__)

# How many chunks each index gives, and how many of them all are read and ranked.
DEPTH: Final = 100
CONSIDERED: Final = 60
# How many chunks are compared with the question at once where there are no vectors of them.
COMPARED: Final = 10
# Among how many of the best chunks those of the best document are looked for.
ANSWERING: Final = 12

Key = tuple[str, str]  # shelf and fingerprint
Hits = list[tuple[Key, float]]  # best first


class Method(StrEnum):
    """How to rank. The product uses HYBRID; the others are its parts, to be measured."""

    BM25 = "bm25"
    DENSE = "dense"
    HYBRID = "hybrid"


@dataclass(frozen=True, slots=True)
class Ranking:
    """Candidates, best first. `word_score` is the best one's by BM25."""

    candidates: tuple[Candidate, ...] = ()
    similarity: float = 0.0
    word_score: float = 0.0
    confidence: float = 0.0


def rank(
    searches: Sequence[ShelfSearch],
    embedder: Embedder,
    query: Query,
    method: Method = Method.HYBRID,
) -> Ranking:
    """Rank what some shelves have. Raises Unavailable when the embedding model or the index
    cannot be reached. No unit of work is open while either works."""
    indexes = {search.shelf: search.words.index() for search in searches}
    if not any(index.fingerprints for index in indexes.values()):
        return Ranking()
    ready = wanted(query, None if method is Method.BM25 else embedder)
    worded = _by_words(indexes, ready) if method is not Method.DENSE else []
    meant = _by_meaning(searches, embedder, ready, worded) if method is not Method.BM25 else []
    order = fuse([[key for key, _ in hits] for hits in (meant, worded)])[:CONSIDERED]
    chunks = _read(searches, order)
    candidates = tuple(chunks[key] for key in order if key in chunks)
    if not candidates:
        return Ranking()
    similarity = meant[0][1] if meant else 0.0
    evidence = _evidence(candidates, meant, worded, _coverage(ready, candidates, indexes))
    return Ranking(candidates, similarity, worded[0][1] if worded else 0.0, confidence(evidence))


def _by_words(indexes: Mapping[Shelf, LexicalIndex], ready: Wanted) -> Hits:
    return _merged({shelf: index.best(ready.weights, DEPTH) for shelf, index in indexes.items()})


def _by_meaning(
    searches: Sequence[ShelfSearch], embedder: Embedder, ready: Wanted, worded: Hits
) -> Hits:
    """Without usable vectors, the few best chunks by words are compared with the question."""
    assert ready.vector is not None
    try:
        found = {search.shelf: search.vectors.nearest(ready.vector, DEPTH) for search in searches}
    except Damaged:
        log.warning("searching by words alone until the vectors are made again")
        found = {}
    hits = _merged(found)
    if hits:
        return hits
    chunks = _read(searches, [key for key, _ in worded[:COMPARED]])
    if not chunks:
        return []
    keys = sorted(chunks)
    vectors = embedder.embed([chunks[key].chunk.searched for key in keys])
    likeness = zip(keys, map(float, vectors @ ready.vector), strict=True)
    return sorted(likeness, key=lambda hit: (-hit[1], hit[0]))


def _merged(hits: Mapping[Shelf, list[tuple[str, float]]]) -> Hits:
    every = [
        ((shelf.value, fingerprint), score)
        for shelf, of_shelf in hits.items()
        for fingerprint, score in of_shelf
    ]
    return sorted(every, key=lambda hit: (-hit[1], hit[0]))[:DEPTH]


def _read(searches: Sequence[ShelfSearch], keys: Sequence[Key]) -> dict[Key, Candidate]:
    """From the records: what is not there any more is not found."""
    found: dict[Key, Candidate] = {}
    for search in searches:
        chunks: Mapping[str, StoredChunk] = search.records.chunks(
            [fingerprint for shelf, fingerprint in keys if shelf == search.shelf.value]
        )
        for fingerprint, stored in chunks.items():
            found[search.shelf.value, fingerprint] = Candidate(search.shelf, stored)
    return found


def _evidence(
    candidates: Sequence[Candidate], meant: Hits, worded: Hits, coverage: float
) -> Evidence:
    by_key = {(each.shelf.value, each.chunk.fingerprint): each for each in candidates}
    documents = len({each.document for each in candidates})
    cosines = _best_of_documents(meant, by_key)
    scores = _best_of_documents(worded, by_key)
    return Evidence(
        similarity=cosines[0] if cosines else 0.0,
        lead=lead(cosines, documents),
        word_lead=word_lead(scores, documents),
        coverage=coverage,
    )


def _best_of_documents(hits: Hits, candidates: Mapping[Key, Candidate]) -> list[float]:
    """The best score of each document, best first; one with the best one's text is no rival."""
    best: dict[tuple[Shelf, int], float] = {}
    top: Candidate | None = None
    for key, score in hits:
        candidate = candidates.get(key)
        if candidate is None or candidate.document in best:
            continue
        if top is None:
            top = candidate
        elif is_alike(candidate.chunk.text, top.chunk.text):
            continue
        best[candidate.document] = score
    return list(best.values())


def _coverage(
    ready: Wanted, candidates: Sequence[Candidate], indexes: Mapping[Shelf, LexicalIndex]
) -> float:
    """The share of the question's words, by rarity, in what was found of the best document."""
    best = candidates[0]
    rarities = {word: indexes[best.shelf].rarity(word) for word in ready.question}
    if not rarities:
        return 0.0
    there: set[str] = set()
    for candidate in candidates[:ANSWERING]:
        if candidate.document == best.document:
            there.update(words(candidate.chunk.searched))
    covered = sum(rarity for word, rarity in rarities.items() if word in there)
    return covered / sum(rarities.values())
