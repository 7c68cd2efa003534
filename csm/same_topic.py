"""Whether a ticket, or another question, is about what was asked us before.

Measured on 25 made-up pairs of a question and a ticket's subject on the same topic, and the 975
pairs with the other subjects: by words alone 60 % of the former are found, and none of the latter;
with the likeness in meaning of all-MiniLM-L6-v2 as well, 96 % and one.

Two questions must be much more alike. On 12 pairs that ask the same and 13 that ask two things of
one subject ("export as PDF", "export as CSV"): by that likeness 11 of the former are found and 2 of
the latter, by words alone 3 and none.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from rapidfuzz import fuzz

from csm.plain_words import content
from csm.ports_answers import Vectors

# The least likeness in meaning (-1 to 1): of a ticket, and of another question.
ALIKE: Final = 0.5
MUCH_ALIKE: Final = 0.72
# How many words that mean something must be in both, and as what part of the shorter text's.
_FEWEST_SHARED: Final = 2
_LEAST_SHARE: Final = 0.6
_LEAST_OF_LONGER: Final = 0.75
# Two words this similar (0 to 100) are one with a typo; shorter ones must be equal.
_TYPO: Final = 84
_SHORTEST_TYPO: Final = 5


def same_topic_ticket(
    question: str, tickets: Sequence[tuple[str, str]], likeness: Vectors | None
) -> str:
    """The key of the first of the tickets (key, subject) on the question's topic, or empty.

    `likeness` is how alike the question is to each subject; None where no library is at hand.
    """
    for at, (key, subject) in enumerate(tickets):
        means_the_same = likeness is not None and float(likeness[at]) >= ALIKE
        if means_the_same or shares_words(question, subject):
            return key
    return ""


def asked_the_same(
    question: str, asked: Sequence[tuple[datetime, str]], likeness: Vectors | None
) -> datetime | None:
    """When the first of the texts (time, text) was asked that ask much the same as the question:
    by their meaning, or by their words where no likeness (as above) is at hand."""
    for at, (when, text) in enumerate(asked):
        if likeness is None:
            is_same = shares_words(question, text, _LEAST_OF_LONGER)
        else:
            is_same = float(likeness[at]) >= MUCH_ALIKE
        if is_same:
            return when
    return None


def shares_words(one: str, other: str, of_longer: float = 0.0) -> bool:
    """Whether two short texts say the same in much the same words, which are at least a share
    `of_longer` of the longer one's."""
    left, right = content(one), content(other)
    shared = sum(any(_is_same(word, known) for known in right) for word in left)
    sizes = sorted((len(left), len(right)))
    return shared >= max(_FEWEST_SHARED, _LEAST_SHARE * sizes[0], of_longer * sizes[1])


def _is_same(one: str, other: str) -> bool:
    if min(len(one), len(other)) < _SHORTEST_TYPO:
        return one == other
    return fuzz.ratio(one, other) >= _TYPO
