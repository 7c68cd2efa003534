"""Four honest counts."""

import math
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csm.deflection import FEWEST_CHECKED, REWRITTEN, counts, is_silent, verdict, wilson
from csm.question import Deflection, Feedback, Question, QuestionState, Review
from tests.csm.help_desk import NOW, answered, asked, settings

DAY = timedelta(days=1)
SOON, LATE = NOW + DAY, NOW + 8 * DAY


def judged(now: datetime = LATE, ticket: str = "", **changes: Any) -> Deflection:
    return verdict(answered(**changes), now, settings(), ticket).deflection


def test_silence_is_assumed_and_then_durable() -> None:
    assert judged(SOON) is Deflection.ASSUMED
    assert judged(NOW + 7 * DAY) is Deflection.DURABLE


def test_silence_that_nobody_can_look_into_stays_assumed() -> None:
    found = verdict(answered(account_key=None), LATE, settings(), "")
    assert (found.deflection, found.is_final) == (Deflection.ASSUMED, True)


def test_confirmed_by_the_customer_alone() -> None:
    assert judged(SOON, feedback=Feedback.HELPED) is Deflection.CONFIRMED
    assert judged(LATE, feedback=Feedback.HELPED) is Deflection.CONFIRMED


@pytest.mark.parametrize(
    "changes",
    [
        {"feedback": Feedback.NOT_HELPED},
        {"human_replied_at": SOON},
        {"asked_again_at": SOON},
        {"ticket_key": "t-1"},
        {"ticket": "t-1"},
    ],
)
@pytest.mark.parametrize("also", [{}, {"feedback": Feedback.HELPED}])
def test_contradicted_whatever_was_said_before(
    changes: dict[str, Any], also: dict[str, Any]
) -> None:
    assert judged(**{**also, **changes}) is Deflection.CONTRADICTED


@pytest.mark.parametrize("field", ["human_replied_at", "asked_again_at"])
def test_only_the_days_after_the_answer_count(field: str) -> None:
    def at(instant: datetime) -> Deflection:
        changes: dict[str, Any] = {field: instant}
        return judged(**changes)

    edge = NOW + 7 * DAY
    assert at(edge) is Deflection.CONTRADICTED
    assert at(edge + timedelta(seconds=1)) is Deflection.DURABLE
    assert at(NOW - timedelta(seconds=1)) is Deflection.DURABLE


def test_wrong_but_silent() -> None:
    wrong: dict[str, Any] = {"review": Review.WRONG}
    assert judged(**wrong) is Deflection.WRONG_BUT_SILENT
    # Putting it right afterwards does not make it a complaint.
    assert judged(**wrong, human_replied_at=SOON) is Deflection.WRONG_BUT_SILENT
    assert judged(**wrong, feedback=Feedback.NOT_HELPED) is Deflection.CONTRADICTED
    assert judged(review=Review.RIGHT) is Deflection.DURABLE


def test_only_an_answer_has_a_verdict() -> None:
    for state in set(QuestionState) - {QuestionState.ANSWERED}:
        with pytest.raises(ValueError, match="no verdict"):
            verdict(asked(state=state), LATE, settings(), "")


INSTANTS = st.none() | st.integers(-5, 20).map(lambda days: NOW + days * DAY)
ANSWERS = st.builds(
    answered,
    feedback=st.none() | st.sampled_from(Feedback),
    review=st.none() | st.sampled_from(Review),
    human_replied_at=INSTANTS,
    asked_again_at=INSTANTS,
    ticket_key=st.sampled_from(["", "t-1"]),
    account_key=st.sampled_from(["acme", None]),
)


@given(ANSWERS, st.integers(0, 20))
def test_the_order_of_precedence(question: Question, days: int) -> None:
    found = verdict(question, NOW + days * DAY, settings(), "").deflection

    def heard(instant: datetime | None) -> bool:
        return instant is not None and NOW <= instant <= NOW + 7 * DAY

    complained = (
        question.feedback is Feedback.NOT_HELPED
        or heard(question.asked_again_at)
        or bool(question.ticket_key)
    )
    is_wrong = question.review is Review.WRONG
    assert (found is Deflection.CONTRADICTED) == (
        complained or (heard(question.human_replied_at) and not is_wrong)
    )
    assert (found is Deflection.WRONG_BUT_SILENT) == (is_wrong and not complained)
    if found is Deflection.CONFIRMED:
        assert question.feedback is Feedback.HELPED
    if found in (Deflection.DURABLE, Deflection.ASSUMED):
        assert question.feedback is None
    if found is Deflection.DURABLE:
        assert days >= 7
        assert question.account_key is not None


@given(ANSWERS, st.integers(7, 30), st.integers(7, 30))
def test_a_final_verdict_does_not_change_by_waiting(question: Question, one: int, two: int) -> None:
    verdicts = {verdict(question, NOW + days * DAY, settings(), "") for days in (one, two)}
    assert len(verdicts) == 1
    assert verdicts.pop().is_final


@given(st.lists(ANSWERS, max_size=20), st.booleans())
def test_each_answer_counts_once_and_only_as_what_it_is(
    questions: list[Question], is_judged: bool
) -> None:
    if is_judged:
        questions = [
            one.model_copy(update={"deflection": verdict(one, LATE, settings(), "").deflection})
            for one in questions
        ]
    found = counts(questions)
    parts = (found.confirmed, found.durable, found.assumed, found.wrong_but_silent)
    beside = found.contradicted + found.not_judged
    assert sum(parts) + beside == found.answered == len(questions)
    assert found.confirmed <= sum(one.feedback is Feedback.HELPED for one in questions)
    assert found.checked <= sum(one.review is not None for one in questions)
    if not is_judged:
        assert found.durable == found.assumed == 0
    else:
        assert found.not_judged == 0


def test_counts() -> None:
    handed = asked(state=QuestionState.HANDED_OVER)
    questions = [
        answered(deflection=Deflection.DURABLE),
        answered(deflection=Deflection.CONTRADICTED),
        answered(feedback=Feedback.HELPED),
        answered(),
        handed,
        asked(state=QuestionState.DISCARDED),
        asked(state=QuestionState.OVERTAKEN),
        asked(state=QuestionState.CLARIFYING),
    ]
    found = counts(questions)
    assert (found.answered, found.handed_over) == (4, 2)
    assert (found.confirmed, found.durable, found.assumed, found.contradicted) == (1, 1, 0, 1)
    assert found.not_judged == 1
    assert counts([]).wrong_share is None


def test_a_rewritten_draft_is_the_colleague_s_answer() -> None:
    rewritten = answered(reason=REWRITTEN, feedback=Feedback.HELPED)
    found = counts([rewritten, answered(deflection=Deflection.DURABLE)])
    assert (found.answered, found.confirmed, found.rewritten) == (1, 0, 1)
    assert not is_silent(answered(reason=REWRITTEN))
    with pytest.raises(ValueError, match="no verdict"):
        verdict(rewritten, LATE, settings(), "")


def checked(right: int, wrong: int, **changes: Any) -> list[Question]:
    reviews = [Review.RIGHT] * right + [Review.WRONG] * wrong
    return [answered(review=review, **changes) for review in reviews]


def test_too_few_checked_say_nothing() -> None:
    assert counts(checked(8, 1)).wrong_share is None
    found = counts(checked(8, 2))
    assert found.checked == FEWEST_CHECKED
    assert found.wrong_share is not None
    assert found.wrong_share.estimate == 0.2
    # Wilson's interval for 2 of 10, as any table of it has it.
    assert math.isclose(found.wrong_share.low, 0.0567, abs_tol=1e-4)
    assert math.isclose(found.wrong_share.high, 0.5098, abs_tol=1e-4)


def test_only_silent_answers_stand_for_the_silent_ones() -> None:
    spoken = checked(8, 8, feedback=Feedback.HELPED) + checked(5, 5, feedback=Feedback.NOT_HELPED)
    assert counts(spoken).checked == 0
    assert counts(spoken).wrong_share is None


@given(st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_holds_the_share_and_stays_in_bounds(case: tuple[int, int]) -> None:
    hits, of = case
    share = wilson(hits, of)
    assert 0 <= share.low <= share.estimate <= share.high <= 1
    assert share.high - share.low > 0


def test_silent() -> None:
    assert is_silent(answered())
    assert is_silent(answered(deflection=Deflection.DURABLE))
    for changes in (
        {"feedback": Feedback.HELPED},
        {"human_replied_at": SOON},
        {"asked_again_at": SOON},
        {"ticket_key": "t"},
        {"deflection": Deflection.CONTRADICTED},
        {"state": QuestionState.HANDED_OVER},
    ):
        assert not is_silent(answered(**changes))
