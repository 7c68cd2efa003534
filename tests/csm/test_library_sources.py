"""The places that the help library comes from."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest

from csm.errors import Unavailable
from csm.firing import Firing, Moot
from csm.knowledge import Failure, Ingested, Read, Shelf, StoredDocument
from csm.ports_answers import Progress
from csm.source import Source
from csm.use_cases.library_sources import (
    RefreshSource,
    outcome_text,
    problem_text,
    remember_sources,
    take_off,
)
from storage.records import SqlRecords
from tests.storage.conversations import document

NOW = datetime(2027, 6, 30, 3, tzinfo=UTC)
DOCS = "/srv/docs"
SITE = "https://help.example/sitemap.xml"


class At:
    def now(self) -> datetime:
        return NOW

    def today(self) -> date:
        return NOW.date()


class Library:
    """What is read of a source, and which shelves were made ready; `meanwhile` happens while it is
    read."""

    def __init__(self, done: Ingested, meanwhile: Callable[[], object] = lambda: None) -> None:
        self.done = done
        self.meanwhile = meanwhile
        self.asked: list[Source] = []
        self.synced: list[Shelf] = []
        self.trouble: Exception | None = None

    def again(self, source: Source, progress: Progress) -> Ingested:
        self.asked.append(source)
        progress("documents", 1, 2)
        self.meanwhile()
        return self.done

    def sync(self, shelf: Shelf) -> None:
        if self.trouble:
            raise self.trouble
        self.synced.append(shelf)


def remembered(records: SqlRecords, *places: str, shelf: Shelf = Shelf.CUSTOMER) -> list[int]:
    """Their ids, in the order of the places."""
    read = [Read(place, ()) for place in places]
    remember_sources(records, shelf, "Lanternboard", "", read, NOW - timedelta(days=1))
    with records.reading() as reader:
        by_place = {one.source.place: one.id for one in reader.sources()}
    return [by_place[place] for place in places]


def put(records: SqlRecords, key: str, source: str) -> None:
    with records.writing() as writer:
        writer.put_document(document(key=key, source=source, shelf=Shelf.CUSTOMER), [])


def sources(records: SqlRecords) -> dict[str, Source]:
    with records.reading() as reader:
        return {one.source.place: one.source for one in reader.sources()}


def documents(records: SqlRecords) -> list[StoredDocument]:
    with records.reading() as reader:
        return reader.documents(Shelf.CUSTOMER)


def refresh(records: SqlRecords, library: Library, source_id: int, attempts: int = 1) -> str:
    firing = Firing(
        job="knowledge", reader=str(source_id), period="2027-06-30", due_at=NOW, attempts=attempts
    )
    told: list[tuple[int, int]] = []
    task = RefreshSource(records, library.again, library.sync, At())
    try:
        return task(firing, lambda done, total: told.append((done, total)))
    finally:
        assert told in ([], [(1, 2)])


def test_what_was_added_is_remembered_with_how_it_went(records: SqlRecords) -> None:
    read = [Read(DOCS, ()), Read(SITE, (Failure(f"{SITE}/a", "it is gone."),))]
    remember_sources(records, Shelf.CUSTOMER, "Lanternboard", "https://h.example", read, NOW)
    found = sources(records)
    assert found[DOCS] == Source(
        place=DOCS,
        shelf=Shelf.CUSTOMER,
        product="Lanternboard",
        base_url="https://h.example",
        added_at=NOW,
        read_at=NOW,
    )
    assert found[SITE].problem == f"{SITE}/a: it is gone."


def test_adding_again_keeps_the_day_of_the_first_time(records: SqlRecords) -> None:
    (first,) = remembered(records, DOCS)
    remember_sources(records, Shelf.CUSTOMER, "", "", [Read(DOCS, ())], NOW)
    remember_sources(records, Shelf.INTERNAL, "", "", [Read(DOCS, ())], NOW)
    with records.reading() as reader:
        kept, other = reader.sources()
    assert (kept.id, kept.source.added_at, kept.source.read_at) == (
        first,
        NOW - timedelta(days=1),
        NOW,
    )
    assert (other.source.shelf, other.source.added_at) == (Shelf.INTERNAL, NOW)


def test_a_source_is_read_again_as_it_was_added(records: SqlRecords) -> None:
    (id_,) = remembered(records, DOCS)
    library = Library(Ingested(added=1, unchanged=3))
    assert refresh(records, library, id_) == "1 added, 3 unchanged"
    assert [(one.place, one.product) for one in library.asked] == [(DOCS, "Lanternboard")]
    assert library.synced == [Shelf.CUSTOMER]
    assert (sources(records)[DOCS].read_at, sources(records)[DOCS].problem) == (NOW, "")


def test_nothing_is_embedded_where_nothing_changed(sqlite_records: SqlRecords) -> None:
    (id_,) = remembered(sqlite_records, DOCS)
    library = Library(Ingested(unchanged=3))
    refresh(sqlite_records, library, id_)
    assert library.synced == []


def test_what_could_not_be_embedded_is_tried_again(sqlite_records: SqlRecords) -> None:
    (id_,) = remembered(sqlite_records, DOCS)
    library = Library(Ingested(updated=1))
    library.trouble = Unavailable("The embedding model is down.")
    with pytest.raises(Unavailable):
        refresh(sqlite_records, library, id_)
    assert sources(sqlite_records)[DOCS].read_at == NOW
    library.done, library.trouble = Ingested(unchanged=1), None
    refresh(sqlite_records, library, id_, attempts=2)
    assert library.synced == [Shelf.CUSTOMER]


def test_a_problem_is_kept_until_a_reading_goes_well(sqlite_records: SqlRecords) -> None:
    (id_,) = remembered(sqlite_records, DOCS)
    library = Library(Ingested(failures=[Failure(DOCS, "it is not here.")]))
    assert refresh(sqlite_records, library, id_) == "nothing was read; it is not here."
    assert sources(sqlite_records)[DOCS].problem == "it is not here."
    library.done = Ingested(unchanged=1)
    refresh(sqlite_records, library, id_)
    assert sources(sqlite_records)[DOCS].problem == ""


def test_a_removed_source_is_not_read(sqlite_records: SqlRecords) -> None:
    (id_,) = remembered(sqlite_records, DOCS)
    take_off(sqlite_records, Shelf.CUSTOMER, [], {DOCS})
    library = Library(Ingested())
    with pytest.raises(Moot):
        refresh(sqlite_records, library, id_)
    assert library.asked == []


def test_what_is_removed_while_it_is_read_does_not_come_back(records: SqlRecords) -> None:
    id_, _ = remembered(records, DOCS, SITE)
    put(records, "other", SITE)

    def removed() -> None:
        take_off(records, Shelf.CUSTOMER, documents(records), {DOCS})
        put(records, "back.md", DOCS)
        put(records, "other", SITE)

    library = Library(Ingested(added=1), removed)
    with pytest.raises(Moot):
        refresh(records, library, id_)
    assert [one.document.key for one in documents(records)] == ["other"]
    assert DOCS not in sources(records)
    assert library.synced == [Shelf.CUSTOMER]


def test_what_was_added_anew_meanwhile_stays(sqlite_records: SqlRecords) -> None:
    (id_, _) = remembered(sqlite_records, DOCS, SITE)

    def anew() -> None:
        take_off(sqlite_records, Shelf.CUSTOMER, [], {DOCS})
        remembered(sqlite_records, "/elsewhere", DOCS)
        put(sqlite_records, "new.md", DOCS)

    with pytest.raises(Moot):
        refresh(sqlite_records, Library(Ingested(added=1), anew), id_)
    assert [one.document.key for one in documents(sqlite_records)] == ["new.md"]


def test_a_source_goes_with_its_name_or_its_last_document(records: SqlRecords) -> None:
    remembered(records, DOCS, SITE)
    remembered(records, "/srv/internal", shelf=Shelf.INTERNAL)
    for key, source in (("a.md", DOCS), ("b.md", DOCS), ("c", SITE)):
        put(records, key, source)
    a, b, c = documents(records)
    done = take_off(records, Shelf.CUSTOMER, [a], {"a.md"})
    assert (done.count, done.forgotten, done.still_read) == (1, (), (DOCS,))
    done = take_off(records, Shelf.CUSTOMER, [b], {"b.md"})
    assert (done.count, done.forgotten, done.still_read) == (1, (DOCS,), ())
    done = take_off(records, Shelf.CUSTOMER, [c], {SITE})
    assert done.forgotten == (SITE,)
    assert sources(records).keys() == {"/srv/internal"}


def test_a_source_without_documents_can_be_forgotten(sqlite_records: SqlRecords) -> None:
    remembered(sqlite_records, DOCS)
    assert take_off(sqlite_records, Shelf.INTERNAL, [], {DOCS}).forgotten == ()
    done = take_off(sqlite_records, Shelf.CUSTOMER, [], {DOCS})
    assert (done.count, done.forgotten) == (0, (DOCS,))


def test_problems_in_words() -> None:
    two = [Failure("a.md", "it is no text."), Failure("b.md", "it is no text.")]
    assert problem_text(DOCS, []) == ""
    assert problem_text(DOCS, two[:1]) == "a.md: it is no text."
    assert problem_text(DOCS, two) == "a.md: it is no text. And 1 more problem."
    assert len(problem_text(DOCS, [Failure("a", "long " * 500), *two])) <= 500
    assert len(outcome_text(Ingested(added=1), "long " * 500)) <= 500
