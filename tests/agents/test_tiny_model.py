"""A real server with a real model that is often wrong: what it invents reaches no customer.

What is wrong is judged here by other means than the product's: numbers with their units, names,
and words that the library does not have.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

import numpy as np
import pytest
from pydantic import BaseModel

from agents.answerer import ModelAnswerer
from agents.article_writer import ModelArticleWriter
from agents.chat_model import ChatModel
from agents.model import ModelConfig, build_embedder, build_model
from agents.narrator import ModelNarrator
from agents.outreach_writer import ModelPenman
from csm.customer_names import CustomerNames, ForeignNames
from csm.errors import Unavailable
from csm.fact_line import FactLine
from csm.grounding import check
from csm.knowledge import Passage, Query, Shelf
from csm.outreach import Fact
from csm.ports_answers import Sentence
from csm.ports_outreach import Brief as LetterBrief
from csm.ports_outreach import Words
from csm.use_cases.answering_compose import Audience, Composed, cleared_answer, compose
from csm.use_cases.drafting_words import model_letter
from csm.use_cases.explain_account import explain
from tests.agents import COUNTED
from tests.agents.tiny_server import tiny_server
from tests.csm.shipped import shipped_playbook

SchemaT = TypeVar("SchemaT", bound=BaseModel)
Count = Callable[[str, object], None]


def passage(title: str, text: str) -> Passage:
    link = f"https://help.lanternboard.example/{title.lower().replace(' ', '-')}"
    return Passage(f"id of {title}", Shelf.CUSTOMER, title, (title,), text, link)


PASSAGES = (
    passage("Reset links", "A reset link works for 30 minutes."),
    passage("Link settings", "Admins change it under Settings > Security, to 60 minutes at most."),
    passage("Scheduled reports", "A scheduled report goes out at 07:00 every day."),
    passage("Imports", "An import takes files of up to 200 MB."),
    passage("Failed imports", "An import that fails is tried again after 15 minutes."),
    passage("Alerts", "Alerts go to email, to Slack or to a webhook."),
)
QUESTIONS = (
    "How long does a reset link work?",
    "Where do I change how long a reset link works?",
    "When do scheduled reports go out?",
    "How many people can get a report?",
    "How large may an import be?",
    "What happens when an import fails?",
    "Where do alerts go?",
    "Can I mute an alert?",
    "What does the enterprise plan cost?",
    "Which version of Python do you support?",
    "How do I restore a deleted dashboard?",
    "Who is the CEO of Globex?",
)
FACTS = [
    FactLine("ARR", "$120,000", "subscriptions"),
    FactLine("Renewal", "12 May 2026 (in 40 days)", "subscriptions"),
    FactLine("Open tickets", "3", "tickets"),
]

LETTER_FACTS = (
    Fact(name="usage", label="Usage in the last four weeks", text="fell by 33 %", number=-0.33),
    Fact(name="seats", label="Seats in use", text="41 of 60 seats", number=41),
    Fact(name="objective", label="Objective due next", text="Close the month sooner"),
)
OWN_LETTER = Words(
    "How is it going?",
    "Hi Jo,\n\nusage at your company fell by 33 % over the last four weeks.\n\n"
    "Shall we look at it together?\n\nBest regards,\nCasey Rivers",
)


@dataclass
class Brief:
    """The model, kept from talking for longer than the test has time."""

    model: ChatModel
    most_tokens: int = 100

    def ask(self, instructions: str, question: str, max_tokens: int) -> str:
        return self.model.ask(instructions, question, min(max_tokens, self.most_tokens))

    def ask_for(
        self, instructions: str, question: str, schema: type[SchemaT], max_tokens: int
    ) -> SchemaT:
        most = min(max_tokens, self.most_tokens)
        return self.model.ask_for(instructions, question, schema, most)


@dataclass
class Overheard:
    """An answerer whose every word is kept, whether it is used or not."""

    answerer: ModelAnswerer
    said: list[Sentence] = field(default_factory=list)
    failures: int = 0

    def answer(
        self, query: Query, passages: Sequence[Passage], faults: Sequence[str] = ()
    ) -> tuple[Sentence, ...]:
        try:
            answer = self.answerer.answer(query, passages, faults)
        except Unavailable:
            self.failures += 1
            raise
        self.said += answer
        return answer


@pytest.fixture(scope="module")
def model() -> Iterator[Brief]:
    with tiny_server() as url:
        yield Brief(build_model(ModelConfig(url, "", "tiny", timeout_s=60, max_retries=0)))


def words(text: str) -> list[str]:
    return re.findall(r"[^\W\d_]+", text.lower())


def is_wrong(sentence: Sentence) -> bool:
    """Whether it says what the passages that it cites (or any, where it cites none) do not."""
    cited = [p for p in PASSAGES if p.id in sentence.passages] or PASSAGES
    source = " ".join(f"{p.title}. {p.text}" for p in cited)
    numbers = re.findall(r"\d[\d.,:]*(?:\s*\w+)?", sentence.text)
    known = set(words(source))
    new = [word for word in words(sentence.text) if len(word) > 3 and word not in known]
    return any(number not in source for number in numbers) or len(new) > 2


def shown(composed: Composed, query: Query) -> tuple[Sentence, ...]:
    """What of it a customer reads: nothing without the guard's leave."""
    reader = Audience("acme", foreign_names=ForeignNames(CustomerNames([("globex", "globex")])))
    cleared = cleared_answer(composed, query, PASSAGES, reader, shipped_playbook().answers)
    return cleared[0].sentences if isinstance(cleared, tuple) else ()


def test_what_it_invents_reaches_nobody(model: Brief, record_property: Count) -> None:
    answerer = Overheard(ModelAnswerer(model))
    answers = {
        question: shown(compose(Query(question), PASSAGES, answerer, 900), Query(question))
        for question in QUESTIONS
    }
    wrong = [sentence for sentence in answerer.said if is_wrong(sentence)]
    reached = [sentence for answer in answers.values() for sentence in answer]
    record_property(
        COUNTED,
        f"{len(QUESTIONS)} questions; the model said {len(answerer.said)} sentences, "
        f"{len(wrong)} of them wrong, and failed {answerer.failures} times; "
        f"{sum(map(is_wrong, reached))} wrong ones of {len(reached)} reached a customer",
    )
    assert wrong, "the model was never wrong, so this test shows nothing"
    assert [sentence for sentence in reached if is_wrong(sentence)] == []
    assert "30 minutes" in " ".join(s.text for s in answers["How long does a reset link work?"])


def test_an_account_is_told_without_inventions(model: Brief, record_property: Count) -> None:
    told = explain(FACTS, "Acme", ModelNarrator(model))
    record_property(COUNTED, f"{len(told.dropped)} sentences left out; told: {told.text}")
    assert told.text
    assert check(told.text, FACTS, ["Acme"]).is_grounded


def test_a_letter_tells_nothing_but_its_facts(model: Brief, record_property: Count) -> None:
    penman = ModelPenman(replace(model, most_tokens=250))
    brief = LetterBrief(
        purpose=OWN_LETTER.subject,
        tone="warm",
        language="en",
        channel="email",
        longest=1500,
        facts=[(fact.label, fact.text) for fact in LETTER_FACTS],
        recipient="Jo",
        sender="Casey Rivers",
        example=OWN_LETTER.body,
    )
    source = f"{OWN_LETTER.body} {' '.join(fact.text for fact in LETTER_FACTS)} four"
    letter = model_letter(penman, brief, OWN_LETTER, LETTER_FACTS)
    record_property(COUNTED, f"the letter was {'used' if letter else 'given up'}")
    if letter is not None:
        assert all(one in source for one in re.findall(r"\d[\d.,]*\d|\d", letter.words.body))
        assert letter.words.body.endswith("Casey Rivers")
        assert "Jo" in letter.words.body.splitlines()[0]


def test_an_article_is_an_article(model: Brief) -> None:
    article = ModelArticleWriter(model).write(QUESTIONS[0], [PASSAGES[0].text])
    assert article.startswith("#")
    assert "://" not in article


def test_vectors_of_a_real_server() -> None:
    texts = [f"{p.title}\n{p.text}" for p in PASSAGES]
    with tiny_server("embed") as url:
        embedder = build_embedder(ModelConfig(url, "", "SmolLM2", timeout_s=60, max_retries=0))
        vectors = embedder.embed(texts)
        again = embedder.embed(texts[::-1])
        assert embedder.name.endswith(f"-{vectors.shape[1]}")
    assert vectors.shape[0] == len(texts)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, rtol=1e-5)
    np.testing.assert_allclose(vectors, again[::-1], atol=0.05)
