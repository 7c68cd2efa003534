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
    groups = [[position] for position in range(len(texts))]
    if len(texts) < 2:
        return groups
    alike = np.array(likeness(texts), dtype=np.float64)
    np.fill_diagonal(alike, -np.inf)
    while True:
        one, other = sorted(divmod(int(alike.argmax()), len(texts)))
        if alike[one, other] < SAME_THING:
            return [sorted(group) for group in groups if group]
        _join(alike, one, other, len(groups[one]), len(groups[other]))
        groups[one] += groups[other]
        groups[other] = []


def _join(alike: NDArray[np.float64], one: int, other: int, size: int, others: int) -> None:
    """Make `one` stand for both, and `other` for nothing."""
    mean = (size * alike[one] + others * alike[other]) / (size + others)
    alike[one, :] = alike[:, one] = mean
    alike[other, :] = alike[:, other] = alike[one, one] = -np.inf
