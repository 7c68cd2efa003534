"""Whole imports: everything or nothing, and twice is once."""

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import pytest

from csm.errors import InvalidInput
from csm.ports import Table
from csm.use_cases.import_portfolio import ImportReport, import_portfolio
from sources.csv_folder import CsvFolder
from sources.demo import demo_portfolio
from sources.mapping import load_mapping
from storage.records import SqlRecords
from tests.sources.helpers import folder
from tests.sources.test_ravenstack import FOLDER, LAST_DAY, MAPPING, needs_data

TODAY = date(2026, 11, 22)
USAGE = "account_key,day,feature,events\nacme,2026-11-20,search,3\nacme,2026-11-21,search,4\n"


def silent(kind: str, done: int, total: int) -> None:
    return None


def bring_in(records: SqlRecords, path: Path, rejects: Path | None = None) -> ImportReport:
    return import_portfolio(CsvFolder(path, rejects=rejects), records, TODAY, silent)


def test_a_second_import_changes_nothing(records: SqlRecords, tmp_path: Path) -> None:
    folder(tmp_path, usage=USAGE)
    first = bring_in(records, tmp_path)
    assert first.inserted == {"accounts": 2, "usage": 2}
    assert first.changed_anything
    second = bring_in(records, tmp_path)
    assert second.inserted == {"accounts": 0, "usage": 0}
    assert second.updated == {"accounts": 0, "usage": 0}
    assert second.unchanged == {"accounts": 2, "usage": 2}
    assert not second.changed_anything


def test_one_bad_row_keeps_everything_out(sqlite_records: SqlRecords, tmp_path: Path) -> None:
    folder(tmp_path, usage=USAGE + "acme,2026-11-31,search,3\n")
    with pytest.raises(InvalidInput, match=r"usage\.csv, line 4, column day"):
        bring_in(sqlite_records, tmp_path)
    with sqlite_records.reading() as reader:
        assert reader.is_empty()
        assert reader.feeds() == {}


def test_skipping_brings_in_the_rest(sqlite_records: SqlRecords, tmp_path: Path) -> None:
    folder(tmp_path, usage=USAGE + "acme,2026-11-31,search,3\n")
    report = bring_in(sqlite_records, tmp_path, tmp_path / "rejects.txt")
    assert report.inserted == {"accounts": 2, "usage": 2}
    assert report.rejected == 1
    assert "1 row was left out" in report.warnings[-1]


def test_feeds_reach_to_the_newest_day_or_to_today(
    sqlite_records: SqlRecords, tmp_path: Path
) -> None:
    bring_in(sqlite_records, folder(tmp_path, usage=USAGE))
    with sqlite_records.reading() as reader:
        assert reader.feeds() == {"accounts": TODAY, "usage": date(2026, 11, 21)}


def test_days_after_today_are_told_and_make_nothing_fresher(
    sqlite_records: SqlRecords, tmp_path: Path
) -> None:
    folder(tmp_path, usage=USAGE + "acme,2096-11-20,search,3\n")
    report = bring_in(sqlite_records, tmp_path)
    assert "20 Nov 2096, which is after today" in report.warnings[0]
    with sqlite_records.reading() as reader:
        assert reader.feeds()["usage"] == TODAY


def test_columns_that_are_left_out_keep_what_is_known(
    sqlite_records: SqlRecords, tmp_path: Path
) -> None:
    full = "key,name,industry,currency\nacme,Acme,Retail,EUR\n"
    bring_in(sqlite_records, folder(tmp_path, accounts=full))
    bring_in(sqlite_records, folder(tmp_path, accounts="key,name\nacme,Acme Ltd\n"))
    with sqlite_records.reading() as reader:
        stored = reader.account(reader.account_ids()[0])
    assert stored is not None
    assert (stored.account.name, stored.account.industry) == ("Acme Ltd", "Retail")
    assert stored.account.currency == "EUR"


def test_progress_is_told_by_kind(sqlite_records: SqlRecords, tmp_path: Path) -> None:
    told: list[tuple[str, int, int]] = []
    import_portfolio(
        CsvFolder(folder(tmp_path, usage=USAGE)),
        sqlite_records,
        TODAY,
        lambda kind, done, total: told.append((kind, done, total)),
    )
    assert told[0] == ("accounts", 0, 2)
    assert told[-1] == ("usage", 2, 2)


class Failing:
    """A source whose second table breaks off while it is written."""

    warnings: Sequence[str] = ()
    rejected = 0

    def read(self, known_accounts: set[str]) -> Iterator[Table]:
        yield Table("accounts", ("key", "name"), [("acme", "Acme")], 1)
        yield Table("features", ("key",), self._rows(), 2)

    def _rows(self) -> Iterator[tuple[str]]:
        yield ("search",)
        raise InvalidInput("no more")


def test_a_failure_in_the_middle_leaves_nothing(sqlite_records: SqlRecords) -> None:
    with pytest.raises(InvalidInput, match="no more"):
        import_portfolio(Failing(), sqlite_records, TODAY, silent)
    with sqlite_records.reading() as reader:
        assert reader.is_empty()


def test_the_demo_portfolio_twice(records: SqlRecords) -> None:
    import_portfolio(demo_portfolio(TODAY), records, TODAY, silent)
    second = import_portfolio(demo_portfolio(TODAY), records, TODAY, silent)
    assert not second.changed_anything


@needs_data
def test_ravenstack_twice(sqlite_records: SqlRecords) -> None:
    source = CsvFolder(FOLDER, load_mapping(MAPPING))
    first = import_portfolio(source, sqlite_records, LAST_DAY, silent)
    assert first.inserted["accounts"] == 500
    assert first.inserted["usage"] == 24_981
    second = import_portfolio(source, sqlite_records, LAST_DAY, silent)
    assert not second.changed_anything
    with sqlite_records.reading() as reader:
        assert reader.feeds()["usage"] == LAST_DAY
        total = sum(line.arr for line in reader.book(None, LAST_DAY))
    # Those flagged as churned are no part of anybody's book.
    assert total == 9_703_746_000
