"""The long-running process: it says what it serves, and leaves in good order."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from app import House
from csm.errors import InvalidInput
from server import slack_of
from settings import PROJECT, Settings


def settings(home: Path, token: str | None = None) -> Settings:
    return Settings(DIGITAL_CSM_HOME=home, SLACK_BOT_TOKEN=token)


def test_without_a_token_there_is_no_slack(tmp_path: Path) -> None:
    assert slack_of(House(settings(tmp_path))) is None


def test_a_token_without_a_way_in_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="SLACK_APP_TOKEN"):
        slack_of(House(settings(tmp_path, "xoxb-1")))


@contextmanager
def serving(home: Path, **given: str) -> Iterator[tuple[subprocess.Popen[str], httpx.Client]]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("SLACK_")},
        "DIGITAL_CSM_HOME": str(home),
        "PORT": str(port),
        **given,
    }
    command = [sys.executable, "-m", "cli", "serve"]
    server = subprocess.Popen(
        command, cwd=PROJECT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        text=True,
    )  # fmt: skip
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}") as client:
            until_healthy(server, client)
            yield server, client
    finally:
        server.kill()
        server.communicate()


def until_healthy(server: subprocess.Popen[str], client: httpx.Client) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end and server.poll() is None:
        try:
            if client.get("/healthz").is_success:
                return
        except httpx.TransportError:
            time.sleep(0.05)
    raise AssertionError(f"the server did not come up: {server.communicate()[0]}")


def test_it_serves_and_leaves_when_told(tmp_path: Path) -> None:
    given = {"SLACK_BOT_TOKEN": "xoxb-secret", "SLACK_SIGNING_SECRET": "also-secret"}
    with serving(tmp_path, **given) as (server, client):
        forged = client.post("/slack/events", content="{}", headers={"x-slack-signature": "v0=0"})
        assert forged.status_code == 401
        assert client.get("/docs").status_code == 404
        server.send_signal(signal.SIGTERM)
        said, _ = server.communicate(timeout=30)
    assert server.returncode == 0, said
    assert "secret" not in said


def test_without_slack_it_says_so(tmp_path: Path) -> None:
    with serving(tmp_path) as (server, client):
        assert client.post("/slack/events").status_code == 404
        server.send_signal(signal.SIGINT)
        said, _ = server.communicate(timeout=30)
    assert server.returncode == 0, said
    assert "Slack is not set up" in said
    assert "Serving on http://127.0.0.1:" in said
    assert "Traceback" not in said
