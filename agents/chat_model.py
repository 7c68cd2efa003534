"""One question to a language model, answered within a time limit or not at all."""

from collections.abc import Callable
from time import monotonic, sleep
from typing import Final

import openai
import structlog
from langchain_core.exceptions import LangChainException
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import BaseMessage, HumanMessage, SystemMessage
from openai import DefaultHttpxClient

from agents.time_limit import within
from csm.errors import Unavailable

log = structlog.get_logger(__name__)

FIRST_PAUSE_S: Final = 0.5

# What is worth asking again for. A timeout is not: it has used up the time there was.
_PASSING: Final = (openai.APIConnectionError, openai.RateLimitError, openai.InternalServerError)
# What an answer that is no answer makes the libraries raise, besides their own errors.
_RUBBISH: Final = (ValueError, TypeError, KeyError, IndexError, AttributeError)


class ChatModel:
    """A model behind a time limit. What goes wrong becomes Unavailable, without anything of the
    server's reply, which may quote the key or the question."""

    def __init__(
        self,
        connect: Callable[[DefaultHttpxClient], BaseChatModel],
        timeout_s: float,
        max_retries: int,
    ) -> None:
        """`connect` gives the model, speaking over a client that no other question uses: it is
        closed when the time is over. `timeout_s` is for one question with all its retries."""
        self._connect = connect
        self._timeout_s = timeout_s
        self._max_retries = max_retries

    def ask(self, instructions: str, question: str) -> str:
        """The model's answer as text. Raises Unavailable, at the latest when the time is over."""
        messages = [SystemMessage(instructions), HumanMessage(question)]
        with DefaultHttpxClient() as http:
            model = self._connect(http)
            deadline = monotonic() + self._timeout_s
            try:
                return within(
                    self._timeout_s, lambda: self._ask(model, messages, deadline), http.close
                )
            except TimeoutError as error:
                raise _unavailable(error) from None

    def _ask(self, model: BaseChatModel, messages: list[BaseMessage], deadline: float) -> str:
        pause = FIRST_PAUSE_S
        for tries_left in range(self._max_retries, -1, -1):
            try:
                return _try(model, messages, max(deadline - monotonic(), 0.001))
            except _PASSING as error:
                wait = max(pause, _asked_to_wait(error))
                is_late = monotonic() + wait >= deadline
                if isinstance(error, openai.APITimeoutError) or is_late or not tries_left:
                    raise _unavailable(error) from None
            sleep(wait)
            pause *= 2
        raise AssertionError("the last try either answers or raises")


def _try(model: BaseChatModel, messages: list[BaseMessage], timeout_s: float) -> str:
    try:
        answer = model.invoke(messages, timeout=timeout_s).text
    except _PASSING:
        raise
    except (openai.OpenAIError, LangChainException, *_RUBBISH) as error:
        raise _unavailable(error) from None
    if not answer.strip():
        raise Unavailable("The language model gave an empty answer.")
    return str(answer)


def _unavailable(error: Exception) -> Unavailable:
    status = error.status_code if isinstance(error, openai.APIStatusError) else None
    log.warning("language model unavailable", reason=type(error).__name__, status=status)
    return Unavailable(_reason(error))


def _reason(error: Exception) -> str:
    match error:
        case openai.APITimeoutError() | TimeoutError():
            return "The language model did not answer in time."
        case openai.AuthenticationError() | openai.PermissionDeniedError():
            return "The language model's server refused our key: check OPENAI_API_KEY."
        case openai.NotFoundError():
            return (
                "The language model's server does not know what we ask for: "
                "check OPENAI_MODEL and OPENAI_BASE_URL."
            )
        case openai.RateLimitError():
            return "The language model's server is busy, or our quota is used up."
        case openai.APIConnectionError():
            return "The language model's server cannot be reached: check OPENAI_BASE_URL."
        case openai.APIStatusError():
            return f"The language model's server answered with an error ({error.status_code})."
    return "The language model's server gave an answer that makes no sense."


def _asked_to_wait(error: openai.APIError) -> float:
    """The seconds that the server asks to wait for, 0 where it does not say."""
    response = getattr(error, "response", None)
    asked = response.headers.get("retry-after", "") if response is not None else ""
    return float(asked) if asked.isdecimal() else 0.0
