"""The audit: what was done to outreach, by whom, in a chain that cannot be changed unseen.

Each entry holds the hash of the one before it, and its own hash covers everything in it. Whoever
changes, removes or inserts an entry breaks the chain from there on; whoever cuts off its end is
found by the head, which is kept apart and counts the entries. Entries hold keys and fingerprints,
never a message's words nor anybody's name or address.

Where a person is erased, their key is taken out of the entries that name them. Such an entry keeps
its hash, which its content no longer gives; so a later entry of the chain (`ERASURE`) attests what
it says instead, by a seal. A redaction that no entry attests is a break like any other change, and
so is one that took nothing out. Whether somebody asked for the erasure that an entry attests is for
the records to say, see `csm.use_cases.outreach_audit`.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field

from csm.needles import ERASED
from csm.privacy import ERASED_KEY
from csm.wording import plural

# What the first entry holds in the place of a hash before it.
GENESIS: Final = "0" * 64
# Of a contact's key: enough that no two of one account have the same.
_SHORT_HASH: Final = 16

# What the entry of an erasure says. It attests redactions, and is never redacted itself.
ERASURE: Final = "contact.erased"
# Where in its `after` it has the seals of the entries that it redacted, by their number as text.
SEALS: Final = "redacted"

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
    """An entry in its place of the chain; numbers count from 1 without a gap. `redacted`: how
    often something was taken out of it; its hash is that of what it said before."""

    number: int
    entry: AuditEntry
    previous: str
    hash: str
    redacted: int = 0


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
    links, redactions = _Readable(chain), _Redactions()
    for link in links:
        is_found = is_found or link.hash == expected
        if link.number != last.count + 1:
            yield f"Entry {last.count + 1} is missing: entry {link.number} follows."
        if link.previous != last.hash:
            yield f"Entry {link.number} does not follow from the one before it."
        if not redactions.take(link) and link.hash != _hash(link.number, link.entry, link.previous):
            yield f"Entry {link.number} was changed."
        last = Head(link.number, link.hash)
    if not links.are_all:
        yield (
            f"After entry {last.count} one cannot be read: its JSON or its time is broken. "
            "What follows was not looked at."
        )
        return
    yield from redactions.breaks()
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


class _Redactions:
    """Entries that were redacted, and the seals that later entries attest. Of several for the same
    entry the last one counts: each redaction is attested by an entry of its own."""

    def __init__(self) -> None:
        self._seals: dict[int, str] = {}
        self._times: dict[int, int] = {}
        self._attested: dict[int, list[str]] = {}
        self._wrong: list[int] = []
        self._vain: list[int] = []

    def take(self, link: Chained) -> bool:
        """Whether the entry is a redacted one, whose content does not give its hash."""
        if link.redacted:
            if link.entry.what == ERASURE:
                self._wrong.append(link.number)
            if not _shows_an_erasure(link.entry):
                self._vain.append(link.number)
            self._seals[link.number] = seal(link)
            self._times[link.number] = link.redacted
            return True
        if link.entry.what == ERASURE:
            for number, one in attested(link).items():
                self._attested.setdefault(number, []).append(one)
        return False

    def breaks(self) -> Iterator[str]:
        for number in self._wrong:
            yield f"Entry {number} attests redactions, and was redacted itself."
        for number in self._vain:
            yield f"Entry {number} counts as redacted, but nobody was erased from it."
        for number, now in self._seals.items():
            seals = self._attested.get(number, [])
            if seals[-1:] != [now]:
                yield (
                    f"Entry {number} was redacted, but no later entry attests what it says now: "
                    "it was changed."
                )
            elif len(seals) != self._times[number]:
                times = plural(self._times[number], "time")
                yield f"Entry {number} was redacted {times}, but attested {len(seals)} times."


def _shows_an_erasure(entry: AuditEntry) -> bool:
    said = json.dumps([entry.subject, entry.who, entry.before, entry.after, entry.verdict])
    return ERASED in said or ERASED_KEY in said


def attested(link: Chained) -> dict[int, str]:
    """What the entry of an erasure says of entries before it."""
    after = link.entry.after
    seals = after.get(SEALS) if isinstance(after, dict) else None
    if not isinstance(seals, dict):
        return {}
    given = {int(number): one for number, one in seals.items() if str(number).isdecimal()}
    return {number: one for number, one in given.items() if number < link.number}


def seal(link: Chained) -> str:
    """Stands for what a redacted entry says now, and for how often it was redacted."""
    content = [link.number, link.previous, link.hash, link.redacted, _content(link.entry)]
    return _digest(content)


def _hash(number: int, entry: AuditEntry, previous: str) -> str:
    return _digest([number, previous, _content(entry)])


def _content(entry: AuditEntry) -> dict[str, Any]:
    content = entry.model_dump(mode="json", warnings=False)  # whoever broke it is found by it
    content["at"] = entry.at.astimezone(UTC).isoformat(timespec="microseconds")
    return content


def _digest(content: list[Any]) -> str:
    whole = json.dumps(content, sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(whole.encode()).hexdigest()
