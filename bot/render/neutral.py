"""Takes the power out of characters that act on a reader's screen instead of being read.

What is left is plain text: it still has to be escaped for the platform that shows it.
"""

import re
from typing import Final

# Everything that str.splitlines() takes for the end of a line, besides the newline itself.
_LINE_ENDS: Final = re.compile("\r\n|[\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")

# Controls (C0, DEL, C1) but newline: they move cursors, ring bells and begin escape sequences.
# Bidi embeddings, overrides and isolates: they make "gpj.exe" read as "exe.jpg".
# Interlinear annotation, language tags and the byte-order mark: text that nobody sees.
_POWERS: Final = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f"
    "\u202a-\u202e\u2066-\u2069"
    "\ufff9-\ufffb\ufeff\U000e0000-\U000e007f]"
)
_SURROGATES: Final = re.compile("[\ud800-\udfff]")
# What may be made a link: an address of the web, without anything that ends or hides it.
_ADDRESS: Final = re.compile(r"https?://[!#-;=?-\[\]_a-z~%]{1,990}", re.ASCII)
_BLANKS: Final = re.compile(r"\s+")


def neutral(text: str) -> str:
    """The text without control characters (newlines stay) and without bidi overrides.

    Tabs become spaces, other line ends become newlines, and lone surrogates, which no encoder
    accepts, become the replacement character. Doing it twice changes nothing more.
    """
    lines = _LINE_ENDS.sub("\n", text).replace("\t", " ")
    return _SURROGATES.sub("\ufffd", _POWERS.sub("", lines))


def one_line(text: str) -> str:
    """The same on a single line: every run of blanks and line ends becomes one space."""
    return _BLANKS.sub(" ", neutral(text)).strip()


def is_address(text: str) -> bool:
    """Whether this can be made a link."""
    return _ADDRESS.fullmatch(text) is not None


def cut_to(text: str, limit: int) -> str:
    """At most `limit` characters of the text, the last of them "…" when something was cut away;
    line ends stay, and words may be cut in two."""
    if len(text) <= limit:
        return text
    return text[: max(limit - 1, 0)].rstrip() + "…"
