"""Every claim of a text, checked against the facts that the text was made from.

What backs what:

- A number is backed by an equal one, rounded as it is shown: "1.2M" by 1,234,567, but not the other
  way round, and with a scale within 5 % of it. Where both state a unit they must agree: "12 days"
  is not backed by "12 seats". Per cent are backed by per cent alone, and money by money of the same
  currency alone. The sign counts where both show one. Number words ("twelve") are numbers; shares
  and multiples ("half", "two thirds", "doubled") are backed only by the same words.
- A date is backed by a date that says at least as much: "March 2026" by 2026-03-03, not the other
  way round. A year alone must be spoken of as one ("in 2026"). "Today",
  "next Tuesday" or "last month" are backed only by the same words.
- Links and e-mail addresses must stand in a fact exactly so.
- A run of capitalised words must stand in a fact, or among the allowed names.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property, lru_cache
from itertools import chain
from typing import Final

from csm.claim_passes import may_have_numbers
from csm.claim_reading import Day, Quantity
from csm.claims import LONGEST_TEXT, Claim, ClaimKind, find_claims
from csm.fact_line import FactLine
from csm.units import PERCENT, unit_of_label

# A rounded number is this close to the fact, as a part of it: "$1M" says nothing of $500,000.
_MOST_ROUNDED: Final = Decimal("0.05")
_NO_LETTERS: Final = re.compile(r"[\W_]+")
_NO_PLAIN_LETTERS: Final = re.compile(r"[^a-z0-9]+")  # the same in ASCII, and quicker
_COMES_FROM: Final = re.compile(r"[\w.,]")
_GOES_ON: Final = re.compile(r"\w|[.,]\d")
_DIGITS: Final = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Grounding:
    """The claims of a text in reading order, and those of them that no fact backs."""

    claims: tuple[Claim, ...]
    unsupported: tuple[Claim, ...]

    @property
    def is_grounded(self) -> bool:
        return not self.unsupported


def check(text: str, facts: Sequence[FactLine], allowed_names: Collection[str] = ()) -> Grounding:
    """Which claims the text makes, and which of them the facts do not back.

    Characters that nobody sees must have been taken out of the text, see `csm.visible_text`: they
    could hide in a number. Raises ValueError for a text longer than LONGEST_TEXT; what goes beyond
    that in a fact backs nothing.
    """
    known = known_from(facts, allowed_names)
    claims = tuple(find_claims(text, allowed_names))
    return Grounding(claims, tuple(claim for claim in claims if not known.backs(claim)))


class Known:
    """What facts and allowed names back. Each fact is read when it is first needed, those first
    that hold the claimed words."""

    def __init__(self, facts: Iterable[FactLine], allowed_names: Iterable[str]) -> None:
        self._facts = [_KnownFact((fact.name, fact.value, fact.source)) for fact in facts]
        # What is allowed says nothing: it only has names and addresses.
        self._named = [*self._facts, *(_KnownFact((name,)) for name in allowed_names)]

    def backs(self, claim: Claim) -> bool:
        """Whether a fact says as much as the claim."""
        match claim.meaning:
            case Quantity() as number:
                return any(fact.backs_number(number) for fact in self._by_digits(claim))
            case Day() as day:
                return any(fact.backs_day(day) for fact in self._by_digits(claim))
        said = claim.text.casefold()
        match claim.kind:
            case ClaimKind.LINK:
                return any(claim.text in fact.links for fact in self._named if said in fact.text)
            case ClaimKind.EMAIL:
                return any(said in fact.emails for fact in self._named if said in fact.text)
            case ClaimKind.NAME:
                return self._names(_words(said))
            case _:
                return any(fact.says(said) for fact in self._facts if said in fact.text)

    def _by_digits(self, claim: Claim) -> Iterator["_KnownFact"]:
        """Every fact, those first that hold the same digits or words: the others are seldom to
        be read then."""
        digits = frozenset(_DIGITS.findall(claim.text))
        if not digits and isinstance(claim.meaning, Quantity):
            digits = frozenset({str(int(claim.meaning.size))})
        said = claim.text.casefold()
        likely = [fact for fact in self._facts if fact.may_hold(said, digits)]
        yield from likely
        yield from (fact for fact in self._facts if fact not in likely)

    def _names(self, name: str) -> bool:
        """Whether a fact has these words, one after the other."""
        first = name.split(" ", 1)[0]
        return any(f" {name} " in fact.words for fact in self._named if first in fact.text)


class _KnownFact:
    """What one fact says: its label, its value and its source."""

    def __init__(self, texts: tuple[str, ...]) -> None:
        self._texts = texts
        self.text = "\n".join(texts).casefold()
        self._digits = frozenset(_DIGITS.findall(self.text))

    def may_hold(self, said: str, digits: frozenset[str]) -> bool:
        """Whether it has the digits of what was said, or where that has none, its words."""
        return digits <= self._digits if digits else said in self.text

    @cached_property
    def words(self) -> str:
        return f" {' / '.join(map(_words, self._texts))} "

    @cached_property
    def _claims(self) -> list[list[Claim]]:
        return [find_claims(text[:LONGEST_TEXT]) for text in self._texts]

    @cached_property
    def links(self) -> frozenset[str]:
        return frozenset(one.text for one in self._all() if one.kind is ClaimKind.LINK)

    @cached_property
    def emails(self) -> frozenset[str]:
        return frozenset(one.text.casefold() for one in self._all() if one.kind is ClaimKind.EMAIL)

    @cached_property
    def _numbers(self) -> list[Quantity]:
        """In a fact such as "Open tickets: 3" a number without a unit of its own gets the label's,
        so that "3 days" is not backed by it."""
        if not may_have_numbers("\n".join(self._texts)):
            return []
        units = ("", unit_of_label(self._texts[0]), "")
        return [
            number if number.unit or number.currency else replace(number, unit=unit)
            for claims, unit in zip(self._claims, units, strict=True)
            for number in (claim.meaning for claim in claims)
            if isinstance(number, Quantity)
        ]

    def backs_number(self, number: Quantity) -> bool:
        return any(_is_backed_by(number, known) for known in self._numbers)

    def backs_day(self, day: Day) -> bool:
        days = (claim.meaning for claim in self._all() if isinstance(claim.meaning, Day))
        if any(_says_as_much(known, day) for known in days):
            return True
        is_year = day.year is not None and day.month is None
        return is_year and self.backs_number(Quantity(Decimal(day.year or 0), Decimal(1)))

    def says(self, words: str) -> bool:
        """Whether it holds these words in small letters, not as a part of longer ones."""
        start = self.text.find(words)
        while start >= 0:
            goes_on = _GOES_ON.match(self.text, start + len(words))
            if not goes_on and not _COMES_FROM.match(self.text, max(start - 1, 0), start):
                return True
            start = self.text.find(words, start + 1)
        return False

    def _all(self) -> Iterator[Claim]:
        return chain.from_iterable(self._claims)


def known_from(facts: Iterable[FactLine], allowed_names: Iterable[str] = ()) -> Known:
    """The facts, ready to be asked: the same ones are read once."""
    return _known_from(tuple(facts), tuple(allowed_names))


@lru_cache(maxsize=64)
def _known_from(facts: tuple[FactLine, ...], allowed_names: tuple[str, ...]) -> Known:
    return Known(facts, allowed_names)


def _is_backed_by(claimed: Quantity, known: Quantity) -> bool:
    if claimed.currency != known.currency and (claimed.currency or claimed.unit):
        return False
    if claimed.unit == PERCENT and known.unit != PERCENT:
        return False
    if claimed.unit and known.unit and claimed.unit != known.unit:
        return False
    if claimed.sign and known.sign and claimed.sign != known.sign:
        return False
    error = abs(claimed.size - known.size)
    is_scaled = claimed.step > 1
    return error * 2 <= claimed.step and not (is_scaled and error > _MOST_ROUNDED * known.size)


def _says_as_much(known: Day, claimed: Day) -> bool:
    pairs = (
        (claimed.year, known.year),
        (claimed.month, known.month),
        (claimed.day, known.day),
    )
    return all(said is None or said == fact for said, fact in pairs)


def _words(text: str) -> str:
    """The text's words in small letters, one space apart, so that only they are compared."""
    small = text.casefold()
    return (_NO_PLAIN_LETTERS if small.isascii() else _NO_LETTERS).sub(" ", small).strip()
