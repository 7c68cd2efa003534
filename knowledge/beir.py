"""Reads a test set in the BEIR layout: corpus.jsonl, queries.jsonl and qrels/test.tsv.

A query may say whether it is `answerable`, and carry the earlier `thread` that it belongs to.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from csm.errors import InvalidInput
from csm.knowledge import Query, Said, Speaker

RowT = TypeVar("RowT", bound=BaseModel)


def _text(value: object) -> object:
    return str(value) if isinstance(value, int) else value


Key = Annotated[str, BeforeValidator(_text), Field(min_length=1)]


class Text(BaseModel):
    """A document of the corpus."""

    key: Key = Field(alias="_id")
    title: str = ""
    text: str


class Turn(BaseModel):
    speaker: Literal["user", "agent"]
    text: str


class TestQuery(BaseModel):
    model_config = ConfigDict(frozen=True)

    key: Key = Field(alias="_id")
    text: str
    answerable: bool = True
    thread: tuple[Turn, ...] = ()

    @property
    def query(self) -> Query:
        speakers = {"user": Speaker.CUSTOMER, "agent": Speaker.US}
        return Query(
            self.text, tuple(Said(speakers[turn.speaker], turn.text) for turn in self.thread)
        )


@dataclass(frozen=True, slots=True)
class TestSet:
    """`gains` are, by query, the documents that answer it and how well (1 and more)."""

    corpus: dict[str, Text]
    queries: dict[str, TestQuery]
    gains: dict[str, dict[str, int]]

    @property
    def judged(self) -> list[TestQuery]:
        return [query for key, query in self.queries.items() if key in self.gains]


def read_test_set(folder: Path) -> TestSet:
    """Raises InvalidInput, which names file and line."""
    corpus = {text.key: text for text in _rows(folder / "corpus.jsonl", Text)}
    queries = {query.key: query for query in _rows(folder / "queries.jsonl", TestQuery)}
    gains = _gains(folder / "qrels" / "test.tsv", corpus, queries)
    if not gains:
        raise InvalidInput(f"{folder / 'qrels' / 'test.tsv'}: no query has a relevant document.")
    return TestSet(corpus, queries, gains)


def _rows(path: Path, kind: type[RowT]) -> Iterator[RowT]:
    for number, line in _lines(path):
        try:
            yield kind.model_validate(json.loads(line))
        except json.JSONDecodeError as error:
            raise InvalidInput(f"{path}, line {number}: not valid JSON ({error.msg}).") from error
        except ValidationError as error:
            fault = error.errors(include_url=False)[0]
            field = ".".join(str(step) for step in fault["loc"]) or "the line"
            raise InvalidInput(f"{path}, line {number}: {field}: {fault['msg']}.") from error


def _gains(
    path: Path, corpus: dict[str, Text], queries: dict[str, TestQuery]
) -> dict[str, dict[str, int]]:
    gains: dict[str, dict[str, int]] = {}
    for number, line in _lines(path):
        if number == 1 and line.lower().startswith("query-id"):
            continue
        parts = line.split("\t")
        if len(parts) != 3 or not parts[2].strip().lstrip("-").isdigit():
            raise InvalidInput(
                f"{path}, line {number}: query, document and a whole number are expected, "
                "with tabs between them."
            )
        query, document, gain = parts[0], parts[1], int(parts[2])
        for key, known, file in ((query, queries, "queries"), (document, corpus, "corpus")):
            if key not in known:
                raise InvalidInput(f"{path}, line {number}: {key} is not in {file}.jsonl.")
        if gain > 0:
            gains.setdefault(query, {})[document] = gain
    return gains


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    """(number, text) of each line that is not empty."""
    number = 0
    try:
        with path.open(encoding="utf-8-sig") as file:
            for number, line in enumerate(file, start=1):
                if line.strip():
                    yield number, line.rstrip("\r\n")
    except UnicodeDecodeError as error:
        raise InvalidInput(f"{path}, after line {number}: not UTF-8.") from error
    except OSError as error:
        raise InvalidInput(f"{path} cannot be read ({error.strerror}).") from error
