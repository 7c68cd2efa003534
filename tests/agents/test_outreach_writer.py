"""The writer of outreach sends a brief and nothing else, and brings back plain words."""

import json
import re
from dataclasses import replace
from time import process_time
from typing import Any, TypeVar

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from agents.model import ModelConfig, build_model
from agents.outreach_writer import MAX_BODY, MAX_SUBJECT, ModelPenman, OutreachLetter
from csm.errors import Unavailable
from csm.ports_outreach import Brief, Words
from tests.agents.double import Answer, failing, refusing, serving, spoken

SchemaT = TypeVar("SchemaT", bound=BaseModel)

BRIEF = Brief(
    purpose="Find out why usage falls.",
    tone="warm and curious",
    language="en",
    channel="email",
    longest=2000,
    facts=(("Active days a week", "2.1 (12 May 2026)"), ("Objective", "Faster close")),
    recipient="Jo",
    sender="Casey Rivers",
    example="Hi Jo,\n\nHow is it going?\n\nBest regards,\nCasey Rivers",
)
BODY = "Hi Jo,\n\nHow does the close go?\n\nBest regards,\nCasey Rivers"


class Scripted:
    """A model that writes what the test wants, and remembers what it was asked."""

    def __init__(self, subject: str, body: str) -> None:
        self.letter = {"subject": subject, "body": body}
        self.question = ""

    def ask_for(
        self, instructions: str, question: str, schema: type[SchemaT], max_tokens: int
    ) -> SchemaT:
        self.question = question
        return schema.model_validate(self.letter)


def written(subject: str = "The close", body: str = BODY) -> Words:
    return ModelPenman(Scripted(subject, body)).write(BRIEF)


def data_in(question: str) -> Any:
    inner = re.fullmatch(r"<data>\n(.*)\n</data>", question, re.DOTALL)
    assert inner
    return json.loads(inner[1])


def penman(url: str, timeout_s: float = 20) -> ModelPenman:
    return ModelPenman(build_model(ModelConfig(url, "key", "double", timeout_s, 0)))


def test_every_byte_that_is_sent() -> None:
    answer = spoken(json.dumps({"subject": "The close", "body": BODY}))
    with serving(answer) as server:
        words = penman(server.url).write(BRIEF, ["It says 3, which no fact does."])
    assert words == Words("The close", BODY)
    [body] = server.bodies
    sent = json.loads(body)
    prompt, question = (message["content"] for message in sent.pop("messages"))
    assert sent.pop("response_format")["json_schema"]["name"] == OutreachLetter.__name__
    assert sent == {"model": "double", "stream": False, "max_completion_tokens": 900}
    assert "Say only what the facts and the example say" in prompt
    assert data_in(question) == {
        "purpose": BRIEF.purpose,
        "tone": BRIEF.tone,
        "language": "en",
        "channel": "email",
        "longest": 2000,
        "recipient": "Jo",
        "sender": "Casey Rivers",
        "facts": [
            {"what": "Active days a week", "text": "2.1 (12 May 2026)"},
            {"what": "Objective", "text": "Faster close"},
        ],
        "example": BRIEF.example,
        "objections": ["It says 3, which no fact does."],
    }


def test_a_first_attempt_has_no_objections() -> None:
    model = Scripted("The close", BODY)
    ModelPenman(model).write(BRIEF)
    assert "objections" not in data_in(model.question)


@given(st.text(max_size=80), st.lists(st.tuples(st.text(max_size=80), st.text(max_size=80))))
def test_whatever_customers_wrote_arrives_as_data(name: str, facts: list[tuple[str, str]]) -> None:
    model = Scripted("The close", BODY)
    ModelPenman(model).write(replace(BRIEF, recipient=name, facts=facts))
    assert model.question.count("<") == 2
    data = data_in(model.question)
    assert data["recipient"] == name
    assert data["facts"] == [{"what": what, "text": text} for what, text in facts[:30]]


def test_what_is_sent_is_bounded() -> None:
    model = Scripted("The close", BODY)
    flood = "word " * 10_000
    facts = [(flood, flood)] * 100
    brief = replace(BRIEF, purpose=flood, recipient=flood, facts=facts, example=flood)
    ModelPenman(model).write(brief, [flood] * 100)
    assert len(model.question) < 50_000


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("Hi **Jo**,\n\nSee [the page](https://evil.example/x).", "Hi Jo,\n\nSee the page."),
        ("# Hi Jo,\n- One thing.\n\n\n\n> Casey\n", "Hi Jo,\nOne thing.\n\nCasey"),
        ("<think>The user wants…</think>\nHi Jo,", "Hi Jo,"),
        ("```text\nHi Jo,\n\nCasey\n```", "Hi Jo,\n\nCasey"),
        ("\n\nHi Jo,   \n \t\n\u00a0\nHow   are you?", "Hi Jo,\n\nHow are you?"),
        ("Hi Jo,\r\n\r\nCasey", "Hi Jo,\n\nCasey"),
    ],
)
def test_markup_is_taken_out_and_paragraphs_stay(body: str, words: str) -> None:
    assert written(body=body).body == words


def test_the_subject_is_one_line_without_markup() -> None:
    assert written("**Your** close,\n_now_\n").subject == "Your close, now"


@pytest.mark.parametrize(("subject", "body"), [("", BODY), ("The close", " \n"), ("```", "```")])
def test_a_message_without_words_is_none(subject: str, body: str) -> None:
    with pytest.raises(Unavailable, match="without words"):
        written(subject, body)


@pytest.mark.parametrize(
    ("subject", "body"),
    [
        ("a" * (MAX_SUBJECT + 1), BODY),
        ("The close", "word " * MAX_BODY),
        ("The close", "a\n\n" * 4000),
    ],
)
def test_a_message_of_great_length_is_none(subject: str, body: str) -> None:
    with pytest.raises(Unavailable, match="too long"):
        written(subject, body)


@pytest.mark.parametrize("letters", ["[", "![", "*", "**a", "`", "<think>", "- ", "\n ", "a"])
def test_a_flood_is_cut_before_it_is_read(letters: str) -> None:
    started = process_time()
    with pytest.raises(Unavailable):
        written(body=letters * 100_000)
    assert process_time() - started < 1


@pytest.mark.parametrize(
    "answer",
    [
        failing(429),
        failing(500),
        refusing(),
        spoken("Hi Jo, all is well."),
        spoken('{"subject": "The close"}'),
        Answer(b"rubbish"),
        Answer(b"", hangs=True),
    ],
)
def test_a_model_that_fails_or_makes_no_sense_is_unavailable(answer: Answer) -> None:
    with serving(answer) as server, pytest.raises(Unavailable):
        penman(server.url, timeout_s=0.2 if answer.hangs else 20).write(BRIEF)
