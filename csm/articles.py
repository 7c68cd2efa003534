"""Help articles made of what people answered: the text, and what in it is about one customer."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from csm.claims import LONGEST_TEXT, ClaimKind, find_claims
from csm.fact_line import FactLine
from csm.grounding import check
from csm.plain_words import bare, holds_phrase, words
from csm.visible_text import visible
from csm.wording import shorten

DRAFTS: Final = "drafts/"
ARTICLES: Final = "articles/"

_LONGEST_TITLE: Final = 120
_LONGEST_SLUG: Final = 80
_SHORTEST_NAME: Final = 3
# Characters from which a part of a draft ends at the next blank line.
_PIECE: Final = 1_000
_SHORTEST_FENCE: Final = 3
# What an article for all customers rarely means to say.
_TELLING: Final = {
    ClaimKind.EMAIL: "an e-mail address",
    ClaimKind.LINK: "a link",
    ClaimKind.MONEY: "an amount of money",
    ClaimKind.DATE: "a date",
}


@dataclass(frozen=True, slots=True)
class Flag:
    """Something in an article that may be about one customer, or one colleague, only."""

    what: str
    text: str


def plain_article(question: str, answers: Sequence[str]) -> str:
    """Markdown: the question as the title, then what people answered, oldest first, each once."""
    paragraphs = dict.fromkeys(answer.strip() for answer in answers)
    return "\n\n".join([f"# {title_of_question(question)}", *filter(None, paragraphs)])


def title_of_question(question: str) -> str:
    """A question as a heading: one line, without what markdown would read as something else."""
    return shorten(visible(question).lstrip("#>-*+ \t"), _LONGEST_TITLE) or "Untitled"


def title_in(markdown: str) -> str:
    """The first heading; empty where the text does not begin with one."""
    first = next((line.strip() for line in markdown.splitlines() if line.strip()), "")
    return title_of_question(first) if first.startswith("#") else ""


def is_backed(markdown: str, question: str, answers: Sequence[str]) -> bool:
    """Whether every number, date, amount, name and link stands in the question or the answers."""
    facts = [FactLine("", visible(text)) for text in (question, *answers)]
    lines = [visible(line) for line in markdown.splitlines()]
    if any(len(line) > LONGEST_TEXT for line in lines):
        return False
    return all(check(line, facts).is_grounded for line in lines)


def flags_in(markdown: str, names: Collection[str]) -> tuple[Flag, ...]:
    """What a person should look at before an article is published. `names` are those of customers
    and people."""
    found = [*_names_in(markdown, names), *_details_in(markdown)]
    return tuple(dict.fromkeys(found))


def slug(title: str) -> str:
    """The title as a part of a key: `schedule-a-weekly-report`."""
    return "-".join(words(title))[:_LONGEST_SLUG].strip("-") or "untitled"


def pieces_of(markdown: str) -> list[str]:
    """The text in parts that are it again when put together; cut at blank lines, never in code."""
    pieces, piece, fence = [], "", ""
    for line in markdown.splitlines(keepends=True):
        piece += line
        fence = _fence_after(line.strip(), fence)
        if not fence and not line.strip() and len(piece) >= _PIECE and piece.strip():
            pieces.append(piece)
            piece = ""
    if piece.strip():
        return [*pieces, piece]
    return [*pieces[:-1], pieces[-1] + piece] if pieces else []


def _fence_after(line: str, fence: str) -> str:
    """The fence of the code that a line leaves us in; empty where it leaves us in none."""
    if fence:
        return "" if set(line) == {fence[0]} and len(line) >= len(fence) else fence
    run = len(line) - len(line.lstrip(line[:1]))
    return line[:run] if run >= _SHORTEST_FENCE and line[0] in "`~" else ""


def _names_in(markdown: str, names: Collection[str]) -> Iterator[Flag]:
    said = bare(markdown)
    for name in sorted(names):
        if len(bare(name)) >= _SHORTEST_NAME and holds_phrase(said, name):
            yield Flag("a name", name)


def _details_in(markdown: str) -> Iterator[Flag]:
    for line in markdown.splitlines():
        for start in range(0, len(line), LONGEST_TEXT):
            for claim in find_claims(visible(line[start : start + LONGEST_TEXT])):
                if what := _TELLING.get(claim.kind):
                    yield Flag(what, claim.text)
