"""Web addresses in texts: which there are, which hide where they lead, and which are our own."""

import ipaddress
import re
from collections.abc import Collection, Iterator
from functools import lru_cache
from typing import Final
from urllib.parse import urlsplit

from csm.claim_reading import LINK

_EDGES: Final = ".,;:!?…\"'”’)]}>*_`|"
# Only words with a colon, or a full stop before their end, may hold an address.
_SUSPECT: Final = re.compile(r"(?<!\S)[^\s:.。．｡]*+(?::|[.。．｡]\S)\S*")
_SCHEMES: Final = frozenset({"http", "https"})
_SCHEME: Final = re.compile(r"[a-z][a-z0-9+.-]*:|www\.", re.IGNORECASE)
# Browsers take these for a full stop.
_FULL_STOPS: Final = str.maketrans("。．｡", "...")
_KNOWN_ENDINGS: Final = """
com org net io co dev app ai info biz me tv cc xyz online site shop cloud tech link click top
example test eu uk de fr es it nl ch at us ca au in jp cn ru br se no dk fi pl ie be
"""
# Without a scheme, "help.example" is an address and "report.csv" is none.
_ENDINGS: Final = frozenset(_KNOWN_ENDINGS.split())
# "co" and "com" before a country are part of its ending: "vendor.co.uk".
_BEFORE_COUNTRY: Final = frozenset({"co", "com", "org", "net", "ac", "gov", "edu"})


def addresses(text: str) -> Iterator[str]:
    """Everything in a text that may be an address, as it stands there: also "report.csv"."""
    # None holds a blank, and to look for one everywhere takes long.
    for word in _SUSPECT.findall(text):
        for match in LINK.finditer(word):
            yield match[0].rstrip(_EDGES)


def is_web(address: str) -> bool:
    """Whether somebody who reads it could go there."""
    if _SCHEME.match(address):
        return True
    address = address.translate(_FULL_STOPS)
    host = re.split(r"[/?#:]", address, maxsplit=1)[0]
    return host != address or _is_number(host) or host.rsplit(".", 1)[-1].lower() in _ENDINGS


@lru_cache(maxsize=4096)
def is_deceptive(address: str) -> bool:
    """Whether an address is no plain web page: another scheme than http and https, a number for a
    host, a user's name before it, or letters that may look like others."""
    try:
        parts = urlsplit(address if "://" in address else f"https://{address}")
        host = parts.hostname or ""
        _ = parts.port
    except ValueError:
        return True
    is_hidden = any(mark in parts.netloc for mark in "@%") or "\\" in address
    is_odd = parts.scheme not in _SCHEMES or is_hidden or not host
    return is_odd or _is_number(host) or not host.isascii() or "xn--" in host


def host_of(address: str) -> str:
    """The host that an address leads to, in small letters; empty where there is none."""
    address = address.translate(_FULL_STOPS)
    try:
        return urlsplit(address if "://" in address else f"https://{address}").hostname or ""
    except ValueError:
        return ""


def is_akin(address: str, known: Collection[str]) -> bool:
    """Whether an address belongs to the same house as one of those known: "api.vendor.example" to
    "https://help.vendor.example/x"."""
    house = _house(address)
    return bool(house) and house in {_house(one) for one in known}


def foreign_addresses(text: str, known: Collection[str]) -> list[str]:
    """The addresses of a text that lead somewhere else than those known do. Where none is known,
    the texts are our own files, and what they say is ours."""
    if not known:
        return []
    return [one for one in addresses(text) if is_web(one) and not is_akin(one, known)]


def _house(address: str) -> str:
    """The part of the host that somebody owns."""
    if is_deceptive(address):
        return ""
    labels = host_of(address).split(".")
    has_country = len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in _BEFORE_COUNTRY
    return ".".join(labels[-3:] if has_country else labels[-2:])


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        # 2130706433, 0x7f.1 and 127.1 are addresses to a browser, too.
        return bool(re.fullmatch(r"(?:0x[0-9a-f]*|\d+)(?:\.(?:0x[0-9a-f]*|\d+))*\.?", host))
    return True
