"""What a play's own letters write with capitals, which no fact needs to back.

A play's letters were written by CS Ops and checked; the words of a greeting, and in German every
noun, are no names of anybody.
"""

from collections.abc import Iterable
from functools import lru_cache

from csm.claims import ClaimKind, find_claims
from csm.outreach_facts import PLACEHOLDER
from csm.play import Letter


def own_names(letters: Iterable[Letter]) -> frozenset[str]:
    """The capitalised words of the letters themselves, without the facts that are put in."""
    return frozenset(name for letter in letters for name in _names_of(letter.subject, letter.body))


@lru_cache(maxsize=256)
def _names_of(subject: str, body: str) -> frozenset[str]:
    lines = PLACEHOLDER.sub(" / ", f"{subject}\n{body}").splitlines()
    claims = (claim for line in lines for claim in find_claims(line))
    return frozenset(claim.text for claim in claims if claim.kind is ClaimKind.NAME)
