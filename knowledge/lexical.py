"""BM25 over one shelf: bm25s counts, and a file keeps what it counted.

A word's weight is that of a shelf of at least `LEAST_CHUNKS`: on a shelf of three chunks, nothing
can be said of how rare a word is. Scores are a share of the most that a text could score, so that
those of two shelves can be compared.
"""

import logging
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Final

import bm25s
import numpy as np
from numpy.typing import NDArray

from knowledge.words import corpus_words

# It would tell of every step: the level that it gives itself is DEBUG.
logging.getLogger("bm25s").setLevel(logging.WARNING)

LEAST_CHUNKS: Final = 100
_FORMAT: Final = "1"  # of the file
# What a file that is not ours, half there or overwritten makes numpy raise.
_DAMAGE: Final = (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile)


@dataclass(frozen=True, slots=True)
class LexicalIndex:
    """The index of some chunks, sorted by fingerprint. It never changes; threads share it.

    Column t of the matrix (`data`, `indices`, `indptr`, as in CSC) holds the BM25 scores of
    word t in each chunk that has it.
    """

    fingerprints: Sequence[str]
    vocabulary: Mapping[str, int]
    data: NDArray[np.float32]
    indices: NDArray[np.int32]
    indptr: NDArray[np.int64]

    def best(self, weights: Mapping[str, float], most: int) -> list[tuple[str, float]]:
        """Chunks (fingerprint, score of 0 to 1) that hold any of the words, best first. A word
        counts with its weight."""
        scores = np.zeros(len(self.fingerprints), dtype=np.float32)
        attainable = 0.0
        for word, weight in sorted(weights.items()):
            attainable += weight * self.rarity(word)
            column = self._column(word)
            scores[self.indices[column]] += weight * self._correction(word) * self.data[column]
        return [
            (self.fingerprints[at], float(scores[at] / attainable)) for at in _top(scores, most)
        ]

    def rarity(self, word: str) -> float:
        """BM25's inverse document frequency: high for a rare word, highest for an unknown one."""
        return _idf(max(len(self.fingerprints), LEAST_CHUNKS), self._frequency(word))

    def _correction(self, word: str) -> float:
        """From the rarity that bm25s reckoned with to ours."""
        if len(self.fingerprints) >= LEAST_CHUNKS:
            return 1.0
        return self.rarity(word) / _idf(len(self.fingerprints), self._frequency(word))

    def _frequency(self, word: str) -> int:
        return len(self.indices[self._column(word)])

    def _column(self, word: str) -> slice:
        at = self.vocabulary.get(word)
        if at is None:
            return slice(0, 0)
        return slice(int(self.indptr[at]), int(self.indptr[at + 1]))


def _idf(chunks: int, having: int) -> float:
    return float(np.log1p((chunks - having + 0.5) / (having + 0.5)))


def _top(scores: NDArray[np.float32], most: int) -> list[int]:
    """Positions of the highest scores above 0; equal ones in their order."""
    if len(scores) > most:
        least = np.partition(scores, -most)[-most]
        positions = np.flatnonzero((scores >= least) & (scores > 0))
    else:
        positions = np.flatnonzero(scores)
    ordered = positions[np.argsort(-scores[positions], kind="stable")]
    return [int(position) for position in ordered[:most]]


def build(chunks: Iterable[tuple[str, str]]) -> LexicalIndex:
    """The index of chunks given as (fingerprint, searched text)."""
    pairs = sorted(chunks)
    corpus = corpus_words([text for _, text in pairs])
    fingerprints = [fingerprint for fingerprint, _ in pairs]
    if not corpus.vocabulary:
        return LexicalIndex(
            fingerprints, {}, np.zeros(0, np.float32), np.zeros(0, np.int32), np.zeros(1, np.int64)
        )
    counted = bm25s.BM25()
    counted.index((corpus.ids, corpus.vocabulary), show_progress=False)
    return LexicalIndex(
        fingerprints,
        corpus.vocabulary,
        np.asarray(counted.scores["data"], dtype=np.float32),
        np.asarray(counted.scores["indices"], dtype=np.int32),
        np.asarray(counted.scores["indptr"], dtype=np.int64),
    )


def digest(fingerprints: Iterable[str]) -> str:
    """Stands for a set of chunks: an index made of the same ones is as good as new."""
    return sha256("\n".join((_FORMAT, *sorted(fingerprints))).encode()).hexdigest()


def save(index: LexicalIndex, path: Path) -> None:
    """Write the file in one step: whoever reads it finds the old one or the new one, whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    vocabulary = sorted(index.vocabulary, key=index.vocabulary.__getitem__)
    with NamedTemporaryFile(dir=path.parent, suffix=".new", delete=False) as file:
        try:
            np.savez(
                file,
                digest=_packed([digest(index.fingerprints)]),
                fingerprints=_packed(index.fingerprints),
                vocabulary=_packed(vocabulary),
                numbers=np.array([index.vocabulary[word] for word in vocabulary], dtype=np.int64),
                data=index.data,
                indices=index.indices,
                indptr=index.indptr,
            )
            file.close()
            Path(file.name).replace(path)
        finally:
            with suppress(FileNotFoundError):
                Path(file.name).unlink()


def load(path: Path, wanted: str) -> LexicalIndex | None:
    """The index in a file, if it is sound and its digest is the wanted one."""
    try:
        # What is read is checked against the sum that was kept with it.
        with path.open("rb") as raw, np.load(raw) as file:
            if _unpacked(file["digest"]) != [wanted]:
                return None
            numbers = (int(number) for number in file["numbers"])
            return LexicalIndex(
                _unpacked(file["fingerprints"]),
                dict(zip(_unpacked(file["vocabulary"]), numbers, strict=True)),
                file["data"],
                file["indices"],
                file["indptr"],
            )
    except _DAMAGE:
        return None


def _packed(texts: Sequence[str]) -> NDArray[np.uint8]:
    return np.frombuffer("\n".join(texts).encode(), dtype=np.uint8)


def _unpacked(packed: NDArray[np.uint8]) -> list[str]:
    return packed.tobytes().decode().split("\n") if packed.size else []
