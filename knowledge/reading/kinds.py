"""Which files and pages can be read, and by which reader."""

from pathlib import Path, PurePosixPath
from typing import Final
from urllib.parse import unquote, urlsplit

from csm.wording import listing
from knowledge.reading.apart import DOCX, HTML, PDF, Apart
from knowledge.reading.markdown import read_markdown, read_markdown_file
from knowledge.reading.page import Page, Unreadable, demand_size
from knowledge.reading.text import read_text

_MARKDOWN: Final = frozenset({".md", ".mdx", ".markdown"})
_HTML: Final = frozenset({".html", ".htm", ".xhtml"})
_TEXT: Final = frozenset({".txt", ".text", ".rst"})
SUFFIXES: Final = _MARKDOWN | _HTML | _TEXT | {".pdf", ".docx"}

_HTML_KINDS: Final = frozenset({"text/html", "application/xhtml+xml"})
_MARKDOWN_KINDS: Final = frozenset({"text/markdown", "text/x-markdown"})
_PDF_KIND: Final = "application/pdf"
_DOCX_KIND: Final = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PAGE_KINDS: Final = tuple(
    sorted(_HTML_KINDS | _MARKDOWN_KINDS | {"text/plain", _PDF_KIND, _DOCX_KIND})
)


def read_file(file: Path, root: Path, apart: Apart) -> Page:
    """A file below `root`, by its ending. Raises Unreadable."""
    suffix = file.suffix.lower()
    if suffix not in SUFFIXES:
        raise Unreadable(f"its ending is none of {listing(sorted(SUFFIXES), 'or')}.")
    try:
        demand_size(file.stat().st_size)
        data = file.read_bytes()
    except OSError as error:
        raise Unreadable(f"it cannot be opened: {error.strerror}.") from error
    if suffix in _MARKDOWN:
        return read_markdown_file(data, file, root)
    if suffix in _HTML:
        return apart.read(HTML, data, file.stem)
    if suffix == ".pdf":
        return apart.read(PDF, data, file.stem)
    if suffix == ".docx":
        return apart.read(DOCX, data, file.stem)
    return read_text(data, file.stem)


def read_page(body: bytes, kind: str, charset: str, address: str, apart: Apart) -> Page:
    """A page of one of PAGE_KINDS that was fetched from `address`. Raises Unreadable."""
    parts = urlsplit(address)
    path = PurePosixPath(unquote(parts.path))
    stem = path.stem or parts.hostname or address
    if kind in _HTML_KINDS:
        return apart.read(HTML, body, stem, address, charset)
    if kind == _PDF_KIND:
        return apart.read(PDF, body, stem)
    if kind == _DOCX_KIND:
        return apart.read(DOCX, body, stem)
    if kind in _MARKDOWN_KINDS or path.suffix.lower() in _MARKDOWN:
        return read_markdown(body, stem, charset)
    return read_text(body, stem, charset)
