"""Vectors in Chroma: in a folder of this process, or on a server. The only file that knows it.

Chroma is given vectors and ids, and nothing else: no texts, and no model of its own. A client
that runs in the process does not see in its searches what another process has written since it
was opened, so a file beside the folder tells when it has to be opened again.
"""

import multiprocessing
import shutil
from collections.abc import Collection, Sequence
from pathlib import Path
from threading import Lock, RLock
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import uuid4

import chromadb
import httpx
import structlog
from chromadb.api.shared_system_client import SharedSystemClient
from chromadb.config import Settings
from chromadb.errors import ChromaError, NotFoundError

from csm.errors import CsmError, InvalidInput, Unavailable
from csm.ports_answers import Vectors

log = structlog.get_logger(__name__)

# How many ids go into one deletion.
_AT_ONCE: Final = 1_000
# How many vectors are looked at to tell whether a collection is sound.
_SAMPLE: Final = 50
# Seconds that a server may take for one call.
SERVER_TIMEOUT_S: Final = 30.0
_SPACE: Final = {"hnsw": {"space": "cosine", "ef_search": 200}}
# What Chroma's clients raise: its own errors, the HTTP client's, and, for a server that does not
# answer when first spoken to or a collection's settings that cannot be read, a ValueError.
_FAILURES: Final = (ChromaError, httpx.HTTPError, OSError, ValueError)


class Damaged(CsmError):
    """Chroma's files cannot be read. They can be made again from the records."""


def _write(folder: Path, name: str, ids: Sequence[str], vectors: Vectors) -> None:
    _put_all(VectorStore(folder), name, ids, vectors)


def _put_all(store: "VectorStore", name: str, ids: Sequence[str], vectors: Vectors) -> None:
    for start in range(0, len(ids), _AT_ONCE):
        end = start + _AT_ONCE
        store.put(name, ids[start:end], vectors[start:end])


class VectorStore:
    """Collections of vectors by name. Safe to use from many threads.

    Every method raises Unavailable when a server does not answer, and Damaged when the files of
    a folder cannot be read.
    """

    def __init__(self, folder: Path, url: str | None = None) -> None:
        """`folder` is for the files; with `url`, the vectors are on that Chroma server."""
        self._files = folder / "vectors"
        self._stamp = folder / "vectors.changed"
        self._url = url
        self._lock = RLock()
        self._client: Any = None
        self._collections: dict[str, Any] = {}
        self._seen = ""
        self._has_written = False

    @property
    def is_server(self) -> bool:
        return self._url is not None

    def nearest(self, name: str, vector: Vectors, most: int) -> list[tuple[str, float]]:
        """(id, cosine) of the nearest vectors, nearest first; none of an unknown collection."""

        def ask(collection: Any) -> list[tuple[str, float]]:
            found = collection.query(query_embeddings=[vector], n_results=most, include=_DISTANCES)
            return [
                (fingerprint, 1 - float(distance))
                for fingerprint, distance in zip(
                    found["ids"][0], found["distances"][0], strict=True
                )
            ]

        return self._with(name, ask) or []

    def ids(self, name: str) -> set[str]:
        """Of all vectors in a collection."""
        return self._with(name, lambda collection: set(collection.get(include=[])["ids"])) or set()

    def put(self, name: str, ids: Sequence[str], vectors: Vectors) -> None:
        """Add or replace; the collection is made when it is new."""
        self._has_written = True
        with self._lock:
            self._reading(lambda client: self._make(client, name))
        self._with(name, lambda collection: collection.upsert(ids=list(ids), embeddings=vectors))

    def remove(self, name: str, ids: Collection[str]) -> None:
        self._has_written = self._has_written or bool(ids)
        ordered = sorted(ids)
        for start in range(0, len(ordered), _AT_ONCE):
            batch = ordered[start : start + _AT_ONCE]
            self._with(name, lambda collection, batch=batch: collection.delete(ids=batch))

    def names(self) -> list[str]:
        """Of all collections."""
        collections = self._reading(lambda client: client.list_collections())
        return sorted(collection.name for collection in collections)

    def drop(self, name: str) -> None:
        self._has_written = True
        with self._lock:
            self._collections.pop(name, None)
            self._reading(lambda client: client.delete_collection(name))

    def rewrite(self, name: str) -> None:
        """Write a collection anew, with what is in it and no trace of what was. Interrupted, it
        lacks vectors, which can be made again from the records.

        Chroma writes memory that it never set into its files, so they are written by a process that
        has read nothing else.
        """
        kept = self._with(name, lambda one: one.get(include=["embeddings"]))
        if kept is None:
            return
        if self.is_server:
            self.drop(name)
            _put_all(self, name, kept["ids"], kept["embeddings"])
            return
        self.wipe()
        arguments = (self._files.parent, name, kept["ids"], kept["embeddings"])
        other = multiprocessing.get_context("spawn").Process(target=_write, args=arguments)
        other.start()
        other.join()
        self.reopen()
        if other.exitcode:
            raise Damaged("Chroma's files could not be written anew.")

    def check(self, name: str) -> None:
        """Raise Damaged when a sample of a collection cannot be read and found again."""
        self._with(name, self._check)

    def tell(self) -> None:
        """Let other processes know, when anything was written since this was last said."""
        if not self._has_written:
            return
        with self._lock:
            self._seen = uuid4().hex
            self._stamp.write_text(self._seen)
            self._has_written = False

    def reopen(self) -> None:
        """Begin anew with the files or the server. What goes on in other threads ends with the
        files as they were, and fails with a server."""
        with self._lock:
            client, self._client = self._client, None
            self._collections.clear()
            with _OPENING:
                SharedSystemClient.clear_system_cache()
            if self.is_server and client is not None:
                _session(client).close()

    def wipe(self) -> None:
        """Delete all files, however damaged. Never done to a server."""
        self._has_written = True
        with self._lock:
            self.reopen()
            shutil.rmtree(self._files, ignore_errors=True)

    def _check(self, collection: Any) -> None:
        ids = collection.get(include=[])["ids"]
        sample = ids[:: max(1, len(ids) // _SAMPLE)]
        if not sample:
            return
        kept = collection.get(ids=sample, include=["embeddings"])
        if len(kept["ids"]) != len(sample):
            raise Damaged(_damage("some vectors are missing"))
        found = collection.query(query_embeddings=kept["embeddings"], n_results=1, include=[])
        lost = sum(
            fingerprint not in near
            for fingerprint, near in zip(kept["ids"], found["ids"], strict=True)
        )
        if lost > len(sample) // 10:  # the search is approximate, and two vectors can be equal
            raise Damaged(_damage("vectors are not found again"))

    def _with(self, name: str, work: Any) -> Any:
        """What `work` makes of a collection; None when there is none of that name."""
        self._catch_up()
        for _ in range(2):
            try:
                return self._reading(lambda client: work(self._collection(client, name)))
            except NotFoundError:  # dropped and perhaps made again by another process
                self._collections.pop(name, None)
        return None

    def _collection(self, client: Any, name: str) -> Any:
        with self._lock:
            if name not in self._collections:
                self._collections[name] = client.get_collection(name, embedding_function=None)
            return self._collections[name]

    def _make(self, client: Any, name: str) -> None:
        if name not in self._collections:
            self._collections[name] = client.get_or_create_collection(
                name, configuration=_SPACE, embedding_function=None
            )

    def _catch_up(self) -> None:
        if self.is_server:
            return
        try:
            stamp = self._stamp.read_text()
        except FileNotFoundError:
            return
        with self._lock:
            if stamp != self._seen:
                self.reopen()
                self._seen = stamp

    def _reading(self, work: Any) -> Any:
        try:
            return work(self._opened())
        except (NotFoundError, CsmError):
            raise
        except _FAILURES as error:
            raise self._failure(error) from error

    def _opened(self) -> Any:
        with self._lock:
            if self._client is None:
                with _OPENING:
                    self._client = _server(self._url) if self._url else _in_process(self._files)
            return self._client

    def _failure(self, error: Exception) -> CsmError:
        log.warning("vectors failed", error=type(error).__name__, server=self.is_server)
        self.reopen()
        if not self.is_server:
            return Damaged(_damage(type(error).__name__))
        return Unavailable(
            "The Chroma server cannot be reached or gives no sensible answer. Check that it runs "
            "and that DIGITAL_CSM_CHROMA_URL is its address."
        )


_DISTANCES: Final = ["distances"]
# What Chroma keeps of its clients is one thing for the whole process, and must not be cleared
# while one is being opened.
_OPENING: Final = Lock()


def _damage(what: str) -> str:
    return f"The files of the search by meaning are damaged ({what})."


def _settings() -> Settings:
    """New for each client, which writes its own into them."""
    return Settings(anonymized_telemetry=False)


def _in_process(folder: Path) -> Any:
    folder.mkdir(parents=True, exist_ok=True)
    return chromadb.PersistentClient(str(folder), settings=_settings())


def _server(url: str) -> Any:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise InvalidInput(
            "DIGITAL_CSM_CHROMA_URL must be an address such as http://chroma.example:8000."
        )
    is_secure = parts.scheme == "https"
    # Chroma's client waits for ever, from its first call on: so the first call is not its own.
    httpx.get(f"{url.rstrip('/')}/api/v2/heartbeat", timeout=SERVER_TIMEOUT_S).raise_for_status()
    client: Any = chromadb.HttpClient(
        host=parts.hostname,
        port=parts.port or (443 if is_secure else 8000),
        ssl=is_secure,
        settings=_settings(),
    )
    _session(client._admin_client).close()  # it has done what it is for
    _session(client).timeout = httpx.Timeout(SERVER_TIMEOUT_S)
    return client


def _session(client: Any) -> httpx.Client:
    """Through which a server's client speaks; it offers no other way to bound its patience."""
    session: httpx.Client = client._server._session
    return session
