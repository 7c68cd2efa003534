"""All sheets of an import together: known accounts, repeated rows, and what is left to write."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

import polars as pl

from csm.ports import RECORD_KINDS, Table
from sources.checks import (
    ROW,
    Accounts,
    CheckedSheet,
    check_sheet,
    duplicate_rows,
    unknown_account,
)
from sources.layout import FREE_KINDS, ValueType, columns_of, natural_key
from sources.problems import BadRow
from sources.sheet import Duplicates, Problem, Sheet
from sources.tables import table_of
from sources.text_file import LINE

_SHEET: Final = "\x00sheet"
_SUMMABLE: Final = frozenset({ValueType.WHOLE, ValueType.NUMBER, ValueType.MONEY})


class PortfolioCheck:
    """Checks sheets kind by kind. `bad_rows` and `tables` are complete after `run`."""

    def __init__(self, known_accounts: set[str]) -> None:
        self._accounts = Accounts(set(known_accounts))
        self.tables: list[Table] = []
        self.bad_rows: list[BadRow] = []

    def run(self, sheets: Iterable[Sheet]) -> None:
        by_kind: dict[str, list[Sheet]] = {}
        for sheet in sheets:
            by_kind.setdefault(sheet.kind, []).append(sheet)
        for kind in RECORD_KINDS:
            if kind in by_kind:
                sheets = by_kind[kind]
                given = {name for sheet in sheets for name in sheet.frame.columns}
                if kind not in FREE_KINDS:
                    given.add("currency")  # worked out from the account where it is not given
                frame = self._check_kind(kind, sheets)
                self.tables.append(table_of(kind, frame, given))

    def _check_kind(self, kind: str, sheets: list[Sheet]) -> pl.DataFrame:
        checked = [check_sheet(sheet, self._accounts) for sheet in sheets]
        for each in checked:
            self.bad_rows += each.sheet.bad_rows(each.problems)
        frame = pl.concat(
            [each.frame.with_columns(pl.lit(n).alias(_SHEET)) for n, each in enumerate(checked)]
        )
        frame = self._without_duplicates(kind, frame, sheets)
        if kind == "accounts":
            frame = self._settle_accounts(frame, checked)
        return frame

    def _without_duplicates(
        self, kind: str, frame: pl.DataFrame, sheets: list[Sheet]
    ) -> pl.DataFrame:
        repeated = duplicate_rows(kind, frame)
        if not repeated.any():
            return frame
        key = list(natural_key(kind))
        policy = sheets[0].duplicates
        if policy is Duplicates.SUM:
            return _summed(kind, frame)
        if policy is Duplicates.LAST:
            return frame.unique(key, keep="last", maintain_order=True)
        self.bad_rows += _duplicate_problems(frame, repeated, key, sheets)
        return frame.filter(~repeated)

    def _settle_accounts(self, frame: pl.DataFrame, checked: list[CheckedSheet]) -> pl.DataFrame:
        """Drop accounts whose parent is unknown, and theirs; then the accounts are known."""
        sheets = [each.sheet for each in checked]
        kept = frame
        while True:
            self._note_rejected(sheets, set(kept["key"]))
            known = self._accounts.known | set(kept["key"])
            parents = kept["parent_key"]
            orphaned = parents.is_not_null() & ~parents.is_in(sorted(known))
            if not orphaned.any():
                break
            for row in kept.filter(orphaned).iter_rows(named=True):
                reason = unknown_account(row["parent_key"], self._accounts)
                problem = Problem(row[ROW], "parent_key", reason)
                self.bad_rows += sheets[row[_SHEET]].bad_rows([problem])
            kept = kept.filter(~orphaned)
        currencies = dict(zip(kept["key"], kept["currency"], strict=True))
        if not any("currency" in sheet.frame.columns for sheet in sheets):
            # A known account keeps its currency, which we cannot see; a new one gets the default.
            currencies = {k: v for k, v in currencies.items() if k not in self._accounts.known}
        self._accounts.known = known
        self._accounts.currencies = currencies
        return kept

    def _note_rejected(self, sheets: list[Sheet], kept: set[str]) -> None:
        for sheet in sheets:
            places = zip(sheet.frame["key"].to_list(), sheet.frame[LINE].to_list(), strict=True)
            for key, line in places:
                if key not in kept:
                    where = f"{sheet.file.name}, line {line}"
                    self._accounts.rejected.setdefault(key, where)


def _summed(kind: str, frame: pl.DataFrame) -> pl.DataFrame:
    """One row a natural key: numbers added up (none stays none), the rest from the first row."""
    key = list(natural_key(kind))
    numbers = [c.name for c in columns_of(kind) if c.type in _SUMMABLE]
    sums = [
        pl.when(pl.col(name).is_not_null().any()).then(pl.col(name).sum()).alias(name)
        for name in numbers
    ]
    others = [pl.col(name).first() for name in frame.columns if name not in {*key, *numbers}]
    return frame.group_by(key, maintain_order=True).agg(*sums, *others)


def _duplicate_problems(
    frame: pl.DataFrame, repeated: pl.Series, key: list[str], sheets: list[Sheet]
) -> Iterator[BadRow]:
    again = frame.filter(repeated)
    of_first = frame.filter(~repeated).join(again, on=key, how="semi")
    first = {
        tuple(row[name] for name in key): (row[_SHEET], row[ROW])
        for row in of_first.iter_rows(named=True)
    }
    for row in again.iter_rows(named=True):
        values = tuple(row[name] for name in key)
        first_sheet, first_row = first[values]
        earlier, sheet = sheets[first_sheet], sheets[row[_SHEET]]
        line = int(earlier.frame[LINE][first_row])
        place = f"line {line}" if earlier is sheet else f"{earlier.file.name}, line {line}"
        problem = Problem(row[ROW], key[0], f"is there already: see {place}")
        (bad,) = sheet.bad_rows([problem])
        labels = " + ".join(sheet.labels.get(name, name) for name in key)
        yield replace(bad, column=labels, value=", ".join(map(str, values)))
