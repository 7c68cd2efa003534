"""The `worker` command: what it asks for before it begins."""

from pathlib import Path

import pytest

from csm.errors import InvalidInput
from parts.broker import broker_of
from settings import Settings
from tests.command_line import CommandLine

BROKER = "amqp://user:s3cret@127.0.0.1:1//"


@pytest.fixture
def shell(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> CommandLine:
    return CommandLine(monkeypatch, capsys, tmp_path / "home")


def test_without_a_broker_there_is_nothing_to_take(shell: CommandLine) -> None:
    ran = shell.run("worker")
    assert ran.code == 1
    assert "set BROKER_URL" in ran.err


def test_workers_cannot_share_a_file(shell: CommandLine) -> None:
    shell.set("BROKER_URL", BROKER)
    ran = shell.run("worker")
    assert ran.code == 1
    assert "DATABASE_URL" in ran.err
    assert "s3cret" not in ran.err


def test_neither_can_serve_with_a_broker() -> None:
    with pytest.raises(InvalidInput, match="SQLite"):
        broker_of(Settings(BROKER_URL=BROKER, DATABASE_URL="sqlite:///x.db"))


def test_with_postgres_there_is_one() -> None:
    assert broker_of(Settings(DATABASE_URL="postgresql:///x")) is None
    assert broker_of(Settings(BROKER_URL=BROKER, DATABASE_URL="postgresql:///x")) == BROKER
