"""What was said in a thread after a question was asked there."""

from collections.abc import Sequence

from csm.knowledge import Speaker
from csm.question import Question, ThreadLine


def colleague_since(lines: Sequence[ThreadLine], question: Question) -> ThreadLine | None:
    """The first message of a colleague after the question. `lines` are the thread's, oldest
    first; where the question itself is not among them any more, its time decides."""
    message = question.key.removeprefix(
        f"{question.platform}:{question.workspace}:{question.channel}:"
    )
    asked = next((i for i, line in enumerate(lines) if line.message == message), None)
    since = (
        [line for line in lines if line.at > question.asked_at]
        if asked is None
        else lines[asked + 1 :]
    )
    return next((line for line in since if line.by == Speaker.STAFF), None)
