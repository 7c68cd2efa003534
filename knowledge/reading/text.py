"""Reading plain text, in whatever encoding it comes."""

import codecs
from typing import Final

from csm.wording import listing
from knowledge.reading.clean import readable
from knowledge.reading.page import Page, Unreadable, as_title, demand_length, title_of_name

# The marks by which a text says what it is encoded in; the longer ones first.
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_TEXT_CONTROLS: Final = frozenset("\n\r\t\f")
# A text has hardly any control characters; of random bytes, every tenth is one.
_MOST_CONTROLS: Final = 0.001


def decode(data: bytes, charset: str = "") -> str:
    """The bytes as text: by their byte-order mark, the charset they were sent with, UTF-8, or
    Windows-1252 where that gives a text. Raises Unreadable for anything else."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _decoded(data, encoding)
    if b"\x00" in data:
        where = data.index(b"\x00")
        raise Unreadable(
            f"it is no text: byte {where:,} is zero. Save it as UTF-8, or as another kind."
        )
    if charset:
        try:
            return _decoded(data, charset)
        except LookupError:
            pass  # a charset that nobody knows says nothing
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        return _as_windows(data, error.start)


def _decoded(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise Unreadable(
            f"it says it is {encoding.upper().removesuffix('-SIG')}, but byte {error.start:,} "
            "makes no sense as such. Save it again as UTF-8."
        ) from error


def _as_windows(data: bytes, bad: int) -> str:
    """The bytes as Windows-1252, if what they give looks like text."""
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError:
        text = ""
    controls = sum(letter < " " and letter not in _TEXT_CONTROLS for letter in text)
    if not text or controls > len(text) * _MOST_CONTROLS:
        encodings = listing(["UTF-8", "UTF-16", "Windows-1252"], "or")
        raise Unreadable(
            f"it is no text in {encodings}: byte {bad:,} makes no sense. Save it as UTF-8."
        )
    return text


def read_text(data: bytes, stem: str, charset: str = "") -> Page:
    """A plain text: its title is its name in words. Raises Unreadable."""
    text = readable(decode(data, charset)).strip("\n")
    demand_length(text)
    return Page(title=as_title(title_of_name(stem)), text=literal(text))


def literal(text: str) -> str:
    """Plain text as markdown. Lines that only look like headings or rules by accident do no harm;
    what matters is that four blanks do not make code of a paragraph."""
    return "\n".join(line.strip() for line in text.split("\n")).strip()
