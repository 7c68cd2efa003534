"""Python values into what each driver takes, a column at a time."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from itertools import islice
from typing import Any

import sqlalchemy as sa
from pydantic_core import to_json
from sqlmodel.sql.sqltypes import UTCDateTime

Rows = Iterable[tuple[Any, ...]]
Chunks = Iterator[list[tuple[Any, ...]]]
# Makes the values of one column fit, for a whole chunk at a time: that is what makes it fast.
Encoder = Callable[[Sequence[Any]], Iterable[Any]]


def storable(value: Any) -> Any:
    """The same value, with U+FFFD in texts for NUL, which PostgreSQL keeps nowhere.

    Files and messages of others hold it. Looks into lists, tuples and dicts, too.
    """
    match value:
        case str():
            return value.replace("\x00", "\ufffd") if "\x00" in value else value
        case list() | tuple() | dict() if not _may_hold_nul(value):
            return value
        case list() | tuple():
            return [storable(item) for item in value]
        case dict():
            return {storable(key): storable(item) for key, item in value.items()}
        case _:
            return value


def _may_hold_nul(value: Any) -> bool:
    """A look at the whole that is far quicker than one at each of its parts."""
    try:
        return b"\\u0000" in to_json(value)
    except ValueError:  # half a character, which JSON cannot say
        return True


class _DayTexts(dict[date | None, str | None]):
    """Days as text, each made once: a million rows of usage hold a few hundred days."""

    def __init__(self) -> None:
        super().__init__({None: None})

    def __missing__(self, day: date | None) -> str | None:
        text = self[day] = None if day is None else day.isoformat()
        return text


def _aware(value: datetime | None) -> datetime | None:
    if value is not None and value.utcoffset() is None:
        raise ValueError(f"an instant without a time zone cannot be kept: {value}")
    return value


def _instant_text(value: datetime | None) -> str | None:
    """An instant as SQLAlchemy keeps it in SQLite: UTC, without saying so."""
    instant = _aware(value)
    if instant is None:
        return None
    return instant.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")


def _enum_value(value: str | None) -> str | None:
    # A driver may know better than to take an enum's member for the text that it is.
    return None if value is None else str(value)


def _json_text(value: Any) -> str:
    return to_json(value).decode()


def each(encode: Callable[[Any], Any]) -> Encoder:
    """An encoder that does the same to every value."""
    return lambda values: map(encode, values)


def encoders_for_sqlite(table: sa.Table, columns: Sequence[str]) -> list[Encoder | None]:
    """For each column how to make its values fit; None where they do as they are."""
    return [_sqlite_encoder(table.c[name].type) for name in columns]


def encoders_for_postgres(table: sa.Table, columns: Sequence[str]) -> list[Encoder | None]:
    """The same for PostgreSQL."""
    return [_postgres_encoder(table.c[name].type) for name in columns]


def _sqlite_encoder(column_type: sa.types.TypeEngine[Any]) -> Encoder | None:
    match column_type:
        case sa.Date():
            return each(_DayTexts().__getitem__)
        case UTCDateTime():
            return each(_instant_text)
        case _:
            return _common_encoder(column_type)


def _postgres_encoder(column_type: sa.types.TypeEngine[Any]) -> Encoder | None:
    return each(_aware) if isinstance(column_type, UTCDateTime) else _common_encoder(column_type)


def _common_encoder(column_type: sa.types.TypeEngine[Any]) -> Encoder | None:
    match column_type:
        case sa.JSON():
            return each(_json_text)
        case sa.Enum():
            return each(_enum_value)
        case _:
            return None


def encoded_chunks(rows: Rows, encoders: Sequence[Encoder | None], size: int) -> Chunks:
    """The rows, encoded, in lists of at most `size`."""
    source = iter(rows)
    while chunk := list(islice(source, size)):
        columns = zip(*chunk, strict=True)
        encoded = [
            values if encode is None else encode(values)
            for values, encode in zip(columns, encoders, strict=True)
        ]
        yield list(zip(*encoded, strict=True))
