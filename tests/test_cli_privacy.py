"""Privacy requests from the command line."""

import json
from pathlib import Path

import pytest

from app import House
from settings import Settings
from tests.command_line import CommandLine
from tests.everywhere import ADDRESS, NAME, fill


@pytest.fixture
def home(tmp_path: Path) -> Path:
    home = tmp_path / "home"
    house = House(Settings(DIGITAL_CSM_HOME=home))
    _ = house.records
    fill(house.database)
    house.close()
    return home


@pytest.fixture
def shell(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], home: Path
) -> CommandLine:
    return CommandLine(monkeypatch, capsys, home)


def test_an_export_is_written_where_it_was_asked_for(shell: CommandLine, tmp_path: Path) -> None:
    ran = shell.run("export", ADDRESS, "--to", str(tmp_path / "jorinde.json"))
    assert ran.code == 0, ran.err
    content = json.loads((tmp_path / "jorinde.json").read_text())
    assert NAME in json.dumps(content)
    assert not list(tmp_path.glob("*.new"))


def test_an_export_that_cannot_be_written_says_so(shell: CommandLine, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    ran = shell.run("export", "acme", "--to", str(tmp_path / "file" / "x.json"))
    assert ran.code == 3
    assert "cannot be written" in ran.err


def test_nothing_is_erased_without_a_yes(shell: CommandLine, home: Path) -> None:
    ran = shell.run("erase", ADDRESS, typed="n\n")
    assert ran.code == 1
    assert "contact:" in ran.out
    assert "audit: 4 entries redacted" in ran.out
    assert not (home / "certificates").exists()
    assert shell.run("export", ADDRESS).code == 0


def test_an_erasure_leaves_a_certificate_and_a_whole_audit(shell: CommandLine, home: Path) -> None:
    ran = shell.run("erase", ADDRESS, "--yes")
    assert ran.code == 0, ran.err
    certificate = json.loads((home / "certificates" / "erasure-1.json").read_text())
    assert certificate["sha256"] in ran.out
    audit = shell.run("audit", "verify")
    assert audit.code == 0, audit.err
    assert "4 of them were redacted" in audit.out
    again = shell.run("erase", ADDRESS, "--yes")
    assert again.code == 0
    assert "Nothing was left to erase" in again.out
    unknown = shell.run("erase", NAME, "--yes")
    assert unknown.code == 1
    assert "No contact is called" in unknown.err
