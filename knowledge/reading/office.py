"""Reading PDF and Word documents, after looking whether they are safe to read.

It runs apart from everything else, see apart.py.
"""

import io
import re
import zipfile
from datetime import date
from typing import Final

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException
from markitdown import StreamInfo
from markitdown.converters import DocxConverter, PdfConverter
from pypdf import PasswordType, PdfReader
from pypdf.errors import PyPdfError

from knowledge.reading.clean import readable
from knowledge.reading.code_parts import first_title
from knowledge.reading.html_tables import with_table_heads
from knowledge.reading.markup import without_relative_links
from knowledge.reading.page import (
    MEGABYTE,
    Page,
    Unreadable,
    as_day,
    as_title,
    demand_length,
    plain,
    title_of_name,
)
from knowledge.reading.text import literal

MOST_PAGES: Final = 2_000
MOST_UNPACKED: Final = 200 * MEGABYTE
MOST_ENTRIES: Final = 10_000

_OLD_OFFICE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PROPERTIES: Final = "docProps/core.xml"
_DC_TITLE: Final = "{http://purl.org/dc/elements/1.1/}title"
_DC_MODIFIED: Final = "{http://purl.org/dc/terms/}modified"
# What programs put where a title belongs.
_NO_TITLE: Final = re.compile(
    r"^(?:untitled.*|microsoft word\b.*|document\d*|word document"
    r"|.*\.(?:docx?|pdf|indd|tex|html?))$",
    re.IGNORECASE,
)
_BROKEN_WORD: Final = re.compile(r"(?<=[a-z])-\n(?=[a-z])")
_BLANKS: Final = re.compile(r"[ ]{2,}")
_BLANK_LINES: Final = re.compile(r"\n{3,}")


def read_pdf(data: bytes, stem: str) -> Page:
    """A PDF's text. Raises Unreadable."""
    title, modified_on = _looked_at_pdf(data)
    text = PdfConverter().convert(io.BytesIO(data), StreamInfo(extension=".pdf")).markdown
    lines = literal(readable(text.replace("\f", "\n\n")))
    tidy = _BLANK_LINES.sub("\n\n", _BLANKS.sub(" ", _BROKEN_WORD.sub("", lines)))
    demand_length(tidy)
    if not any(letter.isalnum() for letter in tidy):
        raise Unreadable(
            "it holds pictures of text, but no text: it was scanned. Run it through text "
            "recognition (OCR) first."
        )
    return Page(title=title or title_of_name(stem), text=tidy, modified_on=modified_on)


def _looked_at_pdf(data: bytes) -> tuple[str, date | None]:
    """Title and day of change. Raises Unreadable for a PDF that cannot or should not be read."""
    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted and reader.decrypt("") == PasswordType.NOT_DECRYPTED:
            raise Unreadable("it is protected by a password. Save it without one.")
        pages = len(reader.pages)
        about = reader.metadata
        title = as_title(str(about.title or "")) if about else ""
        modified = about.modification_date if about else None
    except (PyPdfError, ValueError, TypeError, KeyError, AttributeError, IndexError) as error:
        raise Unreadable("it is damaged, or no PDF. Export it again.") from error
    if pages > MOST_PAGES:
        raise Unreadable(f"it has {pages:,} pages, and at most {MOST_PAGES:,} are read. Split it.")
    return "" if _NO_TITLE.match(title) else title, as_day(modified)


def read_docx(data: bytes, stem: str) -> Page:
    """A Word document's text. Raises Unreadable."""
    title, modified_on = _looked_at_docx(data)
    converter = DocxConverter()  # type: ignore[no-untyped-call] # markitdown forgot the "-> None"
    markdown = converter.convert(
        io.BytesIO(data), StreamInfo(extension=".docx"), strict=True,
        escape_underscores=False, escape_asterisks=False,
    ).markdown  # fmt: skip
    text = without_relative_links(with_table_heads(readable(markdown)))
    text = _BLANK_LINES.sub("\n\n", text).strip("\n")
    demand_length(text)
    found = title or as_title(plain(first_title(text))) or title_of_name(stem)
    return Page(title=found, text=text, modified_on=modified_on)


def _looked_at_docx(data: bytes) -> tuple[str, date | None]:
    if data.startswith(_OLD_OFFICE):
        raise Unreadable(
            "it is protected by a password, or of the old .doc kind. Save it as .docx without one."
        )
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _demand_harmless(archive)
            if "word/document.xml" not in archive.namelist():
                raise Unreadable("it is no Word document. Save it again as .docx.")
            if _PROPERTIES not in archive.namelist():
                return "", None
            return _properties(archive.read(_PROPERTIES))
    except (zipfile.BadZipFile, NotImplementedError, OSError, EOFError) as error:
        raise Unreadable("it is damaged, or no Word document. Save it again.") from error


def _demand_harmless(archive: zipfile.ZipFile) -> None:
    """Raises Unreadable for an archive that unpacks to more than a document needs."""
    parts = archive.infolist()
    unpacked = sum(part.file_size for part in parts)
    if len(parts) > MOST_ENTRIES or unpacked > MOST_UNPACKED:
        raise Unreadable(
            f"it unpacks to {len(parts):,} parts of {unpacked / MEGABYTE:,.0f} MB together; at "
            f"most {MOST_ENTRIES:,} parts and {MOST_UNPACKED // MEGABYTE:,} MB are read. Leave "
            "pictures out."
        )


def _properties(data: bytes) -> tuple[str, date | None]:
    try:
        about = ElementTree.fromstring(data)
    except (ElementTree.ParseError, DefusedXmlException):
        return "", None
    title = as_title(about.findtext(_DC_TITLE) or "")
    return "" if _NO_TITLE.match(title) else title, as_day(about.findtext(_DC_MODIFIED))
