"""What all tables share: constraint names, JSON, and columns that keep the domain's promises.

A row class extends the domain model that it stores, so a field is written once. `stored` then
turns what the field promises (an enum, a range, a length) into column types and CHECK
constraints, so that the database refuses what the domain would refuse.
"""

from collections.abc import Iterator
from enum import Enum
from typing import Any, ClassVar, TypeVar, get_args

import annotated_types as at
import sqlalchemy as sa
from pydantic.fields import FieldInfo
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import registry
from sqlmodel import SQLModel

# Every constraint has a name of its own, so that a later migration can drop it on any database.
NAMING_CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

metadata = sa.MetaData(naming_convention=NAMING_CONVENTION)

# PostgreSQL spends a number on every row that an import offers, new or not: 32 bits would run out.
BigId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

# JSONB, because PostgreSQL cannot compare plain JSON.
Json = sa.JSON().with_variant(JSONB(), "postgresql")


class Row(SQLModel, registry=registry(metadata=metadata)):
    """Base of every table."""

    # Loosely typed, for SQLModel and pydantic each declare a configuration type of their own.
    model_config: ClassVar[Any] = {}


RowClass = TypeVar("RowClass", bound=type[Row])


def table_of(row: type[Row]) -> sa.Table:
    """The table behind a row class."""
    table = sa.inspect(row).local_table
    if not isinstance(table, sa.Table):
        raise TypeError(f"{row.__name__} is not stored in a table")
    return table


def stored(row: RowClass) -> RowClass:
    """Class decorator: column types and CHECK constraints from the fields of the domain model."""
    table = table_of(row)
    for name, field in _fields(row).items():
        column = table.c[name]
        enum = _enum_of(field)
        if enum is not None:
            column.type = _enum_type(enum)
            table.append_constraint(_check(name, "one_of", _is_one_of(name, enum)))
        elif isinstance(column.type, sa.Integer) and not _is_bounded(column, field):
            column.type = sa.BigInteger()
        for rule, condition in _conditions(name, field):
            table.append_constraint(_check(name, rule, condition))
    return row


def _fields(row: type[Row]) -> dict[str, FieldInfo]:
    return row.model_fields


def _check(column: str, rule: str, condition: str) -> sa.CheckConstraint:
    return sa.CheckConstraint(condition, name=f"{column}_{rule}")


def _enum_of(field: FieldInfo) -> type[Enum] | None:
    for annotation in (field.annotation, *get_args(field.annotation)):
        if isinstance(annotation, type) and issubclass(annotation, Enum):
            return annotation
    return None


def _enum_type(enum: type[Enum]) -> sa.Enum:
    """Text holding the enum's values, never the names of its members."""
    return sa.Enum(
        enum,
        values_callable=lambda members: [member.value for member in members],
        native_enum=False,
        create_constraint=False,
        length=32,
    )


def _is_one_of(name: str, enum: type[Enum]) -> str:
    # Not IN: SQLite builds its list anew for each row, which takes longer than writing the row.
    return " OR ".join(f"{name} = '{member.value}'" for member in enum)


def _is_bounded(column: sa.Column[Any], field: FieldInfo) -> bool:
    """Ids, and numbers with an upper bound, fit a plain INTEGER; money does not."""
    is_id = column.primary_key or bool(column.foreign_keys)
    return is_id or any(isinstance(rule, at.Le) for rule in field.metadata)


def _conditions(name: str, field: FieldInfo) -> Iterator[tuple[str, str]]:
    for rule in field.metadata:
        if isinstance(rule, at.Ge):
            yield "min", f"{name} >= {rule.ge}"
        elif isinstance(rule, at.Le):
            yield "max", f"{name} <= {rule.le}"
        elif isinstance(rule, at.MinLen):
            yield "min_length", f"length({name}) >= {rule.min_length}"
