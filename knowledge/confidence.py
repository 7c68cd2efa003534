"""How likely it is that what was found answers the question.

Four things are looked at, none of which depends on the library's size or subject:

- similarity: cosine of the question, with its thread, and the nearest passage;
- lead: how much nearer that passage is than the next nine documents, on average;
- word lead: the same of BM25 scores, as a share of the best one;
- coverage: the share of the question's own words, by rarity, that stand in what was found of the
  best document.

The weights are those of a logistic regression (both kinds of question weighing the same, L2 with
C = 0.1), rounded. It was fitted on the 227 questions of MTRAG-UN's development part, 58 of them
unanswerable, over passages on two subjects. Fitted on one subject and tried on the other, the area
under the ROC curve is .92 and .93; that of the nearest passage's cosine alone is .88. The constant
is such that 0.5 abstains from 85 % of the unanswerable questions or more, and from 15 % of the
answerable ones or less: `knowledge eval` measures it anew on any questions.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp
from statistics import fmean
from typing import Final

# With how many documents the best one is compared.
RIVALS: Final = 9

SIMILARITY: Final = 5.0
LEAD: Final = 6.0
WORD_LEAD: Final = 3.0
COVERAGE: Final = 3.0
CONSTANT: Final = -5.5

# The leads that speak neither for nor against an answer: taken for documents that a library of
# fewer than ten does not have.
USUAL_LEAD: Final = 0.15
USUAL_WORD_LEAD: Final = 0.4


@dataclass(frozen=True, slots=True)
class Evidence:
    similarity: float = 0.0
    lead: float = 0.0
    word_lead: float = 0.0
    coverage: float = 0.0


def confidence(evidence: Evidence) -> float:
    """0 to 1."""
    logit = (
        CONSTANT
        + SIMILARITY * evidence.similarity
        + LEAD * evidence.lead
        + WORD_LEAD * evidence.word_lead
        + COVERAGE * evidence.coverage
    )
    return 1 / (1 + exp(-logit))


def lead(values: Sequence[float], documents: int) -> float:
    """By how much the best of some documents' cosines leads. They come best first; `documents` is
    how many there are, of which the worst may not be among the values."""
    if not values:
        return 0.0
    worst = min(values[1 : RIVALS + 1], default=values[0] - USUAL_LEAD)
    return values[0] - _rivals(values, documents, worst, values[0] - USUAL_LEAD)


def word_lead(values: Sequence[float], documents: int) -> float:
    """The same of BM25 scores, as a share of the best: those that are not given are 0."""
    if not values or values[0] <= 0:
        return 0.0
    usual = values[0] * (1 - USUAL_WORD_LEAD)
    return 1 - _rivals(values, documents, 0.0, usual) / values[0]


def _rivals(values: Sequence[float], documents: int, worst: float, usual: float) -> float:
    """The mean of the best one's rivals."""
    rivals = list(values[1 : RIVALS + 1])
    rivals += [worst] * (min(RIVALS, documents - 1) - len(rivals))
    return fmean(rivals + [usual] * (RIVALS - len(rivals)))
