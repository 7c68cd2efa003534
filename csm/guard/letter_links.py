"""Which web addresses outreach may hold."""

import re
from collections.abc import Collection, Iterator
from functools import lru_cache
from typing import Final
from urllib.parse import unquote, urlsplit

from rapidfuzz.distance import OSA

from csm.guard.reading import reading, reading_of
from csm.guard.verdict import Outgoing
from csm.guard.word_facts import WordFacts
from csm.guard_settings import LetterGuard
from csm.look_alikes import as_latin
from csm.plain_words import folded
from csm.web_addresses import host_of, is_akin, is_web

# Read as one another at a glance; each pair is put in place of its second part.
_ALIKE: Final = (("rn", "m"), ("vv", "w"), ("cl", "d"), ("0", "o"), ("1", "l"), ("i", "l"))
_SHORT: Final = 8
_ONWARD: Final = re.compile(r"https?:|//|\\\\|www\.", re.IGNORECASE)
# A name with a full stop in it, as in "/go?to=elsewhere.page", and those that are files.
_DOTTED: Final = re.compile(r"(?<![\w.-])(?:[^\W_][\w-]*[.。．｡])+(?P<end>[^\W\d_]{2,})(?![\w-])")
_FILE_ENDINGS: Final = """
asp aspx csv docx gif htm html ics jpeg jpg js json jsp md mp4 pdf php png pptx rst svg txt webp
xlsx xml yaml yml
"""
_FILES: Final = frozenset(_FILE_ENDINGS.split())
_IN_BRACKETS: Final = r"[ \t]*[\[({<][ \t]*(?:\.|dot|punkt|point|punto)[ \t]*[\])}>][ \t]*"
_SPELT_ENDINGS: Final = """
com org net io co dev app ai info biz tv cc xyz online site shop cloud tech page live gg zip vip
club blog example uk de fr es ch eu ru cn ly
"""
_SPELT_END: Final = rf"(?:{'|'.join(_SPELT_ENDINGS.split())})(?![\w-])"
# Addresses that people mend by themselves: "elsewhere[.]com", "elsewhere dot com", "hxxps://".
_SPELT: Final = re.compile(
    rf"(?<![\w-])[\w-]++(?:{_IN_BRACKETS}[^\W\d_]{{2,}}"
    rf"|[ \t]+(?:dot[ \t]+|\.[ \t]*){_SPELT_END}"
    r"|[ \t]+(?:punkt|punto|point)[ \t]+(?:com|net|org|de|eu|fr|es)(?![\w-]))"
    r"|\bh(?:xx|tt|\*\*)ps?[ \t]*(?::|\[:\])(?!//[\w])[ \t/]*\S*|\bhxxps?\b\S*",
    re.IGNORECASE,
)


def strange_host(outgoing: Outgoing, facts: WordFacts, settings: LetterGuard) -> Iterator[str]:
    """A web address on a host that is none of ours, or on another port of ours, unless it stands in
    the facts, or among the allowed links, word for word; and one that is spelt so that only its
    reader makes it whole ("elsewhere dot com"), whoever says it. A host's own subdomains are other
    hosts. Not seen: what is behind an address of ours, names that nobody would follow
    ("report.csv"), and addresses that are told in a sentence."""
    for address in _web_addresses(outgoing):
        is_known = address in facts.allowed_links or address in reading(facts.text).addresses
        if not is_known and (host_of(address) not in settings.link_hosts or _has_port(address)):
            yield address
    yield from spelt_addresses(reading_of(outgoing).seen)


def look_alike(outgoing: Outgoing, _facts: WordFacts, settings: LetterGuard) -> Iterator[str]:
    """An address that only looks as if it led to us, whoever says so: a host that differs from one
    of ours by a letter or two, by letters that look alike, or that has ours in front of another;
    and an address that sends its reader on to another one, which stands in it. Not seen: hosts with
    our name among other words, short addresses that lead anywhere, and where an address leads on
    to that it does not show."""
    for address in _web_addresses(outgoing):
        if _leads_on(address) or _is_like_one(address, settings.link_hosts):
            yield address


def spelt_addresses(text: str) -> Iterator[str]:
    """Addresses that are spelt so that no machine takes them for one, as they stand."""
    return (match[0] for match in _SPELT.finditer(text))


def _has_port(address: str) -> bool:
    try:
        return urlsplit(address if "://" in address else f"https://{address}").port is not None
    except ValueError:
        return True


def _web_addresses(outgoing: Outgoing) -> Iterator[str]:
    given = (*reading_of(outgoing).addresses, *outgoing.links)
    return (address for address in dict.fromkeys(given) if is_web(address))


def _leads_on(address: str) -> bool:
    """Whether another address is in its path or after it."""
    try:
        parts = urlsplit(address if "://" in address else f"https://{address}")
    except ValueError:
        return True
    after = unquote(unquote(f"{parts.path}?{parts.query}#{parts.fragment}"))
    dotted = (match["end"].lower() for match in _DOTTED.finditer(after))
    return _ONWARD.search(after) is not None or any(end not in _FILES for end in dotted)


def _is_like_one(address: str, ours: Collection[str]) -> bool:
    host = host_of(address)
    if host in ours or is_akin(address, ours):
        return False
    return any(_is_like(host, own) for own in ours)


@lru_cache(maxsize=1024)
def _is_like(host: str, own: str) -> bool:
    if f".{own}." in f".{host}":
        return True
    least = 1 if len(own.split(".", 1)[0]) < _SHORT else 2
    shown, meant = _skeleton(host), _skeleton(own)
    return shown == meant or OSA.distance(host, own, score_cutoff=least) <= least


def _skeleton(host: str) -> str:
    """The host as it looks."""
    text = as_latin(folded(host))
    for letters, look in _ALIKE:
        text = text.replace(letters, look)
    return text
