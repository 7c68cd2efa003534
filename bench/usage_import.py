"""How fast usage is imported, against a bare `executemany` of the same rows into SQLite."""

import csv
import sqlite3
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from bench.figures import Figure, timed
from csm.use_cases.import_portfolio import import_portfolio
from sources.csv_folder import CsvFolder
from storage.database import open_database
from storage.records import SqlRecords

ACCOUNTS, DAYS, FEATURES = 1000, 100, 10
TODAY = date(2026, 3, 9)


def usage_rows() -> Iterator[tuple[int, str, int, int, int]]:
    """A million rows: account, day, feature, events, people."""
    days = [(TODAY - timedelta(days=back)).isoformat() for back in range(DAYS)]
    for account in range(ACCOUNTS):
        for number, day in enumerate(days):
            for feature in range(FEATURES):
                yield account, day, feature, (account * 7 + number * 3 + feature) % 90, number % 30


def measure(folder: Path) -> list[Figure]:
    """Write the files, then time both ways in."""
    rows = list(usage_rows())
    _write_files(folder / "csv", rows)
    with timed() as bare:
        _bare(folder / "bare.db", rows)
    database = open_database(f"sqlite:///{folder / 'import.db'}")
    database.ensure_ready()
    records = SqlRecords(database)
    source = CsvFolder(folder / "csv")
    with timed() as whole:
        report = import_portfolio(source, records, TODAY, lambda *_: None)
    with timed() as again:
        second = import_portfolio(source, records, TODAY, lambda *_: None)
    database.close()
    if report.inserted["usage"] != len(rows) or second.changed_anything:
        raise RuntimeError("the import did not do what is being measured")
    return [
        Figure(
            "Import of 1,000,000 usage rows (read, check, write), against a bare executemany",
            f"{bare.seconds / whole.seconds:.2f} of its speed "
            f"({whole.seconds:.1f} s against {bare.seconds:.1f} s)",
            "at least 0.25",
        ),
        Figure(
            "The same import again, which changes nothing",
            f"{bare.seconds / again.seconds:.2f} of its speed ({again.seconds:.1f} s)",
            "",
        ),
    ]


def _write_files(folder: Path, rows: list[tuple[int, str, int, int, int]]) -> None:
    folder.mkdir(parents=True)
    with (folder / "accounts.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["key", "name"])
        writer.writerows([f"a{number}", f"Account {number}"] for number in range(ACCOUNTS))
    with (folder / "usage.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["account_key", "day", "feature", "events", "active_users"])
        writer.writerows([f"a{a}", day, f"feature {f}", e, u] for a, day, f, e, u in rows)


def _bare(path: Path, rows: list[tuple[int, str, int, int, int]]) -> None:
    connection = sqlite3.connect(path)
    connection.execute(
        "CREATE TABLE usage_day (account_id INTEGER, day TEXT, feature_id INTEGER, "
        "events INTEGER, active_users INTEGER, PRIMARY KEY (account_id, day, feature_id)) "
        "WITHOUT ROWID"
    )
    connection.executemany("INSERT INTO usage_day VALUES (?, ?, ?, ?, ?)", rows)
    connection.commit()
    connection.close()
