"""How long `/account` takes over HTTP, from the signed request to the call that replies."""

import asyncio
import sys
import time
from datetime import UTC, datetime, timedelta
from datetime import time as time_of_day
from pathlib import Path

from bench.figures import Figure, milliseconds, quantile
from bench.portfolio import ACCOUNTS, TODAY
from bench.slack_load import Load, product, serving, sign
from csm.use_cases.plan_firings import standard_appointment
from jobs.schedule import job_table
from storage.database import open_database
from storage.records import SqlRecords

WARM_UP, TURNS = 20, 300
_REFRESH_AT = time_of_day(3)
_TOMORROW = datetime.combine(TODAY, _REFRESH_AT, UTC) + timedelta(days=1)


def measure(database: Path) -> list[Figure]:
    """The product, then a Bolt app that answers a constant, in the same run."""
    put_off_tonight(database)
    command, settings = product(database, database.parent)
    ours = asyncio.run(_run(command, settings, "chat.postMessage"))
    bare = asyncio.run(_run([sys.executable, "-m", "bench.constant_app"], {}, "response_url"))
    return [
        Figure(
            f"`/account` with {ACCOUNTS:,} accounts, signed request to reply call, p95",
            f"{milliseconds(quantile(ours, 0.95))} (median {milliseconds(quantile(ours, 0.5))})",
            "under 50 ms",
        ),
        Figure(
            "Its overhead over a Bolt app that answers a constant, p95",
            f"{milliseconds(quantile(ours, 0.95) - quantile(bare, 0.95))} "
            f"({quantile(ours, 0.95) / quantile(bare, 0.95):.1f} times "
            f"{milliseconds(quantile(bare, 0.95))})",
            "stated",
        ),
    ]


def put_off_tonight(database: Path) -> None:
    """The nightly work has been measured already: it must not run while we measure answers."""
    opened = open_database(f"sqlite:///{database}")
    with SqlRecords(opened).writing() as writer:
        for job in job_table(_REFRESH_AT).jobs:
            if not job.is_for_readers:
                tomorrow = standard_appointment(job).model_copy(update={"next_at": _TOMORROW})
                writer.put_appointment(tomorrow)
    opened.close()


async def _run(command: list[str], settings: dict[str, str], reply_call: str) -> list[float]:
    async with serving(command, settings) as load:
        taken = [await _turn(load, number, reply_call) for number in range(WARM_UP + TURNS)]
    return taken[WARM_UP:]


async def _turn(load: Load, number: int, reply_call: str) -> float:
    before = len(load.double.sent(reply_call))
    request = sign(load.command("/account", f"Customer {number * 31 % ACCOUNTS}"))
    start = time.perf_counter()
    await asyncio.gather(load.post(request), load.double.until(reply_call, before + 1))
    return time.perf_counter() - start
