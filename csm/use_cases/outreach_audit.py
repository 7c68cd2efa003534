"""The audit of outreach: what of a verdict is kept in it, and looking at the chain."""

from collections import Counter, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, islice
from typing import Any, Final

from csm.audit import ERASURE, Chained, attested, breaks
from csm.errors import InvalidInput
from csm.guard import RuleResult, Verdict
from csm.guard.letter_rules import LETTER_RULES
from csm.guard.rules import RULES
from csm.outreach import OutreachState
from csm.people import Capability, Clearance
from csm.ports import Records
from csm.privacy import StoredErasure

WORD_RULES: Final = frozenset(rule.id for rule in (*RULES, *LETTER_RULES))
"""Ids of the rules that look at a message's words; the others look at its sending."""

# Rules whose inputs are words of the message, or of the facts in it.
_QUOTING: Final = WORD_RULES | {"facts_true"}
# Of one showing, and of the breaks that are told: the first ones say where to look.
MOST_SHOWN: Final = 500
_MOST_BREAKS: Final = 100
_IN_AN_ADDRESS: Final = "@"
# How outreach is that nobody and nothing can bring about without an entry.
_DECIDED: Final = frozenset(OutreachState) - {OutreachState.DRAFTED, OutreachState.HOLDOUT}


@dataclass(frozen=True, slots=True)
class Verified:
    """How many entries the chain has, the hash of its head, and everything that is wrong with it:
    nothing where it is whole. The first hundred breaks are told. `redacted`: in how many entries
    what named a person was erased."""

    count: int
    head: str
    breaks: tuple[str, ...]
    redacted: int = 0

    @property
    def is_whole(self) -> bool:
        return not self.breaks


def audited(verdict: Verdict) -> list[dict[str, Any]]:
    """A verdict as the audit keeps it for ever: words of the message are counted, not quoted, and
    e-mail addresses are left out."""
    return [_audited(result) for result in verdict.results]


def verify(clearance: Clearance, records: Records, expected: str = "") -> Verified:
    """Go through the whole chain, from its first entry to its head, and through all outreach that
    was decided on: of each, the last that the chain says is how it is. Each erasure that the chain
    attests must be one that the records keep. `expected` is a hash that must be in the chain, where
    one was noted down."""
    clearance.demand(Capability.READ_AUDIT)
    with records.reading() as reader:
        head = reader.audit_head()
        told = _Told(reader.audit_chain())
        faults = breaks(told, head, expected)
        untold = _untold(reader.outreach_states(_DECIDED), told)
        unasked = _unasked(told, reader.erasures())
        found = tuple(islice(chain(faults, untold, unasked), _MOST_BREAKS))
    return Verified(head.count, head.hash, found, told.redacted)


def show(
    clearance: Clearance,
    records: Records,
    *,
    since: datetime | None = None,
    subject: str = "",
    limit: int = 50,
) -> list[Chained]:
    """The newest entries, oldest of them first: of one subject ("outreach:12", "pause:3"), or of
    all; not from before `since` (aware). Raises InvalidInput for a limit that makes no sense."""
    clearance.demand(Capability.READ_AUDIT)
    if not 1 <= limit <= MOST_SHOWN:
        raise InvalidInput(f"Between 1 and {MOST_SHOWN} entries can be shown, not {limit}.")
    with records.reading() as reader:
        if subject:
            links: Iterable[Chained] = reader.audit_of(subject)
        elif since is None:
            links = reader.audit_chain(after=max(0, reader.audit_head().count - limit))
        else:
            links = reader.audit_chain()
        return list(deque((one for one in links if _is_since(one, since)), limit))


class _Told:
    """A chain, and how the outreach that it speaks of is by what was read of it."""

    def __init__(self, links: Iterable[Chained]) -> None:
        self._links = links
        self.states: dict[str, str] = {}
        self.erasures: list[Chained] = []
        self.redacted = 0
        self.is_read = False

    def __iter__(self) -> Iterator[Chained]:
        for link in self._links:
            state = link.entry.after.get("state") if isinstance(link.entry.after, dict) else None
            if isinstance(state, str):
                self.states[link.entry.subject] = state
            if link.entry.what == ERASURE:
                self.erasures.append(link)
            self.redacted += link.redacted > 0
            yield link
        self.is_read = True


def _untold(decided: Iterable[tuple[int, OutreachState]], told: _Told) -> Iterator[str]:
    """What was decided on without a word of it in the chain: it was cut off there, or somebody
    changed the records themselves. Nothing, where not all of the chain could be read."""
    if not told.is_read:
        return
    for outreach_id, state in decided:
        said = told.states.get(f"outreach:{outreach_id}")
        if said != state.value:
            last = f"the last entry says {said}" if said else "no entry speaks of it"
            yield f"Outreach {outreach_id} is {state.value}, but {last}."


def _unasked(told: _Told, kept: Iterable[StoredErasure]) -> Iterator[str]:
    """Erasures that the chain attests and the records do not keep, each with as many entries."""
    if not told.is_read:
        return
    known = Counter(
        (one.erasure.at, one.erasure.by, one.erasure.subject, one.erasure.counts.get("redacted"))
        for one in kept
    )
    for link in told.erasures:
        entry = link.entry
        erasure = (entry.at, entry.who, entry.subject, len(attested(link)))
        if not known[erasure]:
            yield (
                f"Entry {link.number} attests redactions for an erasure of {entry.subject} that is "
                "not kept: nobody asked for it, or its record was deleted."
            )
        known[erasure] -= 1


def _is_since(chained: Chained, since: datetime | None) -> bool:
    return since is None or chained.entry.at >= since


def _audited(result: RuleResult) -> dict[str, Any]:
    kept: dict[str, Any] = {"rule": result.rule, "outcome": result.outcome.value}
    if result.until:
        kept["until"] = result.until.isoformat()
    if result.rule in _QUOTING:
        return {**kept, "count": len(result.inputs)}
    inputs = [one for one in result.inputs if _IN_AN_ADDRESS not in one]
    return {**kept, "inputs": inputs}
