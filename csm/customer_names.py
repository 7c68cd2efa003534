"""What customers and their people are called, made ready for being looked for in a text."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from csm.plain_words import bare
from csm.word_runs import WordRuns

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
        self._runs = WordRuns(self._accounts)

    def __repr__(self) -> str:
        return f"CustomerNames({len(self._accounts)} names)"

    def said_in(self, text: str, but_of: str | None) -> Iterator[str]:
        """The names in a text of bare words that belong to anybody but that account."""
        for name in self._runs.said_in(text.split()):
            if self._accounts[name] - {but_of}:
                yield name


@dataclass(frozen=True, slots=True)
class ForeignNames:
    """The names of all customers but the one with the key `own`, where there is one."""

    customers: CustomerNames = field(default_factory=CustomerNames)
    own: str | None = None

    def said_in(self, text: str) -> set[str]:
        """Those in a text of bare words."""
        return set(self.customers.said_in(text, self.own))
