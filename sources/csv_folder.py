"""Customer records from a folder of CSV files, in our layout or, with a mapping, in any other."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import polars as pl

from csm.errors import InvalidInput
from csm.playbook_part import nearest
from csm.ports import RECORD_KINDS, Table
from csm.privacy import NOBODY, Erased
from csm.wording import listing, plural
from sources.layout import columns_of, file_name
from sources.mapped import mapped_sheets, source_files
from sources.mapping import Mapping
from sources.portfolio_check import PortfolioCheck
from sources.problems import BadRow, BadRows, is_of_erased, write_rejects
from sources.sheet import PLACE, Sheet
from sources.text_file import LINE, TextFile, read_text_file


class CsvFolder:
    """A `csm.ports.PortfolioSource`: reads and checks a whole folder before it yields anything.

    With `rejects`, rows that are wrong are left out and written to that file, but for those of
    people who were erased (`erased`); without, one wrong row stops the import.
    After `read`, `bad_rows` and `warnings` tell what was found.
    """

    def __init__(
        self,
        folder: Path,
        mapping: Mapping | None = None,
        rejects: Path | None = None,
        erased: Erased = NOBODY,
    ) -> None:
        self._folder = folder
        self._mapping = mapping
        self._rejects = rejects
        self._erased = erased
        self._warnings: list[str] = []
        self._bad_rows: list[BadRow] = []

    @property
    def warnings(self) -> Sequence[str]:
        return tuple(self._warnings)

    @property
    def bad_rows(self) -> Sequence[BadRow]:
        """Every problem that the last reading found; a row can have several."""
        return tuple(self._bad_rows)

    @property
    def rejected(self) -> int:
        return len({(bad.file, bad.line) for bad in self._bad_rows})

    def read(self, known_accounts: set[str]) -> Iterator[Table]:
        """Checked tables in the order of RECORD_KINDS.

        Raises InvalidInput when the folder or a file makes no sense, BadRows when rows are wrong
        and there is no rejects file to write them to.
        """
        self._warnings = []
        paths = _csv_files(self._folder)
        check = PortfolioCheck(known_accounts)
        files = self._wanted_files(paths)
        check.bad_rows += [bad for file in files.values() for bad in file.ragged]
        if self._mapping is None:
            check.run(self._own_sheets(files))
        else:
            check.run(mapped_sheets(self._mapping, files))
        place = {file.name: number for number, file in enumerate(files.values())}
        self._bad_rows = sorted(check.bad_rows, key=lambda bad: (place[bad.file], bad.line))
        if self._bad_rows:
            self._reject(known_accounts)
        return iter(check.tables)

    def _reject(self, known_accounts: set[str]) -> None:
        if self._rejects is None:
            raise BadRows(self._bad_rows)
        erased = {
            (bad.file, bad.line)
            for bad in self._bad_rows
            if is_of_erased(bad, self._erased, known_accounts)
        }
        told = [bad for bad in self._bad_rows if (bad.file, bad.line) not in erased]
        write_rejects(self._rejects, told)
        left_out = plural(self.rejected, "row was", "rows were")
        self._warnings.append(f"{left_out} left out; see {self._rejects}.")
        if erased:
            theirs = plural(len(erased), "of them is", "of them are")
            self._warnings.append(f"{theirs} not in that file: these people were erased.")

    def _wanted_files(self, paths: dict[str, Path]) -> dict[str, TextFile]:
        """The files that we know what to do with, in the order in which they are used."""
        expected = (
            {file_name(kind): {c.name for c in columns_of(kind)} for kind in RECORD_KINDS}
            if self._mapping is None
            else source_files(self._mapping)
        )
        by_lower = {name.lower(): path for name, path in paths.items()}
        found = {name: by_lower[name.lower()] for name in expected if name.lower() in by_lower}
        if not found:
            raise InvalidInput(
                f"{self._folder} has none of the files that this import reads: "
                f"{listing(list(expected))}."
            )
        if self._mapping is not None:
            self._warnings += [
                f"{name} is not there; what the mapping takes from it was not imported."
                for name in expected
                if name not in found
            ]
        used = set(found.values())
        for name, path in paths.items():
            if path not in used:
                hint = nearest(name.lower(), [n for n in expected if n not in found])
                self._warnings.append(f"{name} is not among the files to read: ignored{hint}")
        files: dict[str, TextFile] = {}
        for name, path in found.items():
            file = read_text_file(path, expected[name])
            if file is None:
                self._warnings.append(f"{path.name} is empty; nothing was imported from it.")
            else:
                self._warnings += file.warnings
                files[name] = file
        return files

    def _own_sheets(self, files: dict[str, TextFile]) -> list[Sheet]:
        sheets: list[Sheet] = []
        missing: list[str] = []
        for kind in RECORD_KINDS:
            file = files.get(file_name(kind))
            if file is not None:
                labels = _labels(kind, file)
                missing += _missing_columns(kind, file, labels)
                self._warnings += _unknown_columns(kind, file, labels)
                sheets.append(_own_sheet(kind, file, labels))
        if missing:
            raise InvalidInput("\n  ".join(["Required columns are missing:", *missing]))
        return sheets


def _csv_files(folder: Path) -> dict[str, Path]:
    """The CSV files of a folder by name, sorted. Raises InvalidInput when it is none."""
    if not folder.exists():
        raise InvalidInput(f"There is no folder {folder}. Check the path.")
    if not folder.is_dir():
        raise InvalidInput(
            f"{folder} is a file. Give the folder that holds accounts.csv and the other files."
        )
    try:
        paths = sorted(folder.iterdir())
    except OSError as error:
        raise InvalidInput(f"The folder {folder} cannot be read: {error.strerror}.") from error
    return {path.name: path for path in paths if path.suffix.lower() == ".csv"}


def _labels(kind: str, file: TextFile) -> dict[str, str]:
    """For each column of the layout, what the file calls it: case and blanks do not matter."""
    by_name: dict[str, str] = {}
    for label in file.header:
        name = "_".join(label.casefold().split())
        if name in by_name:
            raise InvalidInput(
                f'{file.name}: "{by_name[name]}" and "{label}" are the same column. Remove one.'
            )
        by_name[name] = label
    return {c.name: by_name[c.name] for c in columns_of(kind) if c.name in by_name}


def _missing_columns(kind: str, file: TextFile, labels: dict[str, str]) -> list[str]:
    free = [label for label in file.header if label not in labels.values()]
    return [
        f'{file.name}: "{column.name}"{nearest(column.name, free)}'
        for column in columns_of(kind)
        if column.required and column.name not in labels
    ]


def _unknown_columns(kind: str, file: TextFile, labels: dict[str, str]) -> list[str]:
    free = [column.name for column in columns_of(kind) if column.name not in labels]
    return [
        f'{file.name}: the column "{label}" is not part of the layout: ignored'
        f"{nearest(label, free)}"
        for label in file.header
        if label not in labels.values()
    ]


def _own_sheet(kind: str, file: TextFile, labels: dict[str, str]) -> Sheet:
    frame = file.frame.select(
        *[pl.col(label).alias(name) for name, label in labels.items()],
        LINE,
    )
    places = pl.int_range(frame.height, dtype=pl.Int64, eager=True).alias(PLACE)
    return Sheet(kind, file, frame.with_columns(places), labels)
