"""What can be wrong with a row, how it is told, and where rejected rows go."""

import csv
import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from csm.errors import InvalidInput
from csm.privacy import Erased
from csm.wording import plural

MOST_SHOWN: Final = 20
_LONGEST_VALUE_SHOWN: Final = 60
# Generous, for whatever else is in the cell is what may be wrong with it.
_ADDRESS: Final = re.compile(r"[^\s<>()\[\],;:\"]+@[\w.-]*\w")


@dataclass(frozen=True, slots=True)
class BadRow:
    """One thing that is wrong with one row. `row` is the whole row as it stood in the file."""

    file: str
    line: int
    column: str
    value: str
    reason: str
    row: tuple[str, ...] = ()

    def __str__(self) -> str:
        where = f"{self.file}, line {self.line}"
        if self.column:
            where += f", column {self.column}"
        return f"{where}: {shown(self.value)} {self.reason}"


class BadRows(InvalidInput):
    """Rows that cannot be imported. `rows` has them all; the message shows the first ones."""

    def __init__(self, rows: Sequence[BadRow]) -> None:
        self.rows = tuple(rows)
        super().__init__(_summary(self.rows))


def _summary(rows: Sequence[BadRow]) -> str:
    by_file = Counter(row.file for row in rows)
    counts = ", ".join(f"{name}: {count:,}" for name, count in by_file.items())
    lines = [f"Nothing was imported: {plural(len(rows), 'problem')} found ({counts})."]
    lines += [f"  {row}" for row in rows[:MOST_SHOWN]]
    if len(rows) > MOST_SHOWN:
        lines.append(f"  ... and {len(rows) - MOST_SHOWN:,} more.")
    lines.append(
        "Mend the files, or import the good rows and have the others written to a rejects file "
        "with --skip-bad."
    )
    return "\n".join(lines)


def shown(value: str) -> str:
    """A value for a message: quoted, on one line, and not too long."""
    if not value:
        return "(blank)"
    if len(value) > _LONGEST_VALUE_SHOWN:
        value = value[: _LONGEST_VALUE_SHOWN - 1] + "…"
    plain = "".join(c if c.isprintable() else f"\\x{ord(c):02x}" for c in value)
    return f'"{plain}"'


def is_of_erased(bad: BadRow, erased: Erased, accounts: Collection[str]) -> bool:
    """Whether anything in the row is the address of somebody who was erased, or it has their key
    beside one of the accounts. Whatever is wrong with the row, those may be right."""
    cells = {cell.strip() for cell in (*bad.row, bad.value)}
    if any(erased.is_address(found) for cell in cells for found in _ADDRESS.findall(cell)):
        return True
    return any(erased.is_contact(one, key) for one in cells & set(accounts) for key in cells)


def write_rejects(path: Path, rows: Iterable[BadRow]) -> None:
    """Write a CSV of file, line, column, value, reason and the row itself.

    Raises InvalidInput when the file cannot be written.
    """
    try:
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(("file", "line", "column", "value", "reason", "row"))
            for row in rows:
                fields = (row.file, row.line, row.column, row.value, row.reason)
                writer.writerow((*fields, _as_csv(row.row)))
    except OSError as error:
        raise InvalidInput(
            f"The rejects file {path} cannot be written: {error.strerror}. "
            "Nothing was imported. Choose another place for it."
        ) from error


class _Line:
    """The least that csv.writer writes to."""

    text = ""

    def write(self, text: str) -> int:
        self.text = text
        return len(text)


def _as_csv(fields: Sequence[str]) -> str:
    line = _Line()
    csv.writer(line, lineterminator="").writerow(fields)
    return line.text
