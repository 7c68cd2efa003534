"""What the library lacks: which questions show it, how gaps are named and ranked."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csm.gaps import is_gap, rank_gaps
from csm.ports_answers import StoredQuestion
from csm.question import Feedback, Question, QuestionState, Review
from csm.reasons import Reason
from tests.csm.help_desk import NOW, answered, asked, settings

HANDED_OVER = QuestionState.HANDED_OVER


def handed(reason: str, **changes: Any) -> Question:
    return asked(state=HANDED_OVER, reason=reason, **changes)


@pytest.mark.parametrize(
    "question",
    [
        handed(Reason.NOT_FOUND),
        handed(Reason.MODEL_ABSTAINED),
        handed(Reason.NOTHING_TO_SAY),
        asked(state=QuestionState.DISCARDED),
        answered(feedback=Feedback.NOT_HELPED),
        answered(review=Review.WRONG),
        answered(review=Review.WRONG, feedback=Feedback.HELPED),
    ],
)
def test_what_shows_a_gap(question: Question) -> None:
    assert is_gap(question)
    assert not is_gap(question.model_copy(update={"by_staff": True}))


@pytest.mark.parametrize(
    "question",
    [
        *(handed(topic.id) for topic in settings().topics),
        handed(Reason.TOO_LONG),
        handed(Reason.LIBRARY_DOWN),
        handed(Reason.GUARD_REFUSED),
        answered(),
        answered(feedback=Feedback.HELPED),
        answered(review=Review.RIGHT),
        asked(),
        asked(state=QuestionState.OVERTAKEN),
        asked(state=QuestionState.CLARIFYING),
    ],
)
def test_what_shows_none(question: Question) -> None:
    assert not is_gap(question)


_ids = count(1)


def stored(text: str, account: str | None = "acme", **changes: Any) -> StoredQuestion:
    which = handed(Reason.NOT_FOUND, text=text, account_key=account, **changes)
    return StoredQuestion(next(_ids), (account or "").capitalize(), which)


def by_first_word(texts: Sequence[str]) -> list[list[int]]:
    groups: dict[str, list[int]] = {}
    for at, text in enumerate(texts):
        groups.setdefault(text.split()[0], []).append(at)
    return list(groups.values())


def all_alike(texts: Sequence[str]) -> list[list[int]]:
    return [list(range(len(texts)))]


def test_accounts_come_first_then_money_then_questions() -> None:
    questions = [
        stored("one asks", "small"),
        stored("one asks again", "small"),
        stored("one asks once more", "small"),
        stored("two ask", "small"),
        stored("two ask as well", "big"),
        stored("rich asks", "big"),
        stored("lone asks", "small"),
        stored("nobody known asks", None),
    ]
    arr = {"small": (100_00, "USD"), "big": (900_000_00, "USD")}
    gaps = rank_gaps(questions, by_first_word, arr)
    assert [gap.name.split()[0] for gap in gaps] == ["two", "rich", "one", "lone", "nobody"]
    assert gaps[0].accounts == ("Big", "Small")
    assert gaps[0].arr == ((900_100_00, "USD"),)
    assert (gaps[-1].accounts, gaps[-1].arr) == ((), ())


def test_an_account_that_asks_often_counts_once() -> None:
    gaps = rank_gaps(
        [stored("same here"), stored("same there")], by_first_word, {"acme": (500, "EUR")}
    )
    assert [(gap.arr, len(gap.questions)) for gap in gaps] == [(((500, "EUR"),), 2)]


def test_currencies_are_not_added_up() -> None:
    questions = [stored("x a", "one"), stored("x b", "two"), stored("x c", "three")]
    arr = {"one": (100, "USD"), "two": (300, "EUR"), "three": (50, "USD")}
    assert rank_gaps(questions, by_first_word, arr)[0].arr == ((300, "EUR"), (150, "USD"))


def test_yen_have_no_cents() -> None:
    questions = [stored("yen ask", "tokyo"), stored("dollars ask", "boston")]
    arr = {"tokyo": (200_000, "JPY"), "boston": (300_000_00, "USD")}
    gaps = rank_gaps(questions, by_first_word, arr)
    assert [gap.name for gap in gaps] == ["dollars ask", "yen ask"]


def test_a_gap_is_named_after_the_question_most_like_the_others() -> None:
    questions = [
        stored("export to pdf on sundays when the moon is full and nobody looks"),
        stored("export a dashboard to pdf"),
        stored("export dashboard pdf please", asked_at=NOW - timedelta(days=1)),
    ]
    (gap,) = rank_gaps(questions, all_alike, {})
    assert gap.name in ("export a dashboard to pdf", "export dashboard pdf please")
    assert gap.questions[0].question.text == gap.name


def test_nothing_asked_no_gap() -> None:
    assert rank_gaps([], by_first_word, {}) == []


@given(st.lists(st.sampled_from(["a b", "a c", "b d", "c"]), max_size=12), st.randoms())
def test_the_order_of_questions_makes_no_difference(texts: list[str], chance: Any) -> None:
    questions = [
        stored(text, f"account-{at % 3}", asked_at=NOW - timedelta(hours=at))
        for at, text in enumerate(texts)
    ]
    shuffled = list(questions)
    chance.shuffle(shuffled)
    gaps = rank_gaps(questions, by_first_word, {})
    assert rank_gaps(shuffled, by_first_word, {}) == gaps
    assert sum(len(gap.questions) for gap in gaps) == len(texts)
