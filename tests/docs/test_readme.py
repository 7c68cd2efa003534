"""The README's commands work word for word, and the documents say what the code says."""

import re
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest

from bot.commands import COMMANDS
from cli import commands as typer_app
from settings import PROJECT, Settings, settings_markdown
from tests.command_line import CommandLine

README = (PROJECT / "README.md").read_text()
SHARED = PROJECT.parent / "shared" / "data"


def blocks(text: str) -> list[str]:
    return re.findall(r"^```\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)


def commands() -> list[str]:
    """Every command line of the product that stands in a block of its own."""
    lines = [line for block in blocks(README) for line in block.splitlines()]
    return [line.removeprefix(".venv/bin/") for line in lines if "digital-csm" in line]


# Those with a placeholder for something that only the reader has.
RUNNABLE = [command for command in commands() if " DIR" not in command]


def test_the_two_commands_come_first() -> None:
    assert blocks(README)[0].split("\n")[:2] == ["make demo", "make test"]


@pytest.mark.parametrize("target", ["demo", "test", "check", "bench", "dev", "lock"])
def test_make_knows_its_targets(target: str) -> None:
    make = shutil.which("make")
    assert make is not None
    run = subprocess.run([make, "-n", target], cwd=PROJECT, capture_output=True, check=False)
    assert run.returncode == 0, run.stderr


def test_there_is_something_to_run() -> None:
    assert len(RUNNABLE) >= 6


@pytest.mark.parametrize("command", RUNNABLE)
def test_a_command_of_the_readme_works(
    command: str,
    demo_home: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    line = CommandLine(monkeypatch, capsys, demo_home)
    # Commands name files as seen from the project's folder.
    monkeypatch.chdir(PROJECT)
    ran = line.run(*shlex.split(command)[1:], typed="/quit\n")
    assert ran.code == 0, ran.err
    assert ran.out.strip()


def test_ravenstack_is_imported_as_the_readme_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    data = SHARED / "ravenstack"
    if not data.is_dir():
        pytest.skip(f"the RavenStack data set is not at {data}")
    assert "digital-csm import DIR --mapping playbook/mappings/ravenstack.toml" in README
    line = CommandLine(monkeypatch, capsys, tmp_path / "home")
    line.set("DIGITAL_CSM_AS_OF", "2025-01-01")
    monkeypatch.chdir(PROJECT)
    mapping = ["--mapping", "playbook/mappings/ravenstack.toml"]
    assert line.run("import", str(data), *mapping).code == 0
    line.run("people", "add", "kim@yourcompany.example", "--role", "csm")
    ran = line.run("say", "/account Company_0", "--as", "kim", "--in", "dm")
    assert ran.code == 0, ran.err
    assert "Company_0" in ran.out
    assert "ARR" in ran.out


def test_the_measurements_are_there_with_their_machine() -> None:
    measured = README.partition("## Measured")[2].partition("##")[0]
    assert "cores" in measured
    assert measured.count("\n| ") >= 8


def test_every_command_of_chat_is_in_the_readme() -> None:
    for command in COMMANDS:
        assert f"`/{command.name}" in README


def test_every_setting_is_documented() -> None:
    assert settings_markdown() in (PROJECT / "docs" / "settings.md").read_text()


def test_the_example_names_what_exists_and_all_that_compose_asks_for() -> None:
    example = (PROJECT / ".env.example").read_text()
    named = set(re.findall(r"^#?([A-Z_]+)=", example, re.MULTILINE))
    known = {str(field.validation_alias) for field in Settings.model_fields.values()}
    composed = set(re.findall(r"\$\{([A-Z_]+):", (PROJECT / "compose.yaml").read_text()))
    assert composed
    assert composed <= named <= known | composed


def test_links_lead_somewhere() -> None:
    for page in [PROJECT / "README.md", PROJECT / "CONTRIBUTING.md", *PROJECT.glob("docs/*.md")]:
        for target in re.findall(r"\]\(([^)#]+)\)", page.read_text()):
            if "://" not in target:
                assert (page.parent / target).exists(), f"{page.name} -> {target}"


def test_every_command_has_help() -> None:
    assert all(
        command.callback and command.callback.__doc__ for command in typer_app.registered_commands
    )
