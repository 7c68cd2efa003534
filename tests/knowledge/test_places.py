"""What is found in a folder, a site map, or at one address."""

import gzip
import os
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

import pytest

from csm.errors import InvalidInput
from knowledge.fetch import Fetcher
from knowledge.places import Places, Source, address_of
from knowledge.reading.apart import Apart
from knowledge.reading.page import Unreadable
from knowledge.sitemap import MOST_PAGES, pages_of
from tests.knowledge.loopback import Site, Told, page, site, site_map


@pytest.fixture
def web() -> Iterator[Site]:
    with site() as web:
        yield web


@pytest.fixture
def places() -> Iterator[Places]:
    with Apart() as apart:
        yield Places(Fetcher({"127.0.0.1"}), apart)


def put(folder: Path, *names: str) -> None:
    for name in names:
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"# {name}\n\nWords.")


def names(source: Source) -> list[str]:
    return [item.name for item in source.items]


def test_a_folder_is_walked(tmp_path: Path, places: Places) -> None:
    put(
        tmp_path, "b.md", "a/c.MDX", "a/_part.mdx", "a/_index.md", "z.txt", "p.html", "logo.png",
        ".hidden.md", ".git/x.md", "node_modules/x/README.md", "_includes/y.md",
    )  # fmt: skip
    source = places.open(str(tmp_path))
    assert names(source) == ["a/_index.md", "a/c.MDX", "b.md", "p.html", "z.txt"]
    assert (source.name, source.is_whole, source.folder) == (str(tmp_path), True, tmp_path)


def test_links_that_lead_outside_are_not_followed(tmp_path: Path, places: Places) -> None:
    root = tmp_path / "docs"
    put(root, "a.md")
    put(tmp_path / "outside", "secret.md")
    (root / "link.md").symlink_to(tmp_path / "outside" / "secret.md")
    (root / "inner.md").symlink_to(root / "a.md")
    (root / "folder").symlink_to(tmp_path / "outside")
    (root / "broken.md").symlink_to(root / "nowhere.md")
    source = places.open(str(root))
    assert names(source) == ["a.md", "inner.md"]
    assert source.warnings == ["link.md is a link that leads outside: not read."]


def test_what_is_no_file_is_not_opened(tmp_path: Path, places: Places) -> None:
    put(tmp_path, "a.md")
    os.mkfifo(tmp_path / "pipe.md")
    assert names(places.open(str(tmp_path))) == ["a.md"]


def test_a_folder_that_cannot_be_looked_into_is_not_whole(
    tmp_path: Path, places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path, "a.md", "locked/b.md")
    scan = os.scandir

    def refuse(path: str) -> object:
        if str(path).endswith("locked"):
            raise PermissionError(13, "Permission denied", path)
        return scan(path)

    monkeypatch.setattr(os, "scandir", refuse)
    source = places.open(str(tmp_path))
    assert names(source) == ["a.md"]
    assert not source.is_whole
    assert source.failures[0].reason == "it cannot be looked into: Permission denied."


@pytest.mark.parametrize("files", [[], ["logo.png"], [".hidden.md"]])
def test_a_folder_without_anything_to_read_is_refused(
    tmp_path: Path, places: Places, files: list[str]
) -> None:
    put(tmp_path, *files)
    with pytest.raises(InvalidInput, match=r"holds no file that can be read \(.docx, .htm,"):
        places.open(str(tmp_path))


def test_nothing_of_that_name(places: Places) -> None:
    with pytest.raises(InvalidInput, match="is no file or folder here, and no address"):
        places.open("no/such\u202efile")


def test_a_file_belongs_to_a_folder_that_was_added(tmp_path: Path, places: Places) -> None:
    put(tmp_path, "docs/guides/a.md")
    file = tmp_path / "docs" / "guides" / "a.md"
    alone = places.open(str(file))
    assert (alone.name, names(alone), alone.is_whole) == (str(file), ["a.md"], False)
    known = places.open(str(file), {tmp_path, tmp_path / "docs", file})
    assert (known.name, names(known)) == (str(tmp_path / "docs"), ["guides/a.md"])
    assert not known.is_whole


def test_a_big_file_is_refused_before_it_is_read(
    tmp_path: Path, places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (tmp_path / "big.md").open("wb") as file:
        file.truncate(100_000_000)
    (item,) = places.open(str(tmp_path)).items
    monkeypatch.setattr(Path, "read_bytes", lambda _: pytest.fail("it was read"))
    with pytest.raises(Unreadable, match=r"has 100.0 MB, and at most 20 MB are read"):
        item.read()


def test_a_file_of_another_kind_is_refused(tmp_path: Path, places: Places) -> None:
    put(tmp_path, "a.xlsx")
    (item,) = places.open(str(tmp_path / "a.xlsx")).items
    with pytest.raises(Unreadable, match=r"its ending is none of .docx, .htm,"):
        item.read()


@pytest.mark.parametrize(
    ("base", "path", "where", "address"),
    [
        ("", "guides/a.md", "", ""),
        ("", "a.md", "/a", ""),
        ("", "a.md", "https://x.example/a", "https://x.example/a"),
        ("https://h.example/docs", "guides/a.md", "", "https://h.example/docs/guides/a"),
        ("https://h.example", "a b.md", "", "https://h.example/a%20b"),
        ("https://h.example", "guides/index.md", "", "https://h.example/guides"),
        ("https://h.example", "README.md", "", "https://h.example/"),
        ("https://h.example/d", "guides/a.md", "/reset", "https://h.example/d/reset"),
        ("https://h.example/d", "guides/a.md", "reset", "https://h.example/d/guides/reset"),
        ("https://h.example/d", "a.md", "javascript:alert(1)", "https://h.example/d/javascript%3Aalert%281%29"),
    ],
)  # fmt: skip
def test_addresses_of_files(base: str, path: str, where: str, address: str) -> None:
    assert address_of(base, PurePosixPath(path), where) == address


@pytest.mark.parametrize("base", ["help.example", "javascript:x", "https://u:p@h.example"])
def test_a_base_that_makes_no_sense_is_refused(base: str) -> None:
    with Apart() as apart, pytest.raises(InvalidInput, match="--base-url"):
        Places(Fetcher(), apart, base)


def test_a_base_is_not_for_pages() -> None:
    with Apart() as apart, pytest.raises(InvalidInput, match="has an address already"):
        Places(Fetcher(), apart, "https://h.example").open("https://x.example/a")


def test_one_page(web: Site, places: Places) -> None:
    web.pages["/a"] = page("A page")
    source = places.open(web.at("/a#b"))
    assert (source.name, names(source), source.is_whole) == (web.at("/a"), [web.at("/a")], False)
    read, address = source.items[0].read()
    assert (read.title, read.text, address) == ("A page", "Words.", web.at("/a"))


@pytest.mark.parametrize(
    ("path", "told", "title"),
    [
        ("/raw/a-page.md", Told(b"# Said\n\nWords.", "text/plain"), "Said"),
        ("/raw/a-page", Told(b"# Said\n\nWords.", "text/markdown"), "Said"),
        ("/raw/a-page", Told(b"# not said\n\nWords.", "text/plain"), "A page"),
    ],
)
def test_pages_of_other_kinds(web: Site, places: Places, path: str, told: Told, title: str) -> None:
    web.pages[path] = told
    (item,) = places.open(web.at(path)).items
    assert item.read()[0].title == title


def test_a_site_map(web: Site, places: Places) -> None:
    web.pages |= {
        "/sitemap.xml": site_map(web.at("/a"), web.at("/b"), web.at("/a"), day="2026-02-03"),
        "/a": page("A"),
        "/b": Told(
            b'<title>B</title><meta name="last-modified" content="2026-01-01"><p>x',
            headers={"Last-Modified": "Sun, 22 Nov 2026 10:00:00 GMT"},
        ),
    }
    source = places.open(web.at("/sitemap.xml"))
    assert (names(source), source.is_whole) == ([web.at("/a"), web.at("/b")], True)
    days = [str(item.read()[0].modified_on) for item in source.items]
    assert days == ["2026-02-03", "2026-01-01"]


def test_maps_of_maps(web: Site) -> None:
    web.pages |= {
        "/sitemap.xml": site_map(web.at("/1.xml.gz"), web.at("/2.xml"), kind="sitemapindex"),
        "/1.xml.gz": Told(gzip.compress(site_map(web.at("/a")).body), "application/gzip"),
        "/2.xml": site_map(web.at("/sitemap.xml"), web.at("/3.xml"), kind="sitemapindex"),
        "/3.xml": site_map(web.at("/b")),
    }
    found = pages_of(web.at("/sitemap.xml"), Fetcher({"127.0.0.1"}))
    assert [each.address for each in found.pages] == [web.at("/a"), web.at("/b")]
    assert found.failures == []


def test_a_map_that_lists_what_it_should_not(web: Site) -> None:
    web.pages |= {
        "/sitemap.xml": site_map(web.at("/1.xml"), web.at("/gone.xml"), kind="sitemapindex"),
        "/1.xml": site_map("http://10.0.0.1/x", "file:///etc/passwd", web.at("/a")),
    }
    found = pages_of(web.at("/sitemap.xml"), Fetcher({"127.0.0.1"}))
    assert [each.address for each in found.pages] == [web.at("/a")]
    assert [failure.what for failure in found.failures] == [
        "http://10.0.0.1/x", "file:///etc/passwd", web.at("/gone.xml"),
    ]  # fmt: skip
    assert "on another host" in found.failures[0].reason


def test_maps_are_bounded(web: Site) -> None:
    web.pages["/sitemap.xml"] = site_map(*(web.at(f"/{n}") for n in range(MOST_PAGES + 1)))
    found = pages_of(web.at("/sitemap.xml"), Fetcher({"127.0.0.1"}))
    assert len(found.pages) == MOST_PAGES
    assert "lists more than is read at once" in found.failures[0].reason
    for n in range(6):
        web.pages[f"/deep{n}.xml"] = site_map(web.at(f"/deep{n + 1}.xml"), kind="sitemapindex")
    assert len(pages_of(web.at("/deep0.xml"), Fetcher({"127.0.0.1"})).failures) == 1
    assert [path for path, _ in web.asked if path.startswith("/deep")] == [
        "/deep0.xml", "/deep1.xml", "/deep2.xml", "/deep3.xml",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b"<urlset><url>", "its XML makes no sense"),
        (b"", "its XML makes no sense"),
        (b"<rss></rss>", "it is a <rss>"),
        (b'<!DOCTYPE x [<!ENTITY a "b">]><urlset>&a;</urlset>', "its XML makes no sense"),
        (b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><urlset></urlset>', "it lists no page"),
        (gzip.compress(bytes(30_000_000)), "unpacks to more"),
    ],
)
def test_what_is_no_map(web: Site, body: bytes, told: str) -> None:
    web.pages["/sitemap.xml"] = Told(body, "application/xml")
    with pytest.raises(Unreadable, match=told):
        pages_of(web.at("/sitemap.xml"), Fetcher({"127.0.0.1"}))
