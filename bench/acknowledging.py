"""How fast Slack is acknowledged while every thread waits for a model that never answers."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from aiohttp import web

from bench.figures import Figure, milliseconds, quantile
from bench.slack_load import DM, USER, Load, product, serving
from tests.bot.slack_double import TEAM

# Together they are as many as the server lets wait: none is turned away.
IN_FLIGHT, REQUESTS = 64, 192


def measure(database: Path) -> list[Figure]:
    """Press "In words" again and again, 64 requests at a time."""
    taken = asyncio.run(_run(database))
    return [
        Figure(
            f"Slack acknowledged with {IN_FLIGHT} requests in flight while every model call "
            "hangs, p99",
            f"{milliseconds(quantile(taken, 0.99))} (median {milliseconds(quantile(taken, 0.5))})",
            "under 200 ms",
        )
    ]


async def _run(database: Path) -> list[float]:
    command, settings = product(database, database.parent)
    async with _hanging_model() as (address, asked):
        settings |= {
            "OPENAI_BASE_URL": address,
            "OPENAI_API_KEY": "bench",
            "DIGITAL_CSM_MODEL_SECONDS": "60",
        }
        async with serving(command, settings) as load:
            # Fill every thread of the server with a call that hangs, and only then measure.
            await asyncio.gather(*(_press(load) for _ in range(IN_FLIGHT)))
            async with asyncio.timeout(30):
                await asked.wait()
            waiting = asyncio.Semaphore(IN_FLIGHT)

            async def one() -> float:
                async with waiting:
                    return await _press(load)

            return await asyncio.gather(*(one() for _ in range(REQUESTS)))


async def _press(load: Load) -> float:
    payload = {
        "type": "block_actions",
        "team": {"id": TEAM},
        "user": {"id": USER, "team_id": TEAM},
        "channel": {"id": DM},
        "container": {"type": "message", "channel_id": DM, "is_ephemeral": True},
        "actions": [
            {
                "type": "button",
                "action_id": "account.explain:1",
                "value": "account.explain:1",
                "block_id": "b",
            }
        ],
        "trigger_id": load.command("/account", "")["trigger_id"],
        "response_url": load.double.response_url,
    }
    start = time.perf_counter()
    await load.post({"payload": json.dumps(payload)})
    return time.perf_counter() - start


@asynccontextmanager
async def _hanging_model() -> AsyncIterator[tuple[str, asyncio.Event]]:
    """A server that takes every question and answers none. The event: it was asked something."""
    asked, forever = asyncio.Event(), asyncio.Event()

    async def hang(_: web.Request) -> web.Response:
        asked.set()
        await forever.wait()
        return web.Response(status=503)

    app = web.Application()
    app.router.add_post("/v1/chat/completions", hang)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    try:
        yield f"http://{host}:{port}/v1", asked
    finally:
        forever.set()
        await runner.cleanup()
