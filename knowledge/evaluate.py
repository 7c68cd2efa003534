"""Measures the search on labelled questions: each part of it, and the whole.

The questions go through the very functions that the product searches with, over an index made for
the occasion. A document stands where its best chunk stands.
"""

import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import fmean
from tempfile import TemporaryDirectory
from typing import Any, Final

from csm.knowledge import Chunk, Document, Query, Shelf, StoredChunk
from csm.ports_answers import Embedder, Progress
from knowledge import metrics
from knowledge.beir import TestQuery, TestSet, Text, read_test_set
from knowledge.chunks import chunk_plain
from knowledge.index import Sync
from knowledge.metrics import TradeOff, best_trade_off, trade_off
from knowledge.ranking import Method, Ranking, rank
from knowledge.shelves import ShelfSearch, shelf_search

Chunker = Callable[[str, str], list[Chunk]]

MEASURES: Final = ("recall@1", "recall@5", "recall@10", "hit@5", "ndcg@10", "mrr@10")
LEVELS: Final = tuple(level / 10 for level in range(1, 10))
# Questions that are asked before time is taken.
WARM_UP: Final = 3
_SHELF: Final = Shelf.CUSTOMER


@dataclass(frozen=True, slots=True)
class Measured:
    """One way of ranking. `measures` by the names of MEASURES; times are a question's."""

    measures: Mapping[str, float]
    auroc: float | None
    p50_ms: float
    p95_ms: float


@dataclass(frozen=True, slots=True)
class FollowUps:
    """Questions with a thread, ranked by HYBRID with it and without."""

    count: int
    with_thread: Mapping[str, float]
    without: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """`chosen` is the threshold of the best balance, None where no question is unanswerable;
    `offers` is what others cost."""

    measured: Mapping[Method, Measured]
    chosen: TradeOff | None
    offers: Sequence[TradeOff]
    follow_ups: FollowUps | None

    def to_json(self) -> dict[str, Any]:
        found: dict[str, Any] = {
            method.value: {
                **_rounded(each.measures),
                "auroc": None if each.auroc is None else round(each.auroc, 4),
                "p50_ms": round(each.p50_ms, 2),
                "p95_ms": round(each.p95_ms, 2),
            }
            for method, each in self.measured.items()
        }
        chosen = self.chosen
        found["threshold"] = {
            "value": round(chosen.threshold, 4) if chosen else None,
            "abstained_unanswerable": round(chosen.unanswerable, 4) if chosen else None,
            "abstained_answerable": round(chosen.answerable, 4) if chosen else None,
        }
        return found


def evaluate(
    folder: Path, embedder: Embedder, progress: Progress, chunk: Chunker = chunk_plain
) -> Evaluation:
    """Raises InvalidInput when the folder is no test set, and Unavailable when the embedding
    model cannot be reached."""
    tests = read_test_set(folder)
    records = _CorpusRecords(tests.corpus.values(), chunk)
    with TemporaryDirectory(prefix="digital-csm-eval-") as name:
        search = shelf_search(records, _SHELF, Path(name), embedder.name)
        try:
            Sync(search, embedder).run(progress)
            return _Asking(tests, records, search, embedder, progress).evaluation()
        finally:
            search.vectors.store.reopen()  # lets go of the files


@dataclass(frozen=True, slots=True)
class _Asked:
    test: TestQuery
    ranking: Ranking
    seconds: float


class _Asking:
    """Asks every question in every way."""

    def __init__(
        self,
        tests: TestSet,
        records: "_CorpusRecords",
        search: ShelfSearch,
        embedder: Embedder,
        progress: Progress,
    ) -> None:
        self._tests = tests
        self._records = records
        self._search = search
        self._embedder = embedder
        self._progress = progress

    def evaluation(self) -> Evaluation:
        asked = {method: self._ask_all(method) for method in Method}
        confident = _by_kind(asked[Method.HYBRID], Method.HYBRID)
        return Evaluation(
            measured={method: self._measured(method, each) for method, each in asked.items()},
            chosen=best_trade_off(*confident),
            offers=[trade_off(level, *confident) for level in LEVELS] if all(confident) else [],
            follow_ups=self._follow_ups(asked[Method.HYBRID]),
        )

    def _ask_all(self, method: Method) -> list[_Asked]:
        tests = list(self._tests.queries.values())
        for test in tests[:WARM_UP]:
            self._ask(method, test.query)
        asked = []
        for done, test in enumerate(tests, start=1):
            start = time.perf_counter()
            ranking = self._ask(method, test.query)
            asked.append(_Asked(test, ranking, time.perf_counter() - start))
            self._progress(method.value, done, len(tests))
        return asked

    def _ask(self, method: Method, query: Query) -> Ranking:
        return rank([self._search], self._embedder, query, method)

    def _measured(self, method: Method, asked: Sequence[_Asked]) -> Measured:
        milliseconds = [each.seconds * 1000 for each in asked]
        return Measured(
            measures=self._measures([(each.test, each.ranking) for each in asked]),
            auroc=metrics.auroc(*_by_kind(asked, method)),
            p50_ms=metrics.quantile(milliseconds, 0.5),
            p95_ms=metrics.quantile(milliseconds, 0.95),
        )

    def _measures(self, rankings: Sequence[tuple[TestQuery, Ranking]]) -> dict[str, float]:
        """Means over those questions that have judgements."""
        judged = [
            (self._records.keys_of(ranking), self._tests.gains[test.key])
            for test, ranking in rankings
            if test.key in self._tests.gains
        ]
        found = {
            f"recall@{n}": fmean(metrics.recall(*each, n) for each in judged) for n in _RECALLS
        }
        found["hit@5"] = fmean(metrics.hit(*each, 5) for each in judged)
        found["ndcg@10"] = fmean(metrics.ndcg(*each, 10) for each in judged)
        found["mrr@10"] = fmean(metrics.reciprocal_rank(*each, 10) for each in judged)
        return found

    def _follow_ups(self, asked: Sequence[_Asked]) -> FollowUps | None:
        chosen = [each for each in asked if each.test.thread and each.test.key in self._tests.gains]
        if not chosen:
            return None
        bare = [(each.test, self._ask(Method.HYBRID, Query(each.test.text))) for each in chosen]
        return FollowUps(
            count=len(chosen),
            with_thread=self._measures([(each.test, each.ranking) for each in chosen]),
            without=self._measures(bare),
        )


_RECALLS: Final = (1, 5, 10)


def _by_kind(asked: Sequence[_Asked], method: Method) -> tuple[list[float], list[float]]:
    """The scores of answerable and of unanswerable questions."""
    scores: dict[bool, list[float]] = {True: [], False: []}
    for each in asked:
        scores[each.test.answerable].append(_score(each.ranking, method))
    return scores[True], scores[False]


def _score(ranking: Ranking, method: Method) -> float:
    if method is Method.HYBRID:
        return ranking.confidence
    return ranking.similarity if method is Method.DENSE else ranking.word_score


def _rounded(measures: Mapping[str, float]) -> dict[str, float]:
    return {name: round(measures[name], 4) for name in MEASURES}


class _CorpusRecords:
    """A corpus as one shelf of records that never changes. A document's id is its place."""

    def __init__(self, corpus: Collection[Text], chunk: Chunker) -> None:
        self._chunks: dict[str, StoredChunk] = {}
        self._keys: dict[str, list[str]] = {}
        for place, text in enumerate(corpus):
            document = Document(
                shelf=_SHELF,
                key=text.key[:1000],
                source="evaluation",
                title=text.title[:300] or text.key[:300],
                fingerprint="-",
                added_at=datetime.min.replace(tzinfo=UTC),
            )
            for each in chunk(text.title, text.text):
                stored = StoredChunk(place, document, each)
                self._chunks.setdefault(each.fingerprint, stored)
                self._keys.setdefault(each.fingerprint, []).append(text.key)

    @contextmanager
    def reading(self) -> Iterator["_CorpusRecords"]:
        yield self

    def keys_of(self, ranking: Ranking) -> list[str]:
        """The documents of a ranking, best first: all that hold the same words stand together."""
        keys = (
            key
            for candidate in ranking.candidates
            for key in self._keys[candidate.chunk.fingerprint]
        )
        return list(dict.fromkeys(keys))

    def fingerprints(self, shelf: Shelf) -> set[str]:
        return set(self._chunks) if shelf is _SHELF else set()

    def chunks_by_fingerprint(
        self, shelf: Shelf, fingerprints: Collection[str]
    ) -> dict[str, StoredChunk]:
        known = set(fingerprints) & self.fingerprints(shelf)
        return {fingerprint: self._chunks[fingerprint] for fingerprint in known}

    def all_chunks(self, shelf: Shelf) -> Iterator[tuple[str, str]]:
        for fingerprint in sorted(self.fingerprints(shelf)):
            yield fingerprint, self._chunks[fingerprint].chunk.searched

    def shelf_revision(self, shelf: Shelf) -> int:
        return int(shelf is _SHELF)
