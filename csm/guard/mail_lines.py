"""The rule of what every e-mail says of its sender, and of how not to get another."""

import ipaddress
from functools import lru_cache
from typing import Final
from urllib.parse import urlsplit

from csm.guard.look import passed, refused
from csm.guard.rule import Look
from csm.guard.sending import Sending
from csm.guard_settings import SendGuard
from csm.play import ChannelKind
from csm.web_addresses import is_deceptive

# What may stand around an address in a sentence without being part of it.
_EDGES: Final = "()[]<>\"'.,;:!?"


def mail_lines(sending: Sending, _settings: SendGuard) -> Look:
    """E-mail tells who we are and holds a safe address at which it can be refused."""
    if sending.channel is not ChannelKind.EMAIL:
        return passed("no e-mail")
    faults = []
    if not sending.identity.strip() or sending.identity not in sending.body:
        faults.append("it does not say who we are")
    if not _is_safe(sending.unsubscribe):
        faults.append("there is no safe address to unsubscribe at")
    elif not _holds(sending.body, sending.unsubscribe):
        faults.append("the address to unsubscribe at is missing")
    return refused(*faults) if faults else passed("it says who we are and how to unsubscribe")


def _holds(body: str, address: str) -> bool:
    """As a whole: not as the beginning of another address."""
    return any(word.strip(_EDGES) == address for word in body.split() if address in word)


@lru_cache(maxsize=16_384)
def _is_safe(address: str) -> bool:
    """A plain https address; on this computer alone (loopback), http does."""
    if is_deceptive(address) and not _is_loopback(address):
        return False
    scheme = urlsplit(address).scheme
    return scheme == "https" or (scheme == "http" and _is_loopback(address))


def _is_loopback(address: str) -> bool:
    try:
        host = urlsplit(address).hostname or ""
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
