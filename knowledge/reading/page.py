"""What reading a file or a page gives, whatever kind it is of, and the limits that hold for all."""

import re
from dataclasses import dataclass
from datetime import date, datetime
from email.utils import parsedate_to_datetime
from typing import Final

from csm.errors import InvalidInput
from csm.visible_text import visible
from csm.wording import shorten

MEGABYTE: Final = 1_000_000
MOST_BYTES: Final = 20 * MEGABYTE
MOST_CHARACTERS: Final = 2_000_000
MOST_TITLE: Final = 300

_LINK: Final = re.compile(r"!?\[([^\[\]]*)\]\([^()\s]*(?:\s+\"[^\"]*\")?\)")
_MARKS: Final = re.compile(r"(?<!\\)(\*\*|__|\*|`+|(?<!\w)_|_(?!\w))")
_ESCAPED: Final = re.compile(r"\\([!-/:-@\[-`{-~])")
_WORD_BREAKS: Final = re.compile(r"[\s_-]+")


class Unreadable(InvalidInput):
    """One file or page cannot be read. Says why; whoever caught it knows which."""


@dataclass(frozen=True, slots=True)
class Page:
    """A file or page as it was read. `text` is markdown, and blank where it holds none. `where` is
    the place that it gives itself: the end of its address, or all of it. `left_out` says why it is
    none for the library, although it could be read."""

    title: str
    text: str
    modified_on: date | None = None
    product: str = ""
    where: str = ""
    left_out: str = ""


def demand_size(size: int) -> None:
    """Raises Unreadable for a file of more bytes than we read."""
    if size > MOST_BYTES:
        raise Unreadable(
            f"it has {size / MEGABYTE:,.1f} MB, and at most {MOST_BYTES // MEGABYTE} MB are read. "
            "Split it, or leave pictures out."
        )


def demand_length(text: str) -> None:
    """Raises Unreadable for more text than one document may have."""
    if len(text) > MOST_CHARACTERS:
        raise Unreadable(
            f"it holds {len(text):,} characters of text, and a document may have "
            f"{MOST_CHARACTERS:,}. Split it."
        )


def plain(markdown: str) -> str:
    """One line of markdown as words: links, emphasis and code lose their marks."""
    return visible(_ESCAPED.sub(r"\1", _MARKS.sub("", _LINK.sub(r"\1", markdown))))


def as_title(text: str) -> str:
    """Words that can be a title: on one line, not too long; blank where nothing is left."""
    return shorten(visible(text), MOST_TITLE)


def title_of_name(stem: str) -> str:
    """A file's name in words: `reset-password` gives `Reset password`."""
    words = as_title(_WORD_BREAKS.sub(" ", stem))
    return words[:1].upper() + words[1:] if words else "Untitled"


def as_day(value: object) -> date | None:
    """The day that a document says it was changed on: a date, an ISO text or an HTTP date; None
    where it makes no sense."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if not isinstance(value, str):
        return None
    try:
        return date.fromisoformat(value.strip()[:10])
    except ValueError:
        pass
    try:
        return parsedate_to_datetime(value).date()
    except ValueError:
        return None
