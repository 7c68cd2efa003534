"""A worker as a process of its own, whose firings write down what becomes of them.

`python -m tests.jobs.worker_process URL DIARY DRAIN`. What a firing does goes by its id.
"""

import os
import signal
import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import Final

from celery.exceptions import SoftTimeLimitExceeded

from jobs.worker import Hired, run_worker

WAITS: Final = 100  # until it is let go
HANGS: Final = 200  # and takes no hint
DIES: Final = 300  # with its process, the first time


class Diary:
    """Lines in a file, each written at once."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def write(self, line: str) -> None:
        with self._file.open("a") as file:
            file.write(f"{line}\n")

    @property
    def lines(self) -> list[str]:
        return self._file.read_text().splitlines() if self._file.exists() else []

    @property
    def gate(self) -> Path:
        return self._file.with_suffix(".gate")


def hired(diary: Diary) -> Hired:
    def run(firing_id: int) -> None:
        diary.write(f"begin {firing_id}")
        match firing_id:
            case 100:
                while not diary.gate.exists():
                    time.sleep(0.02)
            case 200:
                hang(diary)
            case 300 if diary.lines.count("begin 300") == 1:
                os.kill(os.getpid(), signal.SIGKILL)
        diary.write(f"end {firing_id}")

    return run, lambda: diary.write("closed")


def hang(diary: Diary) -> None:
    while True:
        try:
            time.sleep(60)
        except SoftTimeLimitExceeded:
            diary.write("interrupted")


if __name__ == "__main__":
    url, file, drain = sys.argv[1:]
    sys.exit(
        run_worker(
            url,
            lambda: hired(Diary(Path(file))),
            concurrency=1,
            drain=timedelta(seconds=float(drain)),
        )
    )
