"""Probes: alive, ready, and what was counted; in bounded time, without harm to what they ask."""

import asyncio
import threading
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

import httpx
import pytest
from fastapi import FastAPI
from structlog.testing import capture_logs

from bot.web_health import Check, Health, health_routes, metrics_routes
from bot.web_lines import RequestLines
from csm.errors import Unavailable
from csm.reference import current_reference

pytestmark = pytest.mark.anyio


@asynccontextmanager
async def client_of(web: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(web, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://here") as client:
        yield client


@asynccontextmanager
async def probed(health: Health) -> AsyncIterator[httpx.AsyncClient]:
    web = FastAPI()
    web.include_router(health_routes(health))
    async with client_of(web) as client:
        yield client


def health_of(checks: Mapping[str, Check], seconds: float = 30) -> Health:
    return Health(checks, seconds=seconds, kept=0)


async def test_ready_when_every_part_is_well() -> None:
    async with probed(health_of({"database": lambda: None, "scheduler": lambda: None})) as client:
        answer = await client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {
        "status": "ready",
        "parts": {"database": {"state": "ok"}, "scheduler": {"state": "ok"}},
    }


async def test_what_is_not_well_says_how_to_mend_it() -> None:
    def away() -> None:
        raise Unavailable("RabbitMQ does not answer. Check that it runs.")

    def broken() -> None:
        raise ValueError("the zebra in our basement")

    checks: dict[str, Check] = {
        "database": lambda: "Run digital-csm db upgrade.",
        "broker": away,
        "scheduler": broken,
    }
    with capture_logs() as logs:
        async with probed(health_of(checks)) as client:
            answer = await client.get("/readyz")
            alive = await client.get("/healthz")
    assert (answer.status_code, alive.status_code) == (503, 200)
    parts = answer.json()["parts"]
    assert parts["database"] == {"state": "failed", "mend": "Run digital-csm db upgrade."}
    assert parts["broker"]["mend"] == "RabbitMQ does not answer. Check that it runs."
    assert "ValueError" in parts["scheduler"]["mend"]
    assert "zebra" not in answer.text
    assert [line["part"] for line in logs] == ["scheduler"]


async def test_a_part_that_hangs_is_not_waited_for_nor_asked_again() -> None:
    release, asked = threading.Event(), []

    def hang() -> None:
        asked.append(1)
        release.wait(60)

    async with probed(health_of({"database": hang, "broker": lambda: None}, 0.05)) as client:
        for _ in range(3):
            answer = await client.get("/readyz")
            assert answer.status_code == 503
            assert "0.05 seconds" in answer.json()["parts"]["database"]["mend"]
            assert answer.json()["parts"]["broker"] == {"state": "ok"}
        assert len(asked) == 1
        release.set()
        async with asyncio.timeout(30):
            await _until_ready(client)


async def _until_ready(client: httpx.AsyncClient) -> None:
    while (await client.get("/readyz")).status_code != 200:
        """The thread that hung comes to its end."""


async def test_probes_share_one_look_for_a_second() -> None:
    asked: list[int] = []
    moment = [100.0]
    health = Health({"database": lambda: asked.append(1)}, monotonic=lambda: moment[0])
    async with probed(health) as client:
        await asyncio.gather(*(client.get("/readyz") for _ in range(20)))
        moment[0] = 100.9
        await client.get("/readyz")
        assert len(asked) == 1
        moment[0] = 101
        await client.get("/readyz")
        assert len(asked) == 2


async def test_who_stops_is_neither_alive_nor_ready() -> None:
    asked: list[int] = []
    health = health_of({"database": lambda: asked.append(1)})
    health.stops_when(lambda: True)
    async with probed(health) as client:
        for path in ("/healthz", "/readyz"):
            answer = await client.get(path)
            assert (answer.status_code, answer.json()) == (503, {"status": "stopping"})
    assert not asked


async def test_metrics_want_their_token() -> None:
    web = FastAPI()
    web.include_router(metrics_routes(lambda: (b"a 1\n", "text/plain; version=0.0.4"), "s3cret"))
    async with client_of(web) as client:
        for headers in ({}, {"Authorization": "Bearer other"}, {"Authorization": "s3cret"}):
            assert (await client.get("/metrics", headers=headers)).status_code == 401
        answer = await client.get("/metrics", headers={"Authorization": "Bearer s3cret"})
    assert (answer.status_code, answer.text) == (200, "a 1\n")
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")


async def test_without_a_token_metrics_are_open() -> None:
    web = FastAPI()
    web.include_router(metrics_routes(lambda: (b"a 1\n", "text/plain")))
    async with client_of(web) as client:
        assert (await client.get("/metrics")).status_code == 200


async def test_a_request_has_a_line_without_its_address_and_a_reference_of_its_own() -> None:
    web, references = FastAPI(), list[str]()

    @web.get("/mail/{token}")
    async def unsubscribe(token: str) -> str:
        references.append(current_reference())
        if token == "broken":
            raise ValueError
        return token

    web.include_router(health_routes(health_of({})))
    web.add_middleware(RequestLines)
    with capture_logs() as logs:
        async with client_of(web) as client:
            await client.get("/mail/hush?to=jo")
            await client.get("/mail/broken")
            await client.get("/nowhere/hush")
            await client.get("/healthz")
    lines = [line for line in logs if line["event"] == "request"]
    assert [(line["endpoint"], line["status"], line["log_level"]) for line in lines] == [
        ("unsubscribe", 200, "info"),
        ("unsubscribe", 500, "info"),
        ("none", 404, "info"),
        ("healthz", 200, "debug"),
    ]
    assert "hush" not in str(logs)
    assert all(references)
    assert len(set(references)) == 2
    assert current_reference() == ""
