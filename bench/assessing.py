"""How fast 10,000 accounts are assessed, and one, and in how much memory."""

import json
import statistics
import subprocess
import sys
from pathlib import Path

from app import spare_the_collector
from bench.figures import Figure, milliseconds, repeat, timed
from bench.portfolio import ACCOUNTS, TODAY, USAGE_ROWS
from csm.assess import Known, conclude
from csm.cta_plan import CtaBook
from csm.playbook import load_playbook
from csm.signal_table import SignalTable
from csm.signals import compute
from csm.use_cases.refresh_accounts import refresh_accounts
from settings import PROJECT
from storage.database import open_database
from storage.records import SqlRecords

BATCH = 2000


def measure(database: Path) -> list[Figure]:
    """Measure in a process of its own, so that the memory is its alone."""
    command = [sys.executable, "-m", "bench.assessing", str(database)]
    run = subprocess.run(command, capture_output=True, text=True, check=True, cwd=PROJECT)
    taken = json.loads(run.stdout)
    return [
        Figure(
            f"Signals of {ACCOUNTS:,} accounts from {USAGE_ROWS:,} usage rows, in one pass",
            f"{taken['signals']:.1f} s, {taken['peak_mib']:.0f} MiB at the most",
            "under 1,024 MiB",
        ),
        Figure(
            f"Scores, risks, leads and CTAs of {ACCOUNTS:,} accounts, worked out",
            f"{taken['conclude']:.2f} s",
            "under 2 s",
        ),
        Figure("The same, kept in the database as well", f"{taken['keep']:.2f} s", "under 2 s"),
        Figure(
            "One account's refresh, median of 200",
            milliseconds(taken["one"]),
            "under 20 ms",
        ),
    ]


def _measure_here(path: Path) -> dict[str, float]:
    spare_the_collector()
    database = open_database(f"sqlite:///{path}")
    records = SqlRecords(database)
    playbook = load_playbook(PROJECT / "playbook")
    with records.reading() as reader:
        ids = reader.account_ids()
    tables: list[SignalTable] = []
    with timed() as signals:
        for start in range(0, len(ids), BATCH):
            with records.reading() as reader:
                inputs = reader.signal_inputs(ids[start : start + BATCH], TODAY)
            tables.append(compute(inputs, playbook.signals))
    peak = _peak_mib()
    known = Known({}, [], CtaBook([], [], {}))
    concluding = keeping = 0.0
    for table in tables:
        with timed() as watch:
            assessment = conclude(table, known, playbook)
        concluding += watch.seconds
        with timed() as watch, records.writing() as writer:
            writer.keep_assessment(assessment)
        keeping += watch.seconds
    one = repeat(200, lambda n: refresh_accounts(records, playbook, TODAY, [ids[n * 37]]))
    database.close()
    return {
        "signals": signals.seconds,
        "peak_mib": peak,
        "conclude": concluding,
        "keep": concluding + keeping,
        "one": statistics.median(one),
    }


def _peak_mib() -> float:
    """The most memory that this process ever had; what `getrusage` tells is its parent's, too."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))


if __name__ == "__main__":
    print(json.dumps(_measure_here(Path(sys.argv[1]))))
