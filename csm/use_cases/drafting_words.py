"""The words of an outreach: a model's where the facts bear them out, else the play's own."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from csm.claims import LONGEST_TEXT
from csm.errors import Unavailable
from csm.fact_line import FactLine
from csm.grounding import check
from csm.outreach import Fact
from csm.ports_outreach import Brief, Penman, Words
from csm.visible_text import visible
from csm.wording import day_text

LONGEST_SUBJECT: Final = 120
_MOST_CLAIMS: Final = 8


@dataclass(frozen=True, slots=True)
class Letter:
    """A message before the guard has seen it, in a language (ISO 639-1). `used` are the names of
    the facts that it tells."""

    words: Words
    language: str
    used: tuple[str, ...]
    by_model: bool


def model_letter(penman: Penman, brief: Brief, own: Words, facts: Sequence[Fact]) -> Letter | None:
    """A model's letter that the facts and the play's `own` letter bear out, at the second attempt
    at the latest; None where there is none."""
    try:
        words = tidied(penman.write(brief))
        if faults := tuple(faults_of(words, brief, own, facts)):
            words = tidied(penman.write(brief, faults))
    except Unavailable:
        return None
    if any(faults_of(words, brief, own, facts)):
        return None
    return Letter(words, brief.language, told_by(words, facts), by_model=True)


def faults_of(words: Words, brief: Brief, own: Words, facts: Sequence[Fact]) -> Iterator[str]:
    """What is wrong with a model's letter, in words that it can mend it by."""
    if brief.recipient not in words.body.split("\n", 1)[0]:
        yield f"It must begin with a line that greets {brief.recipient}."
    signature = own.body.rsplit("\n", 1)[-1]
    if words.body.rsplit("\n", 1)[-1] != signature:
        yield f"Its last line must be: {signature}"
    if len(words.body) > brief.longest:
        yield f"It has {len(words.body)} characters; {brief.longest} are allowed."
    if len(words.subject) > LONGEST_SUBJECT:
        yield f"The subject has {len(words.subject)} characters; {LONGEST_SUBJECT} are allowed."
    for claim in _unbacked(words, own, facts)[:_MOST_CLAIMS]:
        yield f"No fact says “{claim}”: leave it out, or write it as the facts do."


def told_by(words: Words, facts: Sequence[Fact]) -> tuple[str, ...]:
    """The names of the facts that the letter has word for word, or whose number or day it tells."""
    return tuple(fact.name for fact in facts if _tells(words, fact))


def tidied(words: Words) -> Words:
    """Without characters that nobody sees, and the subject on one line."""
    body = "\n".join(visible(line) for line in words.body.splitlines())
    return Words(visible(words.subject), body.strip())


def _tells(words: Words, fact: Fact) -> bool:
    text = visible(f"{words.subject}\n{words.body}")
    if visible(fact.text).casefold() in text.casefold():
        return True
    if fact.number is None:
        return False
    # Not by its label: "in the last four weeks" stands in several, and tells none of them.
    grounding = check(text[:LONGEST_TEXT], [FactLine("", fact.text)])
    return len(grounding.unsupported) < len(grounding.claims)


def _unbacked(words: Words, own: Words, facts: Sequence[Fact]) -> list[str]:
    lines = [*map(_line, facts), FactLine("", own.subject), FactLine("", own.body)]
    parts = (words.subject, *words.body.splitlines())
    found = (check(part[:LONGEST_TEXT], lines).unsupported for part in parts)
    return list(dict.fromkeys(claim.text for claims in found for claim in claims))


def _line(fact: Fact) -> FactLine:
    return FactLine(fact.label, fact.text, day_text(fact.as_of) if fact.as_of else "")
