"""Runs of words, made ready for being looked for in a text.

Making them ready costs time for every one, looking for all of them no more than the text is long.
"""

from collections.abc import Iterable, Iterator, Sequence


class WordRuns:
    """Runs such as "acme steel works": words one blank apart."""

    def __init__(self, runs: Iterable[str]) -> None:
        self._runs = frozenset(runs)
        # Each run's first words, so that a search stops where no run goes on.
        self._beginnings = {start for run in self._runs for start in _beginnings(run)}

    def __len__(self) -> int:
        return len(self._runs)

    def said_in(self, words: Sequence[str]) -> Iterator[str]:
        """Those that the words hold, one after the other, as often as they do."""
        beginnings = self._beginnings
        for start, word in enumerate(words):
            if word in beginnings:
                yield from self._from(words, start)

    def said_in_any(self, ways: Iterable[Sequence[str]]) -> Iterator[str]:
        """The same where each word may be read in several ways."""
        begun: list[str] = []
        for words in ways:
            joined = [f"{before} {word}" for before in begun for word in words]
            begun = [run for run in (*words, *joined) if run in self._beginnings]
            yield from (run for run in begun if run in self._runs)

    def _from(self, words: Sequence[str], start: int) -> Iterator[str]:
        """Those that begin with that word."""
        said, end = words[start], start + 1
        while said in self._beginnings:
            if said in self._runs:
                yield said
            if end == len(words):
                return
            said, end = f"{said} {words[end]}", end + 1


def _beginnings(run: str) -> Iterator[str]:
    words = run.split()
    return (" ".join(words[:end]) for end in range(1, len(words) + 1))
