"""`python -m bench`: measure everything, and print the table that stands in the README."""

import sys
import tempfile
from pathlib import Path

from bench import (
    acknowledging,
    answering,
    assessing,
    backup,
    jobs_lag,
    jobs_workers,
    knowledge_ingest,
    knowledge_search,
    outbox,
    outreach_guard,
    portfolio,
    usage_import,
)
from bench.figures import Figure, machine, table


def main() -> None:
    """Build what is needed in a temporary folder, measure, print."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        figures: list[Figure] = []
        _say("import of usage…")
        figures += usage_import.measure(folder)
        _say("building 10,000 accounts…")
        portfolio.build(folder / "portfolio.db")
        _say("assessing…")
        figures += assessing.measure(folder / "portfolio.db")
        _say("backing up, restoring…")
        figures += backup.measure(folder / "portfolio.db")
        _say("answering over HTTP…")
        figures += answering.measure(folder / "portfolio.db")
        _say("acknowledging under load…")
        figures += acknowledging.measure(folder / "portfolio.db")
        _say("adding to the library…")
        figures += knowledge_ingest.measure(folder)
        _say("searching 100,000 chunks…")
        figures += knowledge_search.measure(folder)
        _say("reviewing outreach…")
        figures += outreach_guard.measure(folder)
        _say("sending by mail…")
        figures += outbox.measure(folder)
        _say("starting 5,000 jobs…")
        figures += jobs_lag.measure(folder)
        _say("one worker, two workers, 100,000 tasks…")
        figures += jobs_workers.measure()
    print(f"Measured on {machine()}.\n")
    print(table(figures))


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
