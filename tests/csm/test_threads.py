"""Whether a colleague has spoken since a question was asked."""

from datetime import UTC, datetime, timedelta

from csm.knowledge import Speaker
from csm.question import Question, ThreadLine
from csm.threads import colleague_since

ASKED = datetime(2026, 7, 1, 10, 0, tzinfo=UTC)
WHERE = {"platform": "slack", "workspace": "T1", "channel": "C1", "thread": "t1"}
QUESTION = Question(key="slack:T1:C1:q", asked_by="jo", text="How?", asked_at=ASKED, **WHERE)


def line(message: str, by: Speaker, seconds: int = 0) -> ThreadLine:
    at = ASKED + timedelta(seconds=seconds)
    return ThreadLine(message=message, at=at, by=by, text="Words.", **WHERE)


ASKING = line("q", Speaker.CUSTOMER)


def test_only_a_colleague_after_the_question_counts() -> None:
    before = line("a", Speaker.STAFF, -5)
    others = [line("r", Speaker.CUSTOMER, 5), line("s", Speaker.US, 6)]
    assert colleague_since([before, ASKING, *others], QUESTION) is None
    spoke = line("t", Speaker.STAFF, 7)
    assert colleague_since([before, ASKING, *others, spoke], QUESTION) == spoke


def test_at_the_same_instant_the_order_decides() -> None:
    before, after = line("p", Speaker.STAFF), line("r", Speaker.STAFF)
    assert colleague_since([before, ASKING], QUESTION) is None
    assert colleague_since([ASKING, after], QUESTION) == after


def test_without_the_question_s_own_line_its_time_decides() -> None:
    assert colleague_since([line("p", Speaker.STAFF)], QUESTION) is None
    later = line("r", Speaker.STAFF, 1)
    assert colleague_since([later], QUESTION) == later
