"""The few pieces of SQL that SQLite and PostgreSQL write differently, and rows into models."""

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, TypeVar

import sqlalchemy as sa
from pydantic import BaseModel
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import ColumnElement
from sqlalchemy.sql.functions import FunctionElement
from sqlmodel.sql.sqltypes import AutoString

AnyRow = sa.Row[*tuple[Any, ...]]
AnySelect = sa.Select[*tuple[Any, ...]]

Model = TypeVar("Model", bound=BaseModel)


class days_since_epoch(FunctionElement[float]):  # noqa: N801 - reads as the SQL function it is
    """A day or an instant column as a float: days since 1970-01-01, with their fraction."""

    inherit_cache = True
    type = sa.Float()
    name = "days_since_epoch"


@compiles(days_since_epoch, "sqlite")
def _sqlite_days(element: days_since_epoch, compiler: SQLCompiler, **kw: Any) -> str:
    return f"(julianday({compiler.process(element.clauses, **kw)}) - 2440587.5)"


@compiles(days_since_epoch, "postgresql")
def _postgres_days(element: days_since_epoch, compiler: SQLCompiler, **kw: Any) -> str:
    value = compiler.process(element.clauses, **kw)
    return f"(CAST(EXTRACT(EPOCH FROM {value}) AS DOUBLE PRECISION) / 86400)"


class days_after(FunctionElement[date]):  # noqa: N801 - reads as the SQL function it is
    """`days_after(column, number)`: that many days after the day in the column."""

    inherit_cache = True
    type = sa.Date()
    name = "days_after"


@compiles(days_after, "sqlite")
def _sqlite_days_after(element: days_after, compiler: SQLCompiler, **kw: Any) -> str:
    column, number = (compiler.process(clause, **kw) for clause in element.clauses)
    return f"date({column}, {number} || ' days')"


@compiles(days_after, "postgresql")
def _postgres_days_after(element: days_after, compiler: SQLCompiler, **kw: Any) -> str:
    column, number = (compiler.process(clause, **kw) for clause in element.clauses)
    return f"({column} + {number})"


class hour_of(FunctionElement[str]):  # noqa: N801 - reads as the SQL function it is
    """The hour (UTC) of an instant column, as text: 2026-07-01 09."""

    inherit_cache = True
    type = sa.String()
    name = "hour_of"


@compiles(hour_of, "sqlite")
def _sqlite_hour(element: hour_of, compiler: SQLCompiler, **kw: Any) -> str:
    return f"substr({compiler.process(element.clauses, **kw)}, 1, 13)"


@compiles(hour_of, "postgresql")
def _postgres_hour(element: hour_of, compiler: SQLCompiler, **kw: Any) -> str:
    value = compiler.process(element.clauses, **kw)
    return f"to_char({value} AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24')"


class is_among(FunctionElement[Any]):  # noqa: N801 - reads as the SQL function it is
    """`is_among(column, values)`, where `values` is a parameter made by `id_list` for a column of
    ids, or by `text_list` for one of text.

    One parameter for any number of them: no limit to run into, one statement to keep prepared.
    """

    inherit_cache = True
    # Not Boolean: SQLAlchemy would compare that with 1 on SQLite, which then uses no index.
    type = sa.types.NullType()
    name = "is_among"


@compiles(is_among, "sqlite")
def _sqlite_among(element: is_among, compiler: SQLCompiler, **kw: Any) -> str:
    column, ids = (compiler.process(clause, **kw) for clause in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({ids}))"  # noqa: S608 - compiled clauses, no values


@compiles(is_among, "postgresql")
def _postgres_among(element: is_among, compiler: SQLCompiler, **kw: Any) -> str:
    column, values = (compiler.process(clause, **kw) for clause in element.clauses)
    # Not "= ANY (...)", which compares a row with one value after the other.
    match element.clauses.clauses[0].type:
        case sa.String() | AutoString():
            return f"{column} IN (SELECT json_array_elements_text(CAST({values} AS JSON)))"
        case sa.BigInteger():
            return f"{column} IN (SELECT unnest(CAST({values} AS BIGINT[])))"
        case _:
            return f"{column} IN (SELECT unnest(CAST({values} AS INTEGER[])))"


IDS: ColumnElement[str] = sa.bindparam("ids", type_=sa.String())


def id_list(connection: sa.Connection, ids: Sequence[int]) -> str:
    """The text in which `is_among` takes its ids."""
    inner = ",".join(str(int(number)) for number in ids)
    return f"[{inner}]" if connection.dialect.name == "sqlite" else f"{{{inner}}}"


def text_list(texts: Iterable[str]) -> str:
    """The text in which `is_among` takes its texts."""
    return json.dumps(list(texts))


def end_of(day: date) -> datetime:
    """The first instant after that day, in UTC."""
    return datetime.combine(day + timedelta(days=1), time(), UTC)


def columns_of(model: type[BaseModel], table: sa.Table) -> list[sa.Column[Any]]:
    """The columns of the table that hold the fields of a domain model."""
    return [table.c[name] for name in model.model_fields]


def build(model: type[Model], row: Sequence[Any], skip: int = 0) -> Model:
    """A domain model from a row that holds its fields in order, after `skip` other columns.

    Not validated again: the row was checked when it was written, by us and by the database.
    """
    values = row[skip:] if skip else row
    return model.model_construct(**dict(zip(model.model_fields, values, strict=False)))
