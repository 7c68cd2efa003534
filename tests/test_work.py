"""The product's own work, as far as it is not somebody else's."""

from pathlib import Path

import pytest

from app import House
from csm.errors import Unavailable
from csm.knowledge import Shelf
from parts.work import Work
from settings import Settings
from storage.records import SqlRecords
from tests.bot.library_twin import TwinLibrary
from tests.bot.slack_records import FixedClock
from tests.storage.conversations import document


def test_a_shelf_is_indexed_when_something_was_written_to_it_and_not_again(
    sqlite_records: SqlRecords, tmp_path: Path
) -> None:
    library = TwinLibrary()
    house = House(Settings(DIGITAL_CSM_HOME=tmp_path / "home"))
    work = Work(sqlite_records, house.playbook, library, house.outreach, FixedClock())
    work.index()
    assert library.renewed == []
    with sqlite_records.writing() as writer:
        writer.put_document(document(shelf=Shelf.INTERNAL), [])
    library.trouble = Unavailable("The embedding model is down.")
    with pytest.raises(Unavailable):
        work.index()
    library.trouble = None
    work.index()
    work.index()
    assert library.renewed == [Shelf.INTERNAL]
    house.close()
