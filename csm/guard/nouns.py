"""Words with a capital that name nobody, because their language writes all nouns so."""

from typing import Final

from csm.claims import Claim, ClaimKind

_WITH_CAPITAL_NOUNS: Final = frozenset({"de", "lb"})


def may_be_noun(claim: Claim, language: str) -> bool:
    """Whether a claimed name may be a common noun in that language (ISO 639-1). German writes
    nouns with a capital: there a single such word is taken for a noun, and only two or more in a
    row for a name ("Herr Ito", "Berliner Werke"). Not seen: names of one word ("Siemens"), unless
    they are of a customer or a contact on record, which other rules look for."""
    if claim.kind is not ClaimKind.NAME or language not in _WITH_CAPITAL_NOUNS:
        return False
    return len(claim.text.split()) == 1 and "&" not in claim.text
