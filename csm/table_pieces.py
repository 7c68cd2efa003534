"""A row of a table as the sentences that it stands for: "Alert history | 180 days", below "Kept
for", is "Alert history is kept for 180 days"."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from csm.answer_words import AT_MOST, DENYING, NOT, at_most, is_number, is_telling
from csm.pieces import Part
from csm.statements import Clause, statement

_VERDICTS: Final = ("yes", "no")
_CELL_END: Final = re.compile(r"[:;.]\s")
# In words.
_LEAST_ALONE: Final = 4
_PARTING: Final = re.compile(r"^(.+?)\s+(?:of|in|on|for|to)\s+(.+)$")


def row_readings(
    head: Sequence[str], row: Sequence[str]
) -> Iterator[tuple[tuple[Part, ...], frozenset[str]]]:
    """A row read for each of its columns, in the orders that sentences about it may have, and the
    words of the heads."""
    if len(row) != len(head) or not row[0].strip():
        return
    around = frozenset(statement(head[0]).words)
    for title, cell in zip(head[1:], row[1:], strict=True):
        words = statement(title).words
        if not cell.strip() or any(word in DENYING for word in words):
            continue
        if cell.strip().lower() in _VERDICTS:
            yield from ((order, around) for order in _verdict_readings([title], row[0], cell))
            continue
        said = around.union(word for word in words if not is_telling(word))
        yield from ((order, said) for order in _cell_readings(title, row[0], cell))
    for verdict in _VERDICTS:
        titles = [
            title
            for title, cell in zip(head[1:], row[1:], strict=True)
            if cell.strip().lower() == verdict
        ]
        if len(titles) > 1:
            readings = _verdict_readings([" and ".join(titles)], row[0], verdict)
            yield from ((order, around) for order in readings)


def _verdict_readings(
    titles: Sequence[str], label: str, verdict: str
) -> Iterator[tuple[Part, ...]]:
    denial = (NOT,) if verdict.strip().lower() == "no" else ()
    heads = tuple(word for title in titles for word in statement(title).words)
    labels = statement(label).clauses
    one = [Part(Clause((*heads, *denial)), 0, 0)]
    yield (*one, *(Part(clause, 0, 1) for clause in labels))
    yield (*(Part(clause, 0, 1) for clause in labels), Part(Clause((*denial, *heads)), 0, 0))


def _cell_readings(title: str, label: str, cell: str) -> Iterator[tuple[Part, ...]]:
    heads = statement(title).words
    said = statement(cell).clauses
    if AT_MOST in heads:
        said = tuple(replace(clause, words=tuple(map(at_most, clause.words))) for clause in said)
    counted = tuple(word for word in heads if not is_telling(word))
    label_words, (first, rest) = statement(label).words, _parted(label)
    labels, cells = _grouped(statement(label).clauses, 0), _grouped(said, 1)
    yield (*labels, *cells)
    yield (*cells, *labels)
    if rest:
        yield (*_grouped([Clause((*rest, *first))], 0), *cells)
    if len(said) == 1 and (behind := _parted(cell))[1]:
        yield (*labels, Part(Clause((*behind[1], *behind[0])), group=1))
    # What a cell adds behind a colon says something by itself.
    for more in map(statement, _CELL_END.split(cell)[1:]):
        if len(more.words) >= _LEAST_ALONE and not more.points_back:
            yield _grouped(more.clauses, 0)
    for owner, noun in ((rest, first), (label_words, counted)):
        if noun and (counting := _grouped(_with_noun(said, noun), 1)):
            owners = (Part(Clause(owner)),) if owner else ()
            yield (*owners, *counting)
            yield (*counting, *owners)


def _parted(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The words before and behind the first "of" or "in": "rows" and "an imported file"."""
    parted = _PARTING.match(text)
    first, rest = (parted[1], parted[2]) if parted else (text, "")
    return statement(first).words, statement(rest).words


def _with_noun(said: Sequence[Clause], noun: Sequence[str]) -> tuple[Clause, ...]:
    """What a cell says, with what its first number counts behind it, where the cell does not say
    so: "600 a minute" are requests."""
    if not said or not said[0].words or not is_number(said[0].words[0]):
        return ()
    number, *rest = said[0].words
    if rest and rest[0] != "per":
        return ()
    return (replace(said[0], words=(number, *noun, *rest)), *said[1:])


def _grouped(clauses: Sequence[Clause], group: int) -> tuple[Part, ...]:
    return tuple(Part(clause, 0, group) for clause in clauses)
