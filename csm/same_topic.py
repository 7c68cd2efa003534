"""Whether a ticket is about what its account had asked us before.

Measured on 25 made-up pairs of a question and a ticket's subject on the same topic, and the 975
pairs with the other subjects: by words alone 60 % of the former are found, and none of the latter;
with the likeness in meaning of all-MiniLM-L6-v2 as well, 96 % and one.
"""

from collections.abc import Sequence
from typing import Final

from rapidfuzz import fuzz

from csm.plain_words import content
from csm.ports_answers import Vectors

# The least likeness in meaning (-1 to 1).
ALIKE: Final = 0.5
# How many words that mean something must be in both, and as what part of the shorter text's.
_FEWEST_SHARED: Final = 2
_LEAST_SHARE: Final = 0.6
# Two words this similar (0 to 100) are one with a typo; shorter ones must be equal.
_TYPO: Final = 84
_SHORTEST_TYPO: Final = 5


def same_topic_ticket(
    question: str, tickets: Sequence[tuple[str, str]], likeness: Vectors | None
) -> str:
    """The key of the first of the tickets (key, subject) on the question's topic, or empty.

    `likeness` is that of the question, which comes first, and the subjects among each other; None
    where no library is at hand.
    """
    for at, (key, subject) in enumerate(tickets, start=1):
        means_the_same = likeness is not None and float(likeness[0, at]) >= ALIKE
        if means_the_same or shares_words(question, subject):
            return key
    return ""


def shares_words(one: str, other: str) -> bool:
    """Whether two short texts say the same in much the same words."""
    left, right = content(one), content(other)
    shared = sum(any(_is_same(word, known) for known in right) for word in left)
    return shared >= max(_FEWEST_SHARED, _LEAST_SHARE * min(len(left), len(right)))


def _is_same(one: str, other: str) -> bool:
    if min(len(one), len(other)) < _SHORTEST_TYPO:
        return one == other
    return fuzz.ratio(one, other) >= _TYPO
