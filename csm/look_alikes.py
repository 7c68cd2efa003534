"""Letters that look like Latin ones: they hide a word from whoever searches for it."""

import re
import unicodedata
from functools import cache
from typing import Final

# As they are read in small letters, whose capitals count, too: "н" is the small "Н".
_COMMON: Final = dict(
    zip(
        "абвгдеиіјкмноԛрсѕтухѵԝһԁɡαβεικνορτυχøłđħ",
        "abbrdeuijkmhoqpcstyxvwhdgabeikvoptuxoldh",
        strict=True,
    )
)

_NOT_ASCII: Final = re.compile(r"[^\x00-\x7f]+")


def as_latin(text: str) -> str:
    """A folded text with Latin letters in place of those that look like them."""
    return text if text.isascii() else _NOT_ASCII.sub(_latin, text)


def _latin(run: re.Match[str]) -> str:
    return run[0].translate(_LATIN)


def scripts_of(word: str) -> frozenset[str]:
    """The scripts that a word's letters belong to, e.g. "LATIN". Chinese and the scripts of Japan
    and Korea are written together, and count as one."""
    if word.isascii():
        return frozenset({"LATIN"} if any(map(str.isalpha, word)) else ())
    scripts = frozenset(_script(letter) for letter in word if letter.isalpha())
    return scripts - {"COMMON", "INHERITED"}


@cache
def _script(letter: str) -> str:
    # The tables take a moment to read, and most texts need none of them.
    from confusable_homoglyphs import categories  # type: ignore[import-untyped] # noqa: PLC0415

    script = str(categories.alias(unicodedata.normalize("NFKC", letter)[:1]))
    return "HAN" if script in {"HIRAGANA", "KATAKANA", "HANGUL", "BOPOMOFO"} else script


class _Latin(dict[int, str]):
    """What each letter looks like, found when it is first met."""

    def __missing__(self, code: int) -> str:
        self[code] = _looks_like(chr(code))
        return self[code]


def _looks_like(letter: str) -> str:
    if letter.isascii() or letter in _COMMON or not letter.isalpha():
        return _COMMON.get(letter, letter)
    from confusable_homoglyphs import confusables  # noqa: PLC0415

    alike = (one["c"] for one in confusables.confusables_data.get(letter, ()))
    latin = (c.lower() for c in alike if len(c) == 1 and c.isascii() and c.isalpha())
    return next(latin, letter)


_LATIN: Final = _Latin()
