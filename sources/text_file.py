"""Reading a CSV file as other programs write it: encodings, separators, quotes, ragged rows.

Every cell is read as text. A perfectly regular file (the same number of fields on every line, no
quotes that matter) is read by polars; anything else by Python's csv module, which is slower and
knows the line on which each row begins.
"""

import csv
import io
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from csm.errors import InvalidInput
from csm.wording import plural
from sources.problems import BadRow

# Ours, so it cannot be the name of a column in a file.
LINE: Final = "\x00line"

_ROWS_AT_ONCE: Final = 50_000
_SEPARATORS: Final = (",", ";", "\t", "|")


@dataclass(frozen=True, slots=True)
class TextFile:
    """A file as it was read. `frame` has the columns of the header, stripped strings, blank for
    nothing, and LINE: where the row begins. `ragged` are rows that have too many or too few
    fields; they are not in the frame."""

    name: str
    header: tuple[str, ...]
    frame: pl.DataFrame
    ragged: tuple[BadRow, ...] = ()
    warnings: tuple[str, ...] = ()

    def rows(self, places: Sequence[int]) -> list[tuple[str, ...]]:
        """The cells of some rows, as they stood in the file."""
        return self.frame.select(self.header)[list(places)].rows()


def read_text_file(path: Path, expected: Collection[str]) -> TextFile | None:
    """The file's rows, or None when there is nothing in it at all, not even a header.

    `expected` are names that the header may have: they tell the separator. Raises InvalidInput
    when the file cannot be read or has no sense as CSV.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InvalidInput(
            f"{path.name} cannot be read: {error.strerror}. Check the file and its permissions."
        ) from error
    data, warnings = _as_utf8(path.name, data)
    # Trailing blank lines mean nothing in any file.
    data = data.rstrip(b"\r\n")
    if not data.strip():
        return None
    separator = _separator(data, expected)
    fast = _read_regular(path.name, data, separator)
    if fast is not None:
        return TextFile(path.name, tuple(fast.columns[:-1]), fast, (), warnings)
    return _read_exactly(path.name, data, separator, warnings)


def _as_utf8(name: str, data: bytes) -> tuple[bytes, tuple[str, ...]]:
    if data.startswith(b"\xef\xbb\xbf"):
        data = data[3:]
    elif data.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return data.decode("utf-16").encode(), ()
        except UnicodeDecodeError as error:
            raise InvalidInput(
                f"{name} begins like UTF-16 but is not: byte {error.start:,} makes no sense. "
                "Save it again as UTF-8."
            ) from error
    try:
        data.decode()
    except UnicodeDecodeError:
        warning = (
            f"{name} is not UTF-8; it was read as Windows-1252. "
            "Check that names with accents look right, or save it as UTF-8."
        )
        return _from_windows(data), (warning,)
    return data, ()


def _from_windows(data: bytes) -> bytes:
    try:
        return data.decode("cp1252").encode()
    except UnicodeDecodeError:
        return data.decode("latin-1").encode()


def _separator(data: bytes, expected: Collection[str]) -> str:
    """The separator that finds most of the expected names in the header line."""
    line = data.split(b"\n", 1)[0].decode().strip()
    wanted = {name.casefold() for name in expected}

    def known(separator: str) -> tuple[int, int]:
        names = [name.strip(' "').casefold() for name in line.split(separator)]
        return sum(name in wanted for name in names), len(names)

    return max(_SEPARATORS, key=known)


def _read_regular(name: str, data: bytes, separator: str) -> pl.DataFrame | None:
    """The frame, if the file is regular enough for polars; None if it is not."""
    data = data.replace(b"\r\n", b"\n")
    if b"\r" in data or not _is_regular(data, separator):
        return None
    data = data.replace(b'"', b"")
    head, _, body = data.partition(b"\n")
    header = _header(name, head.decode().split(separator))
    if not body:
        return pl.DataFrame(schema={**dict.fromkeys(header, pl.String), LINE: pl.Int64})
    frame = pl.read_csv(
        body,
        has_header=False,
        separator=separator,
        quote_char=None,
        schema=dict.fromkeys(header, pl.String),
    )
    return _tidied(frame, pl.int_range(2, frame.height + 2, dtype=pl.Int64, eager=True))


def _is_regular(data: bytes, separator: str) -> bool:
    """Whether every line has as many separators as the header, no line is blank, and quotes only
    enclose whole fields that would not need them."""
    octets = np.frombuffer(data, dtype=np.uint8)
    ends = np.append(np.flatnonzero(octets == ord("\n")), octets.size)
    width = data.count(separator.encode(), 0, int(ends[0]))
    marks = np.flatnonzero(octets == ord(separator))
    if width == 0 or marks.size != width * ends.size:
        return False
    by_line = marks.reshape(ends.size, width)
    if not ((by_line[1:, 0] > ends[:-1]).all() and (by_line[:, -1] < ends).all()):
        return False
    quotes = np.flatnonzero(octets == ord('"'))
    return quotes.size == 0 or _enclose_fields(quotes, np.column_stack((by_line, ends)).ravel())


def _enclose_fields(quotes: NDArray[np.intp], bounds: NDArray[np.intp]) -> bool:
    """Whether the quotes come in pairs, each around everything between two neighbours of `bounds`
    (where separators, line ends and the end of the file stand)."""
    if quotes.size % 2:
        return False
    opening, closing = quotes[0::2], quotes[1::2]
    following = np.searchsorted(bounds, opening)
    starts = np.append(-1, bounds)[following] + 1
    return bool((opening == starts).all() and (closing + 1 == bounds[following]).all())


def _header(file: str, cells: list[str]) -> list[str]:
    names = [cell.strip() for cell in cells]
    # Spreadsheets leave nameless columns behind; they need some name to be ignored by.
    names = [name or f"(column {place})" for place, name in enumerate(names, 1)]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise InvalidInput(
            f'{file}: the header names the column "{twice[0]}" twice. Rename or remove one.'
        )
    return names


def _read_exactly(name: str, data: bytes, separator: str, warnings: tuple[str, ...]) -> TextFile:
    reader = csv.reader(io.StringIO(data.decode(), newline=""), delimiter=separator, strict=True)
    sorting: _Sorting | None = None
    begins = 1
    try:
        for cells in reader:
            if sorting is not None:
                sorting.take(begins, cells)
            elif any(cell.strip() for cell in cells):
                sorting = _Sorting(name, _header(name, cells))
            begins = reader.line_num + 1
    except csv.Error as error:
        raise InvalidInput(
            f"{name}, line {begins}: the row that begins here cannot be read ({error}). "
            'Look for a stray quotation mark; inside quoted text write it twice: "".'
        ) from error
    if sorting is None:
        raise InvalidInput(f"{name} holds nothing but blanks. Remove it, or export it again.")
    return sorting.text_file(warnings)


class _Sorting:
    """Tells rows that fit the header from those that do not."""

    def __init__(self, name: str, header: list[str]) -> None:
        self._name = name
        self._header = header
        self._rows: list[list[str]] = []
        self._lines: list[int] = []
        self._parts: list[pl.DataFrame] = []
        self._ragged: list[BadRow] = []

    def take(self, line: int, cells: list[str]) -> None:
        if len(cells) != len(self._header):
            self._take_ragged(line, [cell.strip() for cell in cells])
            return
        self._rows.append(cells)
        self._lines.append(line)
        if len(self._rows) == _ROWS_AT_ONCE:
            self._put_away()

    def _take_ragged(self, line: int, cells: list[str]) -> None:
        width = len(self._header)
        # Blank cells beyond the header are a spreadsheet's habit.
        if len(cells) > width and not any(cells[width:]):
            self.take(line, cells[:width])
        elif any(cells):
            found = plural(len(cells), "field")
            reason = f"begins a row that has {found}, where the header has {width}"
            self._ragged.append(BadRow(self._name, line, "", cells[0], reason, tuple(cells)))

    def _put_away(self) -> None:
        """Turn the rows so far into columns; a million lists would keep the collector busy."""
        columns = zip(*self._rows, strict=True) if self._rows else ((),) * len(self._header)
        cells = [
            pl.Series(name, column, dtype=pl.String)
            for name, column in zip(self._header, columns, strict=True)
        ]
        lines = pl.Series(LINE, self._lines, dtype=pl.Int64)
        self._parts.append(_tidied(pl.DataFrame(cells), lines))
        self._rows, self._lines = [], []

    def text_file(self, warnings: tuple[str, ...]) -> TextFile:
        self._put_away()
        frame = pl.concat(self._parts)
        return TextFile(self._name, tuple(self._header), frame, tuple(self._ragged), warnings)


def _tidied(cells: pl.DataFrame, lines: pl.Series) -> pl.DataFrame:
    """Stripped cells with their lines, without rows that hold nothing."""
    frame = cells.with_columns(pl.all().str.strip_chars().fill_null(""), lines.alias(LINE))
    return frame.filter(pl.any_horizontal(pl.col(cells.columns) != ""))
