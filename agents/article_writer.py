"""A language model that makes a first version of a help article from people's answers."""

import re
from collections.abc import Sequence
from importlib.resources import files
from typing import Final

from agents.data_block import data_block, shortened
from agents.narrator import Asks
from agents.plain_text import without_thinking
from csm.errors import Unavailable

# What is sent at most, in characters.
MAX_QUESTION: Final = 2000
MAX_ANSWER: Final = 3000
MAX_ANSWERS: Final = 12_000
# What is kept of an article.
MAX_CHARACTERS: Final = 8000
MAX_TOKENS: Final = 1800

_FENCED: Final = re.compile(r"\s*```(?:markdown|md)?[ \t]*\n(.*?)\n```\s*", re.DOTALL)
_STOPS: Final = ".,;:!?"
_TITLE: Final = re.compile(r"^#{1,6}[ \t]+(?=\S)")
_LINKED: Final = re.compile(
    r"!?\[([^\]\n]{0,300})\]\(<?([^)\s>]{1,1000})>?(?:[ \t][^)\n]{0,300})?\)"
)
_ADDRESS: Final = re.compile(r"\b(?:https?://|www\.)[^\s<>()\[\]\"'`]+", re.IGNORECASE)


class ModelArticleWriter:
    """Implements csm.ports_answers.ArticleWriter. A person checks and publishes what it writes."""

    def __init__(self, model: Asks) -> None:
        self._model = model
        prompt = files("agents") / "prompts" / "draft_article.md"
        self._instructions = prompt.read_text(encoding="utf-8")

    def write(self, question: str, answers: Sequence[str]) -> str:
        """Markdown, beginning with a heading, without pictures and without any web address that
        the answers do not have. Raises Unavailable when no model answers in time."""
        given = _given(answers)
        asked = shortened(question.strip(), MAX_QUESTION)
        data = data_block("data", {"question": asked, "answers": given})
        said = self._model.ask(self._instructions, data, MAX_TOKENS)
        text = _cleaned(without_thinking(said)[: 2 * MAX_CHARACTERS], "\n".join(given))
        if not text:
            raise Unavailable("The language model gave an empty answer.")
        return _trimmed(text if _TITLE.match(text) else f"# {_heading(asked)}\n\n{text}")


def _given(answers: Sequence[str]) -> list[str]:
    given = []
    room = MAX_ANSWERS
    for answer in answers:
        text = shortened(answer.strip(), min(MAX_ANSWER, room))
        if text:
            given.append(text)
        room -= len(text)
    return given


def _cleaned(text: str, answers: str) -> str:
    known = {address[0].rstrip(_STOPS) for address in _ADDRESS.finditer(answers)}

    def kept_link(link: re.Match[str]) -> str:
        return link[0] if link[2] in known and link[0][0] != "!" else link[1]

    def kept_address(address: re.Match[str]) -> str:
        return address[0] if address[0].rstrip(_STOPS) in known else ""

    fenced = _FENCED.fullmatch(text)
    linked = _LINKED.sub(kept_link, fenced[1] if fenced else text)
    return _ADDRESS.sub(kept_address, linked).strip()


def _heading(question: str) -> str:
    first = question.splitlines()[0] if question else ""
    return shortened(first.lstrip("# "), 120) or "Untitled"


def _trimmed(text: str) -> str:
    """At most MAX_CHARACTERS, ending with a whole paragraph where there are several."""
    if len(text) <= MAX_CHARACTERS:
        return text
    cut = text[:MAX_CHARACTERS]
    return cut[: cut.rfind("\n\n")] if "\n\n" in cut else shortened(text, MAX_CHARACTERS)
