"""Which names on record can be written to: records may hold anything where a name should be."""

import re
from typing import Final

from csm.guard.patterns import mentions, placeholders
from csm.web_addresses import addresses

_LONGEST: Final = 80
# Letters of any script with their marks, and what stands between the parts of a name.
_PERSON: Final = re.compile(r"[^\W\d_](?:[^\W_]|[ '’ʼ‘`´.,()\u2010\u2011-]|[\u0300-\u036f])*")
_MOST_DIGITS: Final = 4
_ADDRESS: Final = re.compile(r"\w[.。．｡]\w{2,}")  # but not "J.R. Smith"
_OF_MARKUP: Final = re.compile(r"[{}<>\[\]|\\@#*_~^`\n\r\t]|//")


def is_person_name(name: str) -> bool:
    """Whether a person may be greeted by it: letters, and little else. Not seen: a sentence of
    plain words in place of a name."""
    is_short = len(name) <= _LONGEST and sum(map(str.isdigit, name)) <= _MOST_DIGITS
    return is_short and _PERSON.fullmatch(name) is not None and not _ADDRESS.search(name)


def is_company_name(name: str, own_domain: str) -> bool:
    """Whether a customer may be called so: no markup, nothing left to be filled in, and no address
    but their own domain ("Booking.com")."""
    is_plain = len(name) <= _LONGEST and not _OF_MARKUP.search(name)
    if not is_plain or any(placeholders(name)) or any(mentions(name)):
        return False
    strange = (one for one in addresses(name) if one.casefold() != own_domain.casefold())
    return any(map(str.isalnum, name)) and not any(strange)
