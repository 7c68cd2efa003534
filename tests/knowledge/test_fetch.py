"""Fetching: only what anybody could reach, never too much, never for too long."""

import asyncio
import gzip
import ipaddress
import socket
import ssl
import zlib
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from knowledge.addresses import is_public
from knowledge.fetch import Fetcher, as_url
from knowledge.reading.page import Unreadable
from tests.knowledge.loopback import Site, Told, page, redirect, site

KINDS = ("text/html",)


@pytest.fixture
def web() -> Iterator[Site]:
    with site() as web:
        yield web


@pytest.fixture
def fetcher() -> Fetcher:
    return Fetcher({"127.0.0.1"})


class Names:
    """A name server of a test's own: each look-up takes the next of a name's answers."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, **answers: list[list[str]]) -> None:
        self.answers = {name.replace("_", "."): list(found) for name, found in answers.items()}
        self.asked: list[str] = []
        monkeypatch.setattr(asyncio.base_events.BaseEventLoop, "getaddrinfo", self._look_up)

    async def _look_up(self, host: str, port: int, **_: Any) -> list[Any]:
        self.asked.append(host)
        try:
            found = [str(ip_address(host))]
        except ValueError:
            if host not in self.answers:
                raise socket.gaierror(socket.EAI_NONAME, "unknown") from None
            found = self.answers[host].pop(0)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, port)) for ip in found]


def test_a_page_arrives_with_what_is_known_of_it(web: Site, fetcher: Fetcher) -> None:
    web.pages["/a"] = Told(
        "ž".encode("iso-8859-2"), "text/html; charset=ISO-8859-2",
        headers={"Last-Modified": "Tue, 03 Feb 2026 10:00:00 GMT", "Set-Cookie": "a=b"},
    )  # fmt: skip
    found = fetcher.fetch(web.at("/a#part"), KINDS)
    assert (found.address, found.kind, found.body) == (web.at("/a"), "text/html", b"\xbe")
    assert found.charset.lower() == "iso-8859-2"
    assert found.modified_on == date(2026, 2, 3)
    fetcher.fetch(web.at("/a"), KINDS)
    headers = web.asked[-1][1]
    assert headers["Host"] == web.root.removeprefix("http://")
    assert "Cookie" not in headers
    assert "Authorization" not in headers


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0",
        "100.64.0.1", "100.100.100.200", "168.63.129.16", "224.0.0.1", "240.0.0.1",
        "255.255.255.255", "192.0.0.192", "198.18.0.1", "192.0.2.1", "::", "::1", "fe80::1",
        "fc00::1", "fd00:ec2::254", "ff02::1", "2001:db8::1", "::ffff:10.0.0.1", "::ffff:127.0.0.1",
        "::127.0.0.1", "64:ff9b::a00:1", "64:ff9b:1::808:808", "2002:7f00:1::",
        "2001:0:4136:e378:8000:63bf:f5ff:fffe", "::ffff:0:10.0.0.1",
    ],
)  # fmt: skip
def test_what_is_not_public(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize(
    "address",
    ["1.1.1.1", "93.184.216.34", "2606:4700::1111", "::ffff:1.1.1.1", "64:ff9b::101:101"],
)
def test_what_is_public(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "127.1", "2130706433", "0x7f.0.0.1", "0", "[::1]",
             "[::ffff:127.0.0.1]"]
)  # fmt: skip
def test_our_own_network_is_refused_in_every_spelling(web: Site, host: str) -> None:
    port = web.root.rpartition(":")[2]
    with pytest.raises(Unreadable) as refused:
        Fetcher().fetch(f"http://{host}:{port}/", KINDS)
    assert web.asked == []
    if "not on the public network" in str(refused.value):
        assert "DIGITAL_CSM_KNOWLEDGE_HOSTS" in str(refused.value)
    else:
        # Some systems do not take every spelling for an address.
        assert "no host is called" in str(refused.value)


def test_the_refusal_names_host_and_address(monkeypatch: pytest.MonkeyPatch) -> None:
    Names(monkeypatch, help_example=[["93.184.216.34", "10.0.0.7"]])
    with pytest.raises(Unreadable, match=r"help\.example is at 10\.0\.0\.7, which is not on the"):
        Fetcher().fetch("https://help.example/", KINDS)


def test_a_trusted_host_is_trusted_by_its_name_only(web: Site) -> None:
    web.pages["/a"] = page("A")
    with pytest.raises(Unreadable, match="not on the public network"):
        Fetcher({"wiki.example"}).fetch(web.at("/a"), KINDS)


def test_the_connection_goes_where_was_looked(monkeypatch: pytest.MonkeyPatch) -> None:
    # The second look-up would give another address: there must be none.
    names = Names(monkeypatch, wiki_example=[["127.0.0.1"], ["10.0.0.1"]])
    with site(host="wiki.example") as web:
        web.pages["/a"] = page("A")
        found = Fetcher({"wiki.example"}).fetch(web.at("/a"), KINDS)
        assert found.address == web.at("/a")
        assert web.asked[0][1]["Host"] == web.root.removeprefix("http://")
    assert names.asked == ["wiki.example"]


def test_a_redirect_to_our_own_network_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    Names(monkeypatch, wiki_example=[["127.0.0.1"]], inner_example=[["127.0.0.1"]])
    with site(host="wiki.example") as web:
        inner = web.root.replace("wiki", "inner")
        web.pages |= {"/a": redirect(f"{inner}/secret"), "/secret": page("Secret")}
        with pytest.raises(Unreadable, match=r"inner.example is at 127.0.0.1, which is not on the"):
            Fetcher({"wiki.example"}).fetch(web.at("/a"), KINDS)
        assert [path for path, _ in web.asked] == ["/a"]


@pytest.mark.parametrize(
    ("to", "told"),
    [
        ("file:///etc/passwd", "no address that begins with"),
        ("ftp://x.example/", "no address that begins with"),
        ("http://169.254.169.254/latest/meta-data", "not on the public network"),
        ("http://u:p@127.0.0.1/", "user name or password"),
        ("http://x.example:abc/", "makes no sense"),
    ],
)
def test_redirects_that_lead_astray(web: Site, fetcher: Fetcher, to: str, told: str) -> None:
    web.pages["/a"] = redirect(to)
    with pytest.raises(Unreadable, match=told):
        fetcher.fetch(web.at("/a"), KINDS)


def test_redirects_are_followed_and_counted(web: Site, fetcher: Fetcher) -> None:
    web.pages |= {f"/{n}": redirect(f"{n + 1}", 301 + n % 2) for n in range(5)} | {
        "/5": page("End")
    }
    assert fetcher.fetch(web.at("/0"), KINDS).address == web.at("/5")
    web.pages["/5"] = redirect("/6")
    web.pages["/6"] = page("Too far")
    with pytest.raises(Unreadable, match="more than 5 times"):
        fetcher.fetch(web.at("/0"), KINDS)


def test_a_redirect_in_a_circle_ends(web: Site, fetcher: Fetcher) -> None:
    web.pages["/a"] = redirect("/a")
    with pytest.raises(Unreadable, match="more than 5 times"):
        fetcher.fetch(web.at("/a"), KINDS)
    assert len(web.asked) == 6


@pytest.mark.parametrize("announced", [True, False])
def test_a_body_that_is_too_big_is_refused(web: Site, announced: bool) -> None:
    headers = {} if announced else {"Content-Length": "5"}
    web.pages["/a"] = Told(b"x" * 3_000_000, headers=headers)
    small = Fetcher({"127.0.0.1"}, most_bytes=1_000_000)
    if announced:
        with pytest.raises(Unreadable, match="more than 1 MB"):
            small.fetch(web.at("/a"), KINDS)
    else:
        assert small.fetch(web.at("/a"), KINDS).body == b"xxxxx"


@pytest.mark.parametrize("packing", ["gzip", "deflate"])
def test_packed_pages_are_unpacked(web: Site, fetcher: Fetcher, packing: str) -> None:
    packed = gzip.compress(b"words") if packing == "gzip" else zlib.compress(b"words")
    web.pages["/a"] = Told(packed, headers={"Content-Encoding": packing})
    assert fetcher.fetch(web.at("/a"), KINDS).body == b"words"


def test_a_packed_bomb_is_refused(web: Site, fetcher: Fetcher) -> None:
    bomb = gzip.compress(bytes(100_000_000))
    assert len(bomb) < 200_000
    web.pages["/a"] = Told(bomb, headers={"Content-Encoding": "gzip"})
    with pytest.raises(Unreadable, match="unpacks to more than"):
        fetcher.fetch(web.at("/a"), KINDS)


@pytest.mark.parametrize(
    ("told", "why"),
    [
        (Told(b"x", "video/mp4"), "it is “video/mp4”, and not text/html"),
        (Told(b"x", ""), "of no kind that it names"),
        (Told(b"x", headers={"Content-Encoding": "br"}), "packed as “br”"),
        (Told(b"not gzip", headers={"Content-Encoding": "gzip"}), "packed in a way that makes no"),
        (Told(b"x", status=404), "no such page"),
        (Told(b"x", status=410), "no such page"),
        (Told(b"x", status=503), r"answered 503 \(service unavailable\)"),
        (Told(b"x", status=304), "answered 304"),
        (Told(b"x", headers={"Content-Length": "999"}), "broke off"),
    ],
)
def test_what_is_no_page_is_refused(web: Site, fetcher: Fetcher, told: Told, why: str) -> None:
    web.pages["/a"] = told
    with pytest.raises(Unreadable, match=why):
        fetcher.fetch(web.at("/a"), KINDS)


def test_a_server_that_drips_is_left(web: Site) -> None:
    web.pages["/a"] = Told(b"x", drips=True)
    with pytest.raises(Unreadable, match="did not arrive within"):
        Fetcher({"127.0.0.1"}, seconds=0.5).fetch(web.at("/a"), KINDS)


def test_a_server_that_is_not_there(fetcher: Fetcher) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    with pytest.raises(Unreadable, match=r"127.0.0.1 cannot be reached"):
        fetcher.fetch(f"http://127.0.0.1:{port}/", KINDS)


def test_the_next_address_is_tried_when_one_does_not_answer(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    Names(monkeypatch, wiki_example=[["127.99.99.99", "127.0.0.1"]])
    with site(host="wiki.example") as web:
        web.pages["/a"] = page("A")
        assert Fetcher({"wiki.example"}).fetch(web.at("/a"), KINDS).kind == "text/html"


def test_an_unknown_host(monkeypatch: pytest.MonkeyPatch, fetcher: Fetcher) -> None:
    Names(monkeypatch)
    with pytest.raises(Unreadable, match=r"no host is called nowhere.example"):
        fetcher.fetch("https://nowhere.example/", KINDS)


def test_proxies_of_the_environment_are_not_used(
    web: Site, fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    web.pages["/a"] = page("A")
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    assert fetcher.fetch(web.at("/a"), KINDS).kind == "text/html"


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("https://kim:secret@x.example/", "user name or password"),
        ("javascript:alert(1)", "no address"),
        ("https://", "no address"),
        ("https://x.example/" + "y" * 1000, "at most 1,000 characters"),
        ("https://x.example:99999/", "no address"),
    ],
)
def test_addresses_that_make_no_sense(address: str, told: str) -> None:
    with pytest.raises(Unreadable, match=told) as refused:
        as_url(address)
    assert "secret" not in str(refused.value)


@pytest.fixture
def authority(tmp_path: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A server's certificate for wiki.example, and who trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "wiki.example")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(1).not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("wiki.example")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    file = tmp_path / "server.pem"
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(file)
    client = ssl.create_default_context(cafile=str(file))
    return server, client


def test_a_certificate_must_be_for_the_name_and_the_name_is_told(
    authority: tuple[ssl.SSLContext, ssl.SSLContext], monkeypatch: pytest.MonkeyPatch
) -> None:
    server, client = authority
    named: list[str | None] = []
    server.sni_callback = lambda _socket, name, _context: named.append(name)
    Names(monkeypatch, wiki_example=[["127.0.0.1"]], other_example=[["127.0.0.1"]])
    trusted = Fetcher({"wiki.example", "other.example"}, tls=client)
    with site(host="wiki.example", tls=server) as web:
        web.pages["/a"] = page("A")
        assert trusted.fetch(web.at("/a"), KINDS).address == web.at("/a")
        assert named == ["wiki.example"]
        with pytest.raises(Unreadable, match=r"other.example cannot be reached"):
            trusted.fetch(web.at("/a").replace("wiki", "other"), KINDS)


def test_a_certificate_that_nobody_vouches_for_is_refused(
    authority: tuple[ssl.SSLContext, ssl.SSLContext], monkeypatch: pytest.MonkeyPatch
) -> None:
    Names(monkeypatch, wiki_example=[["127.0.0.1"]])
    with site(host="wiki.example", tls=authority[0]) as web:
        web.pages["/a"] = page("A")
        with pytest.raises(Unreadable, match="certificate"):
            Fetcher({"wiki.example"}).fetch(web.at("/a"), KINDS)


def test_the_list_of_refused_networks_is_complete_for_ipv4() -> None:
    private = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8", "169.254.0.0/16",
               "100.64.0.0/10", "224.0.0.0/4", "0.0.0.0/8", "240.0.0.0/4")  # fmt: skip
    for network in map(ipaddress.ip_network, private):
        assert not is_public(network[0])
        assert not is_public(network[-1])
