"""Which models we talk to: OpenAI's, or those of any server that speaks the same protocol."""

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from pydantic import SecretStr

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from openai import OpenAI

    from agents.chat_model import ChatModel
    from agents.embeddings import EndpointEmbedder
    from agents.metering import Prices
    from agents.model_http import ModelHttp

OPENAI_URL: Final = "https://api.openai.com/v1"
# Local servers want a key to be sent, and take any.
NO_KEY: Final = "none"
# With these in the environment, langchain refuses to be told not to report elsewhere.
_OLD_TRACING: Final = ("LANGCHAIN_TRACING", "LANGCHAIN_HANDLER")


@dataclass(frozen=True, slots=True)
class ModelConfig:
    """`timeout_s` limits one question with all its retries. `base_url` None means OpenAI's."""

    base_url: str | None
    api_key: str = field(repr=False)
    model: str
    timeout_s: float = 20.0
    max_retries: int = 2

    @property
    def url(self) -> str:
        return self.base_url or OPENAI_URL


def build_model(
    config: ModelConfig, purpose: str = "words", prices: "Prices | None" = None
) -> "ChatModel":
    """The model, not yet asked anything; `purpose` says in a word what it will be, and `prices`
    what that costs. Its library is imported here, since that takes a second which only those who
    have a model should pay."""
    _forget_old_tracing()
    from langchain.chat_models import init_chat_model  # noqa: PLC0415 - see above

    from agents.chat_model import MAX_BYTES, ChatModel  # noqa: PLC0415 - see above
    from agents.model_http import ModelHttp  # noqa: PLC0415 - see above

    def connect(http: "ModelHttp") -> "BaseChatModel":
        return init_chat_model(
            config.model,
            model_provider="openai",
            base_url=config.url,
            api_key=SecretStr(config.api_key or NO_KEY),
            http_client=http,
            openai_proxy="",  # ModelHttp sees to proxies
            timeout=config.timeout_s,
            max_retries=0,  # ChatModel tries again, within its time limit
            use_responses_api=False,  # other servers know chat completions only
        )

    with ModelHttp(MAX_BYTES) as http:
        connect(http)  # settings that make no sense show now, not at the first question
    return ChatModel(connect, config.timeout_s, config.max_retries, purpose, prices)


def build_embedder(config: ModelConfig) -> "EndpointEmbedder":
    """The embedding model of that name, not yet asked anything; imported here as above."""
    from openai import OpenAI  # noqa: PLC0415 - see build_model

    from agents.embeddings import MAX_BYTES, EndpointEmbedder  # noqa: PLC0415 - see build_model
    from agents.model_http import ModelHttp  # noqa: PLC0415 - see build_model

    def connect(http: "ModelHttp") -> "OpenAI":
        return OpenAI(
            base_url=config.url,
            api_key=config.api_key or NO_KEY,
            http_client=http,
            timeout=config.timeout_s,
            max_retries=0,  # EndpointEmbedder tries again, within its time limit
        )

    with ModelHttp(MAX_BYTES) as http:
        connect(http)  # settings that make no sense show now, not at the first question
    return EndpointEmbedder(connect, config.model, config.timeout_s, config.max_retries)


def _forget_old_tracing() -> None:
    for name in _OLD_TRACING:
        os.environ.pop(name, None)
