"""Vectors in Chroma: across processes, with damaged files, and on a server."""

import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

import numpy as np
import pytest

from csm.errors import InvalidInput, Unavailable
from csm.ports_answers import Vectors
from knowledge.vectors import Damaged, VectorStore
from settings import PROJECT

NAME = "digital-csm-customer-test"
COUNT = 1_200  # more than Chroma keeps in memory only


def made(count: int, seed: int = 0) -> Vectors:
    vectors = np.random.default_rng(seed).standard_normal((count, 16)).astype(np.float32)
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), dtype=np.float32)


VECTORS = made(COUNT)
IDS = [f"chunk{number:04}" for number in range(COUNT)]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[VectorStore]:
    store = VectorStore(tmp_path)
    yield store
    store.reopen()


@pytest.fixture
def filled(store: VectorStore) -> VectorStore:
    store.put(NAME, IDS, VECTORS)
    store.tell()
    return store


def test_the_nearest_come_first_with_their_cosine(store: VectorStore) -> None:
    vectors = np.array([[1, 0, 0], [0, 1, 0], [-1, 0, 0]], dtype=np.float32)
    store.put(NAME, ["east", "north", "west"], vectors)
    found = store.nearest(NAME, np.array([0.8, 0.6, 0], dtype=np.float32), 3)
    assert [name for name, _ in found] == ["east", "north", "west"]
    assert [cosine for _, cosine in found] == pytest.approx([0.8, 0.6, -0.8], abs=1e-5)


def test_an_unknown_collection_is_empty(store: VectorStore) -> None:
    assert store.nearest(NAME, VECTORS[0], 5) == []
    assert store.ids(NAME) == set()
    assert store.names() == []
    store.remove(NAME, ["nothing"])
    store.check(NAME)


def test_vectors_are_replaced_removed_and_dropped(store: VectorStore) -> None:
    store.put(NAME, IDS[:3], VECTORS[:3])
    store.put(NAME, IDS[2:4], VECTORS[2:4])
    assert store.ids(NAME) == set(IDS[:4])
    store.remove(NAME, IDS[:2])
    assert store.ids(NAME) == set(IDS[2:4])
    assert store.names() == [NAME]
    store.drop(NAME)
    assert (store.names(), store.ids(NAME)) == ([], set())


def test_many_threads_search_while_one_writes(filled: VectorStore) -> None:
    def search(number: int) -> str:
        return filled.nearest(NAME, VECTORS[number], 1)[0][0]

    with ThreadPoolExecutor(6) as pool:
        found = [pool.submit(search, number) for number in range(0, 300, 3)]
        filled.put(NAME, ["more"], made(1, seed=1))
        filled.reopen()
        assert [each.result() for each in found] == IDS[0:300:3]


def test_stores_are_opened_again_at_the_same_time(tmp_path: Path) -> None:
    stores = [VectorStore(tmp_path / name) for name in ("one", "two", "three")]
    for store in stores:
        store.put(NAME, IDS[:20], VECTORS[:20])

    def work(number: int) -> str:
        store = stores[number % 3]
        store.reopen()
        return store.nearest(NAME, VECTORS[number % 20], 1)[0][0]

    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(work, range(120))) == [IDS[number % 20] for number in range(120)]
    for store in stores:
        store.reopen()


def test_what_another_process_wrote_is_found_and_what_it_removed_is_not(
    filled: VectorStore, tmp_path: Path
) -> None:
    assert filled.nearest(NAME, VECTORS[0], 1)[0][0] == IDS[0]
    program = (
        "import sys; from pathlib import Path; import numpy as np\n"
        "from knowledge.vectors import VectorStore\n"
        "store = VectorStore(Path(sys.argv[1]))\n"
        f"store.remove({NAME!r}, [{IDS[0]!r}])\n"
        f"store.put({NAME!r}, ['new'], np.full((1, 16), 0.25, dtype=np.float32))\n"
        "store.tell()\n"
    )
    subprocess.run([sys.executable, "-c", program, str(tmp_path)], check=True, cwd=PROJECT)
    assert filled.nearest(NAME, VECTORS[0], 1)[0][0] != IDS[0]
    assert filled.nearest(NAME, np.full(16, 0.25, dtype=np.float32), 1)[0][0] == "new"


def test_nothing_is_told_when_nothing_was_written(filled: VectorStore, tmp_path: Path) -> None:
    before = (tmp_path / "vectors.changed").read_text()
    filled.remove(NAME, [])
    filled.tell()
    assert (tmp_path / "vectors.changed").read_text() == before
    filled.remove(NAME, IDS[:1])
    filled.tell()
    assert (tmp_path / "vectors.changed").read_text() != before


def _database(folder: Path) -> Path:
    return folder / "chroma.sqlite3"


def _scribble(*files: Path) -> None:
    for file in files:
        file.write_bytes(b"\x7fgarbage" * (file.stat().st_size // 8 + 1))


def _halve(*files: Path) -> None:
    for file in files:
        file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])


def _lose(*files: Path) -> None:
    for file in files:
        file.unlink()


def _graph_files(folder: Path) -> list[Path]:
    return [file for file in folder.glob("*/*") if file.is_file()]


DAMAGES: dict[str, Callable[[Path], None]] = {
    "database overwritten": lambda folder: _scribble(_database(folder)),
    "database cut off": lambda folder: _halve(_database(folder)),
    "graph overwritten": lambda folder: _scribble(*_graph_files(folder)),
    "graph cut off": lambda folder: _halve(*_graph_files(folder)),
    "graph lost": lambda folder: _lose(*_graph_files(folder)),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_damaged_files_are_noticed_and_can_be_wiped(
    filled: VectorStore, tmp_path: Path, damage: Callable[[Path], None]
) -> None:
    filled.reopen()
    assert _graph_files(tmp_path / "vectors")
    damage(tmp_path / "vectors")
    with pytest.raises(Damaged):
        filled.check(NAME)
    filled.wipe()
    assert filled.ids(NAME) == set()
    filled.put(NAME, IDS[:5], VECTORS[:5])
    filled.check(NAME)
    assert filled.nearest(NAME, VECTORS[3], 1)[0][0] == IDS[3]


def test_sound_files_pass_the_check(filled: VectorStore) -> None:
    filled.reopen()
    filled.check(NAME)


@pytest.mark.parametrize("loss", ["database", "folder"])
def test_files_that_are_gone_are_an_empty_store(
    filled: VectorStore, tmp_path: Path, loss: str
) -> None:
    filled.reopen()
    if loss == "database":
        _database(tmp_path / "vectors").unlink()
    else:
        filled.wipe()
    assert filled.ids(NAME) == set()


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


@contextmanager
def chroma_server(folder: Path) -> Iterator[str]:
    """A real server of its own; its address."""
    port = free_port()
    chroma = Path(sys.executable).parent / "chroma"
    options = ["--host=127.0.0.1", f"--port={port}", f"--path={folder / 'server'}"]
    with (folder / "server.log").open("wb") as log:
        server = subprocess.Popen([chroma, "run", *options], stdout=log, stderr=log)
        try:
            _wait_for(f"http://127.0.0.1:{port}/api/v2/heartbeat", server)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.kill()
            server.wait()


def _wait_for(address: str, server: "subprocess.Popen[bytes]") -> None:
    pause = threading.Event()
    for _ in range(300):
        assert server.poll() is None, "the server ended"
        try:
            with urlopen(address, timeout=5):
                return
        except OSError:
            pause.wait(0.1)
    pytest.fail("the server did not start")


def test_a_server_does_the_same(tmp_path: Path) -> None:
    with chroma_server(tmp_path) as url:
        store = VectorStore(tmp_path / "here", url)
        store.put(NAME, IDS[:400], VECTORS[:400])
        assert store.ids(NAME) == set(IDS[:400])
        ((found, cosine),) = store.nearest(NAME, VECTORS[7], 1)
        assert found == IDS[7]
        assert cosine == pytest.approx(1, abs=1e-5)
        store.check(NAME)
        store.remove(NAME, IDS[7:8])
        assert store.nearest(NAME, VECTORS[7], 1)[0][0] != IDS[7]
        other = VectorStore(tmp_path / "there", url)
        other.drop(NAME)
        other.put(NAME, ["again"], VECTORS[:1])
        other.reopen()
        assert [name for name, _ in store.nearest(NAME, VECTORS[0], 3)] == ["again"]
        assert not (tmp_path / "here" / "vectors").exists()
    with pytest.raises(Unavailable, match="DIGITAL_CSM_CHROMA_URL"):
        store.nearest(NAME, VECTORS[0], 1)


def test_a_server_that_was_never_there_is_unavailable(tmp_path: Path) -> None:
    store = VectorStore(tmp_path, f"http://127.0.0.1:{free_port()}")
    for _ in range(2):
        with pytest.raises(Unavailable, match="DIGITAL_CSM_CHROMA_URL"):
            store.ids(NAME)


def test_a_server_that_never_answers_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("knowledge.vectors.SERVER_TIMEOUT_S", 0.05)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        store = VectorStore(tmp_path, f"http://127.0.0.1:{silent.getsockname()[1]}")
        with pytest.raises(Unavailable, match="DIGITAL_CSM_CHROMA_URL"):
            store.ids(NAME)


def test_an_address_that_is_none_is_said_to_be(tmp_path: Path) -> None:
    for url in ("chroma.example:8000", "ftp://chroma.example", "http://"):
        with pytest.raises(InvalidInput, match="DIGITAL_CSM_CHROMA_URL"):
            VectorStore(tmp_path, url).names()


def test_what_is_written_anew_holds_what_was_left_and_no_trace_of_the_rest(
    filled: VectorStore, tmp_path: Path
) -> None:
    filled.remove(NAME, IDS[1:])
    filled.rewrite(NAME)
    filled.reopen()
    assert filled.ids(NAME) == set(IDS[:1])
    ((found, cosine),) = filled.nearest(NAME, VECTORS[0], 5)
    assert found == IDS[0]
    assert cosine == pytest.approx(1, abs=1e-5)
    raw = b"".join(one.read_bytes() for one in tmp_path.rglob("*") if one.is_file())
    assert VECTORS[0].tobytes() in raw
    assert not any(name.encode() in raw for name in IDS[1:])


def test_nothing_is_written_anew_where_nothing_is(store: VectorStore) -> None:
    store.rewrite(NAME)
    assert store.names() == []
