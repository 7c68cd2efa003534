"""Reading the playbook's files, and saying what is wrong with them so that it can be mended."""

import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from csm.wording import shorten

PartT = TypeVar("PartT", bound=BaseModel)


class Faults:
    """Everything that is wrong in all files, each as `file: where: what`."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def add(self, file: str, where: str, what: str) -> None:
        self.lines.append(": ".join(part for part in (file, where, what) if part))


def read_file(path: Path, name: str, kind: type[PartT], faults: Faults) -> PartT | None:
    """One file as the model `kind`; None, with the faults noted, when it is not one."""
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        faults.add(name, "", "the file is missing")
    except OSError as error:
        faults.add(name, "", f"the file cannot be read ({error.strerror})")
    except UnicodeDecodeError as error:
        faults.add(name, "", f"the file is not UTF-8 (byte {error.start})")
    except tomllib.TOMLDecodeError as error:
        faults.add(name, "", f"not valid TOML: {error}")
    else:
        return _checked(raw, name, kind, faults)
    return None


def _checked(raw: dict[str, Any], name: str, kind: type[PartT], faults: Faults) -> PartT | None:
    try:
        return kind.model_validate(raw)
    except ValidationError as error:
        for fault in error.errors(include_url=False):
            faults.add(name, _place(raw, fault["loc"]), _complaint(fault))
        return None


def _complaint(fault: Any) -> str:
    """What pydantic found, with the value that was written, where it is short enough to show."""
    if fault["type"] in {"unknown_key", "missing"} or isinstance(fault["input"], dict):
        return "the key is missing" if fault["type"] == "missing" else str(fault["msg"])
    message = str(fault["msg"]).replace("Input should be", "it should be", 1)
    return f"{message}, not {shorten(repr(fault['input']), 80)}"


def _place(raw: Any, location: Sequence[int | str]) -> str:
    """Where in the file: `risk "habits_decline" > when > all[1]`, by id where there is one."""
    words: list[str] = []
    here = raw
    for step in location:
        here = _inside(here, step)
        if isinstance(step, str):
            words.append(step)
        elif isinstance(here, dict) and isinstance(here.get("id"), str):
            words[-1] += f' "{here["id"]}"'
        else:
            words[-1] += f"[{step + 1}]"
    return " > ".join(words)


def _inside(raw: Any, step: int | str) -> Any:
    if isinstance(step, int):
        return raw[step] if isinstance(raw, list) and step < len(raw) else None
    return raw.get(step) if isinstance(raw, dict) else None
