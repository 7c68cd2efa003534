"""The playbook's phrases, made ready for being looked for in any inflection."""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from csm.plain_words import bare, stem, words
from csm.word_runs import WordRuns

# Letters: of the beginning that a word with a star must have, and of a word that is looked for
# in pieces. Shorter ones stand in too many others.
SHORTEST_BEGINNING: Final = 4
_SHORTEST_CUT: Final = 6
_STAR: Final = "*"


class Said(NamedTuple):
    """Words of a text, one after the other, with their stems; `joined` are words that it may hold
    in pieces ("dis-count"), `heads` the first letters of all words."""

    words: tuple[str, ...]
    stems: tuple[str, ...]
    joined: tuple[str, ...]
    heads: frozenset[str]


class Phrases:
    """Phrases by the stems of their words: "discount" stands for "discounts" and "discounted",
    too. A word with a star stands for all that begin so: "garant*" for "garantieren" and
    "Garantie", as other languages inflect. A single word of six letters or more is found in two or
    three pieces as well. Not seen: other forms than `csm.plain_words.stem` knows ("sold" for
    "sell"), and other words between those of a phrase."""

    def __init__(self, phrases: Sequence[str]) -> None:
        self._runs_of = {phrase: _run_of(phrase) for phrase in phrases}
        self._runs = WordRuns(self._runs_of.values())
        single = [run for run in self._runs_of.values() if " " not in run]
        long = [run for run in single if len(run.rstrip(_STAR)) >= _SHORTEST_CUT - 1]
        self._cut = WordRuns(long)
        self._cut_heads = frozenset(run[:SHORTEST_BEGINNING] for run in long)
        tokens = (token for run in self._runs_of.values() for token in run.split())
        starred = [token[:-1] for token in tokens if token.endswith(_STAR)]
        self._lengths = sorted({len(beginning) for beginning in starred})
        self._beginnings = frozenset(starred)
        self._heads = frozenset(beginning[:SHORTEST_BEGINNING] for beginning in starred)

    @property
    def listed(self) -> tuple[str, ...]:
        return tuple(self._runs_of)

    def said_in(self, said: Said) -> list[str]:
        """The phrases that the words hold, in the phrases' order."""
        found = set(self._runs.said_in(said.stems))
        if not self._heads.isdisjoint(said.heads):
            found |= set(self._runs.said_in_any(self._ways(said)))
        pieces = [word for word in said.joined if word[:SHORTEST_BEGINNING] in self._cut_heads]
        if pieces:
            for ways in self._ways(said_by(pieces)):
                found |= set(self._cut.said_in(ways))
        if not found:
            return []
        return [phrase for phrase, run in self._runs_of.items() if run in found]

    def _ways(self, said: Said) -> Iterator[tuple[str, ...]]:
        """Each word as its stem, and as what it begins with."""
        for word, its_stem in zip(said.words, said.stems, strict=True):
            if word[:SHORTEST_BEGINNING] in self._heads:
                beginnings = (word[:length] for length in self._lengths if length <= len(word))
                yield (
                    its_stem,
                    *(f"{one}{_STAR}" for one in beginnings if one in self._beginnings),
                )
            else:
                yield (its_stem,)


@lru_cache(maxsize=64)
def phrases_of(phrases: tuple[str, ...]) -> Phrases:
    """Made ready once for each list."""
    return Phrases(phrases)


@lru_cache(maxsize=64)
def bare_phrases(phrases: tuple[str, ...]) -> tuple[str, ...]:
    """The same as bare words, the longest first."""
    return tuple(sorted(map(bare, phrases), key=len, reverse=True))


def said_by(some: Sequence[str], joined: Sequence[str] = ()) -> Said:
    """Words with their stems."""
    heads = frozenset(word[:SHORTEST_BEGINNING] for word in some)
    return Said(tuple(some), stems_of(some), tuple(joined), heads)


def stems_of(some: Sequence[str]) -> tuple[str, ...]:
    return tuple(map(stem, some))


def _run_of(phrase: str) -> str:
    """The stems of a phrase's words, and those with a star as they begin."""
    return " ".join(
        f"{bare(part[:-1])}{_STAR}" if part.endswith(_STAR) else " ".join(stems_of(words(part)))
        for part in phrase.split()
    )
