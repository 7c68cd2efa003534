"""The tables of the schema at any of its revisions, as a backup writes them.

They are read off an empty database in memory that our own migrations made: so that a backup holds
every table there is, whoever adds one, and one of an older schema can be made and restored.
"""

from functools import lru_cache
from typing import Any, Final

import sqlalchemy as sa
from alembic import command
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.pool import StaticPool

from csm.backup import Column, ColumnKind, TableLayout
from storage.migrations.configuration import migration_config

_HISTORY: Final = "alembic_version"
# Each before those that it is a kind of.
_KINDS: Final = (
    (sa.Boolean, ColumnKind.TRUTH),
    (sa.Integer, ColumnKind.WHOLE),
    (sa.Float, ColumnKind.NUMBER),
    (sa.DateTime, ColumnKind.INSTANT),
    (sa.Date, ColumnKind.DAY),
    (sa.JSON, ColumnKind.JSON),
    (sa.String, ColumnKind.TEXT),
)


@lru_cache(maxsize=4)
def layout_of(revision: str) -> tuple[TableLayout, ...]:
    """Every table of that revision, each after those that it refers to."""
    engine = sa.create_engine("sqlite://", poolclass=StaticPool)
    try:
        with engine.begin() as connection:
            command.upgrade(migration_config(connection), revision)
            made = sa.MetaData()
            made.reflect(connection)
            return tuple(_layout(table) for table in made.sorted_tables if table.name != _HISTORY)
    finally:
        engine.dispose()


def revision_of(connection: sa.Connection) -> str | None:
    """The schema's revision in that database; None where it has no tables of ours."""
    return MigrationContext.configure(connection).get_current_revision()


def is_known(connection: sa.Connection, revision: str) -> bool:
    """Whether this version of the program knows that revision, by its whole name."""
    scripts = ScriptDirectory.from_config(migration_config(connection)).walk_revisions()
    return revision in {script.revision for script in scripts}


def _layout(table: sa.Table) -> TableLayout:
    return TableLayout(
        name=table.name,
        columns=tuple(map(_column, table.columns)),
        key=tuple(column.name for column in table.primary_key.columns),
    )


def _column(column: sa.Column[Any]) -> Column:
    nullable = bool(column.nullable) and not column.primary_key
    length = getattr(column.type, "length", None)
    return Column(name=column.name, kind=_kind(column.type), nullable=nullable, length=length)


def _kind(column_type: sa.types.TypeEngine[Any]) -> ColumnKind:
    for known, kind in _KINDS:
        if isinstance(column_type, known):
            return kind
    raise TypeError(f"a backup has no way to write {column_type!r}: add one to ColumnKind")
