"""Fetches pages for the library: from the public network only, bounded in size and time.

Each host is looked up once, its addresses are checked, and the connection goes to the very address
that was checked; and so again at every redirect.
"""

import asyncio
import socket
import ssl
import zlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from http import HTTPStatus
from typing import Final

import httpx

from csm.visible_text import visible
from csm.wording import listing, shorten
from knowledge.addresses import demand_public
from knowledge.reading.page import MEGABYTE, MOST_BYTES, Unreadable, as_day

MOST_REDIRECTS: Final = 5
DEADLINE_SECONDS: Final = 60.0
_CONNECT_SECONDS: Final = 10.0
_READ_SECONDS: Final = 20.0
_GONE: Final = frozenset({HTTPStatus.NOT_FOUND, HTTPStatus.GONE})
_PACKED: Final = frozenset({"gzip", "x-gzip", "deflate"})
_MOST_ADDRESS: Final = 1000
_LAST_PORT: Final = 65_535
_AGENT: Final = "digital-csm (help library)"


class Gone(Unreadable):
    """There is nothing at that address, or nothing any more."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """What was found. `address` is where, after all redirects; `kind` is its media type."""

    address: str
    kind: str
    charset: str
    body: bytes
    modified_on: date | None = None


@dataclass(frozen=True, slots=True)
class _Answer:
    """One answer of a server: a page, or where else to look."""

    fetched: Fetched | None
    elsewhere: str = ""


def as_url(text: str) -> httpx.URL:
    """The address, without its fragment. Raises Unreadable for one that makes no sense."""
    shown = shorten(visible(text), 200)
    try:
        url = httpx.URL(text.strip()).copy_with(fragment=None)
        host = url.host
    except (httpx.InvalidURL, ValueError, TypeError) as error:
        raise Unreadable(f"“{shown}” is no address of a page.") from error
    if url.scheme not in {"http", "https"} or not host or (url.port or 0) > _LAST_PORT:
        raise Unreadable(f"“{shown}” is no address that begins with https:// or http://.")
    if url.userinfo:
        raise Unreadable("an address with a user name or password in it is not read. Leave it out.")
    if len(str(url)) > _MOST_ADDRESS:
        raise Unreadable(f"an address has at most {_MOST_ADDRESS:,} characters.")
    return url


class Fetcher:
    """Gets pages. `trusted_hosts` (lower case) may be anywhere, also on our own network. `tls` is
    what servers' certificates are checked with; without it, the usual authorities."""

    def __init__(
        self,
        trusted_hosts: Collection[str] = (),
        *,
        tls: ssl.SSLContext | None = None,
        seconds: float = DEADLINE_SECONDS,
        most_bytes: int = MOST_BYTES,
    ) -> None:
        self._trusted = frozenset(trusted_hosts)
        self._tls = tls
        self._seconds = seconds
        self._most_bytes = most_bytes

    def fetch(self, address: str, kinds: Collection[str]) -> Fetched:
        """What is at that address, if it is of one of these media types. Raises Unreadable with the
        reason. For threads without an event loop."""
        return asyncio.run(self._fetch_in_time(address, kinds))

    async def _fetch_in_time(self, address: str, kinds: Collection[str]) -> Fetched:
        try:
            async with asyncio.timeout(self._seconds):
                return await self._follow(address, kinds)
        except TimeoutError as error:
            raise Unreadable(
                f"it did not arrive within {self._seconds:,.0f} seconds. Try again later."
            ) from error

    async def _follow(self, address: str, kinds: Collection[str]) -> Fetched:
        url = as_url(address)
        for _ in range(MOST_REDIRECTS + 1):
            answer = await self._ask(url, kinds)
            if answer.fetched is not None:
                return answer.fetched
            # httpx has looked already whether it makes sense.
            url = as_url(str(url.join(answer.elsewhere)))
        raise Unreadable(
            f"it leads from one address to the next, more than {MOST_REDIRECTS} times."
        )

    async def _ask(self, url: httpx.URL, kinds: Collection[str]) -> _Answer:
        """Ask the first of a host's addresses that can be reached."""
        failed: httpx.HTTPError | None = None
        for ip in await self._checked_addresses(url):
            try:
                return await self._ask_at(ip, url, kinds)
            except (httpx.ConnectError, httpx.ConnectTimeout) as error:
                failed = error
            except httpx.HTTPError as error:
                failed = error
                break
        raise Unreadable(f"{url.host} {_trouble(failed)}. Try again later.") from failed

    async def _checked_addresses(self, url: httpx.URL) -> list[str]:
        loop = asyncio.get_running_loop()
        port = url.port or (443 if url.scheme == "https" else 80)
        try:
            found = await loop.getaddrinfo(url.host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise Unreadable(f"no host is called {url.host}. Check the address.") from error
        addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
        if url.host.lower() not in self._trusted:
            demand_public(url.host, addresses)
        return addresses

    async def _ask_at(self, ip: str, url: httpx.URL, kinds: Collection[str]) -> _Answer:
        # The address stands in for the host's name, which could mean another by now; the name
        # still goes to the server, and is what its certificate must be for.
        async with httpx.AsyncClient(
            verify=self._tls or True,
            trust_env=False,
            follow_redirects=False,
            timeout=httpx.Timeout(_READ_SECONDS, connect=_CONNECT_SECONDS),
        ) as client:
            request = client.build_request(
                "GET",
                url.copy_with(host=ip.partition("%")[0]),
                headers={
                    "Host": url.netloc.decode("ascii"),
                    "User-Agent": _AGENT,
                    "Accept": ", ".join(kinds),
                    "Accept-Encoding": "gzip",
                },
                extensions={"sni_hostname": url.raw_host.decode("ascii")},
            )
            response = await client.send(request, stream=True)
            try:
                return await self._answer(url, response, kinds)
            finally:
                await response.aclose()

    async def _answer(
        self, url: httpx.URL, response: httpx.Response, kinds: Collection[str]
    ) -> _Answer:
        if response.has_redirect_location:
            return _Answer(None, response.headers["Location"])
        _demand_success(response.status_code)
        kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        if kind not in kinds:
            shown = f"“{shorten(visible(kind), 80)}”" if kind else "of no kind that it names"
            raise Unreadable(f"it is {shown}, and not {listing(sorted(kinds), 'or')}.")
        return _Answer(
            Fetched(
                address=str(url),
                kind=kind,
                charset=response.charset_encoding or "",
                body=await self._body(response),
                modified_on=as_day(response.headers.get("Last-Modified")),
            )
        )

    async def _body(self, response: httpx.Response) -> bytes:
        """The whole body, unpacked by ourselves: httpx would first unpack and then count."""
        packing = response.headers.get("Content-Encoding", "identity").strip().lower()
        if packing not in _PACKED | {"identity", ""}:
            raise Unreadable(
                f"it is packed as “{shorten(visible(packing), 40)}”, which is not read."
            )
        unpack = Unpacking(self._most_bytes) if packing in _PACKED else None
        body = bytearray()
        async for part in response.aiter_raw():
            body += part if unpack is None else unpack.more(part)
            if len(body) > self._most_bytes:
                raise too_big(self._most_bytes)
        return bytes(body)


class Unpacking:
    """Unpacks what is packed as gzip or zlib, and never much more than `most` bytes of it."""

    def __init__(self, most: int) -> None:
        self._left = most + 1
        self._engine = zlib.decompressobj(zlib.MAX_WBITS | 32)

    def more(self, packed: bytes) -> bytes:
        """The next part. Raises Unreadable where it makes no sense or becomes too big."""
        try:
            part = self._engine.decompress(packed, self._left)
        except zlib.error as error:
            raise Unreadable("it is packed in a way that makes no sense.") from error
        self._left -= len(part)
        if self._left <= 0:
            raise Unreadable("it unpacks to more than a page may have. Split it.")
        return part


def too_big(most: int) -> Unreadable:
    return Unreadable(f"it has more than {most / MEGABYTE:,.0f} MB. Split it.")


def _demand_success(status: int) -> None:
    if status in _GONE:
        raise Gone(f"there is no such page: {status}. Check the address.")
    if status != HTTPStatus.OK:
        words = httpx.codes.get_reason_phrase(status).lower() or "whatever that means"
        raise Unreadable(f"the server answered {status} ({words}). Try again later.")


def _trouble(error: httpx.HTTPError | None) -> str:
    if isinstance(error, httpx.ConnectTimeout | httpx.ReadTimeout | httpx.PoolTimeout):
        return "does not answer"
    if isinstance(error, httpx.ConnectError):
        return f"cannot be reached ({shorten(visible(str(error)), 160) or 'no connection'})"
    return f"broke off, or gave an answer that makes no sense ({type(error).__name__})"
