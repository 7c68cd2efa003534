"""The shipped mapping for RavenStack, on the real thing where it is at hand."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from csm.ports import Table
from sources.csv_folder import CsvFolder
from sources.mapping import load_mapping

ROOT = Path(__file__).parents[2]
FOLDER = ROOT.parent / "shared" / "data" / "ravenstack"
MAPPING = ROOT / "playbook" / "mappings" / "ravenstack.toml"
LAST_DAY = date(2024, 12, 31)

needs_data = pytest.mark.skipif(
    not FOLDER.is_dir(), reason=f"SKIPPED: the RavenStack data are not at {FOLDER}"
)


def test_the_mapping_is_valid() -> None:
    assert load_mapping(MAPPING).name == "RavenStack"


@pytest.fixture(scope="module")
def ravenstack() -> dict[str, Table]:
    source = CsvFolder(FOLDER, load_mapping(MAPPING))
    found = {table.kind: table for table in source.read(set())}
    assert source.warnings == ()
    return found


def rows(table: Table) -> list[dict[str, Any]]:
    return [dict(zip(table.columns, row, strict=True)) for row in table.rows]


@needs_data
def test_nothing_is_lost(ravenstack: dict[str, Table]) -> None:
    assert {kind: table.count for kind, table in ravenstack.items()} == {
        "accounts": 500,
        "subscriptions": 5_000,
        "usage": 24_981,
        "tickets": 2_000,
        "surveys": 1_175,
        "interactions": 600,
    }
    # 25,000 rows of usage, of which 19 add to another of the same account, day and feature.
    assert sum(row["events"] for row in rows(ravenstack["usage"])) == 250_525
    assert ravenstack["usage"].newest == LAST_DAY


@needs_data
def test_live_paid_arr_is_that_of_the_source(ravenstack: dict[str, Table]) -> None:
    live = [
        row
        for row in rows(ravenstack["subscriptions"])
        if not row["trial"]
        and row["started_on"] <= LAST_DAY
        and (row["ends_on"] is None or row["ends_on"] > LAST_DAY)
    ]
    assert sum(row["arr"] for row in live) == 12_191_529_600
    assert len({row["account_key"] for row in live}) == 500
    assert {row["term_months"] for row in live} == {1, 12}


@needs_data
def test_a_contradiction_is_kept_as_it_is(ravenstack: dict[str, Table]) -> None:
    churned = {r["key"] for r in rows(ravenstack["accounts"]) if r["status"] == "churned"}
    assert len(churned) == 110
    running = {
        r["account_key"]
        for r in rows(ravenstack["subscriptions"])
        if r["ends_on"] is None and not r["trial"]
    }
    assert churned <= running


@needs_data
def test_days_instants_and_countries(ravenstack: dict[str, Table]) -> None:
    account = rows(ravenstack["accounts"])[0]
    assert account["name"] == "Company_0"
    assert account["started_on"] == date(2024, 10, 16)
    assert {r["country"] for r in rows(ravenstack["accounts"])} == {
        "US", "GB", "IN", "AU", "DE", "CA", "FR",
    }  # fmt: skip
    ticket = rows(ravenstack["tickets"])[0]
    assert ticket["opened_at"] == datetime(2023, 7, 27, tzinfo=UTC)
    assert ticket["closed_at"] == datetime(2023, 7, 28, 3, tzinfo=UTC)
    assert {r["priority"] for r in rows(ravenstack["tickets"])} == {
        "low", "normal", "high", "urgent",
    }  # fmt: skip


@needs_data
def test_scores_and_churn_events_become_surveys_and_notes(ravenstack: dict[str, Table]) -> None:
    survey = rows(ravenstack["surveys"])[0]
    assert (survey["key"], survey["kind"], survey["score"]) == ("csat-T-d5e12f", "csat", 4)
    notes = {r["key"]: r for r in rows(ravenstack["interactions"])}
    assert notes["C-816288"]["summary"] == "Churn recorded (pricing). switched to competitor"
    assert notes["C-5a81e7"]["summary"] == "Churn recorded (support)."
    assert {note["topic"] for note in notes.values()} == {"churn"}
