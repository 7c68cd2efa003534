"""Vectors from a server: one of length 1 for each text, or an honest error."""

import json
import re
import traceback

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.embeddings import BATCH, MAX_CHARACTERS, EndpointEmbedder, model_name
from agents.model import ModelConfig, build_embedder
from csm.errors import Unavailable
from tests.agents.double import Answer, embedded, failing, serving, spoken

KEY = "sk-secret-key"
E1, E2 = [1.0, 0.0], [0.0, 1.0]


def built(url: str, timeout_s: float = 20, max_retries: int = 0) -> EndpointEmbedder:
    return build_embedder(ModelConfig(url, KEY, "org/Embedder v1.5", timeout_s, max_retries))


@pytest.fixture(autouse=True)
def no_pause(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    pauses: list[float] = []
    monkeypatch.setattr("agents.endpoint.sleep", pauses.append)
    return pauses


def test_vectors_have_length_one() -> None:
    with serving(embedded([3.0, 4.0], [0.0, 1e-9], [1e300, 1e300])) as server:
        vectors = built(server.url).embed(["a", "b", "c"])
    assert vectors.dtype == np.float32
    expected = [[0.6, 0.8], [0.0, 1.0], [0.70710678, 0.70710678]]
    np.testing.assert_allclose(vectors, expected, rtol=1e-6)
    assert server.keys == [f"Bearer {KEY}"]


def test_many_texts_go_in_batches_and_come_back_in_order() -> None:
    full = embedded(*[E1] * BATCH)
    with serving(full, full, embedded(E2, E2)) as server:
        texts = [f"text {n}" for n in range(2 * BATCH + 2)]
        vectors = built(server.url).embed(texts)
    assert vectors.tolist() == [E1] * (2 * BATCH) + [E2] * 2
    sent = [json.loads(body)["input"] for body in server.bodies]
    assert [text for batch in sent for text in batch] == texts
    assert [len(batch) for batch in sent] == [BATCH, BATCH, 2]


def test_vectors_are_taken_by_their_number() -> None:
    shuffled = {
        "data": [{"index": 1, "embedding": E2}, {"index": 0, "embedding": E1}],
        "object": "list",
    }
    with serving(Answer(json.dumps(shuffled).encode())) as server:
        assert built(server.url).embed(["a", "b"]).tolist() == [E1, E2]


def test_no_texts_need_no_server() -> None:
    with serving(failing(500)) as server:
        assert built(server.url).embed([]).shape[0] == 0
    assert server.bodies == []


def test_texts_are_sent_as_words_and_never_too_long_or_empty() -> None:
    with serving(embedded(E1, E1)) as server:
        built(server.url).embed(["word " * 10_000, " \n"])
    long, blank = json.loads(server.bodies[0])["input"]
    assert len(long) <= MAX_CHARACTERS
    assert long.endswith("word…")
    assert blank == "-"


@pytest.mark.parametrize("status", [429, 500, 503])
def test_passing_trouble_is_tried_again_for_its_batch_alone(
    status: int, no_pause: list[float]
) -> None:
    answers = (embedded(*[E1] * BATCH), failing(status, retry_after="2"), embedded(E2))
    with serving(*answers) as server:
        vectors = built(server.url, max_retries=1).embed(["text"] * (BATCH + 1))
    assert vectors.shape == (BATCH + 1, 2)
    assert len(server.bodies) == 3
    assert no_pause == [2.0]


def test_a_server_that_goes_down_mid_way() -> None:
    answers = (embedded(*[E1] * BATCH), failing(500))
    with serving(*answers) as server, pytest.raises(Unavailable, match=r"embedding.*\(500\)"):
        built(server.url, max_retries=1).embed(["text"] * (2 * BATCH))
    assert len(server.bodies) == 3


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (embedded(E1), "1 vectors for 2 texts"),
        (embedded(E1, E1, E1), "3 vectors for 2 texts"),
        (embedded(), "makes no sense"),
        (embedded(E1, [1.0]), "different lengths"),
        (embedded(E1, [1.0, "sk-secret-key"]), "different lengths"),
        (embedded(E1, None), "different lengths"),
        (embedded([], []), "no vectors"),
        (embedded([[1.0]], [[1.0]]), "no vectors"),
        (embedded(1.0, 2.0), "no vectors"),
        (embedded(E1, [float("nan"), 1.0]), "without a direction"),
        (embedded(E1, [float("inf"), 1.0]), "without a direction"),
        (embedded(E1, [None, 1.0]), "without a direction"),
        (embedded(E1, [0.0, 0.0]), "without a direction"),
        (embedded(E1, [10**400, 1]), "makes no sense"),
        (spoken("sk-secret-key"), "makes no sense"),
        (Answer(b"<html>sk-secret-key</html>"), "makes no sense"),
        (Answer(b"null"), "makes no sense"),
        (Answer(b"{}"), "makes no sense"),
        (Answer(b'{"data": ' + b"[" * 100_000), "makes no sense"),
        (Answer(b" " * 16_000_001), "too long"),
        (Answer(b"", hangs=True), "embedding model did not answer in time"),
        (failing(400), r"answered with an error \(400\)"),
        (failing(401), "refused our key: check OPENAI_API_KEY"),
        (failing(404), "check OPENAI_EMBEDDING_MODEL and OPENAI_BASE_URL"),
        (failing(429), "busy, or our quota is used up"),
    ],
)
def test_trouble_is_told_without_secrets(answer: Answer, words: str) -> None:
    timeout_s = 0.3 if answer.hangs else 20
    with serving(answer) as server, pytest.raises(Unavailable, match=words) as caught:
        built(server.url, timeout_s).embed(["a", "b"])
    assert KEY not in "".join(traceback.format_exception(caught.value))


def test_a_server_that_is_not_there() -> None:
    with serving(embedded(E1)) as server:
        pass
    with pytest.raises(Unavailable, match="cannot be reached: check OPENAI_BASE_URL"):
        built(server.url).embed(["a"])


def test_the_name_tells_models_and_lengths_apart() -> None:
    with serving(embedded(E1), embedded([1.0, 0.0, 0.0])) as server:
        first, second = built(server.url), built(server.url)
        assert re.fullmatch(r"org-embedder-v1-5-[0-9a-f]{8}-2", first.name)
        assert second.name == first.name[:-1] + "3"
        assert first.name.endswith("-2")
    assert len(server.bodies) == 2  # each was asked once


def test_a_model_that_is_exchanged_behind_our_back_is_noticed() -> None:
    with serving(embedded(E1), embedded([1.0, 0.0, 0.0])) as server:
        embedder = built(server.url)
        embedder.embed(["a"])
        with pytest.raises(Unavailable, match="vectors have 3 numbers, and had 2 before"):
            embedder.embed(["a"])


@given(st.lists(st.text(max_size=80), min_size=2, max_size=2, unique=True))
def test_any_two_models_have_two_names(models: list[str]) -> None:
    one, other = (model_name(model, 1536) for model in models)
    assert one != other
    assert re.fullmatch(r"[a-z0-9][a-z0-9.-]{0,58}[a-z0-9]", one)
