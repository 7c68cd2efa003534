"""The product's own work, as far as it is not somebody else's."""

from datetime import timedelta

import pytest

from csm.errors import Unavailable
from csm.knowledge import Shelf
from csm.post import Post, PostState
from parts.work import Work
from storage.records import SqlRecords
from tests.bot.answer_settings import answers
from tests.bot.library_twin import TwinLibrary
from tests.bot.slack_records import FixedClock
from tests.storage.conversations import document


def test_what_was_delivered_or_given_up_is_forgotten_after_a_while(records: SqlRecords) -> None:
    clock = FixedClock()
    kept = timedelta(days=answers().threads_kept_days)
    with records.writing() as writer:
        for state in PostState:
            for age in (kept - timedelta(hours=1), kept + timedelta(hours=1)):
                writer.add_post(
                    Post(
                        key=f"{state} {age}",
                        platform="slack",
                        card={},
                        created_at=clock.now() - age,
                        state=state,
                    )
                )
    Work(records, TwinLibrary(), answers(), clock).tidy(clock.today())
    with records.reading() as reader:
        left = {state: len(reader.posts(state)) for state in PostState}
    open_ones = {PostState.WAITING, PostState.CLEARED, PostState.SENDING}
    assert left == {state: 2 if state in open_ones else 1 for state in PostState}


def test_a_shelf_is_indexed_when_something_was_written_to_it_and_not_again(
    sqlite_records: SqlRecords,
) -> None:
    library = TwinLibrary()
    work = Work(sqlite_records, library, answers(), FixedClock())
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
