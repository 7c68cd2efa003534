"""Where an account stands among its peers, and when too few of them say so."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from csm.benchmark import BenchmarkSettings
from csm.people import STAFF_ONLY, Capability, Principal, Role, clear
from csm.ports import Records, Table
from csm.use_cases.benchmark_account import Benchmark, Standing, benchmark_account, percentile
from csm.use_cases.refresh_accounts import refresh_accounts
from csm.views.benchmark import benchmark_card
from storage.records import SqlRecords
from tests.csm.builders import TODAY, moment
from tests.csm.shipped import shipped_playbook

CASEY = Principal(key="casey", name="Casey", role=Role.CSM, email="casey@ours.example")


def put(records: Records, kind: str, columns: Sequence[str], *rows: tuple[Any, ...]) -> None:
    with records.writing() as writer:
        table = Table(kind, tuple(columns), rows, len(rows))
        writer.write_table(table, TODAY, lambda _done: None)


@pytest.fixture
def acme(sqlite_records: SqlRecords) -> int:
    """Acme with one open ticket, and peers in its segment with none, none and two."""
    keys = ("acme", "globex", "hooli", "initech")
    put(
        sqlite_records,
        "accounts",
        ("key", "name", "segment", "status"),
        *((key, key.capitalize(), "smb", "customer") for key in keys),
        ("other", "Of another segment", "enterprise", "customer"),
        ("gone", "Churned", "smb", "churned"),
    )
    put(
        sqlite_records,
        "tickets",
        ("account_key", "key", "opened_at"),
        ("acme", "t-1", moment(10)),
        ("initech", "t-1", moment(10)),
        ("initech", "t-2", moment(10)),
    )
    with sqlite_records.reading() as reader:
        ids = reader.account_ids()
        (found,) = reader.names_like("acme")
    refresh_accounts(sqlite_records, shipped_playbook(), TODAY, ids)
    return found.account_id


def benchmark_of(records: Records, account_id: int, fewest_peers: int) -> Benchmark:
    line = {"signal": "open_tickets", "label": "Open tickets", "more_is_better": False}
    settings = BenchmarkSettings.model_validate({"fewest_peers": fewest_peers, "line": [line]})
    playbook = replace(shipped_playbook(), benchmark=settings)
    clearance = clear(CASEY, Capability.READ_ACCOUNTS, STAFF_ONLY)
    return benchmark_account(clearance, records, playbook, TODAY, account_id)


def only_standing(benchmark: Benchmark) -> Standing:
    (standing,) = benchmark.standings
    return standing


def test_a_number_among_those_of_its_peers(sqlite_records: SqlRecords, acme: int) -> None:
    benchmark = benchmark_of(sqlite_records, acme, fewest_peers=3)
    standing = only_standing(benchmark)
    assert (benchmark.peers, standing.peers, standing.value, standing.median) == (3, 3, 1, 0)
    assert standing.percentile == pytest.approx(100 / 3)


def test_too_few_peers_say_nothing(sqlite_records: SqlRecords, acme: int) -> None:
    benchmark = benchmark_of(sqlite_records, acme, fewest_peers=4)
    standing = only_standing(benchmark)
    assert (standing.value, standing.median, standing.percentile) == (1, None, None)
    assert "at least 4 are needed" in benchmark_card(benchmark).summary


def test_how_many_are_too_few_is_for_the_playbook_to_say() -> None:
    assert shipped_playbook().benchmark.fewest_peers == 5


@pytest.mark.parametrize(
    ("value", "more_is_better", "expected"),
    [(5, True, 100), (0, True, 0), (0, False, 100), (2, True, 50), (2, False, 50), (3, True, 75)],
)
def test_ties_count_half(value: float, more_is_better: bool, expected: float) -> None:
    assert percentile(value, [1, 2, 2, 4], more_is_better=more_is_better) == expected
