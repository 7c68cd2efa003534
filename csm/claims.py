"""What a text claims: every number, amount, date, link, address and name in it, with its place.

The same reading is used for facts and for what is said of them, so that "1.2M" and "1,200,000",
or "3 March 2026" and "2026-03-03", can be compared. No digit of a text is ever left out: what
cannot be read as a number or a date is claimed as it stands.

Not seen: names in small letters; names made of ordinary words alone ("Ask Will Long"); and whether
a number is said to have risen or fallen.
"""

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from typing import Final

from csm.claim_passes import DAY_PASSES, NUMBER_PASSES, ODD_CASES, Signs, as_written, find_links
from csm.claim_reading import EMAIL, Day, Quantity
from csm.ordinary_words import ORDINARY_WORDS
from csm.units import unit_after


class ClaimKind(StrEnum):
    NUMBER = "number"
    MONEY = "money"
    DATE = "date"
    EMAIL = "e-mail"
    LINK = "link"
    NAME = "name"


Meaning = Quantity | Day | str


@dataclass(frozen=True, slots=True)
class Claim:
    """One claim: `text[start:end]` of the text it was found in. The meaning is the words
    themselves where nothing can be worked out from them."""

    kind: ClaimKind
    text: str
    start: int
    end: int
    meaning: Meaning

    def moved(self, by: int) -> "Claim":
        """The same claim in a text in which so many characters stand before."""
        if not by:
            return self
        return Claim(self.kind, self.text, self.start + by, self.end + by, self.meaning)


# In characters.
LONGEST_TEXT: Final = 5_000

_EDGES: Final = " \u00a0()[]{}<>.,;:!?…\"'“”‘’*_"
_BLANK: Final = "\0"
_WORD: Final = re.compile(r"[^\W\d_]+")
# Only such a word can be written like a name.
_WITH_A_CAPITAL: Final = re.compile(r"(?<![^\W\d_])[a-z]*+[^\W\d_a-z][^\W\d_]*+")
_FROM_A_CAPITAL: Final = re.compile(r"[A-Z][A-Za-z]*+")
_OF_WORDS: Final = re.compile(r"\w")
# What may stand between the words of one name: "Casey Rivers", "O'Brien & Sons".
_JOINTS: Final = re.compile(r"[ \u00a0]|[-'’]| ?& ?")
_LONGEST_KEPT: Final = 300
_MOST_KEPT: Final = 4096


def find_claims(text: str, allowed_names: Collection[str] = ()) -> list[Claim]:
    """Every claim of the text, in reading order; none crosses a line break. Names in
    `allowed_names` are no claims, nor are plain numbers in them where the whole name stands there
    exactly so. A name that states an amount, a share, a date or a count is no exception. Raises
    ValueError for a text longer than LONGEST_TEXT: reading takes time that grows with the square
    of its length."""
    if len(text) > LONGEST_TEXT:
        raise ValueError(f"a text of {len(text)} characters is too long to be checked")
    if not allowed_names and "\n" not in text:
        return list(_claims_of(text, ()))
    names = sorted(filter(_is_only_a_name, allowed_names), key=len, reverse=True)
    names = _said(text, names)
    claims: list[Claim] = []
    start = 0
    for line in text.split("\n"):
        claims += (claim.moved(start) for claim in _claims_of(line, _said(line, names)))
        start += len(line) + 1
    return claims


def _claims_of(line: str, names: Sequence[str]) -> tuple[Claim, ...]:
    """The claims of one line, in reading order. Short lines come again: labels of facts,
    greetings, footers, and whole messages that are reviewed once more."""
    if len(line) > _LONGEST_KEPT:
        return _read(line, names)
    return _read_and_kept(line, tuple(names))


@lru_cache(maxsize=_MOST_KEPT)
def _read_and_kept(line: str, names: tuple[str, ...]) -> tuple[Claim, ...]:
    return _read(line, names)


def _read(line: str, names: Collection[str]) -> tuple[Claim, ...]:
    sheet = _Sheet(line)
    sheet.take(ClaimKind.LINK, find_links(line), as_written)
    if "@" in line:
        sheet.take(ClaimKind.EMAIL, EMAIL.finditer(sheet.left), as_written)
    sheet.ignore(names)
    signs = Signs(sheet.left)
    if not signs.says_nothing:
        _take_figures(sheet, signs)
    sheet.take_names()
    return tuple(sorted(sheet.claims, key=lambda claim: claim.start))


def _take_figures(sheet: "_Sheet", signs: Signs) -> None:
    """Days first, or their numbers would be claimed by themselves."""
    for kind, passes in ((ClaimKind.DATE, DAY_PASSES), (ClaimKind.NUMBER, NUMBER_PASSES)):
        for one in passes:
            if signs.has_odd_cases or one.can_match(signs):
                sheet.take(kind, one.find(sheet.left), one.read)


def _said(text: str, names: list[str]) -> list[str]:
    """The names that may stand in the text: the others need not be looked for."""
    if not names or (not text.isascii() and ODD_CASES.search(text)):
        return names
    folded = text.casefold()
    return [name for name in names if _sign_of(name) in folded]


@lru_cache(maxsize=_MOST_KEPT)
def _sign_of(name: str) -> str:
    """What a text holds in small letters if it holds the name in any case."""
    return "" if ODD_CASES.search(name) else name.strip().casefold()


class _Sheet:
    """A text of which what was claimed is blanked out, so that nothing is claimed twice."""

    def __init__(self, text: str) -> None:
        self._text = text
        self.left = text
        self.claims: list[Claim] = []

    def ignore(self, names: Iterable[str]) -> None:
        """Blank out names, in their order, where they stand as words of their own."""
        for name in names:
            for start, end in _places_of(name.strip(), self.left):
                self._blank(start, end)

    def take(
        self,
        kind: ClaimKind,
        matches: Iterable[re.Match[str]],
        read: Callable[[re.Match[str]], Meaning | None],
    ) -> None:
        """Claim whatever matches in what is left and makes sense to `read`."""
        for match in matches:
            meaning = read(match)
            start, end = match.span()
            if isinstance(meaning, str):
                end = start + len(match[0].rstrip(_EDGES))
                start += len(match[0]) - len(match[0].lstrip(_EDGES))
            if meaning is not None and start < end:
                self._claim(kind, start, end, meaning)

    def take_names(self) -> None:
        """Claim every run of words that are written like names."""
        for start, end in _name_runs(self.left):
            self._claim(ClaimKind.NAME, start, end, "")

    def _claim(self, kind: ClaimKind, start: int, end: int, meaning: Meaning) -> None:
        words = self._text[start:end]
        if isinstance(meaning, str):
            meaning = words
        elif isinstance(meaning, Quantity):
            kind = ClaimKind.MONEY if meaning.currency else kind
            is_bare = not meaning.unit and not meaning.currency
            if is_bare and (unit := unit_after(self._text, end)):
                meaning = replace(meaning, unit=unit)
        self.claims.append(Claim(kind, words, start, end, meaning))
        self._blank(start, end)

    def _blank(self, start: int, end: int) -> None:
        self.left = self.left[:start] + _BLANK * (end - start) + self.left[end:]


@lru_cache(maxsize=_MOST_KEPT)
def _is_only_a_name(name: str) -> bool:
    """Whether a name says no more than a name does: "Grade green, ARR $9,999,999" does."""
    if not _WORD.search(name) or "\n" in name or len(name) > LONGEST_TEXT:
        return False
    return not any(
        claim.kind in {ClaimKind.MONEY, ClaimKind.DATE}
        or (isinstance(claim.meaning, Quantity) and bool(claim.meaning.unit))
        for claim in find_claims(name)
    )


def _places_of(name: str, line: str) -> Iterator[tuple[int, int]]:
    """Where the name stands as words of its own; exactly so where it has numbers, else in any
    case."""
    has_numbers = any(map(str.isnumeric, name))
    if not has_numbers and not (name.isascii() and (line.isascii() or not ODD_CASES.search(line))):
        pattern = rf"(?<!\w){re.escape(name)}(?!\w)"
        yield from (match.span() for match in re.finditer(pattern, line, re.IGNORECASE))
        return
    # To look for a name that was never seen before is quicker than to make a pattern of it.
    where, what = (line, name) if has_numbers else (line.lower(), name.lower())
    start = where.find(what)
    while start >= 0:
        end = start + len(what)
        is_apart = not _OF_WORDS.match(where, max(start - 1, 0), start)
        is_whole = is_apart and not _OF_WORDS.match(where, end)
        if is_whole:
            yield start, end
        start = where.find(what, end if is_whole else start + 1)


def _name_runs(text: str) -> Iterator[tuple[int, int]]:
    """Where runs of name-like words begin and end."""
    start = end = -1
    for begins, ends in _with_capitals(text):
        if not _is_like_a_name(text[begins:ends]):
            continue
        if start >= 0 and _JOINTS.fullmatch(text, end, begins):
            end = ends
            continue
        if start >= 0:
            yield start, end
        start, end = begins, ends
    if start >= 0:
        yield start, end


def _with_capitals(text: str) -> Iterator[tuple[int, int]]:
    """Where the words with a capital begin and end."""
    if not text.isascii():
        yield from (word.span() for word in _WITH_A_CAPITAL.finditer(text))
        return
    # To look for the capital, and then for the letters before it, is quicker.
    for found in _FROM_A_CAPITAL.finditer(text):
        start, end = found.span()
        while start and "a" <= text[start - 1] <= "z":
            start -= 1
        yield start, end


@lru_cache(maxsize=_MOST_KEPT)
def _is_like_a_name(word: str) -> bool:
    """Capitals anywhere, or letters of a script that has none, in a word that is not ordinary."""
    if word.casefold() in ORDINARY_WORDS:
        return False
    return any(unicodedata.category(letter) in {"Lu", "Lt", "Lo"} for letter in word)
