"""How fast documents are added to the library, beside how fast the model embeds the same texts.

Both are taken in the same pass, so that they share whatever else the machine is doing.
"""

from collections.abc import Sequence
from pathlib import Path

from bench.figures import Figure, timed
from bench.knowledge_search import BenchClock
from csm.knowledge import Shelf
from csm.ports_answers import Vectors
from knowledge.embedder import MiniLm
from knowledge.fetch import Fetcher
from knowledge.ingest import Ingest
from knowledge.library import KnowledgeLibrary
from knowledge.places import Places
from knowledge.reading.apart import Apart
from settings import PROJECT
from sources.demo_help import SHELF_FOLDERS
from storage.database import open_database
from storage.records import SqlRecords

REAL_DOCS = PROJECT.parent / "shared" / "data" / "plausible-docs" / "docs"


class TimedModel(MiniLm):
    """The model, and the seconds that it worked."""

    seconds = 0.0

    def embed(self, texts: Sequence[str]) -> Vectors:
        with timed() as watch:
            vectors = super().embed(texts)
        self.seconds += watch.seconds
        return vectors


def measure(folder: Path) -> list[Figure]:
    """Read, cut, kept, embedded and indexed."""
    documents = REAL_DOCS if REAL_DOCS.is_dir() else SHELF_FOLDERS[Shelf.CUSTOMER]
    database = open_database(f"sqlite:///{folder / 'ingest.db'}")
    database.ensure_ready()
    records = SqlRecords(database)
    model = TimedModel()
    model.embed(["loaded before time is taken"])
    model.seconds = 0.0
    library = KnowledgeLibrary(records, model, folder / "ingest", BenchClock(), 700)
    with timed() as adding:
        with Apart() as apart:
            ingest = Ingest(records, Places(Fetcher(), apart), BenchClock(), Shelf.CUSTOMER)
            done = ingest.add([str(documents)], _silent)
        embedded = library.sync(Shelf.CUSTOMER, _silent).embedded
    bare = model.seconds
    with timed() as again:
        library.sync(Shelf.CUSTOMER, _silent)
    database.close()
    return [
        Figure(
            f"Ingest of {done.added} pages of a help centre ({embedded} chunks)",
            f"{embedded / adding.seconds:.1f} chunks/s, {bare / adding.seconds:.0%} of the model's "
            f"bare {embedded / bare:.1f}",
            "at least 80 %",
        ),
        Figure("Indexing it again when nothing changed", f"{again.seconds:.2f} s", "stated"),
    ]


def _silent(_what: str, _done: int, _of: int) -> None:
    """Nobody watches the progress."""
