"""The article writer sends the question and people's answers, and brings back an article."""

import json
import re
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.article_writer import (
    MAX_ANSWER,
    MAX_ANSWERS,
    MAX_CHARACTERS,
    MAX_QUESTION,
    ModelArticleWriter,
)
from agents.model import ModelConfig, build_model
from csm.errors import Unavailable
from tests.agents.double import failing, serving, spoken

QUESTION = "How do I change the expiry of reset links?"
ANSWERS = ("Under Settings > Security. See https://help.example/reset.", "10 to 60 minutes.")


class Scripted:
    """A model that says what the test wants, and remembers what it was asked."""

    def __init__(self, answer: str) -> None:
        self.answer = answer
        self.question = ""

    def ask(self, instructions: str, question: str, max_tokens: int) -> str:
        self.question = question
        return self.answer


def written(answer: str, question: str = QUESTION) -> str:
    return ModelArticleWriter(Scripted(answer)).write(question, ANSWERS)


def data_in(question: str) -> object:
    inner = re.fullmatch(r"<data>\n(.*)\n</data>", question, re.DOTALL)
    assert inner
    return json.loads(inner[1])


def test_every_byte_that_is_sent() -> None:
    with serving(spoken("# Reset links\n\nTen minutes.")) as server:
        model = build_model(ModelConfig(server.url, "key", "double", 20, 0))
        article = ModelArticleWriter(model).write(QUESTION, ANSWERS)
    assert article == "# Reset links\n\nTen minutes."
    [body] = server.bodies
    sent = json.loads(body)
    prompt, question = (message["content"] for message in sent.pop("messages"))
    assert sent == {"model": "double", "stream": False, "max_completion_tokens": 1800}
    assert "Use only what the answers say" in prompt
    assert data_in(question) == {"question": QUESTION, "answers": list(ANSWERS)}


@given(st.text(max_size=80), st.lists(st.text(max_size=80), max_size=4))
def test_whatever_people_say_arrives_as_data(question: str, answers: list[str]) -> None:
    model = Scripted("# Fine")
    ModelArticleWriter(model).write(question, answers)
    assert model.question.count("<") == 2
    said = [answer.strip() for answer in answers if answer.strip()]
    assert data_in(model.question) == {"question": question.strip(), "answers": said}


def test_what_is_sent_is_bounded() -> None:
    model = Scripted("# Fine")
    ModelArticleWriter(model).write("why " * 5000, ["because " * 5000] * 50)
    data = data_in(model.question)
    assert isinstance(data, dict)
    assert len(data["question"]) <= MAX_QUESTION
    assert len(data["answers"]) >= 4
    assert all(len(answer) <= MAX_ANSWER for answer in data["answers"])
    assert sum(len(answer) for answer in data["answers"]) <= MAX_ANSWERS


@pytest.mark.parametrize(
    ("said", "article"),
    [
        ("# Reset links\n\n1. Open.\n2. Save.", "# Reset links\n\n1. Open.\n2. Save."),
        ("```markdown\n# Reset links\n\nOpen.\n```", "# Reset links\n\nOpen."),
        ("<think>\nhm\n</think>\n# Reset links", "# Reset links"),
        ("Open the settings.", f"# {QUESTION}\n\nOpen the settings."),
        (
            "# A\n\nSee https://evil.example/x or https://help.example/reset.",
            "# A\n\nSee  or https://help.example/reset.",
        ),
        (
            "# A\n\n[a](https://evil.example) [b](https://help.example/reset) [c](/relative)",
            "# A\n\na [b](https://help.example/reset) c",
        ),
        ("# A\n\n![p](https://help.example/reset) https://help.example", "# A\n\np"),
        ("# A\n\n<https://evil.example>", "# A\n\n<>"),
    ],
)
def test_an_article_begins_with_a_heading_and_leads_nowhere_new(said: str, article: str) -> None:
    assert written(said) == article


@pytest.mark.parametrize(
    ("question", "heading"),
    [
        ("", "# Untitled"),
        ("# Tags <b>\nsecond line", "# Tags <b>"),
        ("why " * 100, "# " + "why " * 28 + "why…"),
    ],
)
def test_a_missing_heading_is_the_question(question: str, heading: str) -> None:
    assert written("Words.", question).splitlines()[0] == heading


def test_a_long_article_ends_with_a_paragraph() -> None:
    article = written("# A\n\n" + "One paragraph.\n\n" * 2000)
    assert len(article) <= MAX_CHARACTERS
    assert article.endswith("One paragraph.")


def test_a_long_paragraph_ends_with_a_word() -> None:
    article = written("# " + "word " * 5000)
    assert len(article) <= MAX_CHARACTERS
    assert article.endswith("word…")


@pytest.mark.parametrize("letters", ["[", "![", "](", "[a](", "https://", "`", "<", "\n", "# "])
def test_a_flood_is_cut_before_it_is_read(letters: str) -> None:
    started = process_time()
    try:
        article = written(letters * 100_000)
    except Unavailable:
        article = ""
    assert len(article) <= MAX_CHARACTERS
    assert process_time() - started < 1


@pytest.mark.parametrize("said", ["<think>hm", "```\n\n```", "https://evil.example"])
def test_an_article_without_words_is_none(said: str) -> None:
    with pytest.raises(Unavailable, match="empty answer"):
        written(said)


def test_a_model_that_fails_is_unavailable() -> None:
    with serving(failing(500)) as server:
        model = build_model(ModelConfig(server.url, "key", "double", 20, 0))
        with pytest.raises(Unavailable):
            ModelArticleWriter(model).write(QUESTION, ANSWERS)
