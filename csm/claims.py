"""What a text claims: every number, amount, date, link, address and name in it, with its place.

The same reading is used for facts and for what is said of them, so that "1.2M" and "1,200,000",
or "3 March 2026" and "2026-03-03", can be compared. No digit of a text is ever left out: what
cannot be read as a number or a date is claimed as it stands.

Not seen: names in small letters; names made of ordinary words alone ("Ask Will Long"); and whether
a number is said to have risen or fallen.
"""

import re
import unicodedata
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from csm import claim_reading as reading
from csm.claim_reading import Day, Quantity
from csm.number_words import NUMBER_WORDS, SHARE_WORDS
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


# In characters.
LONGEST_TEXT: Final = 5_000

_EDGES: Final = " \u00a0()[]{}<>.,;:!?…\"'“”‘’*_"
_BLANK: Final = "\0"
_WORD: Final = re.compile(r"[^\W\d_]+")
# What may stand between the words of one name: "Casey Rivers", "O'Brien & Sons".
_JOINTS: Final = re.compile(r"[ \u00a0]|[-'’]| ?& ?")


def find_claims(text: str, allowed_names: Collection[str] = ()) -> list[Claim]:
    """Every claim of the text, in reading order. Names in `allowed_names` are no claims, nor are
    plain numbers in them where the whole name stands there exactly so. A name that states an
    amount, a share, a date or a count is no exception. Raises ValueError for a text longer than
    LONGEST_TEXT: reading takes time that grows with the square of its length."""
    if len(text) > LONGEST_TEXT:
        raise ValueError(f"a text of {len(text)} characters is too long to be checked")
    sheet = _Sheet(text)
    sheet.take(ClaimKind.LINK, reading.LINK, _as_written)
    sheet.take(ClaimKind.EMAIL, reading.EMAIL, _as_written)
    sheet.ignore(allowed_names)
    for pattern in reading.WRITTEN_DAYS:
        sheet.take(ClaimKind.DATE, pattern, reading.read_day)
    sheet.take(ClaimKind.DATE, reading.UNCLEAR_DAY, _as_written)
    sheet.take(ClaimKind.DATE, reading.RELATIVE_DAY, _as_written)
    for pattern in (reading.MONTH_ALONE, reading.MONTH_OR_WORD, reading.SHORT_MONTH):
        sheet.take(ClaimKind.DATE, pattern, reading.read_day)
    sheet.take(ClaimKind.DATE, reading.YEAR_ALONE, reading.read_year)
    sheet.take(ClaimKind.NUMBER, SHARE_WORDS, _as_written)
    sheet.take(ClaimKind.NUMBER, reading.BROKEN_NUMBER, reading.read_broken_number)
    sheet.take(ClaimKind.NUMBER, reading.NUMBER, reading.read_number)
    sheet.take(ClaimKind.NUMBER, NUMBER_WORDS, reading.read_number_words)
    sheet.take(ClaimKind.NUMBER, reading.ANY_WORD, reading.read_odd_number)
    sheet.take_names()
    return sorted(sheet.claims, key=lambda claim: claim.start)


class _Sheet:
    """A text of which what was claimed is blanked out, so that nothing is claimed twice."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._left = text
        self.claims: list[Claim] = []

    def ignore(self, names: Collection[str]) -> None:
        """Blank out names, longest first, where they stand as words of their own."""
        for name in sorted(names, key=len, reverse=True):
            if _WORD.search(name) and not _states_something(name):
                pattern = rf"(?<!\w){re.escape(name.strip())}(?!\w)"
                has_numbers = any(letter.isnumeric() for letter in name)
                for match in re.finditer(
                    pattern, self._left, re.NOFLAG if has_numbers else re.IGNORECASE
                ):
                    self._blank(match.start(), match.end())

    def take(
        self,
        kind: ClaimKind,
        pattern: re.Pattern[str],
        read: Callable[[re.Match[str]], Meaning | None],
    ) -> None:
        """Claim whatever matches in what is left and makes sense to `read`."""
        for match in pattern.finditer(self._left):
            meaning = read(match)
            start, end = match.span()
            if isinstance(meaning, str):
                end = start + len(match[0].rstrip(_EDGES))
                start += len(match[0]) - len(match[0].lstrip(_EDGES))
            if meaning is not None and start < end:
                self._claim(kind, start, end, meaning)

    def take_names(self) -> None:
        """Claim every run of words that are written like names."""
        for start, end in _name_runs(self._left):
            self._claim(ClaimKind.NAME, start, end, "")

    def _claim(self, kind: ClaimKind, start: int, end: int, meaning: Meaning) -> None:
        words = self._text[start:end]
        if isinstance(meaning, str):
            meaning = words
        elif isinstance(meaning, Quantity):
            kind = ClaimKind.MONEY if meaning.currency else kind
            if not meaning.unit and not meaning.currency:
                meaning = replace(meaning, unit=unit_after(self._text, end))
        self.claims.append(Claim(kind, words, start, end, meaning))
        self._blank(start, end)

    def _blank(self, start: int, end: int) -> None:
        self._left = self._left[:start] + _BLANK * (end - start) + self._left[end:]


def _states_something(name: str) -> bool:
    """Whether a name says more than a name does: "Grade green, ARR $9,999,999"."""
    return len(name) > LONGEST_TEXT or any(
        claim.kind in {ClaimKind.MONEY, ClaimKind.DATE}
        or (isinstance(claim.meaning, Quantity) and bool(claim.meaning.unit))
        for claim in find_claims(name)
    )


def _as_written(match: re.Match[str]) -> str:
    return match[0]


def _name_runs(text: str) -> Iterator[tuple[int, int]]:
    """Where runs of name-like words begin and end."""
    start = end = -1
    for word in _WORD.finditer(text):
        if not _is_like_a_name(word[0]):
            continue
        if start >= 0 and _JOINTS.fullmatch(text, end, word.start()):
            end = word.end()
            continue
        if start >= 0:
            yield start, end
        start, end = word.span()
    if start >= 0:
        yield start, end


def _is_like_a_name(word: str) -> bool:
    """Capitals anywhere, or letters of a script that has none, in a word that is not ordinary."""
    if word.casefold() in ORDINARY_WORDS:
        return False
    return any(unicodedata.category(letter) in {"Lu", "Lt", "Lo"} for letter in word)
