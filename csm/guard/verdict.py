"""What goes into a review, and what comes out of it."""

import hashlib
import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, NoReturn

from csm.customer_names import ForeignNames
from csm.ports import FactLine


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message as it would be sent. `links` are those shown beside the text, as sources are.
    `account_key` is the customer who would read it; None where none is known. `by_human`: a
    colleague wrote it, so that it may promise and tell what no document says."""

    text: str
    account_key: str | None
    links: tuple[str, ...] = ()
    by_human: bool = False

    @property
    def fingerprint(self) -> str:
        """Stands for the exact text, links, recipient and kind of author: another one for any
        change, since a colleague's words pass a laxer review than a machine's."""
        parts = [self.text, self.account_key, self.links, self.by_human]
        whole = json.dumps(parts, ensure_ascii=True)
        return hashlib.sha256(whole.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class GuardFacts:
    """What a text is held against: what it was made from, links and names that are ours to use,
    and the names and domains of other customers."""

    facts: Sequence[FactLine] = ()
    allowed_links: Collection[str] = ()
    allowed_names: Collection[str] = ()
    foreign_names: ForeignNames = field(default_factory=ForeignNames)


class Outcome(StrEnum):
    """HOLD: a person may send it under their own name. REFUSE: nobody may."""

    PASS = "pass"  # noqa: S105 - no password
    HOLD = "hold"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True)
class RuleResult:
    """What one rule made of a text. `inputs` are the words that it minds."""

    rule: str
    outcome: Outcome
    reason: str
    inputs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """The results of all rules, in the order of the table."""

    results: tuple[RuleResult, ...]

    @property
    def outcome(self) -> Outcome:
        """The worst of them."""
        order = list(Outcome)
        return max((result.outcome for result in self.results), key=order.index)

    @property
    def objections(self) -> tuple[RuleResult, ...]:
        return tuple(result for result in self.results if result.outcome is not Outcome.PASS)

    @property
    def reasons(self) -> str:
        """Why it does not pass, in plain words that repeat nothing of the message."""
        return " ".join(result.reason for result in self.objections)


@dataclass(frozen=True, slots=True)
class Held:
    """A message that only a person may send, who then answers for it."""

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
        if self._seal is not _SEAL:
            raise TypeError("this Cleared was not issued by csm.guard.review()")
        asked = Outgoing(text, account_key, links, by_human)
        if asked.fingerprint != self.fingerprint:
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
