"""What a backup says of itself: which tables are in it, how many rows, and how each must read."""

from datetime import datetime
from enum import StrEnum
from typing import Final, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

FORMAT: Final = 1
"""Of the file; a program that knows only lower ones cannot read it."""
NAME: Final = r"^[A-Za-z0-9._+-]{1,64}$"
"""What versions and revisions are like: short, and fit to be shown to a person."""

_UNITS: Final = ("bytes", "kB", "MB", "GB", "TB")
_STEP: Final = 1000


class ColumnKind(StrEnum):
    """How a value is written, whatever database it comes from: instants in UTC, JSON as the very
    text that the database has."""

    TEXT = "text"
    WHOLE = "whole"
    NUMBER = "number"
    TRUTH = "truth"
    DAY = "day"
    INSTANT = "instant"
    JSON = "json"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Column(_Part):
    """`length` is that of the longest text that fits, in characters; None where any does."""

    name: str
    kind: ColumnKind
    nullable: bool
    length: int | None = None


class TableLayout(_Part):
    """A table, its columns in order, and the names of those that a row is known by."""

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...]

    @property
    def column_names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)


class Member(_Part):
    """One table in the file: a line a row. `size` in bytes and `sha256` are those of the lines
    before compression."""

    layout: TableLayout
    rows: int = Field(ge=0)
    size: int = Field(ge=0)
    sha256: str = Field(min_length=64, max_length=64)


class Manifest(_Part):
    """What is in a backup: the tables, each after those that it refers to. `revision` is that of
    the schema, `version` the program's that made it."""

    product: Literal["digital-csm"] = "digital-csm"
    format: int = FORMAT
    version: str = Field(pattern=NAME)
    revision: str = Field(pattern=NAME)
    database: Literal["sqlite", "postgresql"]
    made_at: AwareDatetime
    members: tuple[Member, ...]

    @property
    def rows(self) -> int:
        return sum(member.rows for member in self.members)


def backup_name(made_at: datetime) -> str:
    """What a backup of that instant (UTC) is called where nobody gives it a name."""
    return f"digital-csm-{made_at:%Y%m%dT%H%M%SZ}.backup"


def size_text(size: int) -> str:
    """`512 bytes`, `41 MB`: in whole numbers, from 1,000 of a unit on in the next one."""
    shown, unit = float(size), 0
    while shown >= _STEP and unit < len(_UNITS) - 1:
        shown, unit = shown / _STEP, unit + 1
    return f"{shown:,.0f} {_UNITS[unit]}"
