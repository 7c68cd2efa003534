"""A message as its rules look at it: read once, however many rules there are."""

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property, lru_cache
from typing import Final

from csm.claims import LONGEST_TEXT
from csm.guard.phrases import Phrases, Said, bare_phrases, said_by
from csm.guard.verdict import Outgoing
from csm.ordinary_words import ORDINARY_WORDS
from csm.plain_words import folded, put_together, unmasked_from, words_of
from csm.visible_text import hides_nothing, visible
from csm.web_addresses import addresses

# Blanks that `visible` would take away, of those that hide nothing.
_UNTIDY: Final = ("  ", " \n", "\n ", "\t", "\u00a0")


class Reading:
    """One text, in every form in which somebody may have hidden something in it."""

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def seen(self) -> str:
        """The text as people see it, line by line."""
        if hides_nothing(self.text) and not any(gap in self.text for gap in _UNTIDY):
            return self.text
        return "\n".join(map(visible, self.text.splitlines()))

    @cached_property
    def forms(self) -> tuple[str, ...]:
        """As it was written and, if that differs, as it is seen and as it is meant."""
        return tuple(dict.fromkeys((self.text, self.seen, self.folded)))

    @cached_property
    def folded(self) -> str:
        return folded(self.text)

    @cached_property
    def bare(self) -> str:
        """Its words one blank apart."""
        return " ".join(words_of(self.folded))

    @cached_property
    def bare_forms(self) -> tuple[str, ...]:
        """Its words, and if they differ, those that look-alike letters or gaps hide."""
        is_plain = self.folded.isascii()
        meant = put_together(self.bare) if is_plain else unmasked_from(self.folded)
        return tuple(dict.fromkeys((self.bare, meant)))

    @cached_property
    def said(self) -> tuple[Said, ...]:
        """Its words with their stems, for each of the bare forms."""
        return tuple(map(_said_in, self.bare_forms))

    def holds(self, phrases: Phrases, harmless: tuple[str, ...] = ()) -> list[str]:
        """The phrases that it holds in any form, elsewhere than in those that are harmless."""
        found = _held(self.said, phrases)
        if not found or not harmless:
            return found
        rest = (_without(form, bare_phrases(harmless)) for form in self.bare_forms)
        return _held(map(_said_in, rest), phrases)

    @cached_property
    def addresses(self) -> tuple[str, ...]:
        """All that may be web addresses, as written and as seen."""
        seen = () if self.seen == self.text else addresses(self.seen)
        return tuple(dict.fromkeys((*addresses(self.text), *seen)))

    @cached_property
    def parts(self) -> tuple[str, ...]:
        """What is seen, in parts that can be checked; a line is cut only where it is too long by
        itself."""
        if len(self.seen) <= LONGEST_TEXT:
            return (self.seen,)
        return tuple(_together(self.seen.split("\n")))


def reading_of(outgoing: Outgoing) -> Reading:
    """The whole message: outreach with its subject."""
    if outgoing.addressed is None:
        return reading(outgoing.text)
    return reading(f"{outgoing.addressed.subject}\n{outgoing.text}")


def readings_of(outgoing: Outgoing) -> tuple[Reading, ...]:
    """The whole message, and each link beside it."""
    return (reading_of(outgoing), *map(reading, outgoing.links))


@lru_cache(maxsize=256)
def reading(text: str) -> Reading:
    return Reading(text)


def _held(some: Iterable[Said], phrases: Phrases) -> list[str]:
    return list(dict.fromkeys(one for said in some for one in phrases.said_in(said)))


def _said_in(form: str) -> Said:
    words = form.split()
    return said_by(words, tuple(_joined(words)))


def _joined(words: Sequence[str]) -> Iterator[str]:
    """Two and three words as one, unless each of them is an ordinary word by itself."""
    odd = [at for at, word in enumerate(words) if word not in ORDINARY_WORDS]
    for count in (2, 3):
        starts = {start for at in odd for start in range(at - count + 1, at + 1)}
        for start in starts:
            if 0 <= start <= len(words) - count:
                yield "".join(words[start : start + count])


def _without(form: str, phrases: Sequence[str]) -> str:
    """Bare words, with a mark that is no word in place of those phrases."""
    text = f" {form} "
    for phrase in phrases:
        text = text.replace(f" {phrase} ", " / ")
    return text.strip()


def _together(lines: Sequence[str]) -> Iterator[str]:
    """Lines in parts of at most LONGEST_TEXT characters."""
    part = ""
    for line in lines:
        for start in range(0, len(line), LONGEST_TEXT):
            piece = line[start : start + LONGEST_TEXT]
            if len(part) + 1 + len(piece) > LONGEST_TEXT:
                yield part
                part = piece
            else:
                part = f"{part}\n{piece}" if part else piece
    yield part
