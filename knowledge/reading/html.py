"""Reading HTML: what a page's visitor would read of it, without what surrounds it.

It runs apart from everything else, see apart.py.
"""

import re
from datetime import date
from typing import Final
from urllib.parse import urljoin, urlsplit

from bs4 import BeautifulSoup, Comment, Tag
from markitdown.converters import HtmlConverter

from csm.visible_text import visible
from knowledge.reading.clean import readable
from knowledge.reading.hidden import is_hidden
from knowledge.reading.html_tables import attributes_of, with_table_heads
from knowledge.reading.page import (
    Page,
    Unreadable,
    as_day,
    as_title,
    demand_length,
    title_of_name,
)
from knowledge.reading.text import decode

_UNREAD: Final = (
    "script", "style", "noscript", "template", "iframe", "object", "svg", "canvas", "audio",
    "video", "nav", "footer", "aside", "form", "button", "dialog",
)  # fmt: skip
_UNREAD_ROLES: Final = ("navigation", "banner", "contentinfo", "complementary", "search", "dialog")
_PERMALINKS: Final = "a.headerlink, a.hash-link, a.anchor, a.header-anchor, a.anchorjs-link"
_CHARSET: Final = re.compile(rb"<meta[^>]+charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE)
_CHARSET_WITHIN: Final = 4096
_MODIFIED: Final = (
    "article:modified_time", "og:updated_time", "last-modified", "datemodified", "dcterms.modified",
    "date.modified", "revised",
)  # fmt: skip
_MOST_DEEP: Final = 400
_BLANK_LINES: Final = re.compile(r"\n{3,}")


def read_html(data: bytes, stem: str, address: str = "", charset: str = "") -> Page:
    """A page. `address` is where it was found, or blank. Raises Unreadable."""
    soup = BeautifulSoup(decode(data, charset or _own_charset(data)), "html.parser")
    _demand_flat(soup)
    title = _title(soup)
    modified_on = _modified_on(soup)
    canonical = _canonical(soup, address)
    _drop_unread(soup)
    content = _content(soup)
    _tidy_header(content)
    _tidy_links(content, address)
    markdown = HtmlConverter().convert_string(
        f"<html><body>{content.decode()}</body></html>",
        strict=True,
        escape_underscores=False,
        escape_asterisks=False,
        code_language_callback=_language,
    )
    text = _BLANK_LINES.sub("\n\n", with_table_heads(readable(markdown.markdown))).strip("\n")
    demand_length(text)
    return Page(
        title=title or title_of_name(stem),
        text=text,
        modified_on=modified_on,
        where=canonical,
    )


def _own_charset(data: bytes) -> str:
    found = _CHARSET.search(data[:_CHARSET_WITHIN])
    return found[1].decode("ascii", "replace") if found else ""


def _demand_flat(soup: BeautifulSoup) -> None:
    """Raises Unreadable for elements nested so deeply that nobody wrote them."""
    element = soup.find()
    depth = 0
    while element is not None:
        depth = max(depth, sum(1 for _ in element.parents))
        if depth > _MOST_DEEP:
            raise Unreadable(
                f"its elements are nested more than {_MOST_DEEP} deep. Save it from a browser."
            )
        element = element.find_next()


def _title(soup: BeautifulSoup) -> str:
    """The document's title, without the site's name where its own heading shows what is what."""
    title = as_title(soup.title.get_text(" ")) if soup.title else ""
    heading = soup.find("h1")
    first = as_title(heading.get_text(" ")).rstrip("#¶ ") if isinstance(heading, Tag) else ""
    if first and (not title or title.casefold().startswith(first.casefold())):
        return first
    return title


def _modified_on(soup: BeautifulSoup) -> date | None:
    for meta in soup.find_all("meta"):
        values = attributes_of(meta)
        name = next((values[key] for key in ("property", "name", "itemprop", "http-equiv")
                     if values.get(key)), "")  # fmt: skip
        if name.lower() in _MODIFIED and (day := as_day(values.get("content"))):
            return day
    return None


def _canonical(soup: BeautifulSoup, address: str) -> str:
    """The address that the page gives itself; one on another host is not believed."""
    link = soup.find("link", rel="canonical")
    if not isinstance(link, Tag):
        return ""
    there = urljoin(address, visible(attributes_of(link).get("href", "")))
    parts = urlsplit(there)
    is_same = not address or parts.hostname == urlsplit(address).hostname
    return there if parts.scheme in {"http", "https"} and is_same else ""


def _drop_unread(soup: BeautifulSoup) -> None:
    """Take out what is not read: code, surroundings, and what a browser does not show."""
    for comment in soup.find_all(string=lambda text: isinstance(text, Comment)):
        comment.extract()
    doomed = [
        element
        for element in soup.find_all(True)
        if element.name in _UNREAD
        or element.get("role") in _UNREAD_ROLES
        or is_hidden(attributes_of(element))
    ]
    doomed += soup.select(_PERMALINKS)
    for element in doomed:
        if not element.decomposed:
            element.decompose()


def _content(soup: BeautifulSoup) -> Tag:
    """The part that is the page itself."""
    mains = soup.select("main, [role=main]")
    articles = soup.find_all("article")
    for found in (mains, articles):
        if len(found) == 1 and found[0].get_text(strip=True):
            return found[0]
    return soup.body or soup


def _tidy_header(content: Tag) -> None:
    """Of a header, only headings belong to the text."""
    for header in content.find_all("header"):
        for part in header.find_all(["h1", "h2", "h3", "h4", "h5", "h6"]):
            header.insert_before(part.extract())
        header.decompose()


def _tidy_links(content: Tag, address: str) -> None:
    """Links lead somewhere from anywhere or are mere words; pictures are their descriptions."""
    for image in content.find_all("img"):
        image.replace_with(attributes_of(image).get("alt", ""))
    for link in content.find_all("a"):
        href = attributes_of(link).get("href", "")
        try:
            there = urljoin(address, href) if address else href
            is_web = urlsplit(there).scheme in {"http", "https"} and not href.startswith("#")
        except ValueError:
            is_web = False
        if is_web:
            link.attrs = {"href": there}
        else:
            link.unwrap()


def _language(code: Tag) -> str:
    """The language of an example, where a class says it."""
    inner = code.find("code")
    for element in filter(None, (code, inner if isinstance(inner, Tag) else None)):
        for name in attributes_of(element).get("class", "").split():
            if name.startswith(("language-", "lang-")):
                return name.partition("-")[2]
    return ""
