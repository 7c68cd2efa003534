"""The audit: what was done to outreach, by whom, in a chain that cannot be changed unseen.

Each entry holds the hash of the one before it, and its own hash covers everything in it. Whoever
changes, removes or inserts an entry breaks the chain from there on; whoever cuts off its end is
found by the head, which is kept apart and counts the entries. Entries hold keys and fingerprints,
never a message's words nor anybody's name or address.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field

# What the first entry holds in the place of a hash before it.
GENESIS: Final = "0" * 64
# Of a contact's key: enough that no two of one account have the same.
_SHORT_HASH: Final = 16

# What entries say where the guard refused a message that was to be approved, or to be released. A
# play's tally counts these.
REFUSALS: Final = ("outreach.refused", "outreach.withdrawn")


class AuditEntry(BaseModel):
    """One thing that was done. `who` is a person's key, or what acted by itself ("guard",
    "schedule", "breaker", "tier"). `before` and `after` are states and fingerprints as plain JSON;
    `verdict` is the guard's, as `Verdict.to_json` writes it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    at: datetime
    who: str = Field(min_length=1, max_length=80)
    what: str = Field(min_length=1, max_length=80, description="e.g. outreach.approved")
    subject: str = Field(min_length=1, max_length=120, description="e.g. outreach:12, pause:3")
    account_key: str = Field(default="", max_length=80)
    play: str = Field(default="", max_length=80)
    fingerprint: str = Field(default="", max_length=64)
    before: dict[str, Any] = Field(default_factory=dict)
    after: dict[str, Any] = Field(default_factory=dict)
    verdict: list[dict[str, Any]] = Field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Chained:
    """An entry in its place of the chain; numbers count from 1 without a gap."""

    number: int
    entry: AuditEntry
    previous: str
    hash: str


@dataclass(frozen=True, slots=True)
class Head:
    """How many entries there are, and the last one's hash."""

    count: int = 0
    hash: str = GENESIS


def contact_subject(account_key: str, contact_key: str = "") -> str:
    """What an entry about one of a customer's people has as its subject, or (no `contact_key`)
    about all of them. Some systems take an e-mail address for a person's key, so that a short hash
    stands for it: whoever has the key finds its entries, and nobody reads it there."""
    if not contact_key:
        return f"contact:{account_key}"
    digest = hashlib.sha256(f"{account_key}/{contact_key}".encode()).hexdigest()
    return f"contact:{account_key}/{digest[:_SHORT_HASH]}"


def chained(entry: AuditEntry, head: Head) -> Chained:
    """The entry as the next one of the chain."""
    number = head.count + 1
    return Chained(number, entry, head.hash, _hash(number, entry, head.hash))


def breaks(chain: Iterable[Chained], head: Head, expected: str = "") -> Iterator[str]:
    """Everything that is wrong with a chain, in words; nothing where it is whole. `expected` is a
    hash that was noted down earlier: it must be that of an entry."""
    last, is_found = Head(), expected in {"", GENESIS}
    links = _Readable(chain)
    for link in links:
        is_found = is_found or link.hash == expected
        if link.number != last.count + 1:
            yield f"Entry {last.count + 1} is missing: entry {link.number} follows."
        if link.previous != last.hash:
            yield f"Entry {link.number} does not follow from the one before it."
        if link.hash != _hash(link.number, link.entry, link.previous):
            yield f"Entry {link.number} was changed."
        last = Head(link.number, link.hash)
    if not links.are_all:
        yield (
            f"After entry {last.count} one cannot be read: its JSON or its time is broken. "
            "What follows was not looked at."
        )
        return
    if last != head:
        yield (
            f"The chain ends with entry {last.count}, but {head.count} were written: "
            "the end was cut off, or the count was changed."
        )
    if not is_found:
        yield f"No entry has the hash {expected}: what was noted down then is not in the chain."


class _Readable:
    """As much of a chain as can be read. `are_all`: that was all of it."""

    def __init__(self, chain: Iterable[Chained]) -> None:
        self._chain = chain
        self.are_all = False

    def __iter__(self) -> Iterator[Chained]:
        with suppress(ValueError):
            yield from self._chain
            self.are_all = True


def _hash(number: int, entry: AuditEntry, previous: str) -> str:
    content = entry.model_dump(mode="json", warnings=False)  # whoever broke it is found by it
    content["at"] = entry.at.astimezone(UTC).isoformat(timespec="microseconds")
    whole = json.dumps([number, previous, content], sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(whole.encode()).hexdigest()
