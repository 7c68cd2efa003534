"""What a question looks for, and how well a section of a page meets it."""

import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from math import log1p
from typing import Final

from csm.extract_sections import Section, found_words
from csm.plain_words import NEGATIVES, content, stem, words
from csm.sentences import Block, BlockKind

# What a word of the question is worth where it stands in the text or in the titles above, and
# where only one like it does, against 1 in a section's own heading.
_IN_TEXT: Final = 0.7
_ABOVE: Final = 0.6
_ABOVE_INTRODUCTION: Final = 0.85
_ALIKE: Final = 0.8
# What each passage further down counts less, and a part of one that does not begin it.
_PER_RANK: Final = 0.11
_NOT_FIRST: Final = 0.06
# How much better a heading is that says what was asked for and nothing else.
_EXACT: Final = 0.15
# By how much a section is better that has what such questions want, and worse if its heading says
# how to undo what was asked for.
_STEPS: Final = 0.15
_SOMEBODY: Final = 0.3
_FIGURE: Final = 0.15
_INTRODUCTION: Final = 0.3
_UNDOES: Final = 0.2
# How much better a heading is that speaks of trouble where the question does, and worse where it
# does not.
_TROUBLE: Final = 0.3
_NO_TROUBLE: Final = 0.1
# What the words of what was said before are worth together, for a question that leans on it.
_FOR_CONTEXT: Final = 0.4

_HOW: Final = re.compile(
    r"\bhow (?!long|many|much|often|far|big)|\bsteps?\b|\bset ?up\b|\bwhere |"
    r"\bcan (?:i|we|my|our)\b"
)
_WHAT: Final = re.compile(r"\bwhat(?: is| are|'s|s)\b|\bwhich\b")
_WHO: Final = re.compile(r"\bwho(?:se)?\b")
_AMOUNT: Final = re.compile(r"\bhow (?:long|many|much|often|far|big)\b")
_WANTS: Final = (_HOW, _WHO, _AMOUNT, _WHAT)
_DIGIT: Final = re.compile(r"\d")

# Words of a kind, of which help pages use one and those who ask another.
_KINDS: Final = (
    "create add setup set configure make build new",
    "delete remove deactivate erase",
    "change edit update modify",
    "see view read",
    "person people user member colleague teammate",
    "excel xlsx spreadsheet",
    "mail email",
    "login signin",
    "logout signout",
    "download export",
    "error fail failure failed",
    "mobile phone",
)
_ROLES: Final = """
owner admin administrator editor viewer member everybody everyone anybody anyone nobody
"""
_UNDOING: Final = """
undo disable delete remove stop withdraw cancel deactivate mute disconnect revoke unsubscribe
exclude uninstall off
"""
# Words that tell no page from another.
_COUNTS: Final = "one two three four five six seven eight nine ten ago"


def _stems(text: str) -> frozenset[str]:
    return frozenset(map(stem, text.split()))


_ALIKE_OF: Final[Mapping[str, frozenset[str]]] = {
    word: kind - {word} for kind in map(_stems, _KINDS) for word in kind
}
_ROLE_WORDS: Final = _stems(_ROLES)
_UNDOING_WORDS: Final = _stems(_UNDOING)
_COUNT_WORDS: Final = _stems(_COUNTS)


class Asked:
    """A question, as it is looked for in these sections. `words` are what it is about."""

    def __init__(self, question: str, context: str, sections: Sequence[Section]) -> None:
        product = found_words(" ".join({one.passage.product for one in sections}))
        self.words: Final = _about(question, product)
        self._context = _about(context, product) if context else frozenset()
        self._forms = _forms(question, self.words)
        self._undoes = bool(found_words(question) & _UNDOING_WORDS)
        self._is_trouble = _denies(question)
        self._wants = _wanted(question) or _wanted(context)
        self._weights = {word: self._rarity(word, sections) for word in self.words}

    def score(self, section: Section) -> float:
        """How well a section meets the question: higher is better."""
        total = sum(self._weights.values())
        met = sum(weight * self._place(word, section) for word, weight in self._weights.items())
        share = met / total if total else 0.0
        said_before = len(self._context & section.words) / max(1, len(self._context))
        return (
            share
            + _EXACT * self._exactness(section)
            + _FOR_CONTEXT * said_before
            + (share + _FOR_CONTEXT * said_before) * self._bonus(section)
            + share * self._trouble(section)
            - _UNDOES * share * self._is_undoing(section)
            - _PER_RANK * section.rank
            - _NOT_FIRST * (not section.is_first)
        )

    def found_in(self, section: Section) -> frozenset[str]:
        """The words of the question that a section has."""
        return frozenset(word for word in self.words if self._place(word, section))

    @property
    def reads_on(self) -> bool:
        """Whether a page's introduction leaves it unanswered."""
        return self._wants in (_HOW, _WHAT)

    @property
    def is_of_page(self) -> bool:
        """Whether it asks for all that a page says."""
        return self._wants is _WHAT

    def order(self, section: Section) -> list[int]:
        """The positions of a section's units, likeliest first."""
        # What the heading says already does not tell its units apart: the first ones say most.
        telling = [word for word in self.words if not self._meets(word, section.heading_words)]

        def worth(position: int) -> tuple[float, int]:
            unit = section.units[position]
            shared = sum(self._meets(word, unit.words) for word in telling)
            return -(shared + (self._wants is _HOW and unit.has_steps)), position

        return sorted(range(len(section.units)), key=worth)

    def share(self, text: str) -> float:
        """How much of the question stands in a text."""
        there = found_words(text)
        return sum(weight * self._meets(word, there) for word, weight in self._weights.items())

    def _rarity(self, word: str, sections: Sequence[Section]) -> float:
        having = sum(self._place(word, section) > 0 for section in sections)
        return 1 + log1p((len(sections) + 1) / (having + 0.5)) if having else 0.0

    def _place(self, word: str, section: Section) -> float:
        return max(
            self._meets(word, section.heading_words),
            _IN_TEXT * self._meets(word, section.text_words),
            (_ABOVE if section.heading else _ABOVE_INTRODUCTION) * self._meets(word, section.above),
        )

    def _meets(self, word: str, there: frozenset[str]) -> float:
        if self._forms[word] & there:
            return 1.0
        return _ALIKE if _ALIKE_OF.get(word, frozenset()) & there else 0.0

    def _exactness(self, section: Section) -> float:
        own = content(section.heading or section.passage.title)
        met = sum(any(self._forms[word] & {other} for word in self.words) for other in own)
        return met / len(own) if own else 0.0

    def _bonus(self, section: Section) -> float:
        """What it is worth that a section has what such questions want."""
        if self._wants is _WHO:
            return _SOMEBODY * bool(section.text_words & _ROLE_WORDS)
        listed = [block for unit in section.units for block in unit.blocks]
        if self._wants is _AMOUNT:
            return _FIGURE * any(_DIGIT.search(block.text) for block in listed)
        if self._wants is _WHAT:
            return _INTRODUCTION * (not section.heading)
        if self._wants is not _HOW:
            return 0.0
        return _STEPS * max(_steps(block) for block in listed)

    def _trouble(self, section: Section) -> float:
        if not _denies(section.heading):
            return 0.0
        return _TROUBLE if self._is_trouble else -_NO_TROUBLE

    def _is_undoing(self, section: Section) -> bool:
        return not self._undoes and bool(section.heading_words & _UNDOING_WORDS)


def _wanted(text: str) -> re.Pattern[str] | None:
    """What it asks for first: steps, somebody, a figure, or nothing in particular."""
    found = [(match.start(), kind) for kind in _WANTS if (match := kind.search(text.lower()))]
    return min(found, key=lambda one: one[0])[1] if found else None


def _denies(text: str) -> bool:
    return not NEGATIVES.isdisjoint(words(text))


def _steps(block: Block) -> float:
    """How likely a block holds steps: a list without numbers may hold anything."""
    return (block.kind is BlockKind.LIST) * (1.0 if block.is_numbered else 0.5)


def _about(text: str, product: frozenset[str]) -> frozenset[str]:
    """The words that say what is asked for. The product's own name stands on every page; a question
    of nothing but small words is about those."""
    small = frozenset(stem(word) for word in words(text) if len(word) > 2)
    telling = content(text) - product
    return telling - _COUNT_WORDS or telling or small - product or content(text)


def _forms(question: str, about: frozenset[str]) -> dict[str, frozenset[str]]:
    """For each word, what it is found by: itself, and what it is as one with its neighbours."""
    forms = {word: {word} for word in about}
    for one, other in pairwise(words(question)):
        for word in (stem(one), stem(other)):
            if word in forms:
                forms[word].add(stem(one + other))
    return {word: frozenset(found) for word, found in forms.items()}
