"""One question to a language model, answered within a time limit or not at all."""

import json
from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar

import structlog
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, HumanMessage, SystemMessage
from langchain_core.utils.function_calling import convert_to_openai_function
from pydantic import BaseModel

from agents.endpoint import Attempts, Endpoint, Kind, Rejected
from agents.metering import Prices, count_tokens
from agents.model_http import ModelHttp
from agents.plain_text import without_thinking
from csm.errors import Unavailable

log = structlog.get_logger(__name__)
SchemaT = TypeVar("SchemaT", bound=BaseModel)

LANGUAGE_MODEL: Final = Kind("language model", "OPENAI_MODEL")
# Far more than the longest answer that is asked for.
MAX_BYTES: Final = 1_000_000

_IN_WORDS: Final = (
    "{instructions}\n\nAnswer with one JSON object and nothing else. Its JSON schema:\n{schema}"
)


class ChatModel:
    """A model behind a time limit. What goes wrong becomes Unavailable, without anything of the
    server's reply, which may quote the key or the question."""

    def __init__(
        self,
        connect: Callable[[ModelHttp], BaseChatModel],
        timeout_s: float,
        max_retries: int,
        purpose: str,
        prices: Prices | None = None,
    ) -> None:
        """`connect` gives the model, speaking over a client that no other question uses: it is
        closed when the time is over. `timeout_s` is for one question with all its retries;
        `purpose` says in a word what it is asked for."""
        self._connect = connect
        self._purpose = purpose
        self._prices = prices
        self._endpoint = Endpoint(LANGUAGE_MODEL, purpose, timeout_s, max_retries, MAX_BYTES)
        self._takes_schemas = True  # until the server says otherwise

    def ask(self, instructions: str, question: str, max_tokens: int) -> str:
        """The model's answer as text. Raises Unavailable, at the latest when the time is over."""
        return self._endpoint.use(
            self._connect,
            lambda model, attempts: self._asked(
                model, attempts, instructions, question, max_tokens
            ),
        )

    def ask_for(
        self, instructions: str, question: str, schema: type[SchemaT], max_tokens: int
    ) -> SchemaT:
        """The model's answer as an object. A server that takes no schema is asked in words.

        Raises Unavailable, as `ask` does, and for an answer that is no such object.
        """

        def work(model: BaseChatModel, attempts: Attempts) -> SchemaT:
            if self._takes_schemas:
                format_ = {"response_format": _response_format(schema)}
                try:
                    answer = self._asked(
                        model, attempts, instructions, question, max_tokens, format_
                    )
                    return _read(answer, schema)
                except Rejected as error:
                    log.info("asking without a schema", reason=str(error))
            in_words = _IN_WORDS.format(
                instructions=instructions, schema=json.dumps(schema.model_json_schema())
            )
            answer = self._asked(model, attempts, in_words, question, max_tokens)
            self._takes_schemas = False  # without one it answered: so that was its trouble
            return _read(answer, schema)

        return self._endpoint.use(self._connect, work)

    def _asked(
        self,
        model: BaseChatModel,
        attempts: Attempts,
        instructions: str,
        question: str,
        max_tokens: int,
        format_: Mapping[str, Any] | None = None,
    ) -> str:
        messages = [SystemMessage(instructions), HumanMessage(question)]
        answer = attempts.at(
            lambda seconds: model.invoke(
                messages, timeout=seconds, max_tokens=max_tokens, **(format_ or {})
            )
        )
        if (used := answer.usage_metadata) is not None:
            count_tokens(self._purpose, used["input_tokens"], used["output_tokens"], self._prices)
        if not answer.text.strip():
            raise Unavailable(_nothing_said(answer))
        return str(answer.text)


def _nothing_said(answer: AIMessage) -> str:
    if answer.additional_kwargs.get("refusal"):
        return "The language model refused to answer."
    return "The language model gave an empty answer."


def _response_format(schema: type[BaseModel]) -> dict[str, Any]:
    function = convert_to_openai_function(schema, strict=True)
    described = {"name": schema.__name__, "strict": True, "schema": function["parameters"]}
    return {"type": "json_schema", "json_schema": described}


def _read(answer: str, schema: type[SchemaT]) -> SchemaT:
    """The object in the answer, whatever stands around it."""
    spoken = without_thinking(answer)
    try:
        return schema.model_validate_json(spoken[spoken.find("{") : spoken.rfind("}") + 1])
    except ValueError:
        raise Unavailable("The language model gave an answer that makes no sense.") from None
