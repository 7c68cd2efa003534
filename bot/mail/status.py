"""What mail servers say: the codes of RFC 5321, and the enhanced ones of RFC 3463."""

import re
from dataclasses import dataclass
from typing import Final

_ENHANCED: Final = re.compile(r"\s*([245]\.\d{1,3}\.\d{1,3})(?!\S)")
# Codes that speak of the mailbox where no enhanced one says more.
_OF_MAILBOX: Final = frozenset({550, 551, 553})
# Subjects of RFC 3463, the second number of a code: unspecified, address, mailbox, routing.
# The others are faults of a system, of the protocol, of the content, or somebody's policy.
_OF_ADDRESS: Final = frozenset({"0", "1", "2", "4"})
# A full mailbox, or a message too long for it: both may be otherwise tomorrow.
_PASSING: Final = frozenset({"5.2.2", "5.2.3"})


@dataclass(frozen=True, slots=True)
class Answer:
    """A server's reply: its code, and its enhanced one where it gave one. What it says besides is
    left out, since it may hold addresses."""

    code: int
    enhanced: str = ""

    @classmethod
    def of(cls, code: int, text: bytes | str) -> "Answer":
        said = text.decode("ascii", "replace") if isinstance(text, bytes) else text
        found = _ENHANCED.match(said)
        return cls(code, found[1] if found else "")

    @property
    def is_refusal_for_good(self) -> bool:
        return 500 <= self.code <= 599

    @property
    def is_refusal(self) -> bool:
        return 400 <= self.code <= 599

    @property
    def is_of_address(self) -> bool:
        """Whether nothing will ever be taken for that address."""
        if not self.is_refusal_for_good:
            return False
        return is_dead_end(self.enhanced) if self.enhanced else self.code in _OF_MAILBOX

    def __str__(self) -> str:
        return f"{self.code} {self.enhanced}".rstrip()


def is_dead_end(enhanced: str) -> bool:
    """Whether an enhanced code says that an address takes no mail, now or later."""
    kind, _, rest = enhanced.partition(".")
    return kind == "5" and enhanced not in _PASSING and rest.split(".")[0] in _OF_ADDRESS
