"""How long a backup of 10,000 accounts takes, and bringing it back into a new database."""

from datetime import UTC, datetime
from pathlib import Path

from bench.figures import Figure, timed
from bench.portfolio import ACCOUNTS, USAGE_ROWS
from csm.backup import size_text
from storage.backup import back_up
from storage.database import open_database
from storage.restore import check_backup, restore


def measure(path: Path) -> list[Figure]:
    """Of the portfolio in that file: written and checked as each night, then restored."""
    file, place = path.with_suffix(".backup"), path.with_name("restored.db")
    database = open_database(f"sqlite:///{path}")
    with timed() as made:
        manifest = back_up(database, file, "0", datetime.now(UTC), _quiet)
    database.close()
    with timed() as checked:
        check_backup(file, _quiet)
    restored = open_database(f"sqlite:///{place}")
    with timed() as back:
        restore(restored, file, lambda *_: None, _quiet)
    restored.close()
    size = size_text(file.stat().st_size)
    file.unlink()
    place.unlink()
    of = f"of {ACCOUNTS:,} accounts with {USAGE_ROWS:,} usage rows"
    return [
        Figure(
            f"Backup {of} ({manifest.rows:,} rows)",
            f"{made.seconds:.0f} s, checked in another {checked.seconds:.0f} s; {size}",
            "stated",
        ),
        Figure("The same, restored into a new SQLite file", f"{back.seconds:.0f} s", "stated"),
    ]


def _quiet(_what: str, _done: int, _total: int) -> None:
    """Nobody looks."""
