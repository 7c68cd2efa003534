"""The pages that a site's map lists, also where the map is in several files."""

from dataclasses import dataclass, field
from datetime import date
from typing import Final
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException

from csm.knowledge import Failure
from csm.visible_text import visible
from csm.wording import shorten
from knowledge.fetch import Fetcher, Unpacking, as_url
from knowledge.reading.page import MOST_BYTES, Unreadable, as_day

MOST_PAGES: Final = 5_000
MOST_MAPS: Final = 100
MOST_DEEP: Final = 3
_KINDS: Final = (
    "application/xml", "text/xml", "application/gzip", "application/x-gzip",
    "application/octet-stream", "text/plain",
)  # fmt: skip
_GZIP: Final = b"\x1f\x8b"


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of the map, and when the map says that it was changed."""

    address: str
    modified_on: date | None


@dataclass(slots=True)
class Site:
    """What a map lists. Where there are failures, it may list more."""

    pages: list[Listed] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)


def is_sitemap(address: str) -> bool:
    """Whether an address is that of a map, by its ending."""
    return urlsplit(address).path.lower().endswith((".xml", ".xml.gz"))


def pages_of(address: str, fetcher: Fetcher) -> Site:
    """All pages of a map, each once. Raises Unreadable when the map itself cannot be read; maps
    that it leads to, and pages of other hosts, become failures."""
    return _Reading(address, fetcher).site()


class _Reading:
    """Reads a map and those that it leads to, the nearer ones first."""

    def __init__(self, address: str, fetcher: Fetcher) -> None:
        self._address = address
        self._fetcher = fetcher
        self._failures: list[Failure] = []
        self._pages: dict[str, Listed] = {}
        self._maps = {address: 0}  # how deep each one is
        self._is_cut = False

    def site(self) -> Site:
        self._take(self._address, _parsed(self._address, self._fetcher))
        waiting = [place for place in self._maps if place != self._address]
        while waiting:
            for place in waiting:
                try:
                    self._take(place, _parsed(place, self._fetcher))
                except Unreadable as error:
                    self._failures.append(Failure(place, str(error)))
            deepest = max(self._maps[place] for place in waiting)
            waiting = [place for place, depth in self._maps.items() if depth > deepest]
        if self._is_cut:
            reason = (
                f"it lists more than is read at once: {MOST_PAGES:,} pages in {MOST_MAPS:,} maps, "
                f"{MOST_DEEP} deep. Add its maps one by one."
            )
            self._failures.append(Failure(self._address, reason))
        if not self._pages and not self._failures:
            raise Unreadable("it lists no page.")
        return Site(list(self._pages.values()), self._failures)

    def _take(self, place: str, root: Element) -> None:
        """Note everything that one map lists."""
        is_index = _name(root) == "sitemapindex"
        for entry in root:
            location = _text(entry, "loc")
            if not location:
                continue
            try:
                address = _beside(location, self._address)
            except Unreadable as error:
                self._failures.append(Failure(shorten(visible(location), 200), str(error)))
                continue
            if is_index:
                self._lead_to(address, self._maps[place] + 1)
            else:
                self._list(Listed(address, as_day(_text(entry, "lastmod"))))

    def _lead_to(self, address: str, depth: int) -> None:
        if address in self._maps:
            return
        if depth > MOST_DEEP or len(self._maps) >= MOST_MAPS:
            self._is_cut = True
        else:
            self._maps[address] = depth

    def _list(self, page: Listed) -> None:
        if len(self._pages) < MOST_PAGES:
            self._pages.setdefault(page.address, page)
        elif page.address not in self._pages:
            self._is_cut = True


def _parsed(address: str, fetcher: Fetcher) -> Element:
    body = fetcher.fetch(address, _KINDS).body
    if body.startswith(_GZIP):
        body = Unpacking(MOST_BYTES).more(body)
    try:
        root: Element = ElementTree.fromstring(body)
    except (ElementTree.ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise Unreadable("it is no site map: its XML makes no sense.") from error
    if _name(root) not in {"urlset", "sitemapindex"}:
        raise Unreadable(f"it is no site map: it is a <{shorten(visible(_name(root)), 40)}>.")
    return root


def _name(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def _text(entry: Element, name: str) -> str:
    return next(((part.text or "").strip() for part in entry if _name(part) == name), "")


def _beside(location: str, address: str) -> str:
    """The address that a map lists. Raises Unreadable for one of another host: no map speaks for
    others."""
    url = as_url(location)
    if _host(str(url)) != _host(address):
        raise Unreadable(f"it is on another host than the site map. Add it by itself: {url}")
    return str(url)


def _host(address: str) -> str:
    return (urlsplit(address).hostname or "").removeprefix("www.")
