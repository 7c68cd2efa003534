"""Texts as people see them."""

import re
import unicodedata
from typing import Final

_BLANKS: Final = re.compile(r"[\s\u2800]+")
# Marks and letters that are drawn as nothing, besides those of category Cf.
_UNSEEN: Final = frozenset(
    {"\u034f", "\u115f", "\u1160", "\u3164", "\uffa0", "\u17b4", "\u17b5"}
    | {chr(code) for code in (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))}
)
# Texts of these characters alone hide nothing: most are, and looking at each takes long.
_PLAIN: Final = re.compile(r"[\t\n\x20-\x7e\xa0-\xac\xae-\u02ff\u2010-\u2027\u20ac]*+")


def hides_nothing(text: str) -> bool:
    """Whether it has none but common Latin letters and signs, all of which are seen. Others may
    hide something, or not."""
    return _PLAIN.fullmatch(text) is not None


def visible(text: str) -> str:
    """The text on one line, without characters that nobody sees but that could split a number.

    Marks that combine with a letter stay; on anything else, a digit above all, they go.
    """
    if hides_nothing(text):
        return _BLANKS.sub(" ", unicodedata.normalize("NFC", text)).strip()
    kept: list[str] = []
    is_marked = False  # whether a mark may stand here
    for letter in unicodedata.normalize("NFC", text):
        category = unicodedata.category(letter)
        if letter in _UNSEEN or category in {"Cf", "Cs"}:
            continue
        if category.startswith("M"):
            if is_marked:
                kept.append(letter)
            continue
        is_marked = category.startswith("L")
        kept.append(" " if category == "Cc" else letter)
    return _BLANKS.sub(" ", "".join(kept)).strip()
