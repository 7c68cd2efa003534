"""The house keeps its own rules: locked dependencies, an honest CI, an image without root."""

import os
import re
import subprocess
from pathlib import Path

import pytest

from settings import PROJECT


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-dev.lock"])
def test_a_lock_file_pins_everything_by_hash_and_names_no_host(name: str) -> None:
    text = (PROJECT / name).read_text()
    pinned = re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE | re.IGNORECASE)[1:]
    assert len(pinned) > 50
    for requirement in pinned:
        assert re.match(r"[\w.\[\]-]+==\S+", requirement), requirement
        assert "--hash=sha256:" in requirement, requirement
    assert "://" not in text
    assert "index-url" not in text


def test_ci_runs_the_readmes_test_command() -> None:
    script = PROJECT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    lines = [line.strip() for line in script.read_text().splitlines()]
    assert "make test" in lines
    assert "set -euo pipefail" in lines


def test_the_image_runs_without_root_and_watches_its_health() -> None:
    lines = (PROJECT / "Dockerfile").read_text().splitlines()
    users = [line.split()[1] for line in lines if line.startswith("USER ")]
    assert users[-1:] == ["csm"]
    assert any(line.startswith("HEALTHCHECK") for line in lines)
    assert any("--require-hashes" in line for line in lines)
    copied = [
        line.split()[1] for line in lines if line.startswith("COPY ") and "--from" not in line
    ]
    assert all((PROJECT / source).exists() for source in copied)


def test_nothing_secret_is_tracked() -> None:
    listed = subprocess.run(
        ["git", "ls-files"], cwd=PROJECT, capture_output=True, text=True, check=False
    )
    if listed.returncode:
        pytest.skip("this is not a git checkout")
    names = listed.stdout.split()
    assert not [name for name in names if Path(name).name == ".env" or name.endswith(".db")]
    for name in names:
        if not name.endswith((".py", ".lock", ".md")):
            text = (PROJECT / name).read_text()
            assert not re.search(r"xox[bap]-\d|sk-[A-Za-z0-9]{20}", text), name
