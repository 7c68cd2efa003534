"""Which addresses on the network a page may be read from: public ones, and those that are trusted.

Whoever adds an address to the library could else make us read what only our own network can see.
"""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Final

from knowledge.reading.page import Unreadable

Address = IPv4Address | IPv6Address

SETTING: Final = "DIGITAL_CSM_KNOWLEDGE_HOSTS"

# Networks of IPv6 whose addresses stand for an IPv4 address in their last 32 bits.
_TRANSLATED: Final = (
    IPv6Network("64:ff9b::/96"),
    IPv6Network("::ffff:0:0:0/96"),
    IPv6Network("::/96"),
)
# The same, but with the IPv4 address elsewhere: for networks' own use.
_OWN_TRANSLATION: Final = IPv6Network("64:ff9b:1::/48")
# Public by their numbers, for some versions of Python at least; but virtual machines reach the
# services of the cloud around them there (Azure, Oracle).
_CLOUD_INSIDE: Final = (IPv4Network("168.63.129.16/32"), IPv4Network("192.0.0.0/24"))


def demand_public(host: str, addresses: Sequence[str]) -> None:
    """Raises Unreadable when any of a host's addresses is none of the public network."""
    for address in addresses:
        found = ip_address(address.partition("%")[0])
        if not is_public(found):
            raise Unreadable(
                f"{host} is at {found}, which is not on the public network. If it is a host of "
                f"your own that may be read, name it in {SETTING}."
            )


def is_public(address: Address) -> bool:
    """Whether anybody on the internet could reach it just the same."""
    if isinstance(address, IPv6Address):
        if address in _OWN_TRANSLATION:
            return False
        inner = _inner(address)
        if inner is not None:
            return is_public(inner)
    is_inside = any(address in network for network in _CLOUD_INSIDE)
    return address.is_global and not address.is_multicast and not is_inside


def _inner(address: IPv6Address) -> IPv4Address | None:
    """The IPv4 address that an address of IPv6 stands for."""
    if address.ipv4_mapped or address.sixtofour:
        return address.ipv4_mapped or address.sixtofour
    if address.teredo:
        return address.teredo[1]
    if any(address in network for network in _TRANSLATED):
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    return None
