"""Every table, and every column with text, is considered in exports and erasures."""

from typing import Any

import pytest
import sqlalchemy as sa

from storage.privacy_tables import ABOUT
from storage.tables import metadata

TABLES = [pytest.param(table, id=table.name) for table in metadata.sorted_tables]


def holds_text(column: sa.Column[Any]) -> bool:
    kind = getattr(column.type, "impl", column.type)
    return isinstance(kind, sa.String | sa.JSON) and not isinstance(column.type, sa.Enum)


def test_every_table_is_considered() -> None:
    assert set(ABOUT) == set(metadata.tables)


@pytest.mark.parametrize("table", TABLES)
def test_every_text_of_a_table_is_considered_once(table: sa.Table) -> None:
    """Whoever adds a column says here how it is about people: see storage/privacy_tables.py."""
    columns = ABOUT[table.name].columns
    assert len(columns) == len(set(columns))
    assert set(columns) == {column.name for column in table.c if holds_text(column)}


@pytest.mark.parametrize("table", TABLES)
def test_what_is_not_told_is_a_column(table: sa.Table) -> None:
    assert set(ABOUT[table.name].untold.split()) <= set(table.c.keys())
