"""Names and addresses of one person, looked for in texts of any kind, and taken out of them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Any, Final

from csm.folded import fold_for_search, folded

ERASED: Final = "[erased]"
WRITTEN_OTHERWISE: Final = "[^\t-~]|[%&]|\\\\u"
"""A regular expression, for Python and databases, of what a text has in which letters are written
otherwise: with accents, encoded for a page, an address or JSON. A text without it is compared as it
stands."""

_LETTER: Final = r"[^\W_]"
# Around the words of a name, where they are emphasised.
_MARKUP: Final = r"(?:[*_~\"]|</?[a-z][a-z0-9]{0,9}>){0,4}"
# Between the words of a name: in running text, in file names and in addresses of pages. Not the
# end of a sentence: who is named last in it has nothing to do with who begins the next one.
_GAP: Final = rf"(?:{_MARKUP}\s+{_MARKUP}|[._+-])"
# Between a first name and the next word. Without a dot, most vowels are words of some language.
_INITIAL: Final = rf"(?:(?:[a-z]\.|[b-df-hj-np-xz]){_GAP})?"
_AT: Final = r"(?:@|\s?[\[(]\s?at\s?[\])]\s?)"
# Nothing before it that would belong to the address.
_ADDRESS_BEGINS: Final = r"(?<![^\W_])(?<![^\W_][._+'%-])"
_ADDRESS_ENDS: Final = r"(?![^\W_]|-)"
_LEAST_OF_PART: Final = 2
_BETWEEN_WORDS: Final = re.compile(r"[\s,_-]+")
_PLAIN_RUN: Final = re.compile(r"[a-z0-9]+")


@dataclass(frozen=True)
class Needles:
    """What is looked for. `names` are full names, in any order that names are written in; `ids` are
    those by which chat platforms know a person; `parts` are words of a name, for texts that are
    surely about its bearer. Case does not matter, nor how accents, apostrophes and hyphens are
    written or whether they are, nor whether a letter is encoded for a page or an address."""

    names: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()

    def clean(self, text: str) -> str:
        """The text with "[erased]" in the place of each."""
        if self._pattern is None or not text:
            return text
        compared = folded(text)
        kept, last = list[str](), 0
        for match in self._pattern.finditer(compared.text):
            begin, end = compared.span(*match.span())
            kept += [text[last:begin], ERASED]
            last = end
        return "".join([*kept, text[last:]]) if kept else text

    def clean_json(self, value: Any) -> Any:
        """The same in every string of plain JSON, keys as well."""
        match value:
            case str():
                return self.clean(value)
            case list() | tuple():
                return [self.clean_json(item) for item in value]
            case dict():
                return {self.clean_json(key): self.clean_json(one) for key, one in value.items()}
            case _:
                return value

    def are_in(self, text: str) -> bool:
        return self._pattern is not None and self._pattern.search(folded(text).text) is not None

    def near(self, names: tuple[str, ...]) -> "Needles":
        """The same, and each word of these names by itself."""
        words = {word for name in names for word in name.split() if len(word) >= _LEAST_OF_PART}
        return Needles(names, self.addresses, self.ids, tuple(sorted(words)))

    @cached_property
    def hints(self) -> list[tuple[str, ...]]:
        """Runs of plain letters that a text with one of them must hold, one after the other: for a
        first look by the database. Only a text in which letters are written otherwise may lack
        them, see `may_be_written_otherwise`."""
        found: list[tuple[str, ...]] = []
        for address in self.addresses:
            local, _, domain = fold_for_search(address).partition("@")
            found.append((_longest_run(local), _longest_run(domain)))
        for name in self.names:
            found += [tuple(map(_longest_run, words)) for words in _orders(name)]
        found += [(_longest_run(fold_for_search(one)),) for one in (*self.ids, *self.parts)]
        wanted = (tuple(run for run in runs if run) for runs in found)
        return sorted({runs for runs in wanted if runs})

    @cached_property
    def may_be_written_otherwise(self) -> bool:
        """Whether a text that has `WRITTEN_OTHERWISE` must be looked at, whatever else it holds:
        names may be; addresses and ids are not, but for what stands between their runs."""
        plain = (*self.addresses, *self.ids)
        return bool(self.names or self.parts) or not all(one.isascii() for one in plain)

    @cached_property
    def _pattern(self) -> re.Pattern[str] | None:
        # An address may begin with the name, and all of it is to go.
        groups = (self._addressed(), self._named())
        longest_first = (sorted(set(one), key=len, reverse=True) for one in groups)
        alternatives = list(chain.from_iterable(longest_first))
        return re.compile("|".join(alternatives)) if alternatives else None

    def _addressed(self) -> Iterator[str]:
        for address in self.addresses:
            local, _, domain = map(re.escape, fold_for_search(address).partition("@"))
            yield f"{_ADDRESS_BEGINS}{local}{_AT}{domain}{_ADDRESS_ENDS}"

    def _named(self) -> Iterator[str]:
        for name in self.names:
            orders = list(_orders(name))
            yield from (_bounded(_joined(words)) for words in orders)
            for at, words in enumerate(orders[1:], start=1):
                last, first = words[: len(words) - at], words[len(words) - at :]
                yield _bounded(f"{_joined(last)}\\s*,\\s*{_joined(first)}")
        for one in self.ids:
            yield _bounded(re.escape(fold_for_search(one)))
        for words in filter(None, map(_words, self.parts)):
            yield _bounded(_joined(words))


def _words(name: str) -> list[str]:
    return [word for word in _BETWEEN_WORDS.split(fold_for_search(name)) if word]


def _orders(name: str) -> Iterator[list[str]]:
    """The words of a name as they are, then with the last one, the last two … first."""
    words = _words(name)
    for at in range(len(words)):
        yield words[at:] + words[:at]


def _joined(words: list[str]) -> str:
    return f"{_GAP}{_INITIAL}".join(map(_word, words))


def _word(word: str) -> str:
    """Its apostrophe may be left out, and the dot of an initial."""
    return re.escape(word).replace("'", "'?").replace(r"\.", r"\.?")


def _bounded(pattern: str) -> str:
    return f"(?<!{_LETTER}){pattern}(?!{_LETTER})"


def _longest_run(text: str) -> str:
    return max(_PLAIN_RUN.findall(text), key=len, default="")
