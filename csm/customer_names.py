"""What customers are called, made ready for being looked for in a text.

Making it ready costs time for every name, looking for all of them no more than the text is long.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from csm.plain_words import bare

# Shorter names stand in too many texts that do not mean them.
SHORTEST_NAME: Final = 3


class CustomerNames:
    """Names, aliases and domains of customers, as whole words in any spelling."""

    def __init__(self, names: Iterable[tuple[str, str]] = ()) -> None:
        """`names` are pairs of an account's key and one of its names."""
        self._accounts: dict[str, set[str]] = {}
        for account_key, name in names:
            plain = bare(name)
            if len(plain) >= SHORTEST_NAME:
                self._accounts.setdefault(plain, set()).add(account_key)
        # Each name's first words, so that a search stops where no name goes on.
        self._beginnings = {start for name in self._accounts for start in _beginnings(name)}

    def __repr__(self) -> str:
        return f"CustomerNames({len(self._accounts)} names)"

    def said_in(self, text: str, but_of: str | None) -> Iterator[str]:
        """The names in a text of bare words that belong to anybody but that account."""
        words = text.split()
        for start in range(len(words)):
            for name in self._from(words, start):
                if self._accounts[name] - {but_of}:
                    yield name

    def _from(self, words: list[str], start: int) -> Iterator[str]:
        """The names that begin with that word."""
        said, end = words[start], start + 1
        while said in self._beginnings:
            if said in self._accounts:
                yield said
            if end == len(words):
                return
            said, end = f"{said} {words[end]}", end + 1


@dataclass(frozen=True, slots=True)
class ForeignNames:
    """The names of all customers but the one with the key `own`, where there is one."""

    customers: CustomerNames = field(default_factory=CustomerNames)
    own: str | None = None

    def said_in(self, text: str) -> set[str]:
        """Those in a text of bare words."""
        return set(self.customers.said_in(text, self.own))


def _beginnings(name: str) -> Iterator[str]:
    words = name.split()
    return (" ".join(words[:end]) for end in range(1, len(words) + 1))
