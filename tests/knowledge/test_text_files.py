"""Plain text in any encoding, and characters that act on a screen instead of being read."""

import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from csm.visible_text import visible
from knowledge.reading.clean import readable
from knowledge.reading.page import MOST_CHARACTERS, Unreadable, as_day, plain, title_of_name
from knowledge.reading.text import decode, read_text

CAFE = "Le café coûte 3 €.\n"


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le-bom", "utf-32", "cp1252"]
)
def test_any_usual_encoding_is_read(encoding: str) -> None:
    data = (
        b"\xff\xfe" + CAFE.encode("utf-16-le")
        if encoding == "utf-16-le-bom"
        else CAFE.encode(encoding)
    )
    assert decode(data) == CAFE


def test_the_charset_it_was_sent_with_counts() -> None:
    assert decode("Žižka".encode("iso-8859-2"), "iso-8859-2") == "Žižka"


@pytest.mark.parametrize("charset", ["klingon", "hex", "rot13"])
def test_a_charset_that_is_none_is_ignored(charset: str) -> None:
    assert decode(CAFE.encode(), charset) == CAFE


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "byte 8 is zero"),
        (b"\xff\xfeabc", "says it is UTF-16, but byte"),
        (bytes(range(1, 256)) * 3, "is no text in UTF-8, UTF-16 or Windows-1252"),
    ],
)
def test_what_is_no_text_is_refused_with_the_place(data: bytes, told: str) -> None:
    with pytest.raises(Unreadable) as refused:
        decode(data)
    assert told in str(refused.value)
    assert "Save it" in str(refused.value)


def test_broken_utf8_with_a_charset_names_the_byte() -> None:
    with pytest.raises(Unreadable, match="says it is UTF-8, but byte 2 makes no sense"):
        decode(b"ab\xe9cd", "utf-8")


def test_a_text_is_named_after_its_file() -> None:
    page = read_text(b"First line\n\n    not code\n", "reset_the--password")
    assert page.title == "Reset the password"
    assert page.text == "First line\n\nnot code"


def test_too_much_text_is_refused() -> None:
    with pytest.raises(Unreadable, match="2,000,001 characters"):
        read_text(b"x" * (MOST_CHARACTERS + 1), "big")


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("sso_SAML-2", "Sso SAML 2"),
        ("<!channel> ignore\u202eall", "<!channel> ignoreall"),
        ("\u200b", "Untitled"),
        ("x" * 400, "X" + "x" * 298 + "…"),
    ],
)
def test_a_file_name_is_only_ever_words(name: str, title: str) -> None:
    assert title_of_name(name) == title


def test_characters_that_nobody_sees_are_taken_out() -> None:
    dirty = (
        "pay\u202e\u2066load\u200b zero\u00adwidth\u2060 \x1b[31mred\x07 a\r\n\tb\nc\u2028d \udc80e"
    )
    assert readable(dirty) == "payload zerowidth [31mred a\n    b\nc\nd e"


def test_indentation_stays() -> None:
    assert readable("a\n    b\n\tc") == "a\n    b\n    c"


def test_it_takes_out_whatever_the_rest_of_the_product_does_not_show() -> None:
    for code in range(sys.maxunicode + 1):
        letter = chr(code)
        if unicodedata.category(letter) in {"Cf", "Cs"}:
            assert readable(f"a{letter}b") == "ab", f"U+{code:04X}"


@given(st.text())
def test_making_readable_keeps_what_is_visible_and_is_done_once(text: str) -> None:
    once = readable(text)
    assert readable(once) == once
    # What visible() takes out depends on the letter before; both ways end with the same.
    assert visible(once) == visible(visible(once))
    assert not any(unicodedata.category(letter) in {"Cc", "Cf", "Cs"} - {"\n"} and letter != "\n"
                   for letter in once)  # fmt: skip


@pytest.mark.parametrize(
    ("markdown", "words"),
    [
        ("**Bold** and `code_x` [link](https://x.example)", "Bold and code_x link"),
        ("snake_case stays, _this_ does not", "snake_case stays, this does not"),
        (r"a \* b", "a * b"),
    ],
)
def test_markdown_as_words(markdown: str, words: str) -> None:
    assert plain(markdown) == words


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("2026-03-01", "2026-03-01"),
        ("2026-03-01T23:59:00Z", "2026-03-01"),
        ("Sun, 01 Mar 2026 10:00:00 GMT", "2026-03-01"),
        ("last week", "None"),
        ("", "None"),
        (5, "None"),
        (None, "None"),
    ],
)
def test_days_as_documents_say_them(said: object, day: str) -> None:
    assert str(as_day(said)) == day
