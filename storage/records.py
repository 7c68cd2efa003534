"""The records: `csm.ports.Records` on a database."""

from collections.abc import Iterator
from contextlib import contextmanager

from csm import deadline
from csm.ports import Reader, Writer
from storage.database import Database
from storage.reading import SqlReader
from storage.writing import SqlWriter


class SqlRecords:
    """Units of work on one database. What comes out of them is plain domain objects."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @contextmanager
    def reading(self) -> Iterator[Reader]:
        """See the records as they are at the first question. Raises Busy, Unavailable, Overdue."""
        deadline.check()
        with self._database.reading() as connection:
            yield SqlReader(connection)

    @contextmanager
    def writing(self) -> Iterator[Writer]:
        """All that is written in the block, or nothing. Raises Busy, Unavailable, Conflict, or
        Overdue when the time that the work may take was over before it was done."""
        deadline.check()
        with self._database.writing() as connection:
            yield SqlWriter(connection)
            deadline.check()
