"""Bring customer records in: all of an import, or nothing."""

from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from csm.ports import PortfolioSource, Records, Table, Written
from csm.use_cases.leave_out_erased import leave_out_erased
from csm.wording import day_text


class Progress(Protocol):
    """Told how many rows of a kind are written, out of how many."""

    def __call__(self, kind: str, done: int, total: int) -> None: ...


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did: rows by kind, rows left out, and what a person should know."""

    inserted: dict[str, int] = field(default_factory=dict)
    updated: dict[str, int] = field(default_factory=dict)
    unchanged: dict[str, int] = field(default_factory=dict)
    rejected: int = 0
    warnings: tuple[str, ...] = ()

    @property
    def changed_anything(self) -> bool:
        """Whether health, risks and CTAs should be worked out again."""
        return any(self.inserted.values()) or any(self.updated.values())


def import_portfolio(
    source: PortfolioSource, records: Records, today: date, progress: Progress
) -> ImportReport:
    """Read and check everything with no session open, then write it in one transaction.

    Rows of people who were erased are left out. Raises InvalidInput when the source finds rows that
    are wrong; then nothing is written.
    """
    with records.reading() as reader:
        known_accounts, erased = reader.account_keys(), reader.erased()
    tables, left_out = leave_out_erased(list(source.read(known_accounts)), erased)
    warnings = [*source.warnings, *left_out, *_from_the_future(tables, today)]
    report = ImportReport(rejected=source.rejected, warnings=tuple(warnings))
    with records.writing() as writer:
        for table in tables:

            def told(done: int, table: Table = table) -> None:
                progress(table.kind, done, table.count)

            told(0)
            _add(report, writer.write_table(table, _reaches_to(table, today), told))
    return report


def _reaches_to(table: Table, today: date) -> date:
    """The day up to which the records now tell of this kind: where the rows carry no such day,
    they are as things stand today. A slip of the pen must not make data look fresh for years."""
    return today if table.newest is None else min(table.newest, today)


def _from_the_future(tables: list[Table], today: date) -> list[str]:
    return [
        f"The rows of {table.kind} reach to {day_text(table.newest)}, which is after today "
        f"({day_text(today)}). Check the dates."
        for table in tables
        if table.newest is not None and table.newest > today
    ]


def _add(report: ImportReport, written: Written) -> None:
    for total, part in (
        (report.inserted, written.inserted),
        (report.updated, written.updated),
        (report.unchanged, written.unchanged),
    ):
        for kind, count in part.items():
            total[kind] = total.get(kind, 0) + count
