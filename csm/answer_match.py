"""Whether one piece of a passage says what a sentence of an answer says.

It does if the sentence is the piece with nothing but words left out of it: all that the sentence
says stands in the piece, in the piece's order, and of each clause of the piece that is used
everything is said that could change what it means. A sentence may add words of the heading that
the piece stands under, but no number and no word such as "not". Where there is doubt, it does not.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import Final

from csm.answer_words import DROPPABLE, FREE, LINK, SAID_BY_TABLES, is_number, is_telling
from csm.pieces import Part, Piece
from csm.statements import Clause, Statement

# How many places of a piece are tried that a sentence may begin at.
_MOST_TRIES: Final = 6


@dataclass(frozen=True, slots=True)
class Reading:
    """What a sentence says, in one of its orders, and which clause each word is in. `aim` are the
    words of a clause that may only repeat the heading: "To change it, …"."""

    words: tuple[str, ...]
    clauses: tuple[int, ...]
    points_back: bool
    aim: tuple[str, ...] = ()


def readings(said: Statement) -> list[Reading]:
    """The sentence in each of its orders."""
    found = [_reading(order, said.points_back) for order in said.orders]
    if said.has_front:
        found.append(_reading(said.clauses[1:], said.points_back, said.clauses[0].words))
    return found


def says_so(reading: Reading, piece: Piece) -> bool:
    """Whether the piece says all that the sentence does, and nothing that would change it."""
    if not knows(reading, piece) or _adds_to_a_number(reading, piece):
        return False
    wanted = [at for at, word in enumerate(reading.words) if word in piece.core]
    clauses = [reading.clauses[at] for at in wanted]
    return any(
        _keeps_apart(clauses, found, piece) and _is_whole(frozenset(found), piece, reading)
        for found in _places([reading.words[at] for at in wanted], piece.words)
    )


def knows(reading: Reading, piece: Piece) -> bool:
    """Whether the piece has every word of the sentence, in whatever order."""
    # A page's title may be named as a whole: one word of it may stand for something else.
    named = piece.title if piece.title.issubset(reading.words) else frozenset()
    return all(_has(piece, word) or word in named for word in reading.words) and all(
        word in FREE or (word in piece.around and not is_telling(word)) for word in reading.aim
    )


def _reading(order: Sequence[Clause], points_back: bool, aim: tuple[str, ...] = ()) -> Reading:
    said = [(word, number) for number, clause in enumerate(order) for word in clause.words]
    words, clauses = zip(*said, strict=True) if said else ((), ())
    return Reading(words, clauses, points_back, aim)


def _has(piece: Piece, word: str) -> bool:
    if word in piece.core or word in FREE or word.startswith(LINK):
        return True
    if piece.is_row and word in SAID_BY_TABLES:
        return True
    return word in piece.around and not is_telling(word)


def _adds_to_a_number(reading: Reading, piece: Piece) -> bool:
    """Whether something else is counted than in the piece: "5 owners" for "5 steps"."""
    words, clauses = reading.words, reading.clauses
    return any(
        is_number(words[at]) and clauses[at] == clauses[at + 1] and words[at + 1] not in piece.core
        for at in range(len(words) - 1)
    )


def _keeps_apart(clauses: Sequence[int], found: Sequence[int], piece: Piece) -> bool:
    """Whether what the piece says in two sentences is in two clauses here: the end of one is not
    the subject of the other."""
    sentences = [piece.sentences[position] for position in found]
    return all(
        one == other or before != after
        for (one, other), (before, after) in zip(
            pairwise(sentences), pairwise(clauses), strict=True
        )
    )


def _places(wanted: Sequence[str], words: Sequence[str]) -> Iterator[list[int]]:
    """Where the wanted words stand one after the other, as near together as they can."""
    start = 0
    for _ in range(_MOST_TRIES if wanted else 0):
        there = _find(wanted, words, range(start, len(words)))
        if not there:
            return
        back = _find(wanted[::-1], words, range(there[-1], -1, -1))
        yield back[::-1]
        start = back[-1] + 1


def _find(wanted: Sequence[str], words: Sequence[str], order: range) -> list[int]:
    """The positions of the wanted words, each after the one before; empty where one is missing."""
    found: list[int] = []
    for position in order:
        if words[position] == wanted[len(found)]:
            found.append(position)
            if len(found) == len(wanted):
                return found
    return []


def _is_whole(found: frozenset[int], piece: Piece, reading: Reading) -> bool:
    """Whether nothing that matters is left out: of each sentence that is used, of sentences
    between them, and of a row its name and its cell."""
    start = 0
    used: list[tuple[int, bool]] = []
    groups: set[int] = set()
    for number, parts in groupby(piece.parts, key=lambda part: part.sentence):
        said: list[tuple[Part, list[bool]]] = []
        for part in parts:
            end = start + len(part.clause.words)
            said.append((part, [position in found for position in range(start, end)]))
            start = end
        if any(any(is_said) for _, is_said in said):
            if not _is_sentence_whole(said, piece.topic):
                return False
            used.append((number, said[0][0].points_back))
            groups |= {part.group for part, is_said in said if any(is_said)}
    return (
        used[-1][0] - used[0][0] + 1 == len(used)
        and used[0][1] == reading.points_back
        and groups == {part.group for part in piece.parts}
    )


def _is_sentence_whole(said: Sequence[tuple[Part, list[bool]]], topic: frozenset[str]) -> bool:
    """Whether every clause of a sentence is said as a whole or not at all. One that says when the
    rest holds must be, and so must all numbers of a choice: "1, 2 or 5 years"."""
    is_choice = any("or" in part.clause.words for part, _ in said)
    for part, is_said in said:
        clause = part.clause
        if any(is_said):
            if not _is_clause_whole(clause, is_said, topic):
                return False
        elif clause.limits or (is_choice and any(map(is_number, clause.words))):
            return False
    return True


def _is_clause_whole(clause: Clause, is_said: Sequence[bool], topic: frozenset[str]) -> bool:
    """Of an order, what follows may be left out: "Open Trash at the bottom of the menu". Else one
    word of the page's titles may be, before another: the "password" of a "password reset"."""
    end = max(position for position, it_is in enumerate(is_said) if it_is)
    left_out = [
        position
        for position, word in enumerate(clause.words)
        if not is_said[position] and word not in DROPPABLE
    ]
    if any(is_telling(clause.words[position]) for position in left_out):
        return False
    if any(position and is_number(clause.words[position - 1]) for position in left_out):
        return False  # "15 minutes" are not 15
    if clause.is_order:
        return all(position > end for position in left_out)
    return len(left_out) <= 1 and all(
        position < end
        and is_said[position + 1]
        and {*clause.words[position : position + 2]} <= topic
        for position in left_out
    )
