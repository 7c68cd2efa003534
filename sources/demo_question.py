"""One question of the demo's catalogue, and what has to become of it."""

from dataclasses import dataclass
from enum import StrEnum

from csm.knowledge import Said, Speaker


class Expected(StrEnum):
    """What has to become of a question."""

    ANSWER = "answer"
    GAP = "gap"  # the help centre says nothing of it: hand it over
    TOPIC = "topic"  # people answer such things, whatever the help centre says
    SMALL_TALK = "small talk"


@dataclass(frozen=True, slots=True)
class DemoQuestion:
    """One message, and what has to become of it.

    `pages` are those that answer it, the best one first, by their path below the folder of the
    customers' pages; `fact` is what the first of them says, word for word. `absent` are words that
    no page for customers has, which makes the question a gap. `topic` is the id of a topic of the
    playbook. `asked_by` is the contact of the demo who asks it in the tour.
    """

    text: str
    expected: Expected = Expected.ANSWER
    pages: tuple[str, ...] = ()
    fact: str = ""
    thread: tuple[Said, ...] = ()
    absent: tuple[str, ...] = ()
    topic: str = ""
    asked_by: str = ""


def answered(
    text: str, pages: str, fact: str, *thread: tuple[str, str], asked_by: str = ""
) -> DemoQuestion:
    """One that `pages` answer (paths with a blank between them), after what the customer asked and
    we answered in `thread`."""
    paths = tuple(f"{path}.md" for path in pages.split())
    said = tuple(
        Said(by, words)
        for asked, replied in thread
        for by, words in ((Speaker.CUSTOMER, asked), (Speaker.US, replied))
    )
    return DemoQuestion(text, pages=paths, fact=fact, thread=said, asked_by=asked_by)


def gap(text: str, *absent: str, asked_by: str = "") -> DemoQuestion:
    """One that the help centre has nothing on, and words that it would have to have."""
    return DemoQuestion(text, Expected.GAP, absent=absent, asked_by=asked_by)


def on_topic(text: str, topic: str) -> DemoQuestion:
    """One that people answer: `topic` is its id in the playbook."""
    return DemoQuestion(text, Expected.TOPIC, topic=topic)
