"""The long-running process: it says what it serves, and leaves in good order."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from app import House
from csm.errors import InvalidInput
from server import slack_of
from settings import PROJECT, Settings
from tests.jobs.servers import until


def settings(home: Path, token: str | None = None) -> Settings:
    return Settings(DIGITAL_CSM_HOME=home, SLACK_BOT_TOKEN=token)


def test_without_a_token_there_is_no_slack(tmp_path: Path) -> None:
    assert slack_of(House(settings(tmp_path))) is None


def test_a_token_without_a_way_in_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="SLACK_APP_TOKEN"):
        slack_of(House(settings(tmp_path, "xoxb-1")))


@contextmanager
def serving(
    home: Path, command: Sequence[str] = ("cli", "serve"), **given: str
) -> Iterator[tuple[subprocess.Popen[str], httpx.Client]]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("SLACK_")},
        "DIGITAL_CSM_HOME": str(home),
        "PORT": str(port),
        **given,
    }
    server = subprocess.Popen(
        [sys.executable, "-m", *command],
        cwd=PROJECT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
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


SLACK = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_SIGNING_SECRET": "s" * 32}
HALF_A_REQUEST = b"POST /slack/events HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nabc"


@contextmanager
def half_a_request(client: httpx.Client) -> Iterator[None]:
    """Held open until the block ends."""
    address = client.base_url.host, client.base_url.port
    with socket.create_connection(address, 10) as connection:
        connection.sendall(HALF_A_REQUEST)
        client.get("/healthz")  # the server has read what came before
        yield


def test_half_a_request_keeps_no_job_going_and_does_not_keep_it_from_leaving(
    tmp_path: Path,
) -> None:
    """The job that runs comes to its end; the next is not begun."""
    given = {**SLACK, "DIGITAL_CSM_DRAIN_SECONDS": "15", "DIGITAL_CSM_JOB_THREADS": "1"}
    command = ("tests.serve_process", str(tmp_path), "hold")
    with serving(tmp_path, command, **given) as (server, client), half_a_request(client):
        until((tmp_path / "one.begun").exists, "the first job has begun", 20)
        server.send_signal(signal.SIGTERM)
        until(lambda: not _listens(client), "it takes no more", 10)
        (tmp_path / "gate").touch()
        said, _ = server.communicate(timeout=30)
    assert server.returncode == 0, said
    assert (tmp_path / "one.ended").exists()
    assert not (tmp_path / "two.begun").exists()
    assert "Traceback" not in said
    assert "stopped before all had ended" not in said


def test_what_does_not_end_in_time_is_left(tmp_path: Path) -> None:
    given = {**SLACK, "DIGITAL_CSM_DRAIN_SECONDS": "1", "DIGITAL_CSM_JOB_THREADS": "1"}
    command = ("tests.serve_process", str(tmp_path), "hold")
    with serving(tmp_path, command, **given) as (server, client), half_a_request(client):
        until((tmp_path / "one.begun").exists, "the first job has begun", 20)
        server.send_signal(signal.SIGTERM)
        said, _ = server.communicate(timeout=30)
    assert server.returncode == 0, said
    assert "stopped before the work was done" in said
    assert not (tmp_path / "two.begun").exists()


def test_threads_that_hang_do_not_keep_it(tmp_path: Path) -> None:
    given = {"DIGITAL_CSM_DRAIN_SECONDS": "1", "DIGITAL_CSM_JOB_THREADS": "1"}
    with serving(tmp_path, ("tests.serve_process", str(tmp_path), "hang"), **given) as (server, _):
        until((tmp_path / "one.begun").exists, "the job has begun", 20)
        (tmp_path / "gate").touch()
        until((tmp_path / "one.ended").exists, "the job has ended", 20)
        server.send_signal(signal.SIGTERM)
        said, _ = server.communicate(timeout=30)
    assert server.returncode == 0, said
    assert "stopped before all had ended" in said


def _listens(client: httpx.Client) -> bool:
    try:
        socket.create_connection((client.base_url.host, client.base_url.port), 1).close()
    except OSError:
        return False
    return True
