"""How fast Slack is acknowledged while every thread waits for a model that never answers."""

import asyncio
import itertools
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from aiohttp import web

from bench.figures import Figure, milliseconds, quantile
from bench.slack_load import DM, USER, Load, SignedRequest, product, serving, sign
from tests.bot.slack_double import TEAM

# Together they are as many as the server lets wait: none is turned away.
IN_FLIGHT, REQUESTS = 64, 192
THREADS = 8
BUTTON = "account.explain:1"


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
    async with _hanging_model() as (address, all_threads_hang):
        settings |= {
            "OPENAI_BASE_URL": address,
            "OPENAI_API_KEY": "bench",
            "DIGITAL_CSM_MODEL_SECONDS": "60",
            "DIGITAL_CSM_WORKERS": str(THREADS),
        }
        async with serving(command, settings) as load:
            # Fill every thread of the server with a call that hangs, and only then measure.
            await asyncio.gather(*(load.post(_press(load)) for _ in range(IN_FLIGHT)))
            async with asyncio.timeout(30):
                await all_threads_hang.wait()
            in_flight = asyncio.Semaphore(IN_FLIGHT)

            async def one(request: SignedRequest) -> float:
                async with in_flight:
                    return await load.post(request)

            requests = [_press(load) for _ in range(REQUESTS)]
            return await asyncio.gather(*(one(request) for request in requests))


def _press(load: Load) -> SignedRequest:
    """Somebody presses "In words"."""
    button = {"type": "button", "action_id": BUTTON, "value": BUTTON, "block_id": "b"}
    payload = {
        "type": "block_actions",
        "team": {"id": TEAM},
        "user": {"id": USER, "team_id": TEAM},
        "channel": {"id": DM},
        "container": {"type": "message", "channel_id": DM, "is_ephemeral": True},
        "actions": [button],
        "trigger_id": load.command("/account", "")["trigger_id"],
        "response_url": load.double.response_url,
    }
    return sign({"payload": json.dumps(payload)})


@asynccontextmanager
async def _hanging_model() -> AsyncIterator[tuple[str, asyncio.Event]]:
    """A server that takes every question and answers none. The event: all threads wait for it."""
    all_threads_hang, forever = asyncio.Event(), asyncio.Event()
    waiting = itertools.count(1)

    async def hang(_: web.Request) -> web.Response:
        if next(waiting) == THREADS:
            all_threads_hang.set()
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
        yield f"http://{host}:{port}/v1", all_threads_hang
    finally:
        forever.set()
        await runner.cleanup()
