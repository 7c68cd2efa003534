"""Knowledge gaps: what customers asked and the library did not answer, named and ranked.

For colleagues alone: accounts and money are in here.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import fsum
from typing import Final

from rapidfuzz import fuzz, process

from csm.money import minor_units
from csm.needles import ERASED
from csm.ports_answers import StoredQuestion
from csm.question import Feedback, Question, QuestionState, Review
from csm.reasons import Reason
from csm.wording import shorten

Cluster = Callable[[Sequence[str]], list[list[int]]]
"""Groups texts by meaning: lists of their positions, each position in exactly one."""

_LONGEST_NAME: Final = 90
_MOST_LIKENED: Final = 200
_WANT_OF_ANSWER: Final = frozenset(
    {Reason.NOT_FOUND, Reason.MODEL_ABSTAINED, Reason.NOTHING_TO_SAY}
)


@dataclass(frozen=True, slots=True)
class Gap:
    """Questions about the same thing, the one that says it best first. `arr` has minor units and
    the currency, one entry a currency, of the accounts that asked."""

    name: str
    questions: tuple[StoredQuestion, ...]
    accounts: tuple[str, ...]
    arr: tuple[tuple[int, str], ...]


def is_gap(question: Question) -> bool:
    """Whether a customer's question shows that the library lacks something. What no machine answers
    says nothing of the library, nor does a question that was too long or too vague, or was erased
    with whoever asked."""
    if question.by_staff or question.text == ERASED:
        return False
    match question.state:
        case QuestionState.HANDED_OVER:
            return question.reason in _WANT_OF_ANSWER
        case QuestionState.DISCARDED:
            return True
        case QuestionState.ANSWERED:
            rated_badly = question.feedback is Feedback.NOT_HELPED
            return rated_badly or question.review is Review.WRONG
        case _:
            return False


def rank_gaps(
    questions: Sequence[StoredQuestion],
    cluster: Cluster,
    arr_of: Mapping[str, tuple[int, str]],
) -> list[Gap]:
    """The gaps that these questions show; those that touch most accounts first, then most ARR.

    Amounts in several currencies are compared by their size alone: rough, but only for the order.
    """
    groups = cluster([stored.question.text for stored in questions])
    gaps = [_gap([questions[at] for at in group], arr_of) for group in groups if group]
    return sorted(gaps, key=_rank)


def _gap(questions: Sequence[StoredQuestion], arr_of: Mapping[str, tuple[int, str]]) -> Gap:
    ordered = _best_first(questions)
    accounts = {q.question.account_key: q.account_name for q in ordered if q.question.account_key}
    return Gap(
        name=shorten(ordered[0].question.text, _LONGEST_NAME),
        questions=tuple(ordered),
        accounts=tuple(sorted(name or key for key, name in accounts.items())),
        arr=_by_currency(arr_of[key] for key in accounts if key in arr_of),
    )


def _best_first(questions: Sequence[StoredQuestion]) -> list[StoredQuestion]:
    """The question most like the others (of very many, the first ones) first; the shorter one, and
    then the older one, where
    two are."""
    texts = [stored.question.text for stored in questions]
    scores = process.cdist(texts, texts[:_MOST_LIKENED], scorer=fuzz.token_set_ratio)
    likeness = {stored.id: float(row.sum()) for stored, row in zip(questions, scores, strict=True)}
    return sorted(
        questions,
        key=lambda one: (-likeness[one.id], len(one.question.text), one.question.asked_at),
    )


def _by_currency(amounts: Iterable[tuple[int, str]]) -> tuple[tuple[int, str], ...]:
    totals: dict[str, int] = defaultdict(int)
    for amount, currency in amounts:
        totals[currency] += amount
    return tuple(sorted(((total, code) for code, total in totals.items() if total), reverse=True))


def _rank(gap: Gap) -> tuple[int, float, int, str]:
    size = fsum(amount / 10 ** minor_units(currency) for amount, currency in gap.arr)
    return -len(gap.accounts), -size, -len(gap.questions), gap.name
