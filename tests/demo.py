"""The demo portfolio for tests: made once for all workers of a run, copied for each that writes."""

import os
from datetime import date
from pathlib import Path

from filelock import FileLock

from app import House
from settings import Settings

TODAY = date(2026, 3, 9)


def settings_for(home: Path) -> Settings:
    """The demo, in a folder and on a day of the test's own."""
    return Settings(DIGITAL_CSM_HOME=home, DIGITAL_CSM_AS_OF=TODAY)


def demo_in(shared: Path) -> Path:
    """A home folder below `shared` with the demo portfolio in it."""
    home = shared / f"demo-{os.environ.get('PYTEST_XDIST_TESTRUNUID', os.getpid())}"
    with FileLock(shared / "demo.lock"):
        if not (home / "done").exists():
            house = House(settings_for(home))
            house.load_demo(lambda _kind, _done, _total: None)
            house.close()
            (home / "done").touch()
    return home
