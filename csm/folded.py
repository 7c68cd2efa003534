"""A text as it is compared, and where each piece of it stands in the text as it was written."""

import html
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import unquote

_PERCENT: Final = (
    r"%[0-7][0-9A-Fa-f]"
    r"|%[CDcd][0-9A-Fa-f]%[89ABab][0-9A-Fa-f]"
    r"|%[Ee][0-9A-Fa-f](?:%[89ABab][0-9A-Fa-f]){2}"
    r"|%[Ff][0-7](?:%[89ABab][0-9A-Fa-f]){3}"
)
_ENTITY: Final = r"&(?:#[0-9]{1,7}|#[Xx][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});"
# Whatever is written otherwise than it is compared, but for capitals from A to Z.
_ODD: Final = re.compile(rf"{_PERCENT}|{_ENTITY}|[^\x00-\x7f]")
_ALIKE: Final = str.maketrans(
    {
        **dict.fromkeys("’‘ʼʻ`´＇′\u02b9\u2032", "'"),
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212\ufe63", "-"),
        # Letters that are no other letter with an accent to Unicode, but are to people.
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "ı": "i",
        "æ": "ae",
        "œ": "oe",
        "þ": "th",
    }
)
# Marks of the hand: accents, and what cannot be seen.
_NOTHING: Final = frozenset({"Mn", "Me", "Cf"})


@dataclass(slots=True)
class Folded:
    """`text` in lower case, without accents and invisible letters, what was encoded for pages and
    addresses decoded; apostrophes, hyphens and blanks are of one kind each."""

    text: str
    _at: list[int] = field(default_factory=list)  # of each piece, in `text`
    _from: list[int] = field(default_factory=list)  # where it begins in what was written
    _odd: list[bool] = field(default_factory=list)

    def span(self, begin: int, end: int) -> tuple[int, int]:
        """Where what stands from `begin` to `end` was written; marks that belong to its last
        letter are in it."""
        return self._place(begin, is_end=False), self._place(end, is_end=True)

    def _place(self, at: int, *, is_end: bool) -> int:
        piece = bisect_right(self._at, at) - 1
        if not self._odd[piece]:
            return self._from[piece] + at - self._at[piece]
        is_within = at > self._at[piece]
        return self._from[piece + 1] if is_end and is_within else self._from[piece]


def folded(text: str) -> Folded:
    made, length = Folded(""), 0
    parts: list[str] = []
    for begin, part, is_odd in _pieces(text):
        if not part:
            continue
        made._at.append(length)
        made._from.append(begin)
        made._odd.append(is_odd)
        parts.append(part)
        length += len(part)
    # What lies beyond the end.
    made._at.append(length)
    made._from.append(len(text))
    made._odd.append(False)
    made.text = "".join(parts)
    return made


def fold_for_search(text: str) -> str:
    return folded(text).text


def _pieces(text: str) -> Iterator[tuple[int, str, bool]]:
    """Where each begins, how it is compared, and whether that may be of another length."""
    last = 0
    for match in _ODD.finditer(text):
        if match.start() > last:
            yield last, _plain(text[last : match.start()]), False
        yield match.start(), _decoded(match[0]), True
        last = match.end()
    if last < len(text):
        yield last, _plain(text[last:]), False


def _plain(text: str) -> str:
    return text.lower().replace("`", "'")


def _decoded(piece: str) -> str:
    match piece[0]:
        case "%":
            piece = unquote(piece, errors="replace")
        case "&":
            piece = html.unescape(piece)
    lower = unicodedata.normalize("NFKD", piece.casefold().translate(_ALIKE)).casefold()
    kept = (one for one in lower if unicodedata.category(one) not in _NOTHING)
    return "".join(" " if one.isspace() else one for one in kept).translate(_ALIKE)
