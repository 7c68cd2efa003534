"""What the rules of the words said of the messages that were judged last.

Held messages are judged anew again and again, mostly with the same words and the same facts. To
answer from memory is sound, because those rules see nothing but what an answer is kept by:

- the message, by its fingerprint, and the `WordFacts`, by their digest, both of SHA-256;
- the `Ground`: the settings, the tables of the rules, and the names of customers and their people.
  These are never changed in place: whoever reads other ones makes new objects of them. So they are
  compared by identity, and where one of them is another, all that was kept is forgotten.

What changes with time (the clock, pauses, consent, approvals …) the rules of sending look at, and
of those nothing is remembered. Nothing outlives the process.
"""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, fields
from threading import Lock
from typing import Final

from csm.customer_names import CustomerNames
from csm.guard.rule import LetterRule, TextRule
from csm.guard.verdict import RuleResult
from csm.guard_settings import GuardSettings

Results = tuple[RuleResult, ...]
Key = tuple[str, bytes]


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """What many messages are judged on."""

    settings: GuardSettings
    text_rules: tuple[TextRule, ...]
    letter_rules: tuple[LetterRule, ...]
    customers: CustomerNames
    contacts: CustomerNames

    def is_same_as(self, other: "Ground | None") -> bool:
        """Whether it is made of the very same objects."""
        return other is not None and all(
            getattr(self, name) is getattr(other, name) for name in _PARTS
        )


_PARTS: Final = tuple(one.name for one in fields(Ground))


class Remembered:
    """Results by message and facts, on one ground; of more than `most` those that were not asked
    for longest are forgotten. May be asked by several threads at once."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._ground: Ground | None = None
        self._results: OrderedDict[Key, Results] = OrderedDict()
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._results)

    def results(self, ground: Ground, key: Key, judge: Callable[[], Results]) -> Results:
        """Those of the message with that key on that ground: `judge` works them out where they are
        not remembered."""
        with self._lock:
            known = self._known(ground, key)
        if known is None:
            known = judge()
            with self._lock:
                self._keep(ground, key, known)
        return known

    def _known(self, ground: Ground, key: Key) -> Results | None:
        if not ground.is_same_as(self._ground):
            return None
        known = self._results.get(key)
        if known is not None:
            self._results.move_to_end(key)
        return known

    def _keep(self, ground: Ground, key: Key, results: Results) -> None:
        if not ground.is_same_as(self._ground):
            self._ground = ground
            self._results.clear()
        self._results[key] = results
        self._results.move_to_end(key)
        if len(self._results) > self._most:
            self._results.popitem(last=False)
