"""Takes out of a text what acts on a reader's screen, or hides from it, instead of being read."""

from functools import lru_cache
from typing import Final

from csm.visible_text import visible

_LINE_ENDS: Final = str.maketrans(dict.fromkeys("\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029\r", "\n"))
_TAB: Final = 4


def readable(text: str) -> str:
    """The text with its lines, without control characters, bidi controls, zero-width and other
    unseen characters, and lone surrogates. Tabs and exotic blanks become spaces."""
    lines = text.replace("\r\n", "\n").translate(_LINE_ENDS)
    # A text of millions of characters has few hundred different ones.
    changes = {ord(letter): _instead(letter) for letter in set(lines) if not _is_plain(letter)}
    return lines.translate(changes).expandtabs(_TAB)


def _is_plain(letter: str) -> bool:
    return " " <= letter <= "~" or letter in "\n\t"


@lru_cache(maxsize=4096)
def _instead(letter: str) -> str:
    """The letter itself, a space for what is blank, or nothing for what nobody sees."""
    if letter.isspace() or letter == "\u2800":
        return " "
    if letter < " " or "\x7f" <= letter <= "\x9f":
        return ""
    return "" if visible(f"a{letter}b") == "ab" else letter
