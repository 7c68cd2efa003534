"""Text rows of one sheet -> typed rows, with everything that is wrong with them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

import polars as pl

from csm.account import SurveyKind
from csm.money import minor_units
from sources.casts import DTYPES, cast
from sources.layout import ACCOUNT_KEY, FREE_KINDS, Column, ValueType, columns_of, natural_key
from sources.sheet import Problem, Sheet
from sources.values import Manner

ROW: Final = "\x00row"

# (kind, the later day or instant, the earlier one)
_IN_ORDER: Final = (
    ("subscriptions", "ends_on", "started_on"),
    ("subscriptions", "renews_on", "started_on"),
    ("tickets", "closed_at", "opened_at"),
    ("invoices", "due_on", "issued_on"),
    ("invoices", "failed_on", "issued_on"),
    ("interactions", "answered_at", "at"),
)
_CSAT_BOUNDS: Final = (1, 5)


@dataclass(slots=True)
class Accounts:
    """What the rows of other kinds need to know of the accounts.

    `currencies` are those of the accounts in this import; `rejected` says where the row of an
    account stands that this import refused.
    """

    known: set[str]
    currencies: dict[str, str] = field(default_factory=dict)
    rejected: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CheckedSheet:
    """The good rows, typed, in the layout's columns and ROW; and the problems of the others."""

    sheet: Sheet
    frame: pl.DataFrame
    problems: tuple[Problem, ...]


def check_sheet(sheet: Sheet, accounts: Accounts) -> CheckedSheet:
    """Cast every column, then check the rows as wholes."""
    columns = columns_of(sheet.kind)
    problems = [
        Problem(row, name, reason)
        for name, reasons in sheet.unfit.items()
        for row, reason in reasons.items()
    ]
    known_bad = {(problem.row, problem.column) for problem in problems}
    typed: dict[str, pl.Series] = {}
    # An amount is read by its currency's decimals, so it comes after it.
    for column in sorted(columns, key=lambda c: c.type is ValueType.MONEY):
        values, found = _cast_column(sheet, column, typed, accounts)
        typed[column.name] = values
        problems += [p for p in found if (p.row, p.column) not in known_bad]
    frame = pl.DataFrame([typed[c.name].alias(c.name) for c in columns])
    frame = frame.with_columns(pl.int_range(frame.height, dtype=pl.Int64).alias(ROW))
    bad = {problem.row for problem in problems}
    for look in (_order_problems, _score_problems, _account_problems, _currency_problems):
        problems += [p for p in look(sheet.kind, frame, accounts) if p.row not in bad]
    bad = {problem.row for problem in problems}
    if bad:
        frame = frame.filter(~pl.col(ROW).is_in(sorted(bad)))
    order = {column.name: place for place, column in enumerate(columns)}
    problems.sort(key=lambda p: (p.row, order[p.column]))
    return CheckedSheet(sheet, frame, tuple(problems))


def _cast_column(
    sheet: Sheet, column: Column, typed: Mapping[str, pl.Series], accounts: Accounts
) -> tuple[pl.Series, list[Problem]]:
    height = sheet.frame.height
    if column.name in sheet.frame.columns:
        texts = sheet.frame[column.name]
        result = cast(column, texts, _manners(sheet, column, typed))
        values, unfit = result.values, result.unfit
    else:
        texts = pl.Series([""], dtype=pl.String).new_from_index(0, height)
        values, unfit = pl.Series([None], dtype=DTYPES[column.type]).new_from_index(0, height), {}
    problems = [Problem(row, column.name, reason) for row, reason in unfit.items()]
    if column.required:
        blank = (texts == "").arg_true().to_list()
        return values, problems + [Problem(row, column.name, "must be filled in") for row in blank]
    if column.name == "currency" and sheet.kind not in FREE_KINDS:
        return _fill_currency(values, texts == "", typed[ACCOUNT_KEY], accounts, problems)
    if column.default is not None:
        # Unfit cells are filled too: their rows are dropped.
        values = values.fill_null(column.default)
    return values, problems


def _manners(sheet: Sheet, column: Column, typed: Mapping[str, pl.Series]) -> Manner | list[Manner]:
    scale = sheet.scales.get(column.name)
    if column.type is not ValueType.MONEY:
        return Manner(sheet.formats, scale)
    by_currency = {
        currency: Manner(sheet.formats, scale, minor_units(currency or ""))
        for currency in typed["currency"].unique().to_list()
    }
    return [by_currency[currency] for currency in typed["currency"].to_list()]


def _fill_currency(
    values: pl.Series,
    blank: pl.Series,
    account_keys: pl.Series,
    accounts: Accounts,
    problems: list[Problem],
) -> tuple[pl.Series, list[Problem]]:
    """A blank currency is the account's."""
    theirs = account_keys.replace_strict(
        list(accounts.currencies),
        list(accounts.currencies.values()),
        default=None,
        return_dtype=pl.String,
    )
    filled = values.zip_with(~blank, theirs)
    unknown = (blank & filled.is_null() & account_keys.is_in(sorted(accounts.known))).arg_true()
    reason = "must be filled in: the account, whose currency it would be, is not in this import"
    return filled, problems + [Problem(row, "currency", reason) for row in unknown.to_list()]


def _order_problems(kind: str, frame: pl.DataFrame, _accounts: Accounts) -> Iterator[Problem]:
    for of_kind, later, earlier in _IN_ORDER:
        if of_kind == kind:
            for row in (frame[later] < frame[earlier]).arg_true().to_list():
                yield Problem(row, later, f"is before {earlier} ({frame[earlier][row]})")


def _score_problems(kind: str, frame: pl.DataFrame, _accounts: Accounts) -> Iterator[Problem]:
    if kind == "surveys":
        low, high = _CSAT_BOUNDS
        outside = (frame["kind"] == SurveyKind.CSAT) & ~frame["score"].is_between(low, high)
        for row in outside.arg_true().to_list():
            yield Problem(row, "score", f"is not between {low} and {high}, as a CSAT score must be")


def _account_problems(kind: str, frame: pl.DataFrame, accounts: Accounts) -> Iterator[Problem]:
    if kind == "accounts":
        for row in (frame["parent_key"] == frame["key"]).arg_true().to_list():
            yield Problem(row, "parent_key", "is the account itself")
    elif kind not in FREE_KINDS:
        keys = frame[ACCOUNT_KEY]
        unknown = ~keys.is_in(pl.Series(list(accounts.known), dtype=pl.String).implode())
        for row in unknown.arg_true().to_list():
            yield Problem(row, ACCOUNT_KEY, unknown_account(keys[row], accounts))


def unknown_account(key: str, accounts: Accounts) -> str:
    """Why a row that refers to this account cannot be kept."""
    where = accounts.rejected.get(key)
    return (
        f"is an unknown account: its own row was rejected ({where})"
        if where
        else ("is an unknown account: it is neither in this import nor among those imported before")
    )


def _currency_problems(kind: str, frame: pl.DataFrame, accounts: Accounts) -> Iterator[Problem]:
    if "currency" not in frame.columns or kind in FREE_KINDS:
        return
    theirs = frame[ACCOUNT_KEY].replace_strict(
        list(accounts.currencies),
        list(accounts.currencies.values()),
        default=None,
        return_dtype=pl.String,
    )
    for row in (frame["currency"] != theirs).arg_true().to_list():
        yield Problem(row, "currency", f"differs from the account's currency, {theirs[row]}")


def duplicate_rows(kind: str, frame: pl.DataFrame) -> pl.Series:
    """True for every row whose natural key stands in an earlier row, too."""
    first = frame.select(pl.struct(natural_key(kind)).is_first_distinct())
    return ~first.to_series()
