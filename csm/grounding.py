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
from typing import Final

from csm.claim_reading import Day, Quantity
from csm.claims import LONGEST_TEXT, Claim, ClaimKind, find_claims
from csm.ports import FactLine
from csm.units import PERCENT, unit_of_label

# A rounded number is this close to the fact, as a part of it: "$1M" says nothing of $500,000.
_MOST_ROUNDED: Final = Decimal("0.05")
_NO_LETTERS: Final = re.compile(r"[\W_]+")


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
    known = _Known(facts, allowed_names)
    claims = tuple(find_claims(text, allowed_names))
    return Grounding(claims, tuple(claim for claim in claims if not known.backs(claim)))


class _Known:
    """The facts, read."""

    def __init__(self, facts: Sequence[FactLine], allowed_names: Collection[str]) -> None:
        texts = [text for fact in facts for text in (fact.name, fact.value, fact.source)]
        claims = [claim for text in texts for claim in find_claims(text[:LONGEST_TEXT])]
        self._numbers = list(_numbers(facts))
        self._days = [c.meaning for c in claims if isinstance(c.meaning, Day)]
        claims += [claim for name in allowed_names for claim in find_claims(name[:LONGEST_TEXT])]
        self._links = {c.text for c in claims if c.kind is ClaimKind.LINK}
        self._emails = {c.text.casefold() for c in claims if c.kind is ClaimKind.EMAIL}
        self._texts = [text.casefold() for text in texts]
        self._words = f" {' / '.join(_words(text) for text in (*texts, *allowed_names))} "

    def backs(self, claim: Claim) -> bool:
        match claim.meaning:
            case Quantity() as number:
                return self._backs_number(number)
            case Day() as day:
                return self._backs_day(day)
        match claim.kind:
            case ClaimKind.LINK:
                return claim.text in self._links
            case ClaimKind.EMAIL:
                return claim.text.casefold() in self._emails
            case ClaimKind.NAME:
                return f" {_words(claim.text)} " in self._words
            case _:
                return self._says(claim.text)

    def _backs_number(self, number: Quantity) -> bool:
        return any(_is_backed_by(number, known) for known in self._numbers)

    def _backs_day(self, day: Day) -> bool:
        if any(_says_as_much(known, day) for known in self._days):
            return True
        is_year = day.year is not None and day.month is None
        return is_year and self._backs_number(Quantity(Decimal(day.year or 0), Decimal(1)))

    def _says(self, words: str) -> bool:
        """Whether a fact holds these words, not as a part of longer ones."""
        pattern = rf"(?<![\w.,]){re.escape(words.casefold())}(?!\w|[.,]\d)"
        return any(re.search(pattern, text) for text in self._texts)


def _numbers(facts: Iterable[FactLine]) -> Iterator[Quantity]:
    """Every number of the facts. In a fact such as "Open tickets: 3" a number without a unit of
    its own gets the label's, so that "3 days" is not backed by it."""
    for fact in facts:
        label_unit = unit_of_label(fact.name)
        for text, unit in ((fact.name, ""), (fact.value, label_unit), (fact.source, "")):
            for claim in find_claims(text[:LONGEST_TEXT]):
                if isinstance(claim.meaning, Quantity):
                    own = claim.meaning.unit or claim.meaning.currency
                    yield claim.meaning if own else replace(claim.meaning, unit=unit)


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
    return _NO_LETTERS.sub(" ", text.casefold()).strip()
