"""A model's server: asked within a time limit, again after passing trouble, or not at all."""

from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic, sleep
from typing import Final, TypeVar

import openai
import structlog
from langchain_core.exceptions import LangChainException
from langsmith import tracing_context

from agents.metering import metered
from agents.model_http import AnswerTooLong, ModelHttp
from agents.time_limit import within
from csm.errors import Unavailable

log = structlog.get_logger(__name__)
T = TypeVar("T")
ModelT = TypeVar("ModelT")

FIRST_PAUSE_S: Final = 0.5

# What is worth asking again for. A timeout is not: it has used up the time there was.
_PASSING: Final = (openai.APIConnectionError, openai.RateLimitError, openai.InternalServerError)
# How servers say that they do not take what they were given.
_REJECTED: Final = (openai.BadRequestError, openai.UnprocessableEntityError)
# What an answer that is no answer makes the libraries raise, besides their own errors.
_RUBBISH: Final = (
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    AttributeError,
    RecursionError,
    OverflowError,
)


class Rejected(Unavailable):
    """The server answers, but takes no such request."""


@dataclass(frozen=True, slots=True)
class Kind:
    """How people know a model: its name in sentences, and the setting that chooses it."""

    name: str
    setting: str


class Endpoint:
    """What goes wrong with a model becomes Unavailable, without anything of the server's reply,
    which may quote the key or the question."""

    def __init__(
        self, kind: Kind, purpose: str, timeout_s: float, max_retries: int, most_bytes: int
    ) -> None:
        """`purpose` says in a word what it is asked for. `timeout_s` is for all that one call of
        `use` does, with its retries. `most_bytes` limits the body of each answer."""
        self._kind = kind
        self._purpose = purpose
        self._timeout_s = timeout_s
        self._max_retries = max_retries
        self._most_bytes = most_bytes

    def use(
        self,
        connect: Callable[[ModelHttp], ModelT],
        work: Callable[[ModelT, "Attempts"], T],
    ) -> T:
        """What `work` makes of the model, which speaks over a connection that nobody else uses:
        it is closed when the time is over. Raises Unavailable, at the latest then."""
        with metered(self._purpose), ModelHttp(self._most_bytes) as http:
            model = connect(http)
            attempts = Attempts(self._kind, monotonic() + self._timeout_s, self._max_retries)
            try:
                return within(self._timeout_s, lambda: work(model, attempts), http.close)
            except TimeoutError as error:
                raise unavailable(self._kind, error) from None


class Attempts:
    """The tries of one piece of work: all of them together have the time until `deadline`."""

    def __init__(self, kind: Kind, deadline: float, max_retries: int) -> None:
        self._kind = kind
        self._deadline = deadline
        self._max_retries = max_retries

    def at(self, call: Callable[[float], T]) -> T:
        """What `call` returns, which is told the seconds left. Passing trouble is tried again.
        Raises Unavailable, or Rejected."""
        pause = FIRST_PAUSE_S
        for tries_left in range(self._max_retries, -1, -1):
            try:
                return self._try(call)
            except _PASSING as error:
                wait = max(pause, _asked_to_wait(error))
                is_late = monotonic() + wait >= self._deadline
                if isinstance(error, openai.APITimeoutError) or is_late or not tries_left:
                    raise unavailable(self._kind, error) from None
            sleep(wait)
            pause *= 2
        raise AssertionError("the last try either answers or raises")

    def _try(self, call: Callable[[float], T]) -> T:
        try:
            # Whatever the environment says, nobody else is told what we ask.
            with tracing_context(enabled=False):
                return call(max(self._deadline - monotonic(), 0.001))
        except _PASSING:
            raise
        except (openai.OpenAIError, LangChainException, *_RUBBISH) as error:
            raise unavailable(self._kind, error) from None


def unavailable(kind: Kind, error: Exception) -> Unavailable:
    """What is told of the error, which is logged by its name alone."""
    status = error.status_code if isinstance(error, openai.APIStatusError) else None
    log.warning("model unavailable", model=kind.name, reason=type(error).__name__, status=status)
    if isinstance(error, _REJECTED):
        return Rejected(_reason(kind, error))
    return Unavailable(_reason(kind, error))


def _reason(kind: Kind, error: Exception) -> str:
    match error:
        case openai.APITimeoutError() | TimeoutError():
            return f"The {kind.name} did not answer in time."
        case AnswerTooLong() | openai.LengthFinishReasonError():
            return f"The {kind.name} gave an answer that is too long."
        case openai.APIConnectionError():
            return f"The {kind.name}'s server cannot be reached: check OPENAI_BASE_URL."
        case openai.APIStatusError():
            return f"The {kind.name}'s server {_status_reason(kind, error)}."
    return f"The {kind.name}'s server gave an answer that makes no sense."


def _status_reason(kind: Kind, error: openai.APIStatusError) -> str:
    match error:
        case openai.AuthenticationError() | openai.PermissionDeniedError():
            return "refused our key: check OPENAI_API_KEY"
        case openai.NotFoundError():
            return f"does not know what we ask for: check {kind.setting} and OPENAI_BASE_URL"
        case openai.RateLimitError():
            return "is busy, or our quota is used up"
    if error.status_code < openai.BadRequestError.status_code:
        return (
            f"sends us elsewhere ({error.status_code}): set OPENAI_BASE_URL to where it really is"
        )
    return f"answered with an error ({error.status_code})"


def _asked_to_wait(error: openai.APIError) -> float:
    """The seconds that the server asks to wait for, 0 where it does not say."""
    response = getattr(error, "response", None)
    asked = response.headers.get("retry-after", "") if response is not None else ""
    return float(asked) if asked.isdecimal() else 0.0
