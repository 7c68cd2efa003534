"""What goes into a review, and what comes out of it."""

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any, Final, NoReturn

from csm.customer_names import ForeignNames
from csm.fact_line import FactLine
from csm.guard.sending import Sending
from csm.play import Category, ChannelKind


@dataclass(frozen=True, slots=True)
class Addressed:
    """Outreach, which nobody asked for: to whom, where and what about. `recipient` is one line
    that differs for every place and person, see `csm.outreach.Outreach.recipient`."""

    contact_key: str
    channel: ChannelKind
    recipient: str
    subject: str
    play: str
    category: Category
    language: str


_ADDRESSED: Final = fields(Addressed)


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message as it would be sent. `links` are those shown beside the text, as sources are.
    `account_key` is the customer who would read it; None where none is known. `by_human`: a
    colleague wrote it, so that it may promise and tell what no document says. `addressed`: it is
    outreach, for which every rule holds."""

    text: str
    account_key: str | None
    links: tuple[str, ...] = ()
    by_human: bool = False
    addressed: Addressed | None = None

    @property
    def fingerprint(self) -> str:
        """Stands for the exact text, links, recipient and kind of author: another one for any
        change, since a colleague's words pass a laxer review than a machine's."""
        return _fingerprint(
            self.text, self.account_key, tuple(self.links), self.by_human, self.addressed
        )


@lru_cache(maxsize=1024)
def _fingerprint(
    text: str,
    account_key: str | None,
    links: tuple[str, ...],
    by_human: bool,
    to: Addressed | None,
) -> str:
    """Kept, since a message is asked for it several times while it is judged."""
    addressed = {one.name: getattr(to, one.name) for one in _ADDRESSED} if to else None
    whole = json.dumps([text, account_key, links, by_human, addressed])
    return hashlib.sha256(whole.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class GuardFacts:
    """What a text is held against: what it was made from, links and names that are ours to use,
    and the names and domains of other customers. `foreign_contacts` are the names and addresses
    of other people at any customer. `sending` is all that outreach is judged by besides its
    words: it must be there for outreach, and for nothing else."""

    facts: Sequence[FactLine] = ()
    allowed_links: Collection[str] = ()
    allowed_names: Collection[str] = ()
    foreign_names: ForeignNames = field(default_factory=ForeignNames)
    foreign_contacts: ForeignNames = field(default_factory=ForeignNames)
    sending: Sending | None = None


class Outcome(StrEnum):
    """HOLD: not by the machine now. An answer, a person may send under their own name; outreach
    waits until the time that the rule gives. REFUSE: nobody may."""

    PASS = "pass"  # noqa: S105 - no password
    HOLD = "hold"
    REFUSE = "refuse"


_OUTCOMES: Final = {outcome.value: outcome for outcome in Outcome}
_WORST_FIRST: Final = tuple(reversed(Outcome))


@dataclass(frozen=True, slots=True)
class RuleResult:
    """What one rule made of a message. `inputs` are what it looked at, or the words that it
    minds; `until` is when a held one may be tried again."""

    rule: str
    outcome: Outcome
    reason: str
    inputs: tuple[str, ...] = ()
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """The results of all rules, in the order of the table."""

    results: tuple[RuleResult, ...]

    @property
    def outcome(self) -> Outcome:
        """The worst of them."""
        found = {result.outcome for result in self.results} or {Outcome.REFUSE}
        return next(outcome for outcome in _WORST_FIRST if outcome in found)

    @property
    def objections(self) -> tuple[RuleResult, ...]:
        return tuple(result for result in self.results if result.outcome is not Outcome.PASS)

    @property
    def held_until(self) -> datetime | None:
        """When it may be tried again: once the last hold with a time is over."""
        return max((result.until for result in self.objections if result.until), default=None)

    def to_json(self) -> list[dict[str, Any]]:
        """As it is kept: every rule's id, outcome, reason and inputs."""
        return [
            {
                "rule": result.rule,
                "outcome": result.outcome.value,
                "reason": result.reason,
                "inputs": list(result.inputs),
                "until": result.until.isoformat() if result.until else None,
            }
            for result in self.results
        ]

    @classmethod
    def from_json(cls, kept: Sequence[Mapping[str, Any]]) -> "Verdict":
        """What `to_json` wrote. It proves nothing: to send, review again."""
        return cls(
            tuple(
                RuleResult(
                    one["rule"],
                    _OUTCOMES[one["outcome"]],
                    one["reason"],
                    tuple(one["inputs"]),
                    datetime.fromisoformat(one["until"]) if one["until"] else None,
                )
                for one in kept
            )
        )

    @property
    def reasons(self) -> str:
        """Why it does not pass, in plain words that repeat nothing of the message."""
        return " ".join(result.reason for result in self.objections)


@dataclass(frozen=True, slots=True)
class Held:
    """A message that the machine may not send now: see `Outcome`."""

    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Refused:
    """A message that must not be sent as it is."""

    verdict: Verdict


_SEAL: Final = object()


class Cleared:
    """Proof that exactly this text, with these links, may be sent to exactly this account.

    It comes from `review` alone. It cannot be changed, nor be made from another one, nor be read
    back from a file: whoever keeps a text reviews it again.
    """

    __slots__ = ("_outgoing", "_seal", "_verdict")

    _outgoing: Outgoing
    _seal: object
    _verdict: Verdict

    def __init__(self, outgoing: Outgoing, verdict: Verdict, seal: object = None) -> None:
        if seal is not _SEAL:
            raise TypeError("a Cleared is issued by csm.guard.review(), never made by hand")
        object.__setattr__(self, "_outgoing", outgoing)
        object.__setattr__(self, "_verdict", verdict)
        object.__setattr__(self, "_seal", seal)

    @property
    def text(self) -> str:
        return self._outgoing.text

    @property
    def outgoing(self) -> Outgoing:
        """What was cleared, to the letter."""
        return self._outgoing

    @property
    def verdict(self) -> Verdict:
        return self._verdict

    @property
    def fingerprint(self) -> str:
        return self._outgoing.fingerprint

    def demand(
        self,
        text: str,
        account_key: str | None,
        links: tuple[str, ...] = (),
        *,
        by_human: bool = False,
    ) -> None:
        """Refuse to let anything else be sent under this proof, a machine's words under one for a
        colleague's above all. Raises ValueError."""
        self.demand_exactly(Outgoing(text, account_key, links, by_human))

    def demand_exactly(self, outgoing: Outgoing) -> None:
        """Refuse to let any other message be sent under this proof. Raises ValueError."""
        if self._seal is not _SEAL:
            raise TypeError("this Cleared was not issued by csm.guard.review()")
        if outgoing.fingerprint != self.fingerprint:
            raise ValueError("the message is not the one that was cleared")

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError("a Cleared cannot be changed")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError("a Cleared cannot be changed")

    def __copy__(self) -> "Cleared":
        return self

    def __deepcopy__(self, memo: object) -> "Cleared":
        return self

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("a Cleared is not kept: review the text again")

    def __init_subclass__(cls) -> NoReturn:
        raise TypeError("there is but one kind of Cleared")

    def __repr__(self) -> str:
        return f"Cleared({self.fingerprint[:12]})"


def issue(outgoing: Outgoing, verdict: Verdict) -> Cleared:
    """For `review` alone. Raises ValueError for a verdict that does not let the message pass."""
    if verdict.outcome is not Outcome.PASS:
        raise ValueError("the verdict does not let this message pass")
    return Cleared(outgoing, verdict, _SEAL)
