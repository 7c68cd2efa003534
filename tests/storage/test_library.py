"""The help library: documents and chunks, kept, replaced, found again, shelf by shelf."""

import tracemalloc
from datetime import date
from itertools import islice
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from csm.errors import Conflict
from csm.knowledge import Shelf, StoredChunk, StoredDocument
from storage import tables
from storage.database import Database
from storage.records import SqlRecords
from tests.storage.conversations import chunk, document, put, sqlite_plans
from tests.storage.portfolio import at, questions_asked

CUSTOMER, INTERNAL = Shelf.CUSTOMER, Shelf.INTERNAL


def test_a_document_comes_back_as_it_was(records: SqlRecords) -> None:
    full = document(
        address="https://help.example/reset",
        product="Lanternboard",
        modified_on=date(2026, 6, 1),
    )
    bare = document("a b/ü.md")
    chunks = [chunk(0), chunk(1).model_copy(update={"title_path": (), "anchor": ""})]
    kept = put(records, full, *reversed(chunks))
    other = put(records, bare)
    with records.reading() as reader:
        assert reader.document(kept) == StoredDocument(kept, full, 2)
        assert reader.document_by_key(CUSTOMER, "a b/ü.md") == StoredDocument(other, bare, 0)
        assert reader.chunks_of(CUSTOMER, kept) == [StoredChunk(kept, full, one) for one in chunks]
        assert reader.chunks_of(CUSTOMER, kept)[0].chunk.searched == chunks[0].searched
        assert reader.chunks_of(CUSTOMER, other) == []
        assert reader.document(999_999_999_999_999) is None
        assert reader.document_by_key(CUSTOMER, "nothing") is None


def test_documents_come_by_key_from_their_shelf_alone(records: SqlRecords) -> None:
    for key in ("b", "a", "B", "é", "a b"):
        put(records, document(key), chunk())
    put(records, document("a", INTERNAL), chunk())
    with records.reading() as reader:
        keys = [stored.document.key for stored in reader.documents(CUSTOMER)]
        assert keys == ["B", "a", "a b", "b", "é"]
        (inner,) = reader.documents(INTERNAL)
        assert (inner.document.shelf, inner.chunks) == (INTERNAL, 1)
        assert reader.document_by_key(INTERNAL, "b") is None
        assert reader.document_by_key(INTERNAL, "a") == inner


def test_a_document_is_replaced_with_all_its_chunks(records: SqlRecords) -> None:
    kept = put(records, document(modified_on=date(2026, 6, 1)), chunk(0), chunk(1), chunk(2))
    other = put(records, document("other"), chunk(0, "o"))
    changed = document(title="Reset it", fingerprint="new", added_at=at(7, 2))
    assert put(records, changed, chunk(0, "n0"), chunk(1, "n1")) == kept
    with records.reading() as reader:
        assert reader.document(kept) == StoredDocument(kept, changed, 2)
        assert reader.fingerprints(CUSTOMER) == {"n0", "n1", "o"}
        assert [one.chunk.position for one in reader.chunks_of(CUSTOMER, kept)] == [0, 1]
        assert len(reader.chunks_of(CUSTOMER, other)) == 1


def test_a_replacement_that_fails_changes_nothing(records: SqlRecords) -> None:
    kept = put(records, document(), chunk())
    with pytest.raises(Conflict):
        put(records, document(title="Broken"), chunk(0, "x"), chunk(0, "y"))
    with records.reading() as reader:
        assert reader.document(kept) == StoredDocument(kept, document(), 1)
        assert reader.fingerprints(CUSTOMER) == {"f0"}
        assert reader.shelf_revision(CUSTOMER) == 1


def test_deleting_documents(records: SqlRecords) -> None:
    first = put(records, document("1"), chunk(0, "a"))
    second = put(records, document("2"), chunk(0, "b"))
    inner = put(records, document("1", INTERNAL), chunk(0, "c"))
    with records.writing() as writer:
        assert writer.delete_documents([first, inner, 999_999_999_999_999]) == 2
        assert writer.delete_documents([first]) == 0
        assert writer.delete_documents([]) == 0
    with records.reading() as reader:
        assert [stored.id for stored in reader.documents(CUSTOMER)] == [second]
        assert reader.fingerprints(CUSTOMER) == {"b"}
        assert reader.fingerprints(INTERNAL) == set()
        assert reader.chunks_of(CUSTOMER, first) == []


def test_a_shelf_never_gives_what_is_on_the_other(records: SqlRecords) -> None:
    inner = put(records, document("plan", INTERNAL, title="Discounts"), chunk(0, "secret"))
    put(records, document("public"), chunk(0, "open"))
    with records.reading() as reader:
        assert reader.chunks_by_fingerprint(CUSTOMER, ["secret"]) == {}
        assert set(reader.chunks_by_fingerprint(CUSTOMER, ["secret", "open"])) == {"open"}
        assert set(reader.chunks_by_fingerprint(INTERNAL, ["secret", "open"])) == {"secret"}
        assert reader.chunks_of(CUSTOMER, inner) == []
        assert reader.fingerprints(CUSTOMER) == {"open"}
        assert [fingerprint for fingerprint, _ in reader.all_chunks(CUSTOMER)] == ["open"]


def test_the_same_words_on_both_shelves_come_from_the_shelf_that_is_asked(
    records: SqlRecords,
) -> None:
    put(records, document("in", INTERNAL, modified_on=date(2026, 6, 30)), chunk(0, "same"))
    put(records, document("out"), chunk(0, "same"))
    with records.reading() as reader:
        for shelf, key in ((CUSTOMER, "out"), (INTERNAL, "in")):
            found = reader.chunks_by_fingerprint(shelf, ["same"])["same"]
            assert (found.document.shelf, found.document.key) == (shelf, key)


def test_a_chunk_cannot_name_another_shelf_than_its_document(
    records: SqlRecords, database: Database
) -> None:
    inner = put(records, document("plan", INTERNAL))
    values: dict[str, Any] = {"document_id": inner, **chunk().model_dump()}
    insert = sa.insert(tables.chunk)
    with pytest.raises(IntegrityError), database.writing() as connection:
        connection.execute(insert.values(shelf=CUSTOMER, **values))
    with database.writing() as connection:
        connection.execute(insert.values(shelf=INTERNAL, **values))


def test_of_several_the_most_recently_modified_is_found(records: SqlRecords) -> None:
    put(records, document("undated"), chunk(0, "f"), chunk(1, "g"), chunk(2, "h"))
    put(records, document("old", modified_on=date(2025, 1, 1)), chunk(0, "f"), chunk(1, "g"))
    put(records, document("new", modified_on=date(2026, 1, 1)), chunk(3, "f"), chunk(7, "f"))
    put(records, document("later undated"), chunk(0, "h"))
    put(records, document("as new", modified_on=date(2026, 1, 1)), chunk(0, "f"))
    with records.reading() as reader:
        found = reader.chunks_by_fingerprint(CUSTOMER, {"f", "g", "h", "unknown"})
    places = {key: (one.document.key, one.chunk.position) for key, one in found.items()}
    assert places == {"f": ("new", 3), "g": ("old", 1), "h": ("undated", 2)}


def test_any_number_of_fingerprints_takes_one_question(records: SqlRecords) -> None:
    wanted = [f"{n:05}" for n in range(40_000)]
    put(records, document(), *(chunk(n, one) for n, one in enumerate(wanted[:300])))
    with questions_asked() as asked, records.reading() as reader:
        found = reader.chunks_by_fingerprint(CUSTOMER, wanted)
        assert reader.chunks_by_fingerprint(CUSTOMER, []) == {}
    assert sorted(found) == wanted[:300]
    assert len(asked) == 2
    assert found["00007"].chunk == chunk(7, "00007")


@pytest.mark.parametrize("odd", ['"', "\\", "'; --", "{a,b}", "é%_", "a\nb", "null"])
def test_a_fingerprint_is_no_sql(records: SqlRecords, odd: str) -> None:
    put(records, document(), chunk(0, odd), chunk(1, "plain"))
    with records.reading() as reader:
        assert set(reader.chunks_by_fingerprint(CUSTOMER, [odd])) == {odd}


def test_a_shelf_is_searched_and_read_along_its_index(sqlite_records: SqlRecords) -> None:
    put(sqlite_records, document(), chunk())
    with sqlite_plans() as plans, sqlite_records.reading() as reader:
        reader.chunks_by_fingerprint(CUSTOMER, ["f0"])
        reader.fingerprints(CUSTOMER)
        assert len(list(reader.all_chunks(CUSTOMER))) == 1
    search, fingerprints, everything = plans
    assert "chunk USING INDEX ix_chunk_shelf_fingerprint (shelf=? AND fingerprint=?)" in search
    assert "COVERING INDEX ix_chunk_shelf_fingerprint (shelf=?)" in fingerprints
    assert everything == "SEARCH chunk USING INDEX ix_chunk_shelf_fingerprint (shelf=?)"


def test_all_chunks_come_once_in_order(records: SqlRecords) -> None:
    put(records, document("1"), chunk(0, "b"), chunk(1, "a", "Press Stop."))
    put(records, document("2"), chunk(0, "b"), chunk(1, "c"), chunk(2, "c"))
    put(records, document("1", INTERNAL), chunk(0, "a"), chunk(1, "d"))
    with records.reading() as reader:
        found = list(reader.all_chunks(CUSTOMER))
        assert [key for key, _ in reader.all_chunks(INTERNAL)] == ["a", "d"]
    reset = chunk().searched
    assert found == [("a", chunk(0, text="Press Stop.").searched), ("b", reset), ("c", reset)]
    assert reset == "Accounts > Reset\nPress Reset."


def test_all_chunks_are_streamed(records: SqlRecords) -> None:
    count, size = 4000, 2000
    texts = [chunk(n, f"{n:05}", f"{n:05}".ljust(size, ".")) for n in range(count)]
    put(records, document(), *texts)
    with records.reading() as reader:
        tracemalloc.start()
        try:
            assert sum(1 for _ in reader.all_chunks(CUSTOMER)) == count
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert peak < count * size / 2


def test_a_server_keeps_what_is_streamed_until_it_is_read(
    postgres_database: Database,
) -> None:
    records = SqlRecords(postgres_database)
    put(records, document(), chunk())
    cursors: list[object] = []

    def note(_conn: object, cursor: object, *_rest: object) -> None:
        cursors.append(cursor)

    with records.reading() as reader:
        sa.event.listen(sa.Engine, "before_cursor_execute", note)
        try:
            assert len(list(reader.all_chunks(CUSTOMER))) == 1
        finally:
            sa.event.remove(sa.Engine, "before_cursor_execute", note)
    assert [isinstance(cursor, psycopg.ServerCursor) for cursor in cursors] == [True]


def test_a_stream_may_be_left_half_way(records: SqlRecords) -> None:
    put(records, document(), *(chunk(n, f"{n:05}") for n in range(2000)))
    with records.reading() as reader:
        some = reader.all_chunks(CUSTOMER)
        assert [key for key, _ in islice(some, 2)] == ["00000", "00001"]
        assert reader.shelf_revision(CUSTOMER) == 1
    put(records, document("next"), chunk(0, "z"))
    with records.reading() as reader:
        assert len(reader.fingerprints(CUSTOMER)) == 2001


def test_a_shelf_counts_its_changes(records: SqlRecords) -> None:
    def revisions() -> tuple[int, int]:
        with records.reading() as reader:
            return reader.shelf_revision(CUSTOMER), reader.shelf_revision(INTERNAL)

    assert revisions() == (0, 0)
    kept = put(records, document(), chunk())
    assert revisions() == (1, 0)
    put(records, document(title="New"), chunk())
    put(records, document("x", INTERNAL))
    assert revisions() == (2, 1)
    with records.writing() as writer:
        writer.delete_documents([kept + 99])
    assert revisions() == (2, 1)
    with records.writing() as writer:
        writer.delete_documents([kept])
        assert writer.shelf_revision(CUSTOMER) == 3
    assert revisions() == (3, 1)


def test_what_is_undone_is_not_counted(records: SqlRecords) -> None:
    def fail_half_way() -> None:
        with records.writing() as writer:
            writer.put_document(document(), [chunk()])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_half_way()
    with records.reading() as reader:
        assert reader.shelf_revision(CUSTOMER) == 0
        assert reader.documents(CUSTOMER) == []


def test_what_no_database_can_hold_is_replaced(records: SqlRecords) -> None:
    odd = "a\x00b"
    given = chunk(0, text=odd).model_copy(update={"title_path": (odd,)})
    kept = put(records, document(odd, title=odd), given)
    with records.reading() as reader:
        found = reader.document_by_key(CUSTOMER, odd)
        assert found is not None
        assert (found.id, found.document.title) == (kept, "a\ufffdb")
        (held,) = reader.chunks_of(CUSTOMER, kept)
        assert held.chunk.title_path == (held.chunk.text,) == ("a\ufffdb",)
