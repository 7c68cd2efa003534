"""The CSV layout of an import, worked out from the record models in `csm.account`.

There is one file a kind of record, `<kind>.csv`. A file's columns are the model's fields; every
kind but accounts and features begins with `account_key`. Names, types, bounds and defaults come
from the models, so a field that is added there is a column here.
"""

import types
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from typing import Any, Final, Union, get_args, get_origin

from annotated_types import Ge, Le, MaxLen, MinLen
from pydantic.fields import FieldInfo

from csm.account import (
    Account,
    Advocacy,
    Contact,
    Feature,
    Interaction,
    Invoice,
    Milestone,
    Objective,
    Record,
    Subscription,
    Survey,
    Ticket,
    Training,
    UsageDay,
)
from csm.ports import RECORD_KINDS

MODELS: Final[dict[str, type[Record]]] = {
    "accounts": Account,
    "features": Feature,
    "contacts": Contact,
    "subscriptions": Subscription,
    "usage": UsageDay,
    "tickets": Ticket,
    "surveys": Survey,
    "invoices": Invoice,
    "objectives": Objective,
    "interactions": Interaction,
    "milestones": Milestone,
    "trainings": Training,
    "advocacy": Advocacy,
}

# Kinds that do not belong to one account.
FREE_KINDS: Final = frozenset({"accounts", "features"})

# Amounts: minor units in the models, decimals in major units ("12000.50") in files.
MONEY_COLUMNS: Final = frozenset({("subscriptions", "arr"), ("invoices", "amount")})

# What the database can hold where the model itself knows no upper bound.
MAX_WHOLE: Final = 2**31 - 1
MAX_MINOR_UNITS: Final = 10**15

FIRST_YEAR: Final = 1900
LAST_YEAR: Final = 2199

ACCOUNT_KEY: Final = "account_key"


class ValueType(StrEnum):
    TEXT = "text"
    WHOLE = "whole number"
    NUMBER = "number"
    YES_NO = "true or false"
    DAY = "date"
    INSTANT = "date and time"
    CHOICE = "choice"
    MONEY = "amount"


_PYTHON_TYPES: Final[dict[type, ValueType]] = {
    str: ValueType.TEXT,
    int: ValueType.WHOLE,
    float: ValueType.NUMBER,
    bool: ValueType.YES_NO,
    date: ValueType.DAY,
    datetime: ValueType.INSTANT,
}


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a file. `default` is what a blank cell means, unless `required`.

    `low` and `high` bound numbers (for amounts: minor units), `shortest` and `longest` texts.
    """

    name: str
    type: ValueType
    required: bool
    default: Any = None
    low: float | None = None
    high: float | None = None
    shortest: int = 0
    longest: int | None = None
    choices: tuple[str, ...] = ()
    meaning: str = ""


def file_name(kind: str) -> str:
    """The file of the documented layout that holds this kind of record."""
    return f"{kind}.csv"


def natural_key(kind: str) -> tuple[str, ...]:
    """The columns that tell one row of a kind from another."""
    return (ACCOUNT_KEY, "day", "feature") if kind == "usage" else ("key",)


@cache
def columns_of(kind: str) -> tuple[Column, ...]:
    """The columns of a kind, in the order in which a `csm.ports.Table` gives them."""
    own = tuple(_column(kind, name, info) for name, info in MODELS[kind].model_fields.items())
    if kind in FREE_KINDS:
        return own
    longest = next(c.longest for c in columns_of("accounts") if c.name == "key")
    return (Column(ACCOUNT_KEY, ValueType.TEXT, True, shortest=1, longest=longest), *own)


def _column(kind: str, name: str, info: FieldInfo) -> Column:
    bare = _bare(info.annotation)
    choices = tuple(str(member) for member in bare) if issubclass(bare, StrEnum) else ()
    value_type = ValueType.CHOICE if choices else _PYTHON_TYPES[bare]
    if (kind, name) in MONEY_COLUMNS:
        value_type = ValueType.MONEY
    low, high = _bounds(info, value_type)
    default = None if info.is_required() else info.default
    return Column(
        name=name,
        type=value_type,
        required=info.is_required(),
        default=str(default) if isinstance(default, StrEnum) else default,
        low=low,
        high=high,
        shortest=next((m.min_length for m in info.metadata if isinstance(m, MinLen)), 0),
        longest=next((m.max_length for m in info.metadata if isinstance(m, MaxLen)), None),
        choices=choices,
        meaning=info.description or "",
    )


def _bare(annotation: Any) -> type:
    """`int` for `int | None`."""
    if get_origin(annotation) in (Union, types.UnionType):
        annotation = next(a for a in get_args(annotation) if a is not types.NoneType)
    if not isinstance(annotation, type):
        raise TypeError(f"the import layout cannot express {annotation!r}")
    return annotation


def _bounds(info: FieldInfo, value_type: ValueType) -> tuple[float | None, float | None]:
    low = next((float(str(m.ge)) for m in info.metadata if isinstance(m, Ge)), None)
    high = next((float(str(m.le)) for m in info.metadata if isinstance(m, Le)), None)
    if high is None and value_type is ValueType.WHOLE:
        high = MAX_WHOLE
    if high is None and value_type is ValueType.MONEY:
        high = MAX_MINOR_UNITS
    return low, high


if tuple(MODELS) != RECORD_KINDS:
    raise AssertionError("every kind of record needs a model, in the order of RECORD_KINDS")
