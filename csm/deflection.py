"""Deflection, counted honestly: a reply is not a deflection.

The verdict on an answer is the first of these that holds:

1. CONTRADICTED: the customer said that it did not help, asked again, there or anywhere else, or
   opened a ticket on the same topic.
2. WRONG_BUT_SILENT: a colleague who checked it found it wrong, and the customer had not complained.
3. CONTRADICTED: a colleague replied in the thread after us, even if the customer had said that the
   answer helped: we cannot know whose words did.
4. CONFIRMED: the customer said that it helped.
5. DURABLE: nothing of the above for `judged_after_days` days. It takes a known account, because
   only then would its tickets have been found.
6. ASSUMED: silence so far, or silence of somebody whose tickets nobody can look up.

An answer that a colleague rewrote before sending is theirs, and has no verdict.

A reply, a repeated question or a ticket counts within `judged_after_days` of the answer; what the
customer says of the answer, and what a colleague finds, counts whenever it comes. A verdict is
final once those days are over.
"""

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from csm.answer_settings import AnswerSettings
from csm.question import Deflection, Feedback, Question, QuestionState, Review

# The reason of a question that was answered by a draft of ours, rewritten by a colleague.
REWRITTEN: Final = "rewritten"
# With fewer answers checked, a share says nothing.
FEWEST_CHECKED: Final = 10
# Standard deviations on either side that hold 95 % of a normal distribution.
_Z: Final = 1.959964

_HANDED_OVER: Final = frozenset({QuestionState.HANDED_OVER, QuestionState.DISCARDED})
_SILENT: Final = frozenset(
    {None, Deflection.DURABLE, Deflection.ASSUMED, Deflection.WRONG_BUT_SILENT}
)


@dataclass(frozen=True, slots=True)
class Verdict:
    deflection: Deflection
    is_final: bool


@dataclass(frozen=True, slots=True)
class Share:
    """A share (0 to 1) that was estimated from a sample, and its 95 % interval after Wilson."""

    estimate: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class DeflectionCounts:
    """The four counts, which are never added up, and what stands beside them.

    `answered` were answered by us, and each is in exactly one of `confirmed`, `durable`, `assumed`,
    `wrong_but_silent`, `contradicted` and `not_judged`: silent so far, and too young for a verdict.
    `rewritten` were answered by colleagues, who changed a draft of ours. `checked` of the silent
    ones were checked by a colleague; `wrong_share` estimates from them how many of all the silent
    ones are wrong. It is None when fewer than FEWEST_CHECKED were.
    """

    answered: int = 0
    confirmed: int = 0
    durable: int = 0
    assumed: int = 0
    wrong_but_silent: int = 0
    contradicted: int = 0
    not_judged: int = 0
    handed_over: int = 0
    rewritten: int = 0
    checked: int = 0
    wrong_share: Share | None = None


def verdict(
    question: Question, now: datetime, settings: AnswerSettings, same_topic_ticket: str
) -> Verdict:
    """What became of an answer, as of `now`. `same_topic_ticket` is the key of a ticket that the
    account opened on the same topic in the days after it, or empty.

    Raises ValueError for a question that we have not answered.
    """
    if not is_ours(question) or question.settled_at is None:
        raise ValueError(f"there is no verdict on a question that is {question.state}")
    window = timedelta(days=settings.judged_after_days)
    is_over = now >= question.settled_at + window
    found = _spoken(question, window, same_topic_ticket or question.ticket_key)
    if found is None:
        lasts = is_over and question.account_key is not None
        found = Deflection.DURABLE if lasts else Deflection.ASSUMED
    return Verdict(found, is_over)


def is_ours(question: Question) -> bool:
    """Whether we have answered it, in words that no colleague changed."""
    return question.state is QuestionState.ANSWERED and question.reason != REWRITTEN


def is_silent(question: Question) -> bool:
    """Whether an answer met with no word at all so far, from anybody."""
    return (
        is_ours(question)
        and question.feedback is None
        and question.asked_again_at is None
        and question.human_replied_at is None
        and not question.ticket_key
        and question.deflection is not Deflection.CONTRADICTED
    )


def counts(questions: Iterable[Question]) -> DeflectionCounts:
    """The counts of a period's questions by their verdicts. An answer that has none yet counts by
    what has been heard of it so far."""
    questions = list(questions)
    answered = [question for question in questions if is_ours(question)]
    verdicts = Counter(_verdict_so_far(question) for question in answered)
    checked = [q for q in answered if q.review is not None and _is_sampled(q)]
    wrong = sum(question.review is Review.WRONG for question in checked)
    return DeflectionCounts(
        answered=len(answered),
        confirmed=verdicts[Deflection.CONFIRMED],
        durable=verdicts[Deflection.DURABLE],
        assumed=verdicts[Deflection.ASSUMED],
        wrong_but_silent=verdicts[Deflection.WRONG_BUT_SILENT],
        contradicted=verdicts[Deflection.CONTRADICTED],
        not_judged=verdicts[None],
        handed_over=sum(q.state in _HANDED_OVER for q in questions),
        rewritten=sum(q.state is QuestionState.ANSWERED and not is_ours(q) for q in questions),
        checked=len(checked),
        wrong_share=wilson(wrong, len(checked)) if len(checked) >= FEWEST_CHECKED else None,
    )


def wilson(hits: int, of: int) -> Share:
    """The share of hits among `of` (at least 1) with its 95 % interval: Wilson's score interval,
    which stays honest for few cases and for shares near 0 and 1."""
    share, square = hits / of, _Z * _Z
    middle = (share + square / (2 * of)) / (1 + square / of)
    reach = _Z / (1 + square / of) * math.sqrt(share * (1 - share) / of + square / (4 * of * of))
    # Rounding must not put the share outside of its own interval.
    low, high = min(share, middle - reach), max(share, middle + reach)
    return Share(share, max(0.0, low), min(1.0, high))


def _spoken(question: Question, window: timedelta, ticket: str) -> Deflection | None:
    """The verdict by what somebody said or did; None for silence."""

    def is_within(instant: datetime | None) -> bool:
        if instant is None or question.settled_at is None:
            return False
        return timedelta(0) <= instant - question.settled_at <= window

    complained = question.feedback is Feedback.NOT_HELPED or is_within(question.asked_again_at)
    if complained or ticket:
        return Deflection.CONTRADICTED
    if question.review is Review.WRONG:
        return Deflection.WRONG_BUT_SILENT
    if is_within(question.human_replied_at):
        return Deflection.CONTRADICTED
    return Deflection.CONFIRMED if question.feedback is Feedback.HELPED else None


def _verdict_so_far(question: Question) -> Deflection | None:
    """The verdict, or what has been said of the answer so far; None for silence that is young."""
    if question.deflection is not None:
        return question.deflection
    return _spoken(question, timedelta.max, question.ticket_key)


def _is_sampled(question: Question) -> bool:
    """Whether an answer that was checked stands for the silent ones."""
    return question.feedback is None and _verdict_so_far(question) in _SILENT
