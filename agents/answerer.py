"""A language model that answers a customer's question from passages of the help library."""

from collections.abc import Iterable, Iterator, Sequence
from importlib.resources import files
from typing import Any, Final, Protocol, TypeVar

from pydantic import BaseModel, Field

from agents.data_block import data_block, shortened
from agents.plain_text import plain, without_links
from csm.errors import Unavailable
from csm.knowledge import Passage, Query, Said, Speaker
from csm.ports_answers import Sentence

SchemaT = TypeVar("SchemaT", bound=BaseModel)

# What is sent at most, in characters.
MAX_QUESTION: Final = 2000
MAX_LINE: Final = 600
MAX_LINES: Final = 6
MAX_TITLE: Final = 200
MAX_PASSAGE: Final = 2400
MAX_PASSAGES: Final = 12_000
LEAST_ROOM: Final = 300
MAX_FAULTS: Final = 10
MAX_FAULT: Final = 300
# What is read at most. A few short sentences are asked for.
MAX_SENTENCES: Final = 12
MAX_SENTENCE: Final = 1000
MAX_ANSWER: Final = 3000
MAX_TOKENS: Final = 700

_SPEAKERS: Final = {
    Speaker.CUSTOMER: "customer",
    Speaker.STAFF: "colleague",
    Speaker.US: "you",
}


class AnswerSentence(BaseModel):
    """One sentence of an answer, and the ids of the passages that say so."""

    text: str
    passages: list[int]


class PassageAnswer(BaseModel):
    """An answer made from the passages alone. No sentences: they do not answer the question."""

    sentences: list[AnswerSentence] = Field(description="In reading order; empty if unanswered")


class AsksFor(Protocol):
    """What answers with objects: `agents.chat_model.ChatModel`."""

    def ask_for(
        self, instructions: str, question: str, schema: type[SchemaT], max_tokens: int
    ) -> SchemaT: ...


class ModelAnswerer:
    """Implements csm.ports_answers.Answerer. It decides nothing: the caller checks what it says.

    The model gets the question, the last lines of the thread without anybody's name, and titles
    and texts of the passages under numbers of their own: nothing else.
    """

    def __init__(self, model: AsksFor) -> None:
        self._model = model
        prompt = files("agents") / "prompts" / "answer_question.md"
        self._instructions = prompt.read_text(encoding="utf-8")

    def answer(
        self, query: Query, passages: Sequence[Passage], faults: Sequence[str] = ()
    ) -> tuple[Sentence, ...]:
        """The answer as plain text, sentence by sentence. A passage that the model was not given
        gets an id that no passage has. Raises Unavailable when no model answers in time, or none
        that makes sense."""
        given = list(_given(passages))
        if not given:
            return ()
        data = _data(query, given, faults)
        answer = self._model.ask_for(self._instructions, data, PassageAnswer, MAX_TOKENS)
        return _sentences(answer, {entry["id"]: passages[entry["id"] - 1].id for entry in given})


def _data(query: Query, passages: Sequence[dict[str, Any]], faults: Sequence[str]) -> str:
    data: dict[str, Any] = {
        "passages": passages,
        "thread": [_line(said) for said in query.thread[-MAX_LINES:]],
        "question": shortened(query.text, MAX_QUESTION),
    }
    if faults:
        data["faults"] = [shortened(fault, MAX_FAULT) for fault in faults[:MAX_FAULTS]]
    return data_block("data", data)


def _line(said: Said) -> dict[str, str]:
    return {"by": _SPEAKERS[said.by], "text": shortened(said.text, MAX_LINE)}


def _given(passages: Iterable[Passage]) -> Iterator[dict[str, Any]]:
    """The passages under their numbers, from the best one on, as far as there is room."""
    room = MAX_PASSAGES
    for number, passage in enumerate(passages, start=1):
        text = shortened(without_links(passage.text).strip(), min(MAX_PASSAGE, room))
        if room < LEAST_ROOM:
            return
        if text:
            room -= len(text)
            yield {"id": number, "title": shortened(_title(passage), MAX_TITLE), "text": text}


def _title(passage: Passage) -> str:
    path = passage.title_path
    return " > ".join(path if passage.title in path else (passage.title, *path))


def _sentences(answer: PassageAnswer, ids: dict[int, str]) -> tuple[Sentence, ...]:
    if len(answer.sentences) > MAX_SENTENCES:
        raise Unavailable("The language model gave an answer that is too long.")
    said = []
    for sentence in answer.sentences:
        text = plain(sentence.text, 2 * MAX_SENTENCE)
        if text:
            said.append(Sentence(text, tuple(_known(sentence.passages, ids))))
    if any(len(s.text) > MAX_SENTENCE for s in said) or sum(len(s.text) for s in said) > MAX_ANSWER:
        raise Unavailable("The language model gave an answer that is too long.")
    return tuple(said)


def _known(numbers: Iterable[int], ids: dict[int, str]) -> Iterator[str]:
    """The passages' ids, each once, at most as many as there are and one that is unknown."""
    for number in dict.fromkeys(numbers):
        if number not in ids:
            yield f"unknown passage {number}"[:60]
            return
        yield ids[number]
