"""A backup of the whole database, of either kind, that can be restored into either kind.

All tables are read in one transaction, so that the backup is of one moment, and streamed, so that
millions of rows take no more memory than a few. Values are written as neither database does, with
nothing lost: see `csm.backup.ColumnKind`.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from itertools import chain
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from csm import deadline
from csm.backup import ColumnKind, Manifest, TableLayout
from csm.errors import Unavailable
from csm.ports_answers import Progress
from storage.backup_file import STRIDE, new_backup
from storage.database import Database, SchemaState
from storage.encoding import Encoder, each, encoded_chunks
from storage.layout import layout_of, revision_of


def back_up(
    database: Database, path: Path, version: str, now: datetime, progress: Progress
) -> Manifest:
    """Write a backup to a new file. One of an older schema is as good as any.

    Raises Unavailable where there is nothing to back up, the schema is a newer version's, the
    database does not answer or the file cannot be written; InvalidInput where there is such a file.
    """
    _demand_ours(database)
    with new_backup(path) as backup, database.reading() as connection:
        revision = revision_of(connection)
        if revision is None:
            raise _empty(database)
        layouts = layout_of(revision)
        counted = _Counted(progress, sum(_count(connection, one) for one in layouts))
        for layout in layouts:
            backup.add(layout, counted(_rows(connection, layout)))
        kind = "sqlite" if database.is_sqlite else "postgresql"
        return backup.end(version, revision, kind, now)


def _demand_ours(database: Database) -> None:
    match database.schema_state():
        case SchemaState.NEW:
            raise _empty(database)
        case SchemaState.UNKNOWN:
            raise Unavailable(
                f"The schema of {database.place} is not one that this version knows. Back it up "
                "with the newer version of Digital CSM that made it."
            )


def _empty(database: Database) -> Unavailable:
    return Unavailable(f"There is nothing to back up: {database.place} holds no records.")


class _Counted:
    """Tells how many rows are done, of how many, as they go by."""

    def __init__(self, progress: Progress, total: int) -> None:
        self._progress = progress
        self._total = total
        self._done = 0

    def __call__(self, rows: Iterator[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
        for row in rows:
            self._done += 1
            if self._done % STRIDE == 0:
                self._tell()
            yield row
        self._tell()

    def _tell(self) -> None:
        deadline.check()
        self._progress("backing up", self._done, self._total)


def _table(layout: TableLayout) -> sa.TableClause:
    return sa.table(layout.name, *(sa.column(name) for name in layout.column_names))


def _count(connection: sa.Connection, layout: TableLayout) -> int:
    counted: int = connection.execute(
        sa.select(sa.func.count()).select_from(_table(layout))
    ).scalar_one()
    return counted


def _rows(connection: sa.Connection, layout: TableLayout) -> Iterator[tuple[Any, ...]]:
    table = _table(layout)
    # Without types, so that each value comes as the driver has it; JSON as its very text.
    columns = [
        sa.cast(table.c[one.name], sa.Text()) if one.kind is ColumnKind.JSON else table.c[one.name]
        for one in layout.columns
    ]
    question = sa.select(*columns).order_by(*(table.c[name] for name in layout.key))
    options = {"stream_results": True, "yield_per": STRIDE}
    result = connection.execute(question, execution_options=options)
    encoders = [_encoder(one.kind) for one in layout.columns]
    try:
        # Rows in lists: one by one the library takes as long for each as all the rest together.
        rows = chain.from_iterable(result.partitions())
        for chunk in encoded_chunks(rows, encoders, STRIDE):
            yield from chunk
    except ValueError as error:
        raise Unavailable(
            f"A row of the table {layout.name} cannot be read: somebody changed it by hand. No "
            "backup was made. Mend the row, or restore the last backup."
        ) from error


class _Days(dict[Any, str | None]):
    """Days as text, each made once: a million rows of usage hold a few hundred of them."""

    def __init__(self) -> None:
        super().__init__({None: None})

    def __missing__(self, day: date | str) -> str:
        known = day if isinstance(day, date) else date.fromisoformat(day)
        text = self[day] = known.isoformat()
        return text


def _instant(value: datetime | str | None) -> str | None:
    """In UTC, in which SQLite keeps them without saying so."""
    if value is None:
        return None
    known = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    aware = known if known.tzinfo else known.replace(tzinfo=UTC)
    return aware.astimezone(UTC).isoformat(timespec="microseconds")


def _truth(value: object) -> bool | None:
    return None if value is None else bool(value)


def _encoder(kind: ColumnKind) -> Encoder | None:
    """What writes the values of a column; None where they are written as they are."""
    match kind:
        case ColumnKind.DAY:
            return each(_Days().__getitem__)
        case ColumnKind.INSTANT:
            return each(_instant)
        case ColumnKind.TRUTH:
            return each(_truth)
        case _:
            return None
