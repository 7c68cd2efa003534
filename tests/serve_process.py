"""`serve` as a process of its own, with work that ends when it is let go.

`python -m tests.serve_process FOLDER hold|hang`: two firings are due; what becomes of them is
written into the folder. With `hang`, the work also leaves a thread that never ends.
"""

import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Thread
from time import sleep
from typing import Final

import server
from app import House
from cli.frame import err
from cli.logs import configure_logs
from csm.firing import Firing, Task, Tell
from settings import Settings

JOB: Final = "verdicts"


class SlowHouse(House):
    """Its jobs wait for a file to be there."""

    def __init__(self, settings: Settings, folder: Path, *, hangs: bool) -> None:
        super().__init__(settings)
        self._folder = folder
        self._hangs = hangs

    def _tasks(self) -> Mapping[str, Task]:
        return {JOB: self._wait}

    def _wait(self, firing: Firing, _tell: Tell) -> str:
        (self._folder / f"{firing.reader}.begun").touch()
        if self._hangs:
            Thread(target=Event().wait, daemon=False).start()
        while not (self._folder / "gate").exists():
            sleep(0.02)
        (self._folder / f"{firing.reader}.ended").touch()
        return "done"


if __name__ == "__main__":
    folder, how = Path(sys.argv[1]), sys.argv[2]
    settings = Settings()
    configure_logs(settings)
    server._LAST_S = 1.0  # type: ignore[misc]  # the patience of a test
    house = SlowHouse(settings, folder, hangs=how == "hang")
    now = datetime.now(UTC)
    with house.records.writing() as writer:
        writer.add_firings(
            [Firing(job=JOB, reader=name, period="1", due_at=now) for name in ("one", "two")]
        )
    try:
        server.run_server(house, err)
    finally:
        house.close()
