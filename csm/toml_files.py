"""Reading the playbook's files, and saying what is wrong with them so that it can be mended."""

import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, TypeVar

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
    """What pydantic found, in our words, with the value that was written, where it is short enough
    to show."""
    if fault["type"] in _WITHOUT_VALUE or isinstance(fault["input"], dict):
        return _in_words(fault)
    return f"{_in_words(fault)}, not {shorten(repr(fault['input']), 80)}"


def _in_words(fault: Any) -> str:
    kind, limits = fault["type"], fault.get("ctx", {})
    if kind == "string_pattern_mismatch":
        return _FORMS.get(limits["pattern"], f"it should look like {limits['pattern']}")
    if kind in {"string_too_short", "too_short"} and limits["min_length"] == 1:
        return "it must not be empty"
    template = _WORDS.get(kind)
    if template is None:
        return str(fault["msg"]).replace("Input should be", "it should be", 1)
    return template.format(**limits, written=_length(fault["input"]))


def _length(value: Any) -> int:
    return len(value) if isinstance(value, str | list) else 0


_WORDS: Final = {
    "missing": "the key is missing",
    "too_short": "it needs at least {min_length} entries",
    "string_too_short": "it needs at least {min_length} characters",
    "string_too_long": "it has {written} characters, and may have {max_length} at most",
    "int_type": "it should be a whole number, without quotes",
    "float_type": "it should be a number, without quotes",
    "string_type": "it should be text, in quotes",
    "bool_type": "it should be true or false, without quotes",
    "tuple_type": "it should be a list, in square brackets",
    "model_type": "it should be a table of keys and values",
}
_WITHOUT_VALUE: Final = frozenset({"unknown_key", "missing", "too_short", "string_too_long"})
_FORMS: Final = {
    r"^[a-z][a-z0-9_]*$": "it should be small letters, digits and _, a letter first",
    r"^([01]\d|2[0-3]):[0-5]\d$": "it should be a time in quotes, such as 09:00",
    r"^https://\S+$": "it should be an address that begins with https://",
    r"^[a-z0-9-]+(\.[a-z0-9-]+)+$": "it should be a host, such as help.example.com",
}


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
