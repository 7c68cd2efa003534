"""Help articles made of what people answered: the text, what in it is about one customer only, and
the way back from chunks to markdown."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from csm.claims import LONGEST_TEXT, ClaimKind, find_claims
from csm.grounding import check
from csm.knowledge import Chunk
from csm.plain_words import bare, holds_phrase, words
from csm.ports import FactLine
from csm.visible_text import visible
from csm.wording import shorten

DRAFTS: Final = "drafts/"
ARTICLES: Final = "articles/"

_LONGEST_TITLE: Final = 120
_LONGEST_SLUG: Final = 80
_SHORTEST_NAME: Final = 3
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


def markdown_of(chunks: Sequence[Chunk]) -> str:
    """The text that chunks were cut from, headings and all, nearly as it was."""
    parts: list[str] = []
    before: tuple[str, ...] = ()
    for chunk in chunks:
        path = chunk.title_path
        kept = sum(1 for _ in _common(before, path))
        headings = [f"{'#' * (at + 1)} {path[at]}" for at in range(kept, len(path))]
        # Short sections share a chunk, whose text then has their headings in it.
        said = parts[-1].splitlines() if parts else []
        parts += [heading for heading in headings if heading not in said]
        parts.append(chunk.text)
        before = path
    return "\n\n".join(parts)


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


def _common(one: Sequence[str], other: Sequence[str]) -> Iterator[str]:
    for left, right in zip(one, other, strict=False):
        if left != right:
            return
        yield left
