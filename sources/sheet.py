"""Rows of one file, brought into the layout's columns but still text."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Final

import polars as pl

from sources.problems import BadRow
from sources.text_file import LINE, TextFile
from sources.values import ISO

# Where a row stands in `TextFile.frame`, for the rejects file.
PLACE: Final = "\x00place"


class Duplicates(StrEnum):
    """What to do with rows of the same natural key."""

    ERROR = "error"
    SUM = "sum"
    LAST = "last"


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with one cell of a sheet: a row of its frame, and a layout column."""

    row: int
    column: str
    reason: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """What one file says of one kind.

    `frame` has text columns named as in the layout (those that the file has), LINE and PLACE.
    `labels` gives the name that each of them has in the file. `unfit` are cells that are known to
    be wrong already: reasons by layout column and row of the frame.
    """

    kind: str
    file: TextFile
    frame: pl.DataFrame
    labels: Mapping[str, str]
    formats: tuple[str, ...] = (ISO,)
    scales: Mapping[str, Decimal] = field(default_factory=dict)
    duplicates: Duplicates = Duplicates.ERROR
    unfit: Mapping[str, Mapping[int, str]] = field(default_factory=dict)

    def bad_rows(self, problems: Sequence[Problem]) -> list[BadRow]:
        """The problems in the words of the file: its own names and values, and the whole row."""
        where = [problem.row for problem in problems]
        places = self.frame[PLACE].gather(where).to_list()
        lines = self.frame[LINE].gather(where).to_list()
        rows = self.file.rows(places)
        labels = {name: self._label(name) for name in {problem.column for problem in problems}}
        found = []
        for problem, line, row in zip(problems, lines, rows, strict=True):
            label, cell = labels[problem.column]
            value = row[cell] if cell is not None else self._made_up(problem)
            found.append(BadRow(self.file.name, line, label, value, problem.reason, row))
        return found

    def _label(self, column: str) -> tuple[str, int | None]:
        """What the file calls a column of the layout, and where it has it, if it does."""
        label = self.labels.get(column, column)
        return label, self.file.header.index(label) if label in self.file.header else None

    def _made_up(self, problem: Problem) -> str:
        """The value of a column that the mapping fills without copying it."""
        has_it = problem.column in self.frame.columns
        return str(self.frame[problem.column][problem.row]) if has_it else ""
