"""Texts as the words that are searched for: lower case, without endings or English filler words.

Chunks and questions go through the same function, or they would not meet.
"""

from collections.abc import Sequence
from threading import local
from typing import Final, NamedTuple

import bm25s
import Stemmer

_LANGUAGE: Final = "english"
_own = local()


class Corpus(NamedTuple):
    """Texts as numbers of words, and the number of each word."""

    ids: list[list[int]]
    vocabulary: dict[str, int]


def corpus_words(texts: Sequence[str]) -> Corpus:
    tokens = bm25s.tokenize(list(texts), stemmer=_stemmer(), show_progress=False)
    return Corpus(tokens.ids, tokens.vocab)


def words(text: str) -> tuple[str, ...]:
    """The different words of one text, sorted."""
    found = bm25s.tokenize([text], stemmer=_stemmer(), show_progress=False, return_ids=False)
    return tuple(sorted(set(found[0])))


def _stemmer() -> Stemmer.Stemmer:
    """One for each thread: it is not safe to share."""
    if not hasattr(_own, "stemmer"):
        _own.stemmer = Stemmer.Stemmer(_LANGUAGE)
    stemmer: Stemmer.Stemmer = _own.stemmer
    return stemmer
