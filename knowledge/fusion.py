"""Putting several orders of the same things together: reciprocal rank fusion.

Cormack, Clarke and Büttcher, "Reciprocal rank fusion outperforms Condorcet and individual rank
learning methods", SIGIR 2009. It needs no scores that can be compared with one another.
"""

from collections import defaultdict
from collections.abc import Sequence
from typing import Final, TypeVar

KeyT = TypeVar("KeyT", bound=tuple[str, str] | str)

# How slowly a place further down counts less. The paper has 60, for lists of thousands; 10 to 20
# ranked best where the right passage is among a few.
RANK_CONSTANT: Final = 20


def fuse(rankings: Sequence[Sequence[KeyT]]) -> list[KeyT]:
    """All that is in any of the rankings, best first; equals in the order of their keys."""
    scores: defaultdict[KeyT, float] = defaultdict(float)
    for ranking in rankings:
        for rank, key in enumerate(ranking, start=1):
            scores[key] += 1 / (RANK_CONSTANT + rank)
    return sorted(scores, key=lambda key: (-scores[key], key))
