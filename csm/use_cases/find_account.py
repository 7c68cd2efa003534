"""Which account somebody means by what they typed."""

from csm import matching
from csm.matching import Match
from csm.naming import fold
from csm.people import Capability, Clearance
from csm.ports import Records


def find_account(clearance: Clearance, records: Records, query: str) -> Match:
    """The account of that name, several to choose from, or the nearest names.

    An exact name is found through its index; only a partial or mistyped one reads all names.
    """
    clearance.demand(Capability.READ_ACCOUNTS)
    with records.reading() as reader:
        exact = matching.match(query, reader.names_like(fold(query)))
        if exact.found or exact.choices:
            return exact
        return matching.match(query, reader.all_names())


def find_account_in(clearance: Clearance, records: Records, sentence: str) -> Match:
    """The account named somewhere in a sentence."""
    clearance.demand(Capability.READ_ACCOUNTS)
    with records.reading() as reader:
        return matching.named_in(sentence, reader.all_names())
