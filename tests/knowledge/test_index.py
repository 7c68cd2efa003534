"""Keeping the vectors equal to the records, whatever happens on the way."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from filelock import FileLock

from csm.errors import Busy, Unavailable
from csm.knowledge import Query, Shelf
from csm.ports import Reader
from knowledge import index
from knowledge.index import REBUILT, Sync
from knowledge.library import KnowledgeLibrary
from knowledge.shelves import ShelfSearch, ShelfWords, shelf_search
from storage.records import SqlRecords
from tests.knowledge.shelf_double import Bag, FixedClock, delete, put, silent

TOPICS = ("passwords", "dashboards", "alerts", "imports", "reports", "forecasts")


@pytest.fixture
def shelf(sqlite_records: SqlRecords) -> list[int]:
    """Six documents of two chunks."""
    return [put(sqlite_records, topic, f"set up {topic}", f"delete {topic}") for topic in TOPICS]


@pytest.fixture(autouse=True)
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index, "BATCH", 3)


@pytest.fixture
def searches(sqlite_records: SqlRecords, tmp_path: Path) -> Iterator[Callable[..., ShelfSearch]]:
    """Makes the search of the customer shelf, by model."""
    made: list[ShelfSearch] = []

    def search(model: str = "bag") -> ShelfSearch:
        made.append(shelf_search(sqlite_records, Shelf.CUSTOMER, tmp_path / "k", model))
        return made[-1]

    yield search
    for each in made:
        each.vectors.store.reopen()


def ids(search: ShelfSearch) -> set[str]:
    return search.vectors.store.ids(search.vectors.collection)


def test_every_chunk_is_embedded_once(
    shelf: list[int], searches: Callable[..., ShelfSearch]
) -> None:
    search, bag = searches(), Bag()
    told: list[tuple[str, int, int]] = []
    first = Sync(search, bag).run(lambda *step: told.append(step))
    assert (first.embedded, first.removed, first.warnings) == (12, 0, [])
    assert ids(search) == search.records.fingerprints()
    assert told[0] == ("embedding", 0, 12)
    assert told[-1] == ("embedding", 12, 12)
    again = Sync(search, bag).run(silent)
    assert (again.embedded, again.removed) == (0, 0)
    assert len(bag.given) == 12


def test_only_what_changed_is_embedded_and_what_is_gone_is_removed(
    shelf: list[int], searches: Callable[..., ShelfSearch], sqlite_records: SqlRecords
) -> None:
    search, bag = searches(), Bag()
    Sync(search, bag).run(silent)
    put(sqlite_records, "alerts", "set up alerts", "mute alerts")
    delete(sqlite_records, shelf[0])
    bag.given.clear()
    synced = Sync(search, bag).run(silent)
    assert bag.given == ["mute alerts"]
    assert (synced.embedded, synced.removed) == (1, 3)
    assert ids(search) == search.records.fingerprints()


def test_an_interruption_loses_one_batch_and_the_next_time_goes_on(
    shelf: list[int], searches: Callable[..., ShelfSearch]
) -> None:
    search, bag = searches(), Bag()
    bag.fails_after = 7
    with pytest.raises(Unavailable):
        Sync(search, bag).run(silent)
    kept = ids(search)
    assert len(kept) == 6
    bag.fails_after, bag.given = None, []
    synced = Sync(search, bag).run(silent)
    assert synced.embedded == len(bag.given) == 6
    assert kept < ids(search) == search.records.fingerprints()


def test_vectors_of_another_model_go_when_the_new_ones_are_complete(
    shelf: list[int], searches: Callable[..., ShelfSearch]
) -> None:
    old, new = searches("bag"), searches("other.model-2")
    Sync(old, Bag("bag")).run(silent)
    bag = Bag("other.model-2")
    bag.fails_after = 5
    with pytest.raises(Unavailable):
        Sync(new, bag).run(silent)
    store = new.vectors.store
    assert store.names() == [old.vectors.collection, new.vectors.collection]
    assert len(ids(old)) == 12
    bag.fails_after = None
    Sync(new, bag).run(silent)
    assert store.names() == [new.vectors.collection]
    assert ids(new) == new.records.fingerprints()


def test_one_writes_at_a_time(shelf: list[int], searches: Callable[..., ShelfSearch]) -> None:
    search = searches()
    search.folder.mkdir(parents=True)
    with FileLock(search.folder / "writing.lock"), pytest.raises(Busy, match="right now"):
        Sync(search, Bag(), patience_s=0.01).run(silent)
    assert Sync(search, Bag(), patience_s=0.01).run(silent).embedded == 12


def test_no_unit_of_work_is_open_while_the_model_or_the_index_works(
    shelf: list[int], sqlite_records: SqlRecords, tmp_path: Path
) -> None:
    open_now = 0

    class Watched:
        @contextmanager
        def reading(self) -> Iterator[Reader]:
            nonlocal open_now
            open_now += 1
            with sqlite_records.reading() as reader:
                yield reader
            open_now -= 1

    seen: list[int] = []
    bag = Bag()
    bag.meanwhile = lambda: seen.append(open_now)
    library = KnowledgeLibrary(Watched(), bag, tmp_path / "k", FixedClock(), 700)
    library.sync(Shelf.CUSTOMER, silent)
    library.for_staff().search(Query("set up alerts"))
    assert seen
    assert set(seen) == {0}


def damage(folder: Path) -> None:
    for file in (folder / "customer" / "vectors").rglob("*"):
        if file.is_file():
            file.write_bytes(b"garbage" * 1000)


def test_damaged_files_are_said_and_made_again_and_searched_by_words_meanwhile(
    shelf: list[int], sqlite_records: SqlRecords, tmp_path: Path
) -> None:
    first = KnowledgeLibrary(sqlite_records, Bag(), tmp_path, FixedClock(), 700)
    first.sync(Shelf.CUSTOMER, silent)
    damage(tmp_path)
    (tmp_path / "customer" / "words.npz").write_bytes(b"garbage")
    library = KnowledgeLibrary(sqlite_records, Bag(), tmp_path, FixedClock(), 700)
    meanwhile = library.for_customers().search(Query("delete forecasts"))
    assert meanwhile.passages[0].title == "Forecasts"
    assert meanwhile.similarity == pytest.approx(1)
    synced = library.sync(Shelf.CUSTOMER, silent)
    assert (synced.embedded, synced.warnings) == (12, [REBUILT])
    after = library.for_customers().search(Query("delete forecasts"))
    assert after.passages[0].title == "Forecasts"
    assert library.sync(Shelf.CUSTOMER, silent).warnings == []


def test_one_shelfs_damage_does_not_touch_the_other(
    shelf: list[int], sqlite_records: SqlRecords, tmp_path: Path
) -> None:
    put(sqlite_records, "escalations", "who is on call", shelf=Shelf.INTERNAL)
    bag = Bag()
    library = KnowledgeLibrary(sqlite_records, bag, tmp_path, FixedClock(), 700)
    for each in Shelf:
        library.sync(each, silent)
    damage(tmp_path)
    bag.given.clear()
    assert library.sync(Shelf.INTERNAL, silent).embedded == 0
    assert library.sync(Shelf.CUSTOMER, silent).embedded == 12
    assert "who is on call" not in bag.given


def test_a_big_shelf_is_searched_as_it_was_while_its_words_are_counted_anew(
    shelf: list[int], searches: Callable[..., ShelfSearch], sqlite_records: SqlRecords
) -> None:
    search = searches()
    waiting: list[Callable[[], None]] = []
    words = ShelfWords(
        search.records, search.folder, quickly_counted=3, in_background=waiting.append
    )
    assert len(words.index().fingerprints) == 12
    put(sqlite_records, "exports", "export reports")
    assert len(words.index().fingerprints) == len(words.index().fingerprints) == 12
    assert len(waiting) == 1
    waiting.pop()()
    assert len(words.index().fingerprints) == 13
    assert waiting == []


def test_counting_again_is_spared_where_the_chunks_are_the_same(
    shelf: list[int],
    searches: Callable[..., ShelfSearch],
    sqlite_records: SqlRecords,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ShelfWords(searches().records, searches().folder).renew()
    monkeypatch.setattr("knowledge.lexical.build", lambda _chunks: pytest.fail("counted again"))
    search = searches()
    words = ShelfWords(search.records, search.folder)
    assert len(words.index().fingerprints) == 12
    put(sqlite_records, "alerts", "set up alerts", "delete alerts", address="https://a.example")
    assert len(words.index().fingerprints) == 12


def test_the_words_are_counted_in_a_thread_of_their_own(
    shelf: list[int], searches: Callable[..., ShelfSearch], sqlite_records: SqlRecords
) -> None:
    search = searches()
    words = ShelfWords(search.records, search.folder, quickly_counted=0)
    words.index()
    put(sqlite_records, "exports", "export reports")
    words.index()
    for thread in threading.enumerate():
        if thread.name == "lexical index":
            thread.join(30)
    assert len(words.index().fingerprints) == 13
