"""Real requests, signed as Slack signs them, to a server in a process of its own."""

import asyncio
import os
import socket
import sys
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode
from uuid import uuid4

import aiohttp
from slack_sdk.signature import SignatureVerifier

from bench.portfolio import TODAY
from settings import PROJECT
from tests.bot.slack_double import TEAM, SlackDouble

SECRET = "bench signing secret"
USER, DM = "U0CASEY", "D0CASEY"
STARTUP_SECONDS = 60


@dataclass(frozen=True, slots=True)
class SignedRequest:
    """Made ahead, so that making it is not measured."""

    body: bytes
    headers: Mapping[str, str]


def sign(fields: Mapping[str, str]) -> SignedRequest:
    """A request as Slack would send it now."""
    body = urlencode(fields)
    stamp = str(int(time.time()))
    signature = SignatureVerifier(SECRET).generate_signature(timestamp=stamp, body=body)
    headers = {
        "content-type": "application/x-www-form-urlencoded",
        "x-slack-request-timestamp": stamp,
        "x-slack-signature": signature or "",
    }
    return SignedRequest(body.encode(), headers)


@dataclass(frozen=True, slots=True)
class Load:
    """A server under load, and the Slack that it answers to."""

    client: aiohttp.ClientSession
    double: SlackDouble

    async def post(self, request: SignedRequest) -> float:
        """Send it; the seconds until its acknowledgement."""
        start = time.perf_counter()
        async with self.client.post(
            "/slack/events", data=request.body, headers=request.headers
        ) as response:
            response.raise_for_status()
        return time.perf_counter() - start

    def command(self, command: str, text: str) -> dict[str, str]:
        """A slash command typed in a direct message."""
        return {
            "command": command,
            "text": text,
            "user_id": USER,
            "channel_id": DM,
            "team_id": TEAM,
            "trigger_id": uuid4().hex,
            "response_url": self.double.response_url,
        }


@asynccontextmanager
async def serving(command: list[str], settings: Mapping[str, str]) -> AsyncIterator[Load]:
    """The server as its own process, told where its Slack is."""
    double = SlackDouble()
    double.add_user(USER, "csm0@bench.example")
    double.add_direct(DM, USER)
    async with double.running():
        port = _free_port()
        environment = {
            **os.environ,
            "SLACK_BOT_TOKEN": "xoxb-test",
            "SLACK_SIGNING_SECRET": SECRET,
            "SLACK_API_URL": f"{double.address}/api/",
            "DIGITAL_CSM_AS_OF": TODAY.isoformat(),
            "PORT": str(port),
            **settings,
        }
        server = await asyncio.create_subprocess_exec(*command, env=environment, cwd=PROJECT)
        try:
            connections = aiohttp.TCPConnector(limit=0)
            async with aiohttp.ClientSession(
                f"http://127.0.0.1:{port}", connector=connections
            ) as client:
                await _until_healthy(client)
                yield Load(client, double)
        finally:
            server.terminate()
            await server.wait()


def product(database: Path, folder: Path) -> tuple[list[str], dict[str, str]]:
    """The command and the settings that serve that database."""
    command = [sys.executable, "-m", "cli", "serve"]
    return command, {"DATABASE_URL": f"sqlite:///{database}", "DIGITAL_CSM_HOME": str(folder)}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def _until_healthy(client: aiohttp.ClientSession) -> None:
    async with asyncio.timeout(STARTUP_SECONDS):
        while True:
            try:
                async with client.get("/healthz") as response:
                    if response.ok:
                        return
            except aiohttp.ClientConnectionError:
                await asyncio.sleep(0.1)
