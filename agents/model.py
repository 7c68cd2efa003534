"""Which language model we talk to: OpenAI's, or any server that speaks the same protocol."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from pydantic import SecretStr

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from agents.chat_model import ChatModel

OPENAI_URL: Final = "https://api.openai.com/v1"
# Local servers want a key to be sent, and take any.
NO_KEY: Final = "none"
# Two to four sentences need about half of it.
MAX_TOKENS: Final = 400


@dataclass(frozen=True, slots=True)
class ModelConfig:
    """`timeout_s` limits one question with all its retries. `base_url` None means OpenAI's."""

    base_url: str | None
    api_key: str = field(repr=False)
    model: str
    timeout_s: float = 20.0
    max_retries: int = 2


def build_model(config: ModelConfig) -> "ChatModel":
    """The model, not yet asked anything. Its library is imported here, since that takes a second
    which only those who have a model should pay."""
    from langchain.chat_models import init_chat_model  # noqa: PLC0415 - see above
    from openai import DefaultHttpxClient  # noqa: PLC0415 - see above

    from agents.chat_model import ChatModel  # noqa: PLC0415 - see above

    def connect(http: DefaultHttpxClient) -> "BaseChatModel":
        return init_chat_model(
            config.model,
            model_provider="openai",
            base_url=config.base_url or OPENAI_URL,
            api_key=SecretStr(config.api_key or NO_KEY),
            http_client=http,
            timeout=config.timeout_s,
            max_tokens=MAX_TOKENS,
            max_retries=0,  # ChatModel tries again, within its time limit
            use_responses_api=False,  # other servers know chat completions only
        )

    with DefaultHttpxClient() as http:
        connect(http)  # settings that make no sense show now, not at the first question
    return ChatModel(connect, config.timeout_s, config.max_retries)
