"""What customers make of a message: how their words and emoji are understood."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from csm.guard_settings import Replies
from csm.no_more import Certainty, wants_no_more
from csm.outreach import Reaction
from csm.plain_words import NEGATIVES, bare, holds_phrase, words

# The strongest that was heard is kept.
_STRENGTH: Final = (Reaction.REPLIED, Reaction.POSITIVE, Reaction.NEGATIVE, Reaction.OPTED_OUT)
_READ: Final = 8000  # characters: what is meant stands at the beginning
_CLAUSE: Final = re.compile(r"[.!?;:,\n()]+")
_DENIALS: Final = (NEGATIVES | {"hardly", "nicht", "kein", "keine", "pas", "dont"}) - {
    "can't",
    "cannot",
    "couldn't",
}
# What may stand between a "not" and what it denies: "not a very good idea".
_BETWEEN: Final = frozenset(
    words(
        """a an the so very really that this it is it's was be been all too quite particularly
    exactly especially overly much such at think sounds looks sound look find seem seems like as any
    ein eine so sehr gar une très muy"""
    )
)


@dataclass(frozen=True, slots=True)
class Understood:
    """How a reply is meant. `is_unclear`: it may ask for no more messages, and a person must read
    it to be sure."""

    reaction: Reaction
    is_unclear: bool = False


def understood(text: str, replies: Replies) -> Understood:
    """What a reply says: that they want no more, that they are pleased or not, or something that
    only a person can tell."""
    read = text[:_READ]
    certainty = wants_no_more(read, replies)
    if certainty is Certainty.SURE:
        return Understood(Reaction.OPTED_OUT)
    if certainty is Certainty.UNCLEAR:
        return Understood(Reaction.NEGATIVE, is_unclear=True)
    return Understood(_mood(read, replies))


def reaction_of(emoji: str, replies: Replies) -> Reaction | None:
    """What an emoji (its name, with or without a skin tone) means; None for one that says
    nothing."""
    name = emoji.strip(":").split("::")[0]
    if name in replies.positive_reactions:
        return Reaction.POSITIVE
    return Reaction.NEGATIVE if name in replies.negative_reactions else None


def stronger(one: Reaction | None, other: Reaction) -> Reaction:
    """The one of them that says more."""
    return other if one is None else max(one, other, key=_STRENGTH.index)


def _mood(text: str, replies: Replies) -> Reaction:
    plain = bare(text)
    if any(holds_phrase(plain, phrase) for phrase in replies.negative):
        return Reaction.NEGATIVE
    clauses = [words(clause) for clause in _CLAUSE.split(text)]
    praise = [
        _is_denied(clause[:at])
        for clause in clauses
        for phrase in _praising(replies.positive)
        for at in _places(clause, phrase)
    ]
    if not praise:
        return Reaction.REPLIED
    return Reaction.NEGATIVE if any(praise) else Reaction.POSITIVE


def _places(clause: list[str], phrase: list[str]) -> list[int]:
    """Where the phrase begins in it."""
    last = len(clause) - len(phrase)
    return [at for at in range(last + 1) if clause[at : at + len(phrase)] == phrase]


def _is_denied(before: list[str]) -> bool:
    """Whether a "not" reaches as far as what follows."""
    while before and before[-1] in _BETWEEN:
        before = before[:-1]
    return bool(before) and before[-1] in _DENIALS


@lru_cache(maxsize=8)
def _praising(phrases: tuple[str, ...]) -> tuple[list[str], ...]:
    return tuple(words(phrase) for phrase in phrases)
