"""A language model that puts a message to a customer into words."""

from collections.abc import Sequence
from importlib.resources import files
from typing import Any, Final

from pydantic import BaseModel, Field

from agents.answerer import AsksFor
from agents.data_block import data_block, shortened
from agents.plain_text import plain, without_thinking
from csm.errors import Unavailable
from csm.ports_outreach import Brief, Words

# What is sent at most, in characters.
MAX_LINE: Final = 500
MAX_FACTS: Final = 30
MAX_EXAMPLE: Final = 4000
MAX_OBJECTIONS: Final = 10
MAX_OBJECTION: Final = 300
# What is read at most: no message is as long as that.
MAX_SUBJECT: Final = 200
MAX_BODY: Final = 4000
MAX_TOKENS: Final = 900


class OutreachLetter(BaseModel):
    """A message to a customer."""

    subject: str = Field(description="One line")
    body: str = Field(description="From the greeting to the sender's name, in paragraphs")


class ModelPenman:
    """Implements csm.ports_outreach.Penman. It decides nothing: the caller checks what it says.

    The model gets the brief and nothing else: no record, no address, and no fact but those that
    the customer may know.
    """

    def __init__(self, model: AsksFor) -> None:
        self._model = model
        prompt = files("agents") / "prompts" / "outreach.md"
        self._instructions = prompt.read_text(encoding="utf-8")

    def write(self, brief: Brief, objections: Sequence[str] = ()) -> Words:
        """Subject and body as plain text, the body in paragraphs. Raises Unavailable when no model
        answers in time, or none that makes sense."""
        data = data_block("data", _data(brief, objections))
        letter = self._model.ask_for(self._instructions, data, OutreachLetter, MAX_TOKENS)
        subject, body = without_thinking(letter.subject), without_thinking(letter.body)
        if len(subject) > MAX_SUBJECT or len(body) > MAX_BODY:
            raise Unavailable("The language model gave a message that is too long.")
        words = Words(plain(subject, MAX_SUBJECT), _paragraphs(body))
        if not (words.subject and words.body):
            raise Unavailable("The language model gave a message without words.")
        return words


def _data(brief: Brief, objections: Sequence[str]) -> dict[str, Any]:
    data: dict[str, Any] = {
        "purpose": shortened(brief.purpose, MAX_LINE),
        "tone": shortened(brief.tone, MAX_LINE),
        "language": brief.language,
        "channel": brief.channel,
        "longest": brief.longest,
        "recipient": shortened(brief.recipient, MAX_LINE),
        "sender": shortened(brief.sender, MAX_LINE),
        "facts": [
            {"what": shortened(what, MAX_LINE), "text": shortened(text, MAX_LINE)}
            for what, text in brief.facts[:MAX_FACTS]
        ],
        "example": shortened(brief.example, MAX_EXAMPLE),
    }
    if objections:
        data["objections"] = [shortened(one, MAX_OBJECTION) for one in objections[:MAX_OBJECTIONS]]
    return data


def _paragraphs(text: str) -> str:
    """The text without markdown, with its line breaks and at most one empty line in a row."""
    lines = [plain(line, MAX_BODY) for line in text.splitlines()]
    kept = [line for at, line in enumerate(lines) if line or (at and lines[at - 1])]
    return "\n".join(kept).strip()
