"""Rows for every table there is, whoever adds one, with values that are easily lost on the way."""

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any, Final

import sqlalchemy as sa
from sqlmodel.sql.sqltypes import AutoString, UTCDateTime

from storage.database import Database
from storage.tables import metadata

ROWS: Final = 2
ODD: Final = "é\U0001f642'\"\\\n\t<!channel>%s"
_FLOATS: Final = (5e-324, 0.1 + 0.2)
_JSON: Final = (
    {"z": [1, None, True], "a": {"é": "\U0001f642 \\ \"'"}, "": [], "third": 1 / 3, "big": 2**70},
    {"minus nothing": -0.0, "far": 1e20, "tiny": 5e-324, "whole": 2.0},
)
# What a rule over several columns forbids otherwise, and a trigger.
_INSTEAD: Final = {("place", "account_key"): None, ("audit", "redacted"): 0}


def fill(database: Database) -> None:
    """Put two rows into every table."""
    with database.writing() as connection:
        for table in metadata.sorted_tables:
            connection.execute(sa.insert(table), [_row(table, number) for number in range(ROWS)])


def all_rows(database: Database) -> dict[str, dict[Any, Any]]:
    """Every row of every table, by table and key."""
    found = {}
    with database.reading() as connection:
        for table in metadata.sorted_tables:
            rows = connection.execute(sa.select(table)).mappings().all()
            key = [column.name for column in table.primary_key.columns]
            found[table.name] = {tuple(row[name] for name in key): dict(row) for row in rows}
    return found


def _row(table: sa.Table, number: int) -> dict[str, Any]:
    return {column.name: _value(table, column, number) for column in table.columns}


def _value(table: sa.Table, column: sa.Column[Any], number: int) -> Any:
    if (table.name, column.name) in _INSTEAD:
        return _INSTEAD[table.name, column.name]
    if column.foreign_keys:
        (target, *_) = column.foreign_keys
        return _value(target.column.table, target.column, number)
    if column.nullable and number == 1:
        return None
    return _of_type(column, number)


def _of_type(column: sa.Column[Any], number: int) -> Any:
    match column.type:
        case sa.Enum() as kind:
            return kind.enums[number % len(kind.enums)]
        case sa.Boolean():
            return number % 2 == 1
        case sa.BigInteger() if not column.primary_key:
            return 2**53 + 1 + number
        case sa.Integer():
            return number * 2 + 1
        case sa.Float():
            return _FLOATS[number]
        case UTCDateTime():
            west = timezone(-timedelta(hours=9, minutes=30))
            return datetime(2026, 3, 29, 1, 2, number, 456789, tzinfo=west if number else UTC)
        case sa.Date():
            return date(2024, 2, 29) + timedelta(days=number)
        case sa.JSON():
            return _JSON[number]
        case AutoString() | sa.String() as text:
            whole = f"{number}{ODD}{column.name}"
            return whole.ljust(text.length, "x")[: min(text.length, 64)] if text.length else whole
        case other:
            raise TypeError(f"no values are known for {other!r}: add some")
