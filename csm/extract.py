"""An answer in the documents' own words, made without a language model.

Of the passages that were found, the part under one heading that is likeliest to answer is taken,
whole where there is room. Nothing is rewritten, and nothing is cut within a sentence, a step, a
row or a piece of code.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from csm.extract_asked import Asked
from csm.extract_sections import Section, Unit, sections_of, without_stubs
from csm.knowledge import Passage
from csm.ports_answers import Sentence
from csm.sentences import Block, BlockKind

# Said where a list, a table or a paragraph goes on in the document.
REST: Final = "The rest is in the source."

# How many passages are read. Those further down are rarely what was asked for.
_MOST_PASSAGES: Final = 4
# Another section of the page is added where it has this part of the question's words, and either
# some that are missing so far, or, while there is little, this part of the best one's score.
_WORTH_ADDING: Final = 0.4
_AS_GOOD: Final = 0.65
# Part of the room below which there is little.
_LITTLE: Final = 0.35
# Another page is added where it has as many of the words that the first one is missing.
_WORTH_A_PAGE: Final = 2
_STEP: Final = re.compile(r"(?:step )?(\d{1,2})[.:)]? ", re.IGNORECASE)


def extract(
    question: str, passages: Sequence[Passage], longest: int, context: str = ""
) -> tuple[Sentence, ...]:
    """Pieces of the passages (best first) that are likeliest to answer, together about `longest`
    characters at most. Each is a paragraph or a part of one, a list, a table or a piece of code, as
    plain text (see `csm.sentences`), or the heading of a further section. `context` is what was
    said before, where the question leans on it. Empty when the passages hold nothing that can stand
    by itself."""
    own = [passage.link for passage in passages if passage.link]
    sections = [
        section
        for rank, passage in enumerate(passages[:_MOST_PASSAGES])
        for section in sections_of(passage, rank, own)
    ]
    asked = Asked(question, context, sections)
    scores = [asked.score(section) for section in sections]
    ranked = sorted(range(len(sections)), key=lambda place: -scores[place])
    answer = _Answer(asked, sections, longest)
    for place in ranked:
        best = scores[ranked[0]]
        if answer.wants(place, scores[place] / best if best > 0 else 1.0):
            answer.add(place)
    return answer.pieces()


def joined(sentences: Iterable[Sentence], *, flowing: bool) -> str:
    """The pieces as one text. `flowing` sentences make up a paragraph; others stand apart."""
    text = ""
    for sentence in sentences:
        is_apart = not flowing or "\n" in sentence.text or "\n" in text.rsplit("\n\n", 1)[-1]
        text += ("\n\n" if is_apart else " ") + sentence.text if text else sentence.text
    return text


class _Answer:
    """What was taken so far of which sections, by their places, and how much room is left."""

    def __init__(self, asked: Asked, sections: Sequence[Section], longest: int) -> None:
        self._asked = asked
        self._sections = sections
        self._longest = longest
        self._room = longest
        self._missing = asked.words
        self._taken: dict[int, list[Block]] = {}
        self._page: tuple[str, str] | None = None
        self._is_partial = False

    def pieces(self) -> tuple[Sentence, ...]:
        """The likeliest section first, but numbered ones as they are numbered; every section but
        the first under its heading."""
        pieces: list[Sentence] = []
        for place in sorted(self._taken, key=lambda at: _number(self._sections[at])):
            section = self._sections[place]
            ids = (section.passage.id,)
            if section.heading and (pieces or _number(section)):
                pieces.append(Sentence(section.heading, ids))
            pieces += (Sentence(block.text, ids) for block in self._taken[place])
        if self._is_partial and pieces:
            pieces.append(Sentence(REST, pieces[-1].passages))
        return tuple(pieces)

    def wants(self, place: int, goodness: float) -> bool:
        """Whether a section adds to the answer. `goodness` is its score, where the best has 1."""
        section = self._sections[place]
        if self._page is None or place in self._taken:
            return self._page is None
        found = self._asked.found_in(section)
        news = self._missing & found
        if len(found) < _WORTH_ADDING * len(self._asked.words):
            return False
        if section.page != self._page:
            return len(news) >= max(_WORTH_A_PAGE, _WORTH_ADDING * len(self._asked.words))
        return bool(news) or (self._is_little and goodness >= _AS_GOOD)

    @property
    def _is_little(self) -> bool:
        return self._room > (1 - _LITTLE) * self._longest

    def add(self, place: int) -> None:
        """Take what there is room for; of the first section at least its beginning. Where that is
        a step of its page, the steps from the first one on; where it only introduces its page, what
        comes next, too."""
        if self._page is not None:
            self._take(place)
            return
        self._page = self._sections[place].page
        first, *others = self._steps(place) or [place]
        if not self._take(first):
            self._take_beginning(first)
            return
        if _number(self._sections[first]):
            is_whole = _number(self._sections[first]) == 1 and all(map(self._take, others))
            self._is_partial |= not is_whole
        elif not self._sections[place].heading and self._asked.reads_on:
            self._read_on(place)

    def _take(self, place: int) -> bool:
        """Take what fits, and say whether anything does."""
        shown = list(self._fitting(self._sections[place]))
        if shown:
            self._keep(place, shown)
        return bool(shown)

    def _take_beginning(self, place: int) -> None:
        self._is_partial = True
        self._keep(place, without_stubs(list(self._cut(self._sections[place]))))

    def _keep(self, place: int, shown: list[Block]) -> None:
        section = self._sections[place]
        self._is_partial |= section.is_partial or len(shown) < _count(section)
        self._missing -= self._asked.found_in(section)
        self._taken[place] = shown
        self._room -= sum(len(block.text) + 2 for block in shown) + len(section.heading) + 2

    def _steps(self, place: int) -> list[int]:
        """The sections of a page that are its steps, in their order, if this is one of them."""
        page = self._sections[place].page
        steps = [
            at for at, one in enumerate(self._sections) if one.page == page and _number(one) > 0
        ]
        return sorted(steps, key=lambda at: _number(self._sections[at])) if place in steps else []

    def _read_on(self, place: int) -> None:
        passage = self._sections[place].passage
        for after in range(place + 1, len(self._sections)):
            if self._sections[after].passage is not passage:
                return
            if not (self._is_little and self._take(after)):
                self._is_partial |= self._asked.is_of_page
                return

    def _fitting(self, section: Section) -> Iterator[Block]:
        """The units that fit, likeliest first, given back in their order."""
        room = self._room - len(section.heading) - 2
        chosen: list[int] = []
        for position in self._asked.order(section):
            room -= section.units[position].size
            if room < 0:
                break
            chosen.append(position)
        for position in sorted(chosen):
            yield from section.units[position].blocks

    def _cut(self, section: Section) -> Iterator[Block]:
        """As much of the likeliest unit as there is room for."""
        unit: Unit = section.units[self._asked.order(section)[0]]
        room = self._room - len(REST) - 2
        for number, block in enumerate(unit.blocks):
            parts = self._parts(block, room)
            if not parts and number:
                return
            # Even a first sentence that is too long is better than none.
            shown = Block(block.kind, parts or block.parts[:1])
            yield shown
            room -= len(shown.text) + 2
            if len(shown.parts) < len(block.parts):
                return

    def _parts(self, block: Block, room: int) -> tuple[str, ...]:
        """As many parts as there is room for. Code is given whole or not at all, a table's rows
        with the header and the likeliest first, steps from the first one on, and a paragraph from
        its likeliest sentence on."""
        if block.kind is BlockKind.CODE:
            return block.parts if len(block.text) <= room else ()
        shared = [self._asked.share(part) for part in block.parts]
        if block.kind is BlockKind.TABLE:
            rows = sorted(range(1, len(shared)), key=lambda i: -shared[i])
            chosen = _within([0, *rows], block.parts, room)
            return tuple(block.parts[i] for i in sorted(chosen))
        start = shared.index(max(shared)) if block.kind is BlockKind.PARAGRAPH else 0
        chosen = _within(range(start, len(shared)), block.parts, room)
        return tuple(block.parts[i] for i in chosen)


def _number(section: Section) -> int:
    """The number of a section that is a step of its page; 0 for any other."""
    step = _STEP.match(section.heading)
    return int(step[1]) if step else 0


def _count(section: Section) -> int:
    return sum(len(unit.blocks) for unit in section.units)


def _within(order: Iterable[int], parts: Sequence[str], room: int) -> list[int]:
    """The first of them that fit together."""
    taken: list[int] = []
    for position in order:
        room -= len(parts[position]) + 1
        if room < 0:
            break
        taken.append(position)
    return taken
