"""In which order days and numbers are looked for in a line, and which patterns are worth trying.

Nearly all the time of reading goes into patterns that cannot match, so each has a sign that every
match of it holds, which is quicker to see.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from csm import claim_reading as reading
from csm.claim_reading import Day, Quantity
from csm.number_words import NUMBER_SIGNS, NUMBER_WORDS, SHARE_SIGNS, SHARE_WORDS
from csm.units import CURRENCY_SIGNS, CURRENCY_WORDS

_WORD: Final = re.compile(r"[^\W\d_]+")
_PLAIN_WORD: Final = re.compile(r"[a-z]+")  # the same in small ASCII letters, and quicker
_DIGIT: Final = re.compile(r"\d")
# An address without a scheme has something right after a full stop.
_LINKED: Final = re.compile(r"(?<!\S)\S*?[:.。．｡]\S+")
_OF_LINKS: Final = re.compile(r"[:.。．｡]\S")
# Words of one of these are in all that is found in a line of plain letters but shares.
_ALL_WORDS: Final = reading.RELATIVE_WORDS | NUMBER_SIGNS
# Letters that patterns take for an "i" or an "s" in any case, and small letters are not.
ODD_CASES: Final = re.compile("[İıſ]")
# A number begins at most so many characters before its first digit: a sign, a currency, a blank.
_BEFORE_DIGITS: Final = 16

Find = Callable[[str], Iterator[re.Match[str]]]


class Signs:
    """What can be seen of a line at a glance."""

    def __init__(self, line: str) -> None:
        self.line = line
        self.folded = line.casefold()
        self.has_digits = _DIGIT.search(line) is not None
        self.has_odd_cases = not line.isascii() and ODD_CASES.search(line) is not None

    @cached_property
    def words(self) -> frozenset[str]:
        return frozenset(_words(self.folded))

    @cached_property
    def says_nothing(self) -> bool:
        """Whether no pass can match."""
        is_plain = not self.has_digits and self.line.isascii() and not _has_share(self)
        return is_plain and self.words.isdisjoint(_ALL_WORDS)

    def have(self, words: frozenset[str]) -> bool:
        return not self.words.isdisjoint(words)


def _words(folded: str) -> list[str]:
    return (_PLAIN_WORD if folded.isascii() else _WORD).findall(folded)


def may_have_numbers(text: str) -> bool:
    """Whether a number may be found in it, in digits or in words."""
    signs = Signs(text)
    return signs.has_digits or signs.has_odd_cases or signs.have(NUMBER_SIGNS)


@dataclass(frozen=True, slots=True)
class Pass:
    """How something is found in a line, what it means (None: nothing), and whether it can be
    there at all, unless the line has odd cases."""

    find: Find
    read: Callable[[re.Match[str]], Quantity | Day | str | None]
    can_match: Callable[[Signs], bool]


def as_written(match: re.Match[str]) -> str:
    return match[0]


def find_links(line: str) -> Iterator[re.Match[str]]:
    """Matches of LINK: none holds a blank, so only words with a sign of one are looked at."""
    for word in _LINKED.finditer(line) if _OF_LINKS.search(line) else ():
        yield from reading.LINK.finditer(line, *word.span())


def _find_numbers(line: str) -> Iterator[re.Match[str]]:
    """Matches of NUMBER, which tries many currencies at every place, near digits only."""
    is_money = _has_currency(line)
    pattern = reading.NUMBER if is_money else reading.NUMBER_WITHOUT_CURRENCY
    before = _BEFORE_DIGITS if is_money else 1  # a sign at most
    start = 0
    while digit := _DIGIT.search(line, start):
        match = pattern.search(line, max(start, digit.start() - before, 0))
        if match is None:
            return
        yield match
        start = match.end()


def _find_number_words(line: str) -> Iterator[re.Match[str]]:
    """Matches of NUMBER_WORDS, of which the quick one tells the places."""
    if not line.isascii():
        yield from NUMBER_WORDS.finditer(line)
        return
    for place in _QUICK_NUMBER_WORDS.finditer(line.lower()):
        if match := NUMBER_WORDS.match(line, place.start()):
            yield match


def _has_currency(line: str) -> bool:
    if CURRENCY_SIGNS.search(line) or not line.isascii():
        return True
    return not CURRENCY_WORDS.isdisjoint(_words(line.lower()))


def _minding_case(pattern: re.Pattern[str]) -> re.Pattern[str]:
    """Patterns that mind the case are much quicker."""
    return re.compile(pattern.pattern, pattern.flags & ~re.IGNORECASE)


_QUICK_NUMBER_WORDS: Final = _minding_case(NUMBER_WORDS)


def _in_any_case(pattern: re.Pattern[str]) -> Find:
    """The same matches in a line of plain letters, but for their cases."""
    quick = _minding_case(pattern)

    def find(line: str) -> Iterator[re.Match[str]]:
        return quick.finditer(line.lower()) if line.isascii() else pattern.finditer(line)

    return find


def _has_dashed_digits(signs: Signs) -> bool:
    return signs.has_digits and "-" in signs.line


def _has_parted_digits(signs: Signs) -> bool:
    return signs.has_digits and any(mark in signs.line for mark in "-/.")


def _has_month(signs: Signs) -> bool:
    return signs.have(reading.MONTH_WORDS)


def _has_month_and_digits(signs: Signs) -> bool:
    return signs.has_digits and _has_month(signs)


def _has_relative_day(signs: Signs) -> bool:
    return signs.have(reading.RELATIVE_WORDS)


def _has_year(signs: Signs) -> bool:
    return "19" in signs.line or "20" in signs.line


def _has_share(signs: Signs) -> bool:
    return signs.have(SHARE_SIGNS) or "illion" in signs.folded or "fold" in signs.folded


def _has_digits(signs: Signs) -> bool:
    return signs.has_digits


def _has_number_word(signs: Signs) -> bool:
    return signs.have(NUMBER_SIGNS)


def _has_odd_letters(signs: Signs) -> bool:
    return signs.has_digits or not signs.line.isascii()


_ISO_DAY, *_NAMED_DAYS = reading.WRITTEN_DAYS

DAY_PASSES: Final = (
    Pass(_ISO_DAY.finditer, reading.read_day, _has_dashed_digits),
    *(Pass(_in_any_case(day), reading.read_day, _has_month_and_digits) for day in _NAMED_DAYS),
    Pass(reading.UNCLEAR_DAY.finditer, as_written, _has_parted_digits),
    Pass(_in_any_case(reading.RELATIVE_DAY), as_written, _has_relative_day),
    Pass(reading.MONTH_ALONE.finditer, reading.read_day, _has_month),
    Pass(reading.MONTH_OR_WORD.finditer, reading.read_day, _has_month),
    Pass(_in_any_case(reading.SHORT_MONTH), reading.read_day, _has_month),
    Pass(reading.YEAR_ALONE.finditer, reading.read_year, _has_year),
)
NUMBER_PASSES: Final = (
    Pass(_in_any_case(SHARE_WORDS), as_written, _has_share),
    Pass(reading.BROKEN_NUMBER.finditer, reading.read_broken_number, _has_digits),
    Pass(_find_numbers, reading.read_number, _has_digits),
    Pass(_find_number_words, reading.read_number_words, _has_number_word),
    Pass(reading.ODD_WORD.finditer, reading.read_odd_number, _has_odd_letters),
)
