"""PDF and Word documents, also those that are locked, scanned, broken or meant to do harm."""

import io
import struct
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime

import docx
import pytest
from fpdf import FPDF
from pypdf import PdfReader, PdfWriter

from knowledge.reading.apart import DOCX, PDF, Apart
from knowledge.reading.page import Page, Unreadable

WORDS = "Refunds arrive within five working days of the request. "


@pytest.fixture(scope="module")
def apart() -> Iterator[Apart]:
    with Apart() as apart:
        yield apart


def pdf(text: str = WORDS * 8, title: str = "") -> bytes:
    document = FPDF()
    document.add_page()
    document.set_font("Helvetica")
    if title:
        document.set_title(title)
    if text:
        document.multi_cell(0, 5, text)
    return bytes(document.output())


def locked(data: bytes, password: str, owner: str = "owner") -> bytes:
    writer = PdfWriter(PdfReader(io.BytesIO(data)))
    writer.encrypt(password, owner, algorithm="AES-256")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def word(title: str = "") -> bytes:
    document = docx.Document()
    document.core_properties.title = title
    document.core_properties.modified = datetime(2026, 2, 3, tzinfo=UTC)
    document.add_heading("Refunds", 1)
    document.add_paragraph("They take *five* days, see user_limit.")
    document.add_paragraph("First", style="List Bullet")
    table = document.add_table(2, 2)
    for row, cells in enumerate((("Plan", "Days"), ("Pro", "5"))):
        for column, words in enumerate(cells):
            table.cell(row, column).text = words
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def zipped(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return out.getvalue()


def test_a_pdf_is_read(apart: Apart) -> None:
    page = apart.read(PDF, pdf(title="Refund guide"), "file-name")
    assert page.title == "Refund guide"
    assert " ".join(page.text.split()) == (WORDS * 8).strip()


@pytest.mark.parametrize("title", ["", "Microsoft Word - refunds.docx", "untitled", "a.pdf"])
def test_a_title_that_is_none_gives_way_to_the_file_name(apart: Apart, title: str) -> None:
    assert apart.read(PDF, pdf(title=title), "refund-guide").title == "Refund guide"


def test_a_locked_pdf_is_refused(apart: Apart) -> None:
    with pytest.raises(Unreadable, match=r"protected by a password. Save it without one"):
        apart.read(PDF, locked(pdf(), "secret"), "x")


def test_a_pdf_that_only_forbids_printing_is_read(apart: Apart) -> None:
    assert "Refunds arrive" in apart.read(PDF, locked(pdf(), ""), "x").text


def test_a_scanned_pdf_says_so(apart: Apart) -> None:
    with pytest.raises(Unreadable, match="it was scanned"):
        apart.read(PDF, pdf(text=""), "x")


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7 and then nothing", b"GIF89a", pdf()[:400]])
def test_a_broken_pdf_is_refused(apart: Apart, data: bytes) -> None:
    with pytest.raises(Unreadable, match="damaged, or no PDF"):
        apart.read(PDF, data, "x")


def test_a_pdf_of_too_many_pages_is_refused(apart: Apart) -> None:
    writer = PdfWriter()
    for _ in range(2001):
        writer.add_blank_page(10, 10)
    out = io.BytesIO()
    writer.write(out)
    with pytest.raises(Unreadable, match="has 2,001 pages"):
        apart.read(PDF, out.getvalue(), "x")


def test_a_word_document_is_read(apart: Apart) -> None:
    page = apart.read(DOCX, word(), "x")
    assert page == Page(
        title="Refunds",
        text=(
            "# Refunds\n\nThey take *five* days, see user_limit.\n\n* First\n\n"
            "| Plan | Days |\n| --- | --- |\n| Pro | 5 |"
        ),
        modified_on=date(2026, 2, 3),
    )


def test_a_word_document_s_own_title_comes_first(apart: Apart) -> None:
    assert apart.read(DOCX, word(title="All about refunds"), "x").title == "All about refunds"


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500),
            "protected by a password, or of the old",
        ),
        (b"", "damaged, or no Word document"),
        (b"PK\x03\x04 and then nothing", "damaged, or no Word document"),
        (word()[:2000], "damaged, or no Word document"),
        (zipped({"a.txt": b"a"}), "it is no Word document"),
        (zipped({"word/document.xml": b"<not xml"}), "it is damaged"),
    ],
)
def test_a_broken_word_document_is_refused(apart: Apart, data: bytes, told: str) -> None:
    with pytest.raises(Unreadable, match=told):
        apart.read(DOCX, data, "x")


def test_a_zip_bomb_is_refused_by_what_it_says_it_holds(apart: Apart) -> None:
    bomb = zipped({"word/document.xml": bytes(201_000_000)})
    assert len(bomb) < 300_000
    with pytest.raises(Unreadable, match="unpacks to 1 parts of 201 MB"):
        apart.read(DOCX, bomb, "x")


def test_a_zip_bomb_that_lies_about_its_size_is_refused(apart: Apart) -> None:
    honest = zipped({"word/document.xml": bytes(50_000_000)})
    real, told = struct.pack("<L", 50_000_000), struct.pack("<L", 1_000)
    assert honest.count(real) == 2
    with pytest.raises(Unreadable):
        apart.read(DOCX, honest.replace(real, told), "x")


def test_entities_that_multiply_do_no_harm(apart: Apart) -> None:
    lol = b"<!DOCTYPE x [<!ENTITY a 'aaaaaaaaaa'>" + b"".join(
        b"<!ENTITY %c '%s'>" % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9)
    ) + b"]><x>&j;</x>"  # fmt: skip
    parts = {"word/document.xml": lol, "docProps/core.xml": lol, "[Content_Types].xml": lol}
    with pytest.raises(Unreadable):
        apart.read(DOCX, zipped(parts), "x")
