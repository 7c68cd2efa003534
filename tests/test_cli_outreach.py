"""The audit on the command line."""

import json
from pathlib import Path

import pytest

from csm.use_cases.outreach_audit import MOST_SHOWN
from tests.command_line import CommandLine


def test_as_many_entries_can_be_asked_for_as_are_shown(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    line = CommandLine(monkeypatch, capsys, tmp_path / "home")
    most = line.run("audit", "show", "--limit", str(MOST_SHOWN))
    assert (most.code, "Nothing was noted" in most.out) == (0, True), most
    more = line.run("audit", "show", "--limit", str(MOST_SHOWN + 1))
    assert more.code != 0
    assert str(MOST_SHOWN) in more.err


def test_an_entry_can_be_read_in_full(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    line = CommandLine(monkeypatch, capsys, tmp_path / "home")
    assert line.run("pause", "all", "--why", "a fair").code == 0
    told = line.run("audit", "show", "--json")
    (entry,) = [json.loads(each) for each in told.out.splitlines()]
    assert (entry["who"], entry["what"], entry["number"]) == ("operator", "pause.added", 1)
    assert entry["after"] == {"scope": "all"}
    assert len(entry["hash"]) == 64
    assert line.run("audit", "verify", "--expect", entry["hash"]).code == 0
    assert line.run("audit", "verify", "--expect", "f" * 64).code == 1
