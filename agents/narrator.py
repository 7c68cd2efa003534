"""A language model that puts an account's facts into words."""

from collections.abc import Sequence
from importlib.resources import files
from typing import Final, Protocol

from agents.data_block import data_block
from agents.plain_text import plain
from csm.fact_line import FactLine

# Two to four sentences are asked for; what is longer than this is cut after a sentence.
MAX_CHARACTERS: Final = 1200
# What is read of an answer, with its markup.
MAX_RAW: Final = 4 * MAX_CHARACTERS
# Two to four sentences need about half of it.
MAX_TOKENS: Final = 400


class Asks(Protocol):
    """What answers questions: `agents.chat_model.ChatModel`."""

    def ask(self, instructions: str, question: str, max_tokens: int) -> str: ...


class ModelNarrator:
    """Implements csm.ports.Narrator. It decides nothing: the caller checks what it says."""

    def __init__(self, model: Asks) -> None:
        self._model = model
        prompt = files("agents") / "prompts" / "narrate_account.md"
        self._instructions = prompt.read_text(encoding="utf-8")

    def narrate(self, title: str, facts: Sequence[FactLine]) -> str:
        """A few sentences of plain text. Raises Unavailable when no model answers in time."""
        answer = self._model.ask(self._instructions, _as_data(title, facts), MAX_TOKENS)
        return _trimmed(plain(answer, MAX_RAW))


def _as_data(title: str, facts: Sequence[FactLine]) -> str:
    lines = [{"name": fact.name, "value": fact.value, "source": fact.source} for fact in facts]
    return data_block("facts", {"account": title, "facts": lines})


def _trimmed(text: str) -> str:
    """At most MAX_CHARACTERS, ending with a whole sentence where there is one."""
    if len(text) <= MAX_CHARACTERS:
        return text
    cut = text[: MAX_CHARACTERS - 1]
    end = max(cut.rfind(mark) for mark in (". ", "! ", "? "))
    return cut[: end + 1] if end > 0 else cut.rsplit(" ", 1)[0] + "…"
