"""A card's summary where it is shown: it is for notifications, and not to be read twice."""

import re
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from typing import Final

from csm.card import Block, Bullet, Bullets, Card, Fact, Fields, Heading, Note, Table, Text

# Blocks from which on the summary is looked for: what stands further down may have no room.
_FIRST: Final = 4
_WORD: Final = re.compile(r"\w+")


def shown_summary(card: Card) -> str:
    """What is shown of the summary above the blocks: nothing where it is the title, or where they
    begin with it or with what it was shortened from; of "Jo asks: how …" the part that they do not
    begin with."""
    said = card.summary.strip()
    if said == card.title.strip() or _is_said(said, card.blocks):
        return ""
    head, colon, tail = said.partition(": ")
    return f"{head}:" if colon and _is_said(tail, card.blocks) else said


def _is_said(text: str, blocks: tuple[Block, ...]) -> bool:
    wanted = _words(text)
    if text.endswith("…"):
        wanted = wanted[:-1]  # perhaps half a word
    return bool(wanted) and any(
        _begin_with(blocks[start:], wanted) for start in range(min(_FIRST, len(blocks)))
    )


def _begin_with(blocks: Iterable[Block], wanted: list[str]) -> bool:
    words = chain.from_iterable(_words(text) for block in blocks for text in _texts(block))
    return list(islice(words, len(wanted))) == wanted


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())


def _texts(block: Block) -> Iterator[str]:
    match block:
        case Heading(text=text) | Text(text=text) | Note(text=text):
            yield text
        case Fields(items=facts):
            yield from chain.from_iterable(map(_fact, facts))
        case Bullets(items=items):
            yield from chain.from_iterable(map(_bullet, items))
        case Table(rows=rows):
            yield from chain.from_iterable(rows)


def _fact(fact: Fact) -> tuple[str, str]:
    return fact.label, fact.value


def _bullet(bullet: Bullet) -> tuple[str, str]:
    return bullet.lead, bullet.text
