"""Mapping files: how somebody else's CSV files become our layout.

A mapping says, for each kind of record, which file it comes from and how its columns are filled:
copied, translated, constant, put together from several, or looked up in another file.
"""

import tomllib
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from string import Formatter
from typing import Any, Final

from pydantic import Field, TypeAdapter, ValidationError, field_validator, model_validator

from csm.errors import InvalidInput
from csm.playbook_part import Line, Part, nearest
from csm.ports import RECORD_KINDS
from csm.wording import listing
from sources.layout import ValueType, columns_of
from sources.sheet import Duplicates
from sources.values import ISO

_OWN_KEYS: Final = ("name", "description")
_FILLING: Final = ("columns", "constants", "templates", "lookups")
_CHANGING: Final = ("values", "scale")
_SCALABLE: Final = frozenset({ValueType.WHOLE, ValueType.NUMBER, ValueType.MONEY})
# A day that tells day from month from year whatever their order.
_SAMPLE_DAY: Final = datetime(2021, 5, 23)  # noqa: DTZ001 - only its calendar day is looked at


class BadMapping(InvalidInput):
    """A mapping file is wrong: the message names file, key and value."""


class SkipRule(Part):
    """Leave out the rows of a file in which a column is empty, or equals a text."""

    column: Line
    empty: bool = False
    equals: str | None = None

    @model_validator(mode="after")
    def _one_test(self) -> "SkipRule":
        if self.empty == (self.equals is not None):
            raise ValueError('give either empty = true or equals = "..."')
        return self


class Lookup(Part):
    """Find the row of `file` whose `match` equals this file's `column`; take its `take`."""

    column: Line
    file: Line
    match: Line
    take: Line


class Entry(Part):
    """How one file feeds one kind. Keys of the tables are columns of our layout.

    `columns` copies a column of the file; `templates` fill texts with {its columns};
    `constants` are the same for every row. After that `values` translates texts ("" is blank)
    and `scale` multiplies numbers.
    """

    file: Line
    columns: dict[str, Line] = Field(default_factory=dict)
    constants: dict[str, str | bool | int | Decimal] = Field(default_factory=dict)
    templates: dict[str, Line] = Field(default_factory=dict)
    lookups: dict[str, Lookup] = Field(default_factory=dict)
    values: dict[str, dict[str, str]] = Field(default_factory=dict)
    scale: dict[str, Decimal] = Field(default_factory=dict)
    date_formats: tuple[Line, ...] = (ISO,)
    skip: tuple[SkipRule, ...] = ()
    duplicates: Duplicates = Duplicates.ERROR

    @field_validator("date_formats")
    @classmethod
    def _formats_tell_the_day(cls, formats: tuple[str, ...]) -> tuple[str, ...]:
        for pattern in formats:
            if pattern != ISO and not _tells_the_day(pattern):
                raise ValueError(
                    f'"{pattern}" does not give day, month and year; '
                    'write it like "%d-%m-%Y %H:%M", or "iso"'
                )
        return formats

    def filled(self) -> Iterator[str]:
        """Layout columns that get a value, as often as they get one."""
        for table in _FILLING:
            yield from getattr(self, table)

    def source_columns(self) -> set[str]:
        """Columns that the entry's file must have."""
        names = set(self.columns.values()) | {rule.column for rule in self.skip}
        names |= {lookup.column for lookup in self.lookups.values()}
        for template in self.templates.values():
            names |= set(template_fields(template))
        return names


class Mapping(Part):
    """A whole mapping file."""

    name: Line
    description: str = ""
    kinds: dict[str, tuple[Entry, ...]]


def template_fields(template: str) -> list[str]:
    """The column names in a template. Raises ValueError when its braces make no sense."""
    return [name for _, name, _, _ in Formatter().parse(template) if name is not None]


def _tells_the_day(pattern: str) -> bool:
    try:
        back = datetime.strptime(_SAMPLE_DAY.strftime(pattern), pattern)  # noqa: DTZ007 - only its day
    except ValueError:
        return False
    return back.date() == _SAMPLE_DAY.date()


def load_mapping(path: Path) -> Mapping:
    """Read and check a mapping file. Raises BadMapping naming file, key and value."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadMapping(f"The mapping {path} cannot be read: {error.strerror}.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadMapping(f"The mapping {path} is not valid TOML: {error}.") from error
    own = {key: data.pop(key) for key in _OWN_KEYS if key in data}
    problems = [
        f"{key}: unknown kind of record{nearest(key, RECORD_KINDS)}"
        for key in data
        if key not in RECORD_KINDS
    ]
    if problems:
        raise _bad(path, problems)
    try:
        mapping = TypeAdapter(Mapping).validate_python({**own, "kinds": data})
    except ValidationError as error:
        raise _bad(path, [_problem(dict(each)) for each in error.errors()]) from error
    problems = [
        f"{kind}[{place}].{problem}"
        for kind, entries in mapping.kinds.items()
        for place, entry in enumerate(entries, 1)
        for problem in _entry_problems(kind, entry)
    ]
    problems += _policy_problems(mapping)
    if problems:
        raise _bad(path, problems)
    return mapping


def _bad(path: Path, problems: list[str]) -> BadMapping:
    return BadMapping("\n  ".join([f"The mapping {path} cannot be used:", *problems]))


def _problem(error: dict[str, Any]) -> str:
    """One of pydantic's errors, in the words of the file: kinds count their entries from 1."""
    places = [p for p in error["loc"] if p != "kinds"]
    key = ""
    for place in places:
        key += f"[{place + 1}]" if isinstance(place, int) else f".{place}" if key else str(place)
    value = error["input"]
    shown = "" if isinstance(value, dict | list) else f" (value {value!r})"
    return f"{key or 'the file'}: {str(error['msg']).removeprefix('Value error, ')}{shown}"


def _entry_problems(kind: str, entry: Entry) -> Iterator[str]:
    """What the types cannot say: names of our columns, and that the required ones are filled."""
    columns = {column.name: column for column in columns_of(kind)}
    filled = list(entry.filled())
    for table in (*_FILLING, *_CHANGING):
        for name in getattr(entry, table):
            if name not in columns:
                yield f"{table}.{name}: {kind} have no such column{nearest(name, list(columns))}"
            elif name not in filled:
                yield f"{table}.{name}: the column is not filled by this entry"
    for name in sorted({name for name in filled if filled.count(name) > 1}):
        yield f"{name}: filled twice; keep one of {listing(_FILLING, 'or')}"
    for column in columns.values():
        if column.required and column.name not in filled:
            yield f"columns.{column.name}: required, and nothing fills it"
    for name in entry.scale:
        if name in columns and columns[name].type not in _SCALABLE:
            yield f"scale.{name}: only numbers can be scaled; this is a {columns[name].type}"
    yield from _template_problems(entry)


def _template_problems(entry: Entry) -> Iterator[str]:
    for name, template in entry.templates.items():
        try:
            fields = template_fields(template)
        except ValueError as error:
            yield f'templates.{name}: "{template}": {error}'
            continue
        if not fields or "" in fields:
            yield f'templates.{name}: "{template}" must name its columns, like {{this}}'


def _policy_problems(mapping: Mapping) -> Iterator[str]:
    for kind, entries in mapping.kinds.items():
        if len({entry.duplicates for entry in entries}) > 1:
            yield f"{kind}: duplicates must be the same in all entries"
        if kind != "usage" and any(e.duplicates is Duplicates.SUM for e in entries):
            yield f'{kind}.duplicates: "sum" makes sense for usage only; use "error" or "last"'
