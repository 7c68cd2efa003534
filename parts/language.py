"""The language models that the settings ask for, each built when it is first needed.

Without one, everything works in plainer words: then these are None.
"""

from functools import cached_property
from typing import TYPE_CHECKING

from csm.ports import Narrator
from csm.ports_answers import Answerer, ArticleWriter, Embedder
from csm.ports_outreach import Penman
from settings import Settings

if TYPE_CHECKING:
    from agents.chat_model import ChatModel
    from agents.model import ModelConfig


class Language:
    """Models for chat and for embeddings."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    @cached_property
    def narrator(self) -> Narrator | None:
        """Puts an account into words."""
        chat = self._chat("narration")
        if chat is None:
            return None
        from agents.narrator import ModelNarrator

        return ModelNarrator(chat)

    @cached_property
    def answerer(self) -> Answerer | None:
        """Answers from passages of the library."""
        chat = self._chat("answer")
        if chat is None:
            return None
        from agents.answerer import ModelAnswerer

        return ModelAnswerer(chat)

    @cached_property
    def article_writer(self) -> ArticleWriter | None:
        """Makes first versions of help articles."""
        chat = self._chat("article")
        if chat is None:
            return None
        from agents.article_writer import ModelArticleWriter

        return ModelArticleWriter(chat)

    @cached_property
    def penman(self) -> Penman | None:
        """Puts outreach into words."""
        chat = self._chat("outreach")
        if chat is None:
            return None
        from agents.outreach_writer import ModelPenman

        return ModelPenman(chat)

    @cached_property
    def embedder(self) -> Embedder:
        """The embedding model that is set, or else the one that comes along."""
        if self._settings.openai_embedding_model is None:
            from knowledge.embedder import MiniLm

            return MiniLm()
        from agents.model import build_embedder

        return build_embedder(self._config(self._settings.openai_embedding_model))

    def _chat(self, purpose: str) -> "ChatModel | None":
        """The model, asked for one purpose: what it costs is told apart by that."""
        if not self._settings.has_model:
            return None
        from agents.metering import Prices
        from agents.model import build_model

        sent, answered = self._settings.price_in, self._settings.price_out
        prices = Prices(sent, answered) if sent is not None and answered is not None else None
        return build_model(self._config(self._settings.openai_model), purpose, prices)

    def _config(self, model: str) -> "ModelConfig":
        from agents.model import ModelConfig

        key = self._settings.openai_api_key
        return ModelConfig(
            base_url=self._settings.openai_base_url,
            api_key=key.get_secret_value() if key else "",
            model=model,
            timeout_s=self._settings.model_seconds,
        )
