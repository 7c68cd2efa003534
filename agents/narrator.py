"""A language model that puts an account's facts into words."""

import json
import re
from collections.abc import Sequence
from importlib.resources import files
from typing import Final, Protocol

from csm.ports import FactLine

# Two to four sentences are asked for; what is longer than this is cut after a sentence.
MAX_CHARACTERS: Final = 1200
# What is read of an answer, with its markup.
MAX_RAW: Final = 4 * MAX_CHARACTERS

_THINKING: Final = re.compile(r"<think(?:ing)?>.*?(?:</think(?:ing)?>|\Z)", re.DOTALL)
_LINK: Final = re.compile(r"!?\[([^\]\n]{0,300})\]\([^)\n]{0,300}\)")
_LINE_MARKS: Final = re.compile(r"^[ \t]*(?:#{1,6}|>|[-*+•]|\d{1,2}[.)])[ \t]+", re.MULTILINE)
_EMPHASIS: Final = re.compile(
    r"(?<!\w)(\*\*\*|\*\*|\*|___|__|_|~~|`{1,3})(?=\S)(.{1,300}?)(?<=\S)\1(?!\w)"
)
_FENCE: Final = re.compile(r"^[ \t]*```.*$", re.MULTILINE)
_BLANKS: Final = re.compile(r"\s+")


class Asks(Protocol):
    """What answers questions: `agents.chat_model.ChatModel`."""

    def ask(self, instructions: str, question: str) -> str: ...


class ModelNarrator:
    """Implements csm.ports.Narrator. It decides nothing: the caller checks what it says."""

    def __init__(self, model: Asks) -> None:
        self._model = model
        prompt = files("agents") / "prompts" / "narrate_account.md"
        self._instructions = prompt.read_text(encoding="utf-8")

    def narrate(self, title: str, facts: Sequence[FactLine]) -> str:
        """A few sentences of plain text. Raises Unavailable when no model answers in time."""
        return _trimmed(_plain(self._model.ask(self._instructions, _as_data(title, facts))))


def _as_data(title: str, facts: Sequence[FactLine]) -> str:
    """The facts as JSON between marks that nothing in them can close."""
    lines = [{"name": fact.name, "value": fact.value, "source": fact.source} for fact in facts]
    data = json.dumps({"account": title, "facts": lines}, ensure_ascii=False, indent=1)
    return f"<facts>\n{data.replace('<', chr(92) + 'u003c')}\n</facts>"


def _plain(text: str) -> str:
    """The words without markdown, and without what a model thought aloud, which may be long."""
    spoken = _FENCE.sub("", _THINKING.sub("", text)[:MAX_RAW])
    unmarked = _LINE_MARKS.sub("", _LINK.sub(r"\1", spoken))
    return _BLANKS.sub(" ", _EMPHASIS.sub(r"\2", unmarked)).strip()


def _trimmed(text: str) -> str:
    """At most MAX_CHARACTERS, ending with a whole sentence where there is one."""
    if len(text) <= MAX_CHARACTERS:
        return text
    cut = text[: MAX_CHARACTERS - 1]
    end = max(cut.rfind(mark) for mark in (". ", "! ", "? "))
    return cut[: end + 1] if end > 0 else cut.rsplit(" ", 1)[0] + "…"
