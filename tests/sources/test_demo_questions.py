"""What the demo's customers ask: answerable where the pages say so, and a gap where they do not."""

from collections import Counter
from datetime import UTC, datetime

import pytest

from csm.knowledge import Shelf
from csm.question import Mode, ThreadLine
from csm.triage import Situation, Step, on_hearing
from csm.wording import listing
from sources.demo_catalogue import CASE_SUBJECTS
from sources.demo_help import (
    ANSWERABLE,
    DEMO_QUESTIONS,
    GAPS,
    SMALL_TALK,
    TOPICS,
    TOUR_QUESTIONS,
    DemoQuestion,
    Expected,
)
from sources.demo_stories_trouble import STORIES
from tests.sources.help_pages import has_words, pages, settings

STEPS = {
    Expected.ANSWER: {Step.LOOK_UP},
    Expected.GAP: {Step.LOOK_UP},
    Expected.TOPIC: {Step.HAND_OVER},
    Expected.SMALL_TALK: {Step.SMALL_TALK, Step.SILENT},
}
BY_PATH = {page.path: page for page in pages(Shelf.CUSTOMER)}


@pytest.mark.parametrize("question", ANSWERABLE, ids=lambda question: question.text)
def test_an_answerable_question_is_answered_by_its_pages(question: DemoQuestion) -> None:
    assert question.pages
    assert all(path in BY_PATH for path in question.pages)
    assert question.fact in BY_PATH[question.pages[0]].text


@pytest.mark.parametrize("question", GAPS, ids=lambda question: question.text)
def test_a_gap_is_a_gap(question: DemoQuestion) -> None:
    assert question.absent
    for page in BY_PATH.values():
        for word in question.absent:
            assert not has_words(f"{page.meta} {page.text}", word), (page.path, word)


@pytest.mark.parametrize("question", DEMO_QUESTIONS, ids=lambda question: question.text)
def test_a_question_takes_the_way_that_it_should(question: DemoQuestion) -> None:
    lines = [
        ThreadLine(
            platform="console",
            workspace="demo",
            channel="acme-shared",
            thread="1",
            message=str(number),
            at=datetime(2026, 3, 9, 12, number, tzinfo=UTC),
            by=said.by,
            text=said.text,
        )
        for number, said in enumerate(question.thread, 1)
    ]
    situation = Situation(question.text, True, False, Mode.ANSWER, lines)
    decision = on_hearing(situation, settings())
    assert decision.step in STEPS[question.expected]
    if question.expected is Expected.TOPIC:
        assert decision.reason == question.topic


def test_every_topic_of_the_playbook_is_asked_about() -> None:
    assert {q.topic for q in TOPICS} == {topic.id for topic in settings().topics}


def test_the_catalogue_is_whole() -> None:
    assert len(ANSWERABLE) >= 40
    assert len(GAPS) == 20
    assert Counter(question.expected for question in DEMO_QUESTIONS) == {
        Expected.ANSWER: len(ANSWERABLE),
        Expected.GAP: len(GAPS),
        Expected.TOPIC: len(TOPICS),
        Expected.SMALL_TALK: len(SMALL_TALK),
    }
    asked = Counter((question.text, question.thread) for question in DEMO_QUESTIONS)
    assert asked.most_common(1)[0][1] == 1
    assert sum(bool(question.thread) for question in DEMO_QUESTIONS) >= 4
    areas = {path.partition("/")[0] for question in ANSWERABLE for path in question.pages}
    assert areas == {path.partition("/")[0] for path in BY_PATH}


def test_what_the_demo_s_tickets_ask_is_answered() -> None:
    asked = {question.text for question in ANSWERABLE}
    assert asked.issuperset(CASE_SUBJECTS), listing(sorted(set(CASE_SUBJECTS) - asked), "and")
    subjects = {case.subject for story in STORIES for case in story.cases}
    subjects |= {talk.summary for story in STORIES for talk in story.talks}
    assert len(asked & subjects) >= 6


def test_both_contacts_ask_one_question_in_the_tour() -> None:
    assert TOUR_QUESTIONS.keys() == {"jo", "sam"}
    assert TOUR_QUESTIONS["jo"].expected is Expected.ANSWER
    assert TOUR_QUESTIONS["sam"].expected is Expected.GAP
