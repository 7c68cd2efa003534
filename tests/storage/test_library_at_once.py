"""Several people or processes change the help library at the same time."""

import pytest

from csm.errors import Busy
from csm.knowledge import Shelf
from storage.records import SqlRecords
from tests.storage.conversations import at_once, chunk, document, put

CUSTOMER = Shelf.CUSTOMER


def test_many_may_write_to_a_shelf_at_once(records: SqlRecords) -> None:
    def writes(*keys: str) -> None:
        with records.writing() as writer:
            for key in keys:
                writer.put_document(document(key), [chunk(0, key)])

    keys = [f"k{n}" for n in range(6)]
    at_once(lambda: writes(*keys), lambda: writes(*reversed(keys)), lambda: writes("k2", "x"))
    with records.reading() as reader:
        assert reader.fingerprints(CUSTOMER) == {*keys, "x"}
        assert [stored.chunks for stored in reader.documents(CUSTOMER)] == [1] * 7
        assert reader.shelf_revision(CUSTOMER) == 14


def test_who_deletes_waits_for_who_writes(records: SqlRecords, impatient: SqlRecords) -> None:
    kept = put(records, document(), chunk())
    with records.writing() as writer:
        writer.put_document(document("2"), [chunk(0, "b")])
        with pytest.raises(Busy), impatient.writing() as other:
            other.delete_documents([kept])
    with impatient.writing() as other:
        assert other.delete_documents([kept]) == 1


def test_who_deletes_and_who_writes_never_wait_for_each_other(records: SqlRecords) -> None:
    ids = [put(records, document(f"k{n}"), chunk()) for n in range(6)]

    def write() -> None:
        for _ in range(10):
            with records.writing() as writer:
                for number in reversed(range(6)):
                    writer.put_document(document(f"k{number}"), [chunk()])

    def delete() -> None:
        for _ in range(10):
            with records.writing() as writer:
                stored = writer.documents(CUSTOMER)
                writer.delete_documents([*ids, *(one.id for one in stored)])

    at_once(write, delete)
    with records.reading() as reader:
        assert len(reader.documents(CUSTOMER)) in {0, 6}
