"""An account in a few sentences: a model's words where facts back them, else the facts."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from csm.claims import LONGEST_TEXT
from csm.errors import Unavailable
from csm.fact_line import FactLine
from csm.grounding import check
from csm.ports import Narrator
from csm.visible_text import visible

# Less than this part of a narration left, and what is left no longer tells the story.
LEAST_KEPT: Final = 0.5

_SENTENCE: Final = re.compile(r"\S.*?(?:[.!?…]+[\"'”’)\]]*(?=\s|$)|$)", re.DOTALL)
_ENDS: Final = (".", "!", "?", "…")


@dataclass(frozen=True, slots=True)
class Explanation:
    """What the person is shown. `by_model` says whether a model wrote it; `dropped` holds the
    sentences that a model wrote and no fact backs."""

    text: str
    by_model: bool
    dropped: list[str] = field(default_factory=list)


def explain(facts: Sequence[FactLine], title: str, narrator: Narrator | None) -> Explanation:
    """The account in words. Every number, date, amount, link and name in them is in the facts.

    A narrator that cannot be reached, that says more than LONGEST_TEXT characters, or of whose
    sentences fewer than half are backed, is replaced by `plain_story`. `title` is the account's
    name; the narrator gets nothing but it and the facts.
    """
    if narrator is None or not facts:
        return Explanation(plain_story(title, facts), by_model=False)
    try:
        narration = visible(narrator.narrate(title, facts))
    except Unavailable:
        return Explanation(plain_story(title, facts), by_model=False)
    if len(narration) > LONGEST_TEXT:
        return Explanation(plain_story(title, facts), by_model=False)
    kept, dropped = _sift(narration, facts, title)
    if not kept or len(kept) < LEAST_KEPT * (len(kept) + len(dropped)):
        return Explanation(plain_story(title, facts), by_model=False, dropped=dropped)
    return Explanation(" ".join(kept), by_model=True, dropped=dropped)


def plain_story(title: str, facts: Sequence[FactLine]) -> str:
    """The facts as they are, one short sentence a line, in the order given."""
    name = visible(title)
    if not facts:
        return f"Nothing is known about {name} yet."
    lines = (visible(f"{fact.name}: {fact.value}") for fact in facts)
    return "\n".join(line if line.endswith(_ENDS) else f"{line}." for line in lines)


def _sift(text: str, facts: Sequence[FactLine], title: str) -> tuple[list[str], list[str]]:
    """The sentences whose every claim is backed, and the others."""
    unsupported = check(text, facts, allowed_names=[title]).unsupported
    kept: list[str] = []
    dropped: list[str] = []
    for sentence in _SENTENCE.finditer(text):
        start, end = sentence.span()
        is_backed = all(claim.end <= start or claim.start >= end for claim in unsupported)
        (kept if is_backed else dropped).append(sentence[0])
    return kept, dropped
