"""Questions about the same thing, found by their meaning."""

from collections.abc import Callable, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from csm.ports_answers import Vectors

# Mean cosine from which two groups of questions are about the same thing. With the model that
# comes with the install, on 42 support questions in 14 groups of paraphrases, it joined 79 % of
# the pairs that belong together and no other; .40 joins 90 %, and one pair in fourteen is wrong.
# What is wrongly joined hides a gap, so it is the cautious one.
SAME_THING: Final = 0.45


def cluster(texts: Sequence[str], likeness: Callable[[Sequence[str]], Vectors]) -> list[list[int]]:
    """Positions of texts, each in exactly one group; positions and groups in their order.

    Agglomerative, with average linkage: the two groups that are most alike are joined, for as long
    as any are alike enough. `likeness` is that of a Library; what it raises is raised.
    """
    if len(texts) < 2:
        return [[position] for position in range(len(texts))]
    return _Joining(np.array(likeness(texts), dtype=np.float64)).groups()


class Clusters:
    """`cluster` by one likeness. The last result is kept: whoever pages through it asks again."""

    def __init__(self, likeness: Callable[[Sequence[str]], Vectors]) -> None:
        self._likeness = likeness
        self._last: tuple[tuple[str, ...], list[list[int]]] | None = None

    def __call__(self, texts: Sequence[str]) -> list[list[int]]:
        asked, last = tuple(texts), self._last
        if last is None or last[0] != asked:
            self._last = last = (asked, cluster(asked, self._likeness))
        return last[1]


class _Joining:
    """Groups, and how alike they are. Each row keeps its best column, so that only rows whose best
    was joined are searched again: time grows with the square of the number of texts."""

    def __init__(self, alike: NDArray[np.float64]) -> None:
        np.fill_diagonal(alike, -np.inf)
        self._alike = alike
        self._groups = [[position] for position in range(len(alike))]
        self._best = alike.argmax(axis=1)
        self._most = alike[np.arange(len(alike)), self._best]

    def groups(self) -> list[list[int]]:
        while self._most.max() >= SAME_THING:
            row = int(self._most.argmax())
            one, other = sorted((row, int(self._best[row])))
            self._join(one, other)
        return [sorted(group) for group in self._groups if group]

    def _join(self, one: int, other: int) -> None:
        """Make `one` stand for both, and `other` for nothing."""
        alike, sizes = self._alike, (len(self._groups[one]), len(self._groups[other]))
        mean = (sizes[0] * alike[one] + sizes[1] * alike[other]) / sum(sizes)
        alike[one, :] = alike[:, one] = mean
        alike[other, :] = alike[:, other] = alike[one, one] = -np.inf
        self._groups[one] += self._groups[other]
        self._groups[other] = []
        self._find_best(one, other)

    def _find_best(self, one: int, other: int) -> None:
        stale = (self._best == one) | (self._best == other)
        stale[[one, other]] = True
        rows = np.flatnonzero(stale)
        self._best[rows] = self._alike[rows].argmax(axis=1)
        self._most[rows] = self._alike[rows, self._best[rows]]
        # No mean is above both of what it is made of, so no other row has a better one now.
