"""Runs the command line in this process, as a shell would run it in one of its own."""

import io
import logging
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
import structlog

import cli
from cli.logs import ToStandardError
from tests.demo import TODAY


@dataclass(frozen=True)
class Ran:
    code: int
    out: str
    err: str


class CommandLine:
    """`digital-csm`, in a home folder of its own and without anybody's settings."""

    def __init__(
        self,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
        home: Path,
    ) -> None:
        self._monkeypatch = monkeypatch
        self._capsys = capsys
        monkeypatch.chdir(home.parent)
        monkeypatch.setenv("DIGITAL_CSM_HOME", str(home))
        monkeypatch.setenv("DIGITAL_CSM_AS_OF", TODAY.isoformat())

    def set(self, name: str, value: str) -> None:
        self._monkeypatch.setenv(name, value)

    def run(self, *arguments: str, typed: str = "") -> Ran:
        self._monkeypatch.setattr(sys, "argv", ["digital-csm", *arguments])
        self._monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
        self._capsys.readouterr()
        try:
            cli.main()
            code = 0
        except SystemExit as stop:
            code = stop.code if isinstance(stop.code, int) else int(bool(stop.code))
        finally:
            structlog.reset_defaults()
            _forget_handlers()
        said = self._capsys.readouterr()
        return Ran(code, said.out, said.err)


def _forget_handlers() -> None:
    root = logging.getLogger()
    for handler in [one for one in root.handlers if isinstance(one, ToStandardError)]:
        root.removeHandler(handler)
