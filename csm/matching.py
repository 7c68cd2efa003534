"""Finding the account that somebody means, as people type names.

Case, accents, spacing and punctuation do not matter; an id, an alias or the web domain will do; a
part of the name will do; a typo is forgiven when nothing else comes near. The similarity is
rapidfuzz's: the indel distance for typos, token by token for parts of names.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from rapidfuzz import fuzz, process

from csm.naming import fold
from csm.ports import AccountName

# Below this similarity (0 to 100) two names are different names, not a typo of one.
TYPO_SIMILARITY: Final = 80
# The best match must be this much better than the next to be taken without asking.
CLEAR_LEAD: Final = 8
# A name this similar is worth offering when nothing matched.
NEAREST_SIMILARITY: Final = 45
MOST_CHOICES: Final = 5
# Shorter words stand inside too many names to be looked for inside a sentence.
SHORTEST_NAME_IN_TEXT: Final = 3


@dataclass(frozen=True, slots=True)
class Match:
    """One account, or several to choose from, or none and the nearest by name."""

    found: AccountName | None = None
    choices: tuple[AccountName, ...] = ()
    nearest: tuple[AccountName, ...] = ()


def match(query: str, names: Sequence[AccountName]) -> Match:
    """The account meant by `query` among all names by which accounts are known."""
    folded = fold(query)
    if not folded:
        return Match()
    return (
        _decided([name for name in names if name.folded == folded])
        or _decided([name for name in names if _words_only(name.folded) == _words_only(folded)])
        or _decided([name for name in names if _starts_a_word(folded, name.folded)])
        or _typo(folded, names)
    )


def _starts_a_word(folded: str, name: str) -> bool:
    return name.startswith(folded) or f" {folded}" in name


def _decided(names: Sequence[AccountName]) -> Match | None:
    accounts = _one_each(names)
    if not accounts:
        return None
    if len(accounts) == 1:
        return Match(found=accounts[0])
    return Match(choices=accounts[:MOST_CHOICES])


def _typo(folded: str, names: Sequence[AccountName]) -> Match:
    ranked = process.extract(
        folded,
        [name.folded for name in names],
        scorer=fuzz.ratio,
        limit=4 * MOST_CHOICES,
        score_cutoff=NEAREST_SIMILARITY,
    )
    near = [(names[position], score) for _, score, position in ranked]
    close = [(name, score) for name, score in near if score >= TYPO_SIMILARITY]
    if close:
        best = close[0][1]
        return _decided([name for name, score in close if score > best - CLEAR_LEAD]) or Match()
    return Match(nearest=_one_each([name for name, _ in near])[:MOST_CHOICES])


def _one_each(names: Sequence[AccountName]) -> tuple[AccountName, ...]:
    return tuple({name.account_id: name for name in reversed(names)}.values())[::-1]


def named_in(text: str, names: Sequence[AccountName]) -> Match:
    """The account whose name stands in a sentence, or the several whose names do."""
    padded = f" {_words_only(fold(text))} "
    standing = [
        name
        for name in names
        if len(name.folded) >= SHORTEST_NAME_IN_TEXT and f" {_words_only(name.folded)} " in padded
    ]
    # "Acme" also stands in "Acme Robotics", where it is not what is meant.
    folded = {name.folded for name in standing}
    whole = [name for name in standing if not _is_part_of(name.folded, folded)]
    return _decided(whole) or Match()


def _is_part_of(name: str, others: set[str]) -> bool:
    return any(name != other and name in other for other in others)


def _words_only(folded: str) -> str:
    return " ".join("".join(c if c.isalnum() else " " for c in folded).split())
