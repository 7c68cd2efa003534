"""Texts as vectors, from the embedding model of any OpenAI-compatible server."""

import re
from collections.abc import Callable, Sequence
from hashlib import sha256
from typing import Final

import numpy as np
from openai import OpenAI

from agents.data_block import shortened
from agents.endpoint import Attempts, Endpoint, Kind
from agents.metering import count_tokens
from agents.model_http import ModelHttp
from csm.errors import Unavailable
from csm.ports_answers import Vectors

EMBEDDING_MODEL: Final = Kind("embedding model", "OPENAI_EMBEDDING_MODEL")
EMBEDDING: Final = "embedding"
# Texts sent at once.
BATCH: Final = 64
# Of one text, in characters: what is longer fits into no common model.
MAX_CHARACTERS: Final = 8000
# The vectors of a batch, 3,072 numbers each, take about a third of it.
MAX_BYTES: Final = 16_000_000

_SENSELESS: Final = "The embedding model's server gave an answer that makes no sense"
# Servers refuse a text without any words.
_NO_WORDS: Final = "-"


class EndpointEmbedder:
    """Implements csm.ports_answers.Embedder. Safe to use from several threads."""

    def __init__(
        self,
        connect: Callable[[ModelHttp], OpenAI],
        model: str,
        timeout_s: float,
        max_retries: int,
    ) -> None:
        """`connect` gives the model, speaking over a client that no other batch uses. `timeout_s`
        is for one batch of texts with all its retries."""
        self._connect = connect
        self._model = model
        self._endpoint = Endpoint(EMBEDDING_MODEL, EMBEDDING, timeout_s, max_retries, MAX_BYTES)
        self._length: int | None = None  # of its vectors, once it has answered

    @property
    def name(self) -> str:
        """See `model_name`. For the length of its vectors the model is asked once; raises
        Unavailable."""
        if self._length is None:
            self.embed([_NO_WORDS])
        return model_name(self._model, self._length or 0)

    def embed(self, texts: Sequence[str]) -> Vectors:
        """One row of length 1 for each text. Raises Unavailable when the model cannot be reached
        in time, or gives anything but that."""
        batches = [self._batch(texts[at : at + BATCH]) for at in range(0, len(texts), BATCH)]
        return np.vstack(batches) if batches else np.zeros((0, self._length or 0), np.float32)

    def _batch(self, texts: Sequence[str]) -> Vectors:
        sent = [shortened(text.strip(), MAX_CHARACTERS) or _NO_WORDS for text in texts]

        def work(client: OpenAI, attempts: Attempts) -> list[list[float]]:
            return attempts.at(lambda seconds: self._asked(client, sent, seconds))

        vectors = _normalised(self._endpoint.use(self._connect, work), len(sent))
        self._keep_length(vectors.shape[1])
        return vectors

    def _asked(self, client: OpenAI, sent: list[str], seconds: float) -> list[list[float]]:
        answer = client.embeddings.create(
            input=sent,
            model=self._model,
            encoding_format="float",  # not every server knows the other one
            timeout=seconds,
        )
        if answer.usage is not None:
            count_tokens(EMBEDDING, answer.usage.prompt_tokens, 0)
        return [item.embedding for item in sorted(answer.data, key=lambda item: item.index)]

    def _keep_length(self, length: int) -> None:
        if self._length is None:
            self._length = length
        if length != self._length:
            raise Unavailable(
                f"{_SENSELESS}: its vectors have {length} numbers, and had {self._length} before. "
                "Has OPENAI_EMBEDDING_MODEL been given to another model?"
            )


def model_name(model: str, length: int) -> str:
    """A name that no two models share, nor two lengths of vectors of one model."""
    readable = re.sub(r"[^a-z0-9]+", "-", model.lower())[:36].strip("-")
    exact = sha256(model.encode()).hexdigest()[:8]
    return f"{readable}-{exact}-{length}".lstrip("-")


def _normalised(rows: Sequence[Sequence[float]], count: int) -> Vectors:
    if len(rows) != count:
        raise Unavailable(f"{_SENSELESS}: {len(rows)} vectors for {count} texts.")
    try:
        vectors = np.asarray(rows, dtype=np.float64)
    except (ValueError, TypeError, OverflowError):
        raise Unavailable(f"{_SENSELESS}: vectors of different lengths, or none.") from None
    if vectors.ndim != 2 or not vectors.size:
        raise Unavailable(f"{_SENSELESS}: no vectors.")
    largest = np.abs(vectors).max(axis=1, keepdims=True)
    if not np.isfinite(vectors).all() or not largest.all():
        raise Unavailable(f"{_SENSELESS}: vectors without a direction.")
    scaled = vectors / largest
    unit: Vectors = (scaled / np.linalg.norm(scaled, axis=1, keepdims=True)).astype(np.float32)
    return unit
